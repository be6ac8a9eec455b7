#include "extractors/text/json_place.h"

#include "core/text.h"

#include <algorithm>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace muster {
namespace {

constexpr int kAnyDepth = 1'000'000;

bool is_json_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_hex(char c) {
  return is_json_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

// Reads JSON without building anything; the nesting is kept in a vector and not on the stack.
class Scanner {
 public:
  Scanner(std::string_view json, int max_depth, std::optional<std::string_view> pointer)
      : json_(json), max_depth_(max_depth), pointer_(pointer) {}

  // False where the text is no JSON; problem() says why.
  bool run() {
    skip_blanks();
    if (at_ == json_.size()) {
      return fail("is empty; it should hold an object in braces");
    }
    if (!value()) {
      return false;
    }
    while (!open_.empty()) {
      if (!after_value()) {
        return false;
      }
    }
    skip_blanks();
    return at_ == json_.size() || fail("there is something after the end of the document");
  }

  const JsonProblem& problem() const { return problem_; }
  std::optional<std::size_t> found() const { return found_; }

 private:
  struct Level {
    bool is_object;
    std::size_t index;      // of the present element of a list
    std::size_t path_size;  // of path_ without the present element
  };

  bool fail(std::string what) { return fail_at(at_, std::move(what)); }
  bool fail_at(std::size_t offset, std::string what) {
    problem_ = {offset, std::move(what)};
    return false;
  }

  char peek() const { return at_ < json_.size() ? json_[at_] : '\0'; }
  bool starts_with(std::string_view text) const { return json_.substr(at_).starts_with(text); }

  void skip_blanks() {
    while (peek() == ' ' || peek() == '\t' || peek() == '\n' || peek() == '\r') {
      ++at_;
    }
  }

  // What stands here instead of what should, for a message.
  bool fail_expecting(std::string_view expected) {
    if (at_ == json_.size()) {
      return fail(fmt::format("ends too early: expected {}", expected));
    }
    if (starts_with("//") || starts_with("/*")) {
      return fail("JSON has no comments; remove it");
    }
    if (starts_with("\u201C") || starts_with("\u201D") || starts_with("\u201E")) {
      return fail("curly quotation marks; JSON needs straight ones (\")");
    }
    if (peek() == '\'') {
      return fail("single quotation marks; JSON needs double ones (\")");
    }
    std::size_t end = at_ + 1;
    while (end < json_.size() && (static_cast<unsigned char>(json_[end]) & 0xC0) == 0x80) {
      ++end;
    }
    return fail(
        fmt::format("expected {}, found '{}'", expected, printable(json_.substr(at_, end - at_))));
  }

  // The start of a value: a scalar is read whole, a list or object is opened.
  bool value() {
    if (pointer_ && path_ == *pointer_) {
      found_ = at_;
    }
    switch (peek()) {
      case '{':
        return open(true);
      case '[':
        return open(false);
      case '"':
        return text(nullptr);
      default:
        return is_json_digit(peek()) || peek() == '-' ? number() : word();
    }
  }

  bool open(bool is_object) {
    if (static_cast<int>(open_.size()) >= max_depth_) {
      return fail(fmt::format("more than {} lists and objects within each other", max_depth_));
    }
    open_.push_back({is_object, 0, path_.size()});
    ++at_;
    skip_blanks();
    if (peek() == (is_object ? '}' : ']')) {
      return true;  // after_value() closes it
    }
    return is_object ? member() : element();
  }

  bool element() {
    if (pointer_) {
      path_ += '/' + std::to_string(open_.back().index);
    }
    return value();
  }

  bool member() {
    if (peek() != '"') {
      return fail_expecting("a key in double quotation marks");
    }
    std::string key;
    if (!text(pointer_ ? &key : nullptr)) {
      return false;
    }
    if (pointer_) {
      path_ += '/' + pointer_part(key);
    }
    skip_blanks();
    if (peek() != ':') {
      return fail_expecting("':' after the key");
    }
    ++at_;
    skip_blanks();
    return value();
  }

  // After a value within a list or object: the next one, or its end.
  bool after_value() {
    skip_blanks();
    const bool is_object = open_.back().is_object;
    const char closing = is_object ? '}' : ']';
    path_.resize(open_.back().path_size);
    if (peek() == closing) {
      ++at_;
      open_.pop_back();
      return true;
    }
    if (peek() != ',') {
      return fail_expecting(is_object ? "',' or '}' after the value"
                                      : "',' or ']' after the value");
    }
    const std::size_t comma = at_++;
    skip_blanks();
    if (peek() == closing) {
      return fail_at(comma, "a comma too many: nothing follows it");
    }
    ++open_.back().index;
    return is_object ? member() : element();
  }

  bool word() {
    for (const std::string_view known : {"true", "false", "null"}) {
      if (starts_with(known)) {
        at_ += known.size();
        return true;
      }
    }
    return fail_expecting(
        "a value (text in double quotation marks, a number, true, false, null, [ or {)");
  }

  bool number() {
    const std::size_t begin = at_;
    at_ += peek() == '-' ? 1 : 0;
    if (!is_json_digit(peek())) {
      return fail_expecting("a digit");
    }
    const bool zero = peek() == '0';
    skip_digits();
    if (zero && is_json_digit(json_[at_ - 1]) && at_ - begin > (json_[begin] == '-' ? 2U : 1U)) {
      return fail_at(begin,
                     "a number may not begin with 0; write an id as text in quotation marks");
    }
    bool whole = true;
    if (peek() == '.') {
      whole = false;
      ++at_;
      if (!skip_digits()) {
        return fail_expecting("a digit after the point");
      }
    }
    if (peek() == 'e' || peek() == 'E') {
      whole = false;
      ++at_;
      at_ += peek() == '+' || peek() == '-' ? 1 : 0;
      if (!skip_digits()) {
        return fail_expecting("a digit in the exponent");
      }
    }
    return fits(json_.substr(begin, at_ - begin), whole) ||
           fail_at(begin, "the number is too large; write an id as text in quotation marks");
  }

  // What a parser of 64-bit numbers takes.
  static bool fits(std::string_view number, bool whole) {
    if (!whole) {
      const double value = std::strtod(std::string(number).c_str(), nullptr);
      return value < HUGE_VAL && value > -HUGE_VAL;
    }
    const bool negative = number.front() == '-';
    const std::string_view digits = number.substr(negative ? 1 : 0);
    const std::string_view largest = negative ? "9223372036854775808" : "18446744073709551615";
    return digits.size() < largest.size() || (digits.size() == largest.size() && digits <= largest);
  }

  bool skip_digits() {
    const std::size_t begin = at_;
    while (is_json_digit(peek())) {
      ++at_;
    }
    return at_ > begin;
  }

  bool text(std::string* into) {
    const std::size_t begin = at_++;
    while (peek() != '"' || at_ >= json_.size()) {
      if (at_ >= json_.size()) {
        return fail_at(begin, "this text is not closed by a quotation mark");
      }
      const char c = json_[at_];
      if (static_cast<unsigned char>(c) < 0x20) {
        return fail(c == '\n' || c == '\r' ? "a line break within a text; write it as \\n"
                                           : "a control character within a text");
      }
      if (c == '\\') {
        if (!escape(into)) {
          return false;
        }
      } else {
        if (into != nullptr) {
          into->push_back(c);
        }
        ++at_;
      }
    }
    ++at_;
    return true;
  }

  bool escape(std::string* into) {
    const char kind = at_ + 1 < json_.size() ? json_[at_ + 1] : '\0';
    constexpr std::string_view kEscapes = "\"\\/bfnrt";
    constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
    const std::size_t index = kEscapes.find(kind);
    if (kind != '\0' && index != std::string_view::npos) {
      if (into != nullptr) {
        into->push_back(kMeanings[index]);
      }
      at_ += 2;
      return true;
    }
    const int unit = kind == 'u' ? hex_unit(at_) : -1;
    if (unit < 0) {
      return fail(R"(not an escape of JSON; a backslash itself is written \\)");
    }
    if (unit >= 0xDC00 && unit <= 0xDFFF) {
      return fail("half a character: the second half of a surrogate pair without the first");
    }
    at_ += 6;
    if (unit >= 0xD800 && unit <= 0xDBFF) {
      const int second = hex_unit(at_);
      if (second < 0xDC00 || second > 0xDFFF) {
        return fail_at(at_ - 6,
                       "half a character: the first half of a surrogate pair without the second");
      }
      at_ += 6;
    }
    // Our keys are ASCII; another character only has to make the key a different one.
    if (into != nullptr) {
      into->push_back(unit < 0x80 ? static_cast<char>(unit) : '?');
    }
    return true;
  }

  // The value of \uXXXX at the offset, -1 where none is.
  int hex_unit(std::size_t at) const {
    if (!json_.substr(std::min(at, json_.size())).starts_with("\\u") || at + 6 > json_.size() ||
        !std::all_of(json_.begin() + static_cast<std::ptrdiff_t>(at) + 2,
                     json_.begin() + static_cast<std::ptrdiff_t>(at) + 6,
                     is_hex)) {
      return -1;
    }
    return static_cast<int>(std::strtol(std::string(json_.substr(at + 2, 4)).c_str(), nullptr, 16));
  }

  std::string_view json_;
  int max_depth_;
  std::optional<std::string_view> pointer_;
  std::size_t at_ = 0;
  std::vector<Level> open_;
  std::string path_;  // JSON pointer of the present value; only kept where one is looked for
  std::optional<std::size_t> found_;
  JsonProblem problem_;
};

}  // namespace

std::optional<JsonProblem> find_json_problem(std::string_view json, int max_depth) {
  Scanner scanner(json, max_depth, std::nullopt);
  return scanner.run() ? std::nullopt : std::optional(scanner.problem());
}

std::optional<std::size_t> find_json_pointer(std::string_view json, std::string_view pointer) {
  Scanner scanner(json, kAnyDepth, pointer);
  scanner.run();
  return scanner.found();
}

std::string line_and_column(std::string_view text, std::size_t offset) {
  const std::string_view before = text.substr(0, offset);
  const auto line = std::count(before.begin(), before.end(), '\n') + 1;
  const std::size_t line_begin =
      before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1;
  return fmt::format("line {}, column {}", line, count_code_points(before.substr(line_begin)) + 1);
}

std::string pointer_part(std::string_view key) {
  std::string part;
  for (const char c : key) {
    if (c == '~') {
      part += "~0";
    } else if (c == '/') {
      part += "~1";
    } else {
      part += c;
    }
  }
  return part;
}

}  // namespace muster
