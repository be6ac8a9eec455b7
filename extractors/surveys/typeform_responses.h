#pragma once

#include "core/survey.h"
#include "extractors/surveys/typeform_answers.h"
#include "extractors/surveys/typeform_form.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace muster {

// Reads responses one by one into an export, keeping its account: every response that was seen ends
// in `responses`, `excluded` or `rejected`.
class TypeformResponses {
 public:
  // `check_nul`: the document holds an escaped NUL somewhere, so every text has to be looked at.
  TypeformResponses(TypeformForm& form, ParsedExport& out, bool check_nul)
      : form_(form), answers_(form), export_(out), check_nul_(check_nul) {}

  // A response, bare or in a webhook body. `place` is its JSON pointer. The document outlives this
  // object.
  void read(const simdjson::dom::element& item, std::string place);

  // So many more responses are about to come.
  void expect(std::size_t count);

  // Says what was assumed or left out on the way.
  void add_notes();

 private:
  struct Raw;

  void reject(std::string where, std::string why);
  void read_response(const simdjson::dom::element& item, std::string place);
  ParseError read_members(const simdjson::dom::object& object, Raw& raw, Response& response);
  void add_hidden(std::string_view prefix,
                  std::string_view name,
                  std::string value,
                  Response& response);
  void read_hidden(const simdjson::dom::element& value,
                   std::string_view prefix,
                   Response& response);
  void read_variables(const simdjson::dom::element& value, Response& response);
  void read_definition(const Raw& raw);
  void add_response(const Raw& raw);
  std::optional<Timestamp> time_of(std::string_view text);
  void keep_latest(std::string_view id);

  // The response at hand: the last of export_.responses until it is kept, or taken away again.
  Response& current() { return export_.responses.back(); }

  TypeformForm& form_;
  TypeformAnswers answers_;
  ParsedExport& export_;
  const bool check_nul_;
  // By id, which lies in the document: index into export_.responses.
  std::unordered_map<std::string_view, std::size_t> by_id_;
  std::size_t hidden_ = 0;              // hidden fields of the response before
  std::optional<std::string> defined_;  // id of the definition that was read last
  std::size_t bad_times_ = 0;
};

}  // namespace muster
