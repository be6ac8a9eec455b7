#pragma once

#include "core/survey.h"

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace simdjson::dom {
class element;
class object;
}  // namespace simdjson::dom

namespace muster {

// A definition that grows while an export is read, with its questions by id.
class TypeformForm {
 public:
  explicit TypeformForm(SurveyDefinition definition);

  // Adds what a form body says ({"id", "title", "fields": [...], "hidden": [...]}); questions that
  // are known are replaced.
  void add_form(const simdjson::dom::object& form);

  // The question that an answer belongs to, by the id of its field.
  std::optional<std::size_t> find_question(std::string_view id);
  // A field that the definition lacks (deleted since, or no definition at hand) becomes a question.
  std::size_t add_unknown(std::string_view id, std::string_view ref, QuestionKind kind);
  Question& question(std::size_t index) { return definition_.questions[index]; }

  // The choice as the question knows it, found by id, ref or label; an unknown one is added to the
  // question.
  Choice choice_of(std::size_t question,
                   std::string_view id,
                   std::string_view ref,
                   std::string_view label);

  void add_hidden_field(std::string_view name);

  // Questions that were made from answers.
  std::size_t unknown_fields() const { return unknown_fields_; }
  SurveyDefinition& definition() { return definition_; }

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>{}(text);
    }
  };
  using Index = std::unordered_map<std::string, std::size_t, Hash, std::equal_to<>>;

  void add_fields(const simdjson::dom::element& fields, const std::string& parent_id);
  void add_question(Question question);

  SurveyDefinition definition_;
  Index by_id_;
  // Refs of choices by question: Choice keeps id and label only.
  std::vector<Index> choice_refs_;
  std::size_t unknown_fields_ = 0;
  std::size_t last_ = 0;  // the question that was asked for last
};

}  // namespace muster
