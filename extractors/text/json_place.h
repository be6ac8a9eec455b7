#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace muster {

// The first thing that keeps a text from being JSON, and the offset of its byte.
struct JsonProblem {
  std::size_t offset = 0;
  std::string what;
};

// Looks for it letter by letter: slower than a parser, but it can say where and why. `json` is
// valid UTF-8. nullopt where it is JSON with at most `max_depth` lists and objects within each
// other.
std::optional<JsonProblem> find_json_problem(std::string_view json, int max_depth);

// The offset of the value that a JSON pointer (RFC 6901) names; of the last one where keys are
// repeated. nullopt where there is none.
std::optional<std::size_t> find_json_pointer(std::string_view json, std::string_view pointer);

// "line 3, column 14": counted from 1, columns in code points.
std::string line_and_column(std::string_view text, std::size_t offset);

// A key as a part of a JSON pointer: "a/b" -> "a~1b".
std::string pointer_part(std::string_view key);

}  // namespace muster
