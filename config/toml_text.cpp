#include "config/toml_text.h"

#include "config/problems.h"
#include "core/text.h"

#include <algorithm>

#include <fmt/format.h>

namespace muster {
namespace {

// The offset behind the string that starts at `begin` with a quote; the end of the text where it is
// not closed.
std::size_t skip_string(std::string_view text, std::size_t begin) {
  const char quote = text[begin];
  const std::string_view three = quote == '"' ? R"(""")" : "'''";
  const bool many_lines = text.substr(begin).starts_with(three);
  const bool escapes = quote == '"';
  std::size_t at = begin + (many_lines ? 3 : 1);
  while (at < text.size()) {
    if (escapes && text[at] == '\\') {
      at += 2;
    } else if (many_lines && text.substr(at).starts_with(three)) {
      at += 3;
      // Up to two quotes more may belong to the content: """"quoted"""".
      for (int extra = 0; extra < 2 && at < text.size() && text[at] == quote; ++extra) {
        ++at;
      }
      return at;
    } else if (!many_lines && (text[at] == quote || text[at] == '\n')) {
      return at + 1;
    } else {
      ++at;
    }
  }
  return text.size();
}

}  // namespace

std::optional<std::size_t> find_too_deep(std::string_view text) {
  int brackets = 0;
  int dots = 0;
  std::size_t at = 0;
  while (at < text.size()) {
    switch (text[at]) {
      case '"':
      case '\'':
        at = skip_string(text, at);
        continue;
      case '#':
        at = std::min(text.find('\n', at), text.size());
        continue;
      case '[':
      case '{':
        ++brackets;
        dots = 0;
        break;
      case ']':
      case '}':
        --brackets;
        dots = 0;
        break;
      case '.':
        ++dots;
        break;
      case '=':
      case ',':
      case '\n':
        dots = 0;
        break;
      default:
        break;
    }
    if (brackets > kMaxTomlDepth || dots >= kMaxTomlDepth) {
      return at;
    }
    ++at;
  }
  return std::nullopt;
}

std::optional<Problem> find_toml_fault(std::string_view text, std::string_view file) {
  constexpr std::size_t kMaxBytes = 1'000'000;
  if (text.size() > kMaxBytes) {
    return Problem{
        std::string(file),
        0,
        0,
        "",
        fmt::format(
            "is {} long; at most {} are read", format_bytes(text.size()), format_bytes(kMaxBytes))};
  }
  const auto fault_at = [&](std::size_t offset, std::string what) {
    const TextPlace place = place_of(text, offset);
    return Problem{std::string(file), place.line, place.column, "", std::move(what)};
  };
  if (const auto offset = find_invalid_utf8(text)) {
    return fault_at(*offset,
                    fmt::format("the byte 0x{:02x} is not valid UTF-8; save the file as UTF-8",
                                static_cast<unsigned char>(text[*offset])));
  }
  if (const auto offset = find_too_deep(text)) {
    return fault_at(*offset, fmt::format("nested deeper than {} levels", kMaxTomlDepth));
  }
  return std::nullopt;
}

}  // namespace muster
