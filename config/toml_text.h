#pragma once

#include "core/error.h"

#include <cstddef>
#include <optional>
#include <string_view>

namespace muster {

// Nesting that a file may reach: of brackets, and of the parts of one dotted key. The parser and
// its tree recurse, so that a text of a megabyte of "a.a.a" would overflow the stack.
inline constexpr int kMaxTomlDepth = 32;

// Offset of the first byte at which a TOML text is nested deeper than kMaxTomlDepth, or nullopt.
// Strings and comments do not count.
std::optional<std::size_t> find_too_deep(std::string_view text);

// What keeps a text from being handed to the parser at all: too long, not UTF-8, too deep. nullopt
// where nothing does.
std::optional<Problem> find_toml_fault(std::string_view text, std::string_view file);

}  // namespace muster
