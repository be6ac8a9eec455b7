#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace muster {

// Deepest nesting that an export may have. Typeform's deepest are about 10; the limit bounds every
// walk that recurses.
inline constexpr std::size_t kMaxJsonDepth = 32;

// "line 3, column 14" of the byte at `offset`; both count from 1, columns in bytes.
std::string line_and_column(std::string_view text, std::size_t offset);

struct JsonFault {
  std::size_t offset = 0;
  std::string what;
};

// Finds the first place where the text stops being JSON of at most `max_depth` levels (RFC 8259).
// For the slow path: the fast parser says only that something is wrong. `what` is empty when
// nothing is found.
JsonFault find_json_fault(std::string_view text, std::size_t max_depth);

}  // namespace muster
