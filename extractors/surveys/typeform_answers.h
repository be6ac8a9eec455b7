#pragma once

#include "core/result.h"
#include "core/survey.h"
#include "extractors/surveys/response_draft.h"
#include "extractors/surveys/typeform_form.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace muster {

struct TypeformAnswer;  // an answer as it lies in the document

// Reads the answers of one response after another and keeps count of what became a note instead of
// an answer.
class TypeformAnswers {
 public:
  TypeformAnswers(TypeformForm& form, ResponseDraft& draft) : form_(form), draft_(draft) {}

  // Reads an "answers" array into the draft. `what` is empty on success; else it says what is
  // wrong, and `where` the place below the response ("/answers/2/number").
  ParseError read(const simdjson::dom::element& answers);

  // Times that a field was answered twice in one response: the last answer counts.
  std::size_t repeated() const { return repeated_; }
  // Types of answers of which nothing is known, without repeats, at most 20.
  const std::vector<std::string>& unknown_types() const { return unknown_types_; }

 private:
  struct Seen {
    std::size_t response = 0;  // 0: never
    std::size_t position = 0;
  };

  void note_unknown_type(std::string_view type);
  ParseError read_answer(const simdjson::dom::object& entry);
  bool read_value(const TypeformAnswer& raw, std::size_t question, Answer& answer);
  void read_choices(const simdjson::dom::object& value, std::size_t question, Answer& answer);
  // The answer that was added last stays, in the place of an earlier one to the same question.
  void keep_last(std::size_t question);

  TypeformForm& form_;
  ResponseDraft& draft_;
  std::vector<Seen> seen_;  // by question: where the response at hand has its answer
  std::vector<std::string_view> ids_, refs_, labels_;  // of the choices at hand
  std::size_t responses_ = 0;
  std::size_t repeated_ = 0;
  std::vector<std::string> unknown_types_;
};

}  // namespace muster
