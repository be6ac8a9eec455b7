#pragma once

#include "core/result.h"
#include "extractors/surveys/response_sink.h"

#include <cstddef>
#include <functional>
#include <initializer_list>
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

// A document of JSON. Where it is large, one list of records stands apart: it is parsed record by
// record, and no more than one is in memory.
class JsonDocument {
 public:
  // The root of the document; a list that stands apart is empty in it.
  const simdjson::dom::element& root() const;

  // Calls `visit` for the entries of a list, with their places ("/items/3"): the member `name` of
  // the root, or the root itself where `name` is empty. Returns how many it visited. A record that
  // is not JSON ends the reading of the document.
  std::size_t for_each(
      std::string_view name,
      const std::function<void(const simdjson::dom::element& entry, std::string place)>& visit,
      ReadingPass pass = {2, 2});

  // Ends the visits of the for_each() that is running.
  void stop();
  // Ends the reading: the document can't be used after all.
  void fail(ParseError error);

 private:
  friend Parsed<ExportFacts> read_json_export(
      std::string_view document,
      std::initializer_list<std::string_view> lists,
      ResponseSink& sink,
      const std::function<Parsed<ExportFacts>(JsonDocument& document)>& use);
  struct State;
  explicit JsonDocument(State& state) : state_(state) {}
  std::size_t for_each_apart(
      const std::function<void(const simdjson::dom::element& entry, std::string place)>& visit,
      ReadingPass pass);

  State& state_;
};

// Parses a document and hands it to `use`. `lists` are the members of the root that may hold
// records ("" stands for the root, "*" for any). UTF-8 with or without a byte order mark, nesting
// of at most 32; anything else is an error with line and column.
Parsed<ExportFacts> read_json_export(
    std::string_view document,
    std::initializer_list<std::string_view> lists,
    ResponseSink& sink,
    const std::function<Parsed<ExportFacts>(JsonDocument& document)>& use);

// Calls `use` for each line that holds JSON (newline-delimited JSON), with its number; `bad` for
// the lines that hold none; either returns false to stop. Empty lines are passed over. An error
// where the last line is cut: a half-written file.
Parsed<std::size_t> read_json_lines(
    std::string_view document,
    ReadingPass pass,
    ResponseSink& sink,
    const std::function<bool(const simdjson::dom::element& root, std::size_t line)>& use,
    const std::function<bool(std::string why, std::size_t line)>& bad);

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
