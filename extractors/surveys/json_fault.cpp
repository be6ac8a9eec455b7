#include "extractors/surveys/json_fault.h"

#include "core/text.h"

#include <algorithm>
#include <vector>

namespace muster {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_hex(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

// A checker without recursion: `open_` holds the brackets that wait for their end.
class Checker {
 public:
  Checker(std::string_view text, std::size_t max_depth) : text_(text), max_depth_(max_depth) {}

  JsonFault run() {
    skip_space();
    if (at_end()) {
      return fault("the document is empty");
    }
    if (!value()) {
      return fault_;
    }
    while (!open_.empty()) {
      if (!next_member()) {
        return fault_;
      }
    }
    skip_space();
    return at_end() ? JsonFault{} : fault("there is more after the end of the document");
  }

 private:
  bool at_end() const { return position_ >= text_.size(); }
  char peek() const { return text_[position_]; }
  bool take(char c) {
    if (at_end() || peek() != c) {
      return false;
    }
    ++position_;
    return true;
  }
  void skip_space() {
    while (!at_end() && (peek() == ' ' || peek() == '\t' || peek() == '\n' || peek() == '\r')) {
      ++position_;
    }
  }
  JsonFault fault(std::string what) {
    fault_ = {position_, std::move(what)};
    return fault_;
  }
  bool fail(std::string what) {
    fault(std::move(what));
    return false;
  }

  bool value() {
    skip_space();
    if (at_end()) {
      return fail("the document ends where a value is expected");
    }
    switch (peek()) {
      case '{':
      case '[':
        return open();
      case '"':
        return string();
      case 't':
        return literal("true");
      case 'f':
        return literal("false");
      case 'n':
        return literal("null");
      default:
        return number();
    }
  }

  bool open() {
    if (open_.size() >= max_depth_) {
      return fail("nested deeper than " + std::to_string(max_depth_) + " levels");
    }
    open_.push_back(text_[position_++]);
    first_ = true;
    return true;
  }

  // One more member of the innermost bracket, or its end.
  bool next_member() {
    skip_space();
    const char bracket = open_.back();
    if (take(bracket == '{' ? '}' : ']')) {
      open_.pop_back();
      first_ = false;
      return true;
    }
    if (at_end()) {
      return fail(bracket == '{' ? "the document ends inside an object"
                                 : "the document ends inside an array");
    }
    if (!first_) {
      if (!take(',')) {
        return fail(bracket == '{' ? "',' or '}' is expected here" : "',' or ']' is expected here");
      }
      skip_space();
    }
    first_ = false;
    if (bracket == '{') {
      if (at_end() || peek() != '"') {
        return fail("a member name in quotes is expected here");
      }
      if (!string()) {
        return false;
      }
      skip_space();
      if (!take(':')) {
        return fail("':' is expected here");
      }
    }
    return value();
  }

  bool literal(std::string_view word) {
    if (text_.substr(position_, word.size()) != word) {
      return fail("not a JSON value");
    }
    position_ += word.size();
    return true;
  }

  bool string() {
    const std::size_t start = position_++;
    while (!at_end() && peek() != '"') {
      if (static_cast<unsigned char>(peek()) < 0x20) {
        return fail("a control character inside a string");
      }
      if (peek() == '\\' && !escape()) {
        return false;
      }
      ++position_;
    }
    if (at_end()) {
      position_ = start;
      return fail("the string that begins here is never closed");
    }
    ++position_;
    return true;
  }

  // Leaves the position on the last character of the escape.
  bool escape() {
    ++position_;
    if (at_end()) {
      return fail("the document ends inside a string");
    }
    if (peek() != 'u') {
      return std::string_view("\"\\/bfnrt").find(peek()) != std::string_view::npos ||
             fail("an unknown escape in a string");
    }
    for (int i = 0; i < 4; ++i) {
      ++position_;
      if (at_end() || !is_hex(peek())) {
        return fail("\\u needs four hexadecimal digits");
      }
    }
    return true;
  }

  bool digits() {
    const std::size_t start = position_;
    while (!at_end() && is_digit(peek())) {
      ++position_;
    }
    return position_ > start;
  }

  bool number() {
    take('-');
    if (!take('0') && !digits()) {
      return fail("not a JSON value");
    }
    if (take('.') && !digits()) {
      return fail("a number needs digits after its point");
    }
    if (!at_end() && (peek() == 'e' || peek() == 'E')) {
      ++position_;
      if (!take('+')) {
        take('-');
      }
      if (!digits()) {
        return fail("a number needs digits in its exponent");
      }
    }
    return true;
  }

  std::string_view text_;
  std::size_t max_depth_;
  std::size_t position_ = 0;
  std::vector<char> open_;
  bool first_ = true;
  JsonFault fault_;
};

}  // namespace

std::string line_and_column(std::string_view text, std::size_t offset) {
  const auto before = text.substr(0, std::min(offset, text.size()));
  const auto line = 1 + std::count(before.begin(), before.end(), '\n');
  const auto last = before.rfind('\n');
  const auto column = last == std::string_view::npos ? before.size() + 1 : before.size() - last;
  return "line " + std::to_string(line) + ", column " + std::to_string(column);
}

JsonFault find_json_fault(std::string_view text, std::size_t max_depth) {
  if (const auto bad = find_invalid_utf8(text)) {
    return {*bad, "not valid UTF-8"};
  }
  return Checker(text, max_depth).run();
}

}  // namespace muster
