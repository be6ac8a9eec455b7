// Any bytes as an export of any provider: the reader that takes them may refuse, and accounts for
// every row where it does not.

#include "extractors/surveys/survey_parser.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  muster::SurveyContext context;
  context.survey = "fuzz";
  const std::string_view document(reinterpret_cast<const char*>(data), size);
  const auto parsed = muster::parse_survey_export(document, context);
  if (!parsed) {
    return 0;
  }
  const auto rows = parsed->responses.size() + parsed->excluded.size() + parsed->rejected.size();
  if (static_cast<std::size_t>(parsed->rows_seen) != rows) {
    std::abort();
  }
  // What was learned is handed to the next export of the same survey.
  context.definition = parsed->definition;
  (void)muster::parse_survey_export(document, context);
  return 0;
}
