#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace muster {

// Offset of the first byte that is not valid UTF-8 (RFC 3629: no overlong forms, no surrogates), or
// nullopt.
std::optional<std::size_t> find_invalid_utf8(std::string_view text);

// Replaces every invalid sequence by U+FFFD and drops NUL, so that the text may be stored and
// printed.
std::string sanitize_utf8(std::string_view text);

// Makes untrusted text safe for one line of a terminal or log: control characters and bidirectional
// overrides become visible escapes (\n, \x1b, \u202e).
std::string printable(std::string_view text);

// Appends a code point as UTF-8; U+FFFD for one that does not exist (surrogates, beyond U+10FFFF)
// and for NUL.
void append_utf8(std::string& text, char32_t code_point);

// Number of Unicode code points in valid UTF-8, and of UTF-16 code units (what platforms count
// captions in).
std::size_t count_code_points(std::string_view text);
std::size_t count_utf16_units(std::string_view text);

// Columns that a terminal gives the text (East Asian wide = 2, combining marks = 0).
std::size_t display_width(std::string_view text);

// As one value in the query of a URL (RFC 3986: all but unreserved characters as %XX).
std::string percent_encode(std::string_view text);

std::string_view trim(std::string_view text);
std::vector<std::string> split(std::string_view text, char separator);
std::string join(std::span<const std::string> parts, std::string_view separator);
// ASCII only; the right thing for keys, handles and media types, not for captions.
std::string to_lower_ascii(std::string_view text);
bool equals_ignoring_case_ascii(std::string_view a, std::string_view b);

// The candidate that `word` was most likely meant to be (Damerau-Levenshtein distance at most a
// third of its length), or nullopt.
std::optional<std::string> nearest_name(std::string_view word,
                                        std::span<const std::string> candidates);

// "; did you mean 'runners'?" or "; known: a, b, c" where nothing is near.
std::string did_you_mean(std::string_view word, std::span<const std::string> candidates);

// "1.5 MB": decimal units (1 MB = 1,000,000 bytes).
std::string format_bytes(std::uint64_t bytes);

}  // namespace muster
