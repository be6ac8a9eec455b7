// Any bytes as a table of responses: a value comes back, and its rows are accounted for.

#include "extractors/surveys/csv_survey.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view document(reinterpret_cast<const char*>(data), size);
  const muster::CsvSurveyParser parser;
  parser.recognizes(document);
  const auto parsed = muster::collect(parser, document, {});
  if (parsed && parsed->rows_seen !=
                    static_cast<std::int64_t>(parsed->responses.size() + parsed->excluded.size() +
                                              parsed->rejected.size())) {
    std::abort();
  }
  return 0;
}
