#pragma once

#include "core/survey.h"
#include "extractors/surveys/response_draft.h"
#include "extractors/surveys/response_sink.h"
#include "extractors/surveys/typeform_answers.h"
#include "extractors/surveys/typeform_form.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace muster {

// Reads responses one by one and hands them to a sink.
class TypeformResponses {
 public:
  TypeformResponses(TypeformForm& form, ResponseSink& sink)
      : form_(form), sink_(sink), answers_(form, draft_) {}

  // A response, bare or in a webhook body. `place` is its JSON pointer.
  void read(const simdjson::dom::element& item, std::string_view place);

  std::int64_t rows() const { return rows_; }
  // Says what was assumed or left out on the way.
  void add_notes(std::vector<std::string>& notes) const;

 private:
  struct Raw;

  void reject(std::string_view below, std::string why);
  ParseError read_members(const simdjson::dom::object& object, Raw& raw);
  void read_metadata(const simdjson::dom::element& value);
  void add_hidden(std::string_view prefix, std::string_view name, std::string_view value);
  void read_hidden(const simdjson::dom::element& value, std::string_view prefix);
  void read_variables(const simdjson::dom::element& value);
  void read_definition(const Raw& raw);
  void add_response(const Raw& raw);
  std::optional<Timestamp> time_of(std::string_view text);

  TypeformForm& form_;
  ResponseSink& sink_;
  ResponseDraft draft_;
  TypeformAnswers answers_;
  std::int64_t rows_ = 0;
  std::string name_;                    // of the hidden field at hand
  std::optional<std::string> defined_;  // id of the definition that was read last
  std::size_t bad_times_ = 0;
};

}  // namespace muster
