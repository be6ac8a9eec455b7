#pragma once

#include "core/result.h"
#include "extractors/text/json_value.h"

#include <cstddef>
#include <initializer_list>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace muster {

// Reads the fields of a JSON object that somebody else wrote. The first thing that is wrong is kept
// with its JSON pointer, and what is read after it is empty, so that a reader asks for the error
// once at the end. A null is taken as an absent field. Texts are refused with NUL in them or where
// they are too long; lengths count code points.
class JsonFields {
 public:
  // `value` is borrowed; `pointer` is its place. Anything but an object is an error, and so is a
  // known field that is there twice: nobody can tell which of the two was meant.
  JsonFields(const JsonValue& value, std::string pointer);

  // Text as it is; empty where the field is absent.
  std::string text(std::string_view key, std::size_t max_length);
  // Text of one line without blanks at its ends; a whole number is taken for its digits.
  std::string line(std::string_view key, std::size_t max_length);
  // Lines; a single text counts as a list of one. Empty ones are left out.
  std::vector<std::string> lines(std::string_view key,
                                 std::size_t max_count,
                                 std::size_t max_length);
  bool flag(std::string_view key);
  // nullopt where the field is absent.
  std::optional<bool> optional_flag(std::string_view key);
  // A whole number from 0 on; 0 where the field is absent.
  std::uint64_t count(std::string_view key);
  // An object or list; nullptr where the field is absent.
  const JsonValue* object(std::string_view key);
  const JsonValue* list(std::string_view key);

  // Keeps an error of the caller's own, at the field.
  void fail(std::string_view key, std::string what);
  void fail(ParseError error);

  const std::optional<ParseError>& error() const { return error_; }
  std::string pointer_to(std::string_view key) const;

  // The fields that nobody asked for, each with the nearest that somebody did.
  std::vector<std::string> unknown_fields() const;

 private:
  const JsonValue* find(std::string_view key);
  const JsonValue* find(std::string_view key, JsonKind kind, std::string_view expected);
  bool check_text(const std::string& text,
                  const std::string& pointer,
                  std::size_t max_length,
                  bool one_line);
  std::string line_of(const JsonValue& value, const std::string& pointer, std::size_t max_length);

  const JsonValue& value_;
  std::string pointer_;
  std::vector<std::string> asked_;
  std::optional<ParseError> error_;
};

}  // namespace muster
