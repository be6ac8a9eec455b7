#include "extractors/text/json_value.h"

#include "core/text.h"
#include "extractors/text/json_place.h"

#include <algorithm>

#include <fmt/format.h>
#include <simdjson.h>

namespace muster {
namespace {

namespace dom = simdjson::dom;

constexpr std::string_view kBom = "\xEF\xBB\xBF";

// UTF-16 and UTF-32 show by their byte order mark, or by NUL bytes between the first letters.
bool is_wide(std::string_view document) {
  const std::string_view head = document.substr(0, 4);
  return head.starts_with("\xFF\xFE") || head.starts_with("\xFE\xFF") ||
         (head.size() >= 2 && (head[0] == '\0') != (head[1] == '\0'));
}

std::optional<ParseError> find_encoding_problem(std::string_view document,
                                                const JsonLimits& limits) {
  if (document.size() > limits.max_bytes) {
    return ParseError{"",
                      fmt::format("has {}; at most {} are read",
                                  format_bytes(document.size()),
                                  format_bytes(limits.max_bytes))};
  }
  if (is_wide(document)) {
    return ParseError{"", "is written in UTF-16 or UTF-32; save it as UTF-8"};
  }
  if (const std::optional<std::size_t> offset = find_invalid_utf8(document)) {
    return ParseError{line_and_column(document, *offset),
                      fmt::format("is not UTF-8 (byte 0x{:02x}); save the file as UTF-8",
                                  static_cast<unsigned char>(document[*offset]))};
  }
  if (const std::size_t nul = document.find('\0'); nul != std::string_view::npos) {
    return ParseError{line_and_column(document, nul), "there is a NUL byte"};
  }
  return std::nullopt;
}

// Recursion ends at JsonLimits::max_depth, which was checked before.
JsonValue convert(const dom::element& element);

JsonValue convert_list(const dom::array& array) {
  JsonValue value;
  value.kind = JsonKind::list;
  for (const dom::element item : array) {
    value.items.push_back(convert(item));
  }
  return value;
}

JsonValue convert_object(const dom::object& object) {
  JsonValue value;
  value.kind = JsonKind::object;
  for (const dom::key_value_pair member : object) {
    value.members.push_back({std::string(member.key), convert(member.value)});
  }
  return value;
}

JsonValue convert(const dom::element& element) {
  JsonValue value;
  switch (element.type()) {
    case dom::element_type::ARRAY:
      return convert_list(dom::array(element));
    case dom::element_type::OBJECT:
      return convert_object(dom::object(element));
    case dom::element_type::INT64:
      value.kind = JsonKind::integer;
      value.text = std::to_string(std::int64_t(element));
      break;
    case dom::element_type::UINT64:
      value.kind = JsonKind::integer;
      value.text = std::to_string(std::uint64_t(element));
      break;
    case dom::element_type::DOUBLE:
      value.kind = JsonKind::decimal;
      break;
    case dom::element_type::STRING:
      value.kind = JsonKind::text;
      value.text = std::string_view(element);
      break;
    case dom::element_type::BOOL:
      value.kind = JsonKind::boolean;
      value.flag = bool(element);
      break;
    case dom::element_type::NULL_VALUE:
      break;
  }
  return value;
}

// Does any list or object lie deeper than the limit? Brackets within texts do not count.
bool is_too_deep(std::string_view json, int max_depth) {
  int depth = 0;
  bool in_text = false;
  for (std::size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (in_text) {
      i += c == '\\' ? 1 : 0;
      in_text = c != '"';
    } else if (c == '"') {
      in_text = true;
    } else if (c == '{' || c == '[') {
      if (++depth > max_depth) {
        return true;
      }
    } else if (c == '}' || c == ']') {
      --depth;
    }
  }
  return false;
}

Parsed<JsonValue> explain_json_value(std::string_view json,
                                     const JsonLimits& limits,
                                     std::string_view otherwise) {
  if (const std::optional<JsonProblem> problem = find_json_problem(json, limits.max_depth)) {
    return parse_error(line_and_column(json, problem->offset), problem->what);
  }
  return parse_error("", fmt::format("is not JSON that can be read: {}", otherwise));
}

}  // namespace

std::string_view without_bom(std::string_view document) {
  if (document.starts_with(kBom)) {
    document.remove_prefix(kBom.size());
  }
  return document;
}

Parsed<JsonValue> read_json(std::string_view document, const JsonLimits& limits) {
  const std::string_view json = without_bom(document);
  if (std::optional<ParseError> problem = find_encoding_problem(json, limits)) {
    return tl::unexpected(std::move(*problem));
  }
  if (is_too_deep(json, limits.max_depth)) {
    return explain_json_value(json, limits, "too many lists and objects within each other");
  }
  dom::parser parser;
  const simdjson::padded_string padded(json);
  dom::element root;
  if (const simdjson::error_code error = parser.parse(padded).get(root);
      error != simdjson::SUCCESS) {
    return explain_json_value(json, limits, simdjson::error_message(error));
  }
  return convert(root);
}

}  // namespace muster
