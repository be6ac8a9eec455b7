#include "config/toml_depth.h"

#include <algorithm>

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

}  // namespace muster
