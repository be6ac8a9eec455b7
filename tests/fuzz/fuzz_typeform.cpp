// Any bytes as a Typeform export: a value comes back, and its rows are accounted for.

#include "extractors/surveys/typeform.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view document(reinterpret_cast<const char*>(data), size);
  const muster::TypeformParser parser;
  parser.recognizes(document);
  const auto parsed = muster::collect(parser, document, {});
  if (parsed && parsed->rows_seen !=
                    static_cast<std::int64_t>(parsed->responses.size() + parsed->excluded.size() +
                                              parsed->rejected.size())) {
    std::abort();
  }
  return 0;
}
