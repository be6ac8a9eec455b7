#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

// Finds the lists of records in a document of JSON, and the records in a list, without parsing
// them: by brackets outside of texts, 64 bytes at a time. Nothing here says that the document is
// JSON: each piece still has to be parsed.

namespace muster {

// A list that is the root of a document, or a member of its root.
struct JsonList {
  std::string_view name;  // as it is written; empty for the root
  std::size_t begin = 0;  // of what is between the brackets
  std::size_t end = 0;
};

// nullopt where a bracket or a text is never closed, or another value follows the root. `progress`
// hears of the offsets now and then.
std::optional<std::vector<JsonList>> find_json_lists(
    std::string_view document, const std::function<void(std::size_t offset)>& progress);

// Calls `visit` for each entry of a list, given without its brackets, with its offset; false stops.
// Returns the offset of what separates entries wrongly, nullopt where all is well.
std::optional<std::size_t> split_json_list(
    std::string_view list,
    const std::function<bool(std::string_view entry, std::size_t offset)>& visit);

}  // namespace muster
