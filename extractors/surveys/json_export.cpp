#include "extractors/surveys/json_export.h"

#include "core/text.h"
#include "extractors/surveys/plain_text.h"
#include "extractors/text/json_place.h"
#include "extractors/text/json_value.h"

#include <charconv>
#include <utility>

#include <simdjson.h>

namespace muster {
namespace {

namespace dom = simdjson::dom;

// Deepest nesting that an export may have; the limit bounds every walk that recurses.
constexpr int kMaxJsonDepth = 32;

// The fast parser only says that something is wrong; this finds what and where.
ParseError explain_json_error(std::string_view document, simdjson::error_code error) {
  if (document.starts_with("\xFF\xFE") || document.starts_with("\xFE\xFF")) {
    return {"byte 0", "UTF-16, not UTF-8; save the file as UTF-8"};
  }
  if (const auto bad = find_invalid_utf8(document)) {
    return {line_and_column(document, *bad), "not UTF-8; save the file as UTF-8"};
  }
  const auto problem = find_json_problem(document, kMaxJsonDepth);
  if (!problem) {
    return {"", std::string("not readable as JSON: ") + simdjson::error_message(error)};
  }
  return {line_and_column(document, problem->offset), "not valid JSON: " + problem->what};
}

simdjson::error_code parse_into(dom::parser& parser,
                                std::string_view document,
                                dom::element& root) {
  const auto error = parser.allocate(document.size(), kMaxJsonDepth);
  return error ? error : parser.parse(document.data(), document.size()).get(root);
}

}  // namespace

Parsed<ParsedExport> read_json_export(
    std::string_view document,
    const std::function<Parsed<ParsedExport>(const dom::element& root)>& use) {
  document = without_bom(document);
  dom::parser parser;
  dom::element root;
  if (const auto error = parse_into(parser, document, root)) {
    return tl::unexpected(explain_json_error(document, error));
  }
  return use(root);
}

void read_json_lines(std::string_view document,
                     const std::function<void(const dom::element& root, std::size_t line)>& use,
                     const std::function<void(std::string why, std::size_t line)>& bad) {
  document = without_bom(document);
  dom::parser parser;
  std::size_t number = 0;
  while (!document.empty()) {
    ++number;
    const auto end = document.find('\n');
    const auto line = trim(document.substr(0, end));
    document = end == std::string_view::npos ? std::string_view() : document.substr(end + 1);
    if (line.empty()) {
      continue;
    }
    dom::element root;
    if (const auto error = parse_into(parser, line, root)) {
      bad(to_string(explain_json_error(line, error)), number);
    } else {
      use(root, number);
    }
  }
}

bool looks_like_json_lines(std::string_view head) {
  head = trim(without_bom(head));
  const auto end = head.find('\n');
  if (!head.starts_with('{') || end == std::string_view::npos) {
    return false;
  }
  const auto next = trim(head.substr(end + 1));
  return trim(head.substr(0, end)).ends_with('}') && !next.empty() &&
         std::string_view(",}]").find(next.front()) == std::string_view::npos;
}

bool names_json_keys(std::string_view head, std::initializer_list<std::string_view> keys) {
  head = trim(without_bom(head));
  if (!head.starts_with('{') && !head.starts_with('[')) {
    return false;
  }
  for (const auto key : keys) {
    const auto names = [&](std::size_t at) {
      return at > 0 && head[at - 1] == '"' && at + key.size() < head.size() &&
             head[at + key.size()] == '"';
    };
    auto at = head.find(key);
    while (at != std::string_view::npos && !names(at)) {
      at = head.find(key, at + 1);
    }
    if (at == std::string_view::npos) {
      return false;
    }
  }
  return true;
}

std::string_view text_member(const dom::object& object, std::string_view key) {
  std::string_view value;
  return object[key].get(value) ? std::string_view() : value;
}

std::string title_member(const dom::object& object, std::string_view key) {
  if (const auto languages = object_member(object, key)) {
    return plain_title(text_member(*languages, "default"), Markup::html);
  }
  return plain_title(text_member(object, key), Markup::html);
}

bool flag_member(const dom::object& object, std::string_view key) {
  bool value = false;
  return !object[key].get(value) && value;
}

std::optional<double> number_member(const dom::object& object, std::string_view key) {
  dom::element value;
  return object[key].get(value) ? std::nullopt : number_in(value);
}

std::optional<dom::object> object_member(const dom::object& object, std::string_view key) {
  dom::object value;
  return object[key].get(value) ? std::nullopt : std::optional(value);
}

std::optional<dom::array> list_member(const dom::object& object, std::string_view key) {
  dom::array value;
  return object[key].get(value) ? std::nullopt : std::optional(value);
}

std::string scalar_text(const dom::element& element) {
  std::string_view text;
  if (!element.get(text)) {
    return std::string(text);
  }
  return element.is_null() ? std::string() : simdjson::minify(element);
}

std::string id_member(const dom::object& object, std::string_view key) {
  dom::element value;
  if (object[key].get(value) || value.is_array() || value.is_object()) {
    return {};
  }
  return scalar_text(value);
}

std::optional<double> number_in(const dom::element& element) {
  double number = 0;
  if (!element.get(number)) {
    return number;
  }
  std::string_view text;
  if (element.get(text)) {
    return std::nullopt;
  }
  text = trim(text);
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() && number - number == 0
             ? std::optional(number)
             : std::nullopt;
}

bool is_blank(const dom::element& element) {
  std::string_view text;
  dom::array list;
  dom::object object;
  return element.is_null() || (!element.get(text) && text.empty()) ||
         (!element.get(list) && list.begin() == list.end()) ||
         (!element.get(object) && object.begin() == object.end());
}

void for_each_entry(
    const dom::element& map,
    const std::function<void(std::string_view key, const dom::element& value)>& visit) {
  dom::object object;
  if (!map.get(object)) {
    for (const auto [key, value] : object) {
      visit(key, value);
    }
    return;
  }
  dom::array list;
  if (!map.get(list)) {
    std::size_t position = 0;
    for (const dom::element value : list) {
      visit(std::to_string(position++), value);
    }
  }
}

}  // namespace muster
