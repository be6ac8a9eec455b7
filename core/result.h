#pragma once

#include <string>

#include <tl/expected.hpp>

namespace muster {

// What is wrong with a document that somebody else wrote, and where.
struct ParseError {
  std::string
      where;         // "line 3, column 14", "/items/3/token", "byte 512"; empty: the whole document
  std::string what;  // in words that its author understands

  bool operator==(const ParseError&) const = default;
};

inline std::string to_string(const ParseError& error) {
  return error.where.empty() ? error.what : error.where + ": " + error.what;
}

// The result of reading untrusted input. Malformed input is a value, never an exception.
template <typename T>
using Parsed = tl::expected<T, ParseError>;

inline tl::unexpected<ParseError> parse_error(std::string where, std::string what) {
  return tl::unexpected<ParseError>({std::move(where), std::move(what)});
}

}  // namespace muster
