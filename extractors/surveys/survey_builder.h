#pragma once

#include "core/survey.h"
#include "extractors/surveys/response_draft.h"
#include "extractors/surveys/survey_parser.h"

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_map>
#include <vector>

namespace simdjson::dom {
class object;
}

namespace muster {

// The member that names a response and that the object has twice; empty where there is none.
std::string_view repeated_identity(const simdjson::dom::object& object);

// Gathers what one export says: a definition that grows, and responses one after another, which go
// to a sink. Within read_row() there is a response at hand.
class SurveyBuilder {
 public:
  // Starts from the definition in `context` where that is of the same provider. Both
  // are borrowed.
  SurveyBuilder(std::string_view provider, const SurveyContext& context, ResponseSink& sink);

  SurveyDefinition& definition() { return facts_.definition; }
  // For documents that are the whole questionnaire: forgets what was known of its questions.
  void start_definition();
  // Replaces the question that is known under the same id.
  void define(Question question);
  std::optional<std::size_t> find_question(std::string_view id) const;
  // The question with this id; one that no definition named is added, and counted.
  std::size_t question(std::string_view id, QuestionKind kind, std::string_view title = {});
  // A row of a matrix, or another round of a repeated question: answers on its own with the
  // choices and the scale of `parent`.
  std::size_t row(std::size_t parent,
                  std::string_view id,
                  QuestionKind kind,
                  std::string_view title,
                  std::string_view ref = {});
  Question& at(std::size_t question) { return facts_.definition.questions[question]; }
  // The choice with this id, else with this label; an unknown one is added.
  Choice choice(std::size_t question, std::string_view id, std::string_view label = {});
  bool has_choice(std::size_t question, std::string_view id_or_label) const;

  // Reads one row: an object that `read(object, response)` makes a response of. `read` returns
  // what is wrong, "" where nothing is; `below` is where ("/values"). What is no object is
  // rejected as not being `what` ("a response"), and what names itself twice.
  struct Fault {
    std::string_view below;
    std::string_view why;
  };
  template <typename Element, typename Read>
  void read_row(const Element& element, std::string_view where, std::string_view what, Read read) {
    Response& response = begin(where);
    std::remove_cvref_t<decltype(element.get_object().value())> object;
    if (element.get(object)) {
      return reject("", "is not " + std::string(what) + ": an object is expected");
    }
    if (const auto key = repeated_identity(object); !key.empty()) {
      return reject("/" + std::string(key), "is given twice: it could be read as either");
    }
    const Fault fault = read(object, response);
    if (fault.why.empty()) {
      keep();
    } else {
      reject(fault.below, std::string(fault.why));
    }
  }
  // The answer of the response at hand, made where it has none yet.
  Answer& answer(std::size_t question);
  bool has_answer(std::size_t question) const;
  // A choice that says "N/A" is none; one whose label is a number gives a scale its number.
  void choose(std::size_t question, std::string_view id, std::string_view label = {});
  // An answer in the author's own words beside the choices.
  void choose_other(std::size_t question, std::string_view text);
  void hidden(std::string_view name, std::string_view value);
  void respondent(std::string_view name, std::string_view value);
  // A time with a zone, or one that is read in the zone of the source and marked so. Dates that
  // stand for "none" (year 1, 0000-00-00, the first days of 1970, 1980-01-01 00:00:00) give
  // nullopt.
  std::optional<Timestamp> time(std::string_view text);

  // A row that is no response at all.
  void reject_row(std::string where, std::string why);

  void note(std::string text) { facts_.notes.push_back(std::move(text)); }
  void set_extent(ExportExtent extent) { facts_.extent = extent; }
  std::int64_t rows() const { return facts_.rows_seen; }

  ExportFacts finish();

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>{}(text);
    }
  };
  using Index = std::unordered_map<std::string, std::size_t, Hash, std::equal_to<>>;
  struct Seen {
    std::int64_t row = 0;  // 0: never
    std::size_t position = 0;
  };

  Response& begin(std::string_view where);
  // Files the response at hand. Previews, tests, spam and what was only started are left out with
  // their reason.
  void keep();
  void reject(std::string_view below, std::string why);
  void index_choices(std::size_t question);

  const SurveyContext& context_;
  ResponseSink& sink_;
  ExportFacts facts_;
  ResponseDraft draft_;
  Index by_id_;
  struct Choices {
    Index by_id;
    Index by_label;
  };
  std::vector<Choices> choices_;    // by question: where its choices are
  std::vector<Seen> seen_;          // by question: where the response at hand has its answer
  std::size_t copied_choices_ = 0;  // for rows
  std::size_t unknown_ = 0;
  std::size_t bad_times_ = 0;
  bool local_times_ = false;
};

}  // namespace muster
