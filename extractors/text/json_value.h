#pragma once

#include "core/enum_names.h"
#include "core/result.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace muster {

enum class JsonKind { null, boolean, integer, decimal, text, list, object };
template <>
inline constexpr auto kEnumNames<JsonKind> =
    enum_names<JsonKind>({{JsonKind::null, "null"},
                          {JsonKind::boolean, "true or false"},
                          {JsonKind::integer, "a number"},
                          {JsonKind::decimal, "a number"},
                          {JsonKind::text, "text"},
                          {JsonKind::list, "a list"},
                          {JsonKind::object, "an object"}});

struct JsonMember;

// A JSON value that somebody else wrote, read whole: valid UTF-8, keys in order, repeated keys
// kept.
struct JsonValue {
  JsonKind kind = JsonKind::null;
  bool flag = false;
  std::string text;  // of a text; of an integer its digits, so that long ids stay exact
  std::vector<JsonValue> items;
  std::vector<JsonMember> members;
};

struct JsonMember {
  std::string name;
  JsonValue value;
};

struct JsonLimits {
  std::size_t max_bytes = 1'000'000;
  int max_depth = 32;  // lists and objects within each other
};

// Reads a document of JSON (RFC 8259). One UTF-8 byte order mark is left out. Everything that is
// wrong is told in words with line and column: other encodings, NUL, comments, a comma too many,
// unclosed texts, numbers that are too large.
Parsed<JsonValue> read_json(std::string_view document, const JsonLimits& limits);

// The document without a byte order mark.
std::string_view without_bom(std::string_view document);

}  // namespace muster
