#include "extractors/text/json_fields.h"

#include "core/text.h"
#include "extractors/text/json_place.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include <fmt/format.h>

namespace muster {
namespace {

// What stands there instead, for a message.
std::string found(const JsonValue& value) {
  return fmt::format("found {}", value.kind == JsonKind::null ? "null" : to_string(value.kind));
}

std::string shortened(std::string_view text) {
  constexpr std::size_t kShown = 60;
  const std::string safe = printable(text);
  return safe.size() <= kShown ? safe : sanitize_utf8(safe.substr(0, kShown)) + "...";
}

}  // namespace

JsonFields::JsonFields(const JsonValue& value, std::string pointer)
    : value_(value), pointer_(std::move(pointer)) {
  if (value.kind != JsonKind::object) {
    fail({pointer_, fmt::format("expected an object in braces, {}", found(value))});
  }
}

std::string JsonFields::pointer_to(std::string_view key) const {
  return pointer_ + '/' + pointer_part(key);
}

void JsonFields::fail(std::string_view key, std::string what) {
  fail({pointer_to(key), std::move(what)});
}

void JsonFields::fail(ParseError error) {
  if (!error_) {
    error_ = std::move(error);
  }
}

const JsonValue* JsonFields::find(std::string_view key) {
  asked_.emplace_back(key);
  const JsonValue* value = nullptr;
  for (const auto& [name, member] : value_.members) {
    if (name != key) {
      continue;
    }
    if (value != nullptr) {
      fail(key, fmt::format("'{}' is there twice; leave one out", key));
      return nullptr;
    }
    value = &member;
  }
  return error_ || value == nullptr || value->kind == JsonKind::null ? nullptr : value;
}

const JsonValue* JsonFields::find(std::string_view key, JsonKind kind, std::string_view expected) {
  const JsonValue* value = find(key);
  if (value != nullptr && value->kind != kind) {
    fail(key, fmt::format("expected {}, {}", expected, found(*value)));
    return nullptr;
  }
  return value;
}

bool JsonFields::check_text(const std::string& text,
                            const std::string& pointer,
                            std::size_t max_length,
                            bool one_line) {
  if (text.find('\0') != std::string::npos) {
    fail({pointer, "has a NUL character in it; remove it"});
    return false;
  }
  if (text.size() > max_length && count_code_points(text) > max_length) {
    fail({pointer,
          fmt::format(
              "has {} characters; at most {} are taken", count_code_points(text), max_length)});
    return false;
  }
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; };
  if (one_line && std::any_of(text.begin(), text.end(), is_control)) {
    fail({pointer, "must be one line without control characters"});
    return false;
  }
  return true;
}

std::string JsonFields::text(std::string_view key, std::size_t max_length) {
  const JsonValue* value = find(key, JsonKind::text, "text in quotation marks");
  return value != nullptr && check_text(value->text, pointer_to(key), max_length, false)
             ? value->text
             : std::string();
}

std::string JsonFields::line_of(const JsonValue& value,
                                const std::string& pointer,
                                std::size_t max_length) {
  if (value.kind == JsonKind::integer) {
    return value.text;
  }
  if (value.kind != JsonKind::text) {
    fail({pointer,
          fmt::format("expected text in quotation marks, {}",
                      value.kind == JsonKind::decimal ? "found a number that is not whole"
                                                      : found(value))});
    return "";
  }
  const std::string line(trim(value.text));
  return check_text(line, pointer, max_length, true) ? line : std::string();
}

std::string JsonFields::line(std::string_view key, std::size_t max_length) {
  const JsonValue* value = find(key);
  return value == nullptr ? std::string() : line_of(*value, pointer_to(key), max_length);
}

std::vector<std::string> JsonFields::lines(std::string_view key,
                                           std::size_t max_count,
                                           std::size_t max_length) {
  std::vector<std::string> lines;
  const JsonValue* value = find(key);
  if (value == nullptr) {
    return lines;
  }
  if (value->kind != JsonKind::list && value->kind != JsonKind::text) {
    fail(key, fmt::format("expected a list of texts, {}", found(*value)));
    return lines;
  }
  if (value->items.size() > max_count) {
    fail(key, fmt::format("has {} entries; at most {} are taken", value->items.size(), max_count));
    return lines;
  }
  const auto add = [&](const JsonValue& item, const std::string& pointer) {
    std::string line = line_of(item, pointer, max_length);
    if (!line.empty()) {
      lines.push_back(std::move(line));
    }
  };
  if (value->kind == JsonKind::text) {
    add(*value, pointer_to(key));
  }
  for (std::size_t i = 0; i < value->items.size() && !error_; ++i) {
    add(value->items[i], fmt::format("{}/{}", pointer_to(key), i));
  }
  return error_ ? std::vector<std::string>() : lines;
}

bool JsonFields::flag(std::string_view key) {
  const JsonValue* value = find(key, JsonKind::boolean, "true or false (without quotation marks)");
  return value != nullptr && value->flag;
}

std::optional<bool> JsonFields::optional_flag(std::string_view key) {
  const JsonValue* value = find(key, JsonKind::boolean, "true or false (without quotation marks)");
  return value == nullptr ? std::nullopt : std::optional(value->flag);
}

std::uint64_t JsonFields::count(std::string_view key) {
  const JsonValue* value = find(key, JsonKind::integer, "a whole number");
  if (value == nullptr) {
    return 0;
  }
  std::uint64_t number = 0;
  const char* end = value->text.data() + value->text.size();
  if (std::from_chars(value->text.data(), end, number).ptr != end) {
    fail(key, "expected a whole number from 0 on");
  }
  return number;
}

const JsonValue* JsonFields::object(std::string_view key) {
  return find(key, JsonKind::object, "an object in braces");
}

const JsonValue* JsonFields::list(std::string_view key) {
  return find(key, JsonKind::list, "a list in brackets");
}

std::vector<std::string> JsonFields::unknown_fields() const {
  std::vector<std::string> unknown;
  for (const auto& [name, member] : value_.members) {
    if (std::find(asked_.begin(), asked_.end(), name) == asked_.end()) {
      unknown.push_back(fmt::format("{}: unknown field, left out{}",
                                    shortened(pointer_to(name)),
                                    did_you_mean(shortened(name), asked_)));
    }
  }
  return unknown;
}

}  // namespace muster
