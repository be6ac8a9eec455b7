#pragma once

#include "core/result.h"
#include "core/survey.h"

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace simdjson::dom {
class array;
class element;
class object;
}  // namespace simdjson::dom

// What all readers of JSON exports share. Elements live as long as the document that they were read
// from.

namespace muster {

// Parses a document and hands its root to `use`. UTF-8 with or without a byte order mark, nesting
// of at most 32; anything else is an error with line and column.
Parsed<ParsedExport> read_json_export(
    std::string_view document,
    const std::function<Parsed<ParsedExport>(const simdjson::dom::element& root)>& use);

// Calls `use` for each line that holds JSON (newline-delimited JSON), with its number; `bad` for
// the lines that hold none. Empty lines are passed over.
void read_json_lines(
    std::string_view document,
    const std::function<void(const simdjson::dom::element& root, std::size_t line)>& use,
    const std::function<void(std::string why, std::size_t line)>& bad);

// Does the head hold an object on its first line, and more that does not go on with it?
bool looks_like_json_lines(std::string_view head);
// Does the head begin with JSON, and name all the keys?
bool names_json_keys(std::string_view head, std::initializer_list<std::string_view> keys);

// Members by name: empty or nullopt where there is none of the shape.
std::string_view text_member(const simdjson::dom::object& object, std::string_view key);
// A title as plain text, of one in several languages the default: "..." or {"default": "...", "de":
// "..."}.
std::string title_member(const simdjson::dom::object& object, std::string_view key);
bool flag_member(const simdjson::dom::object& object, std::string_view key);
std::optional<double> number_member(const simdjson::dom::object& object, std::string_view key);
std::optional<simdjson::dom::object> object_member(const simdjson::dom::object& object,
                                                   std::string_view key);
std::optional<simdjson::dom::array> list_member(const simdjson::dom::object& object,
                                                std::string_view key);

// Text, number or flag as text, whole numbers digit for digit ("12345678901234567890"); lists and
// objects as JSON; "" for null.
std::string scalar_text(const simdjson::dom::element& element);
// The text or number that the member holds: ids come as either.
std::string id_member(const simdjson::dom::object& object, std::string_view key);
// A number, or a text that is wholly one.
std::optional<double> number_in(const simdjson::dom::element& element);
// null, "", [] or {}: PHP writes empty maps as lists.
bool is_blank(const simdjson::dom::element& element);

// Calls `visit` for the members of an object, or for the entries of a list with their position as
// name: PHP writes maps whose keys count from 0 as lists.
void for_each_entry(
    const simdjson::dom::element& map,
    const std::function<void(std::string_view key, const simdjson::dom::element& value)>& visit);

}  // namespace muster
