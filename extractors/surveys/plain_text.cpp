#include "extractors/surveys/plain_text.h"

#include "core/text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <optional>
#include <utility>

namespace muster {
namespace {

constexpr std::string_view kEllipsis = "…";

bool is_tag_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_space(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}

// Removes tags. A '<' that opens no tag ("< 5 years") stays.
std::string without_tags(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool opens = text[i] == '<' && i + 1 < text.size() &&
                       (is_tag_letter(text[i + 1]) || text[i + 1] == '/' || text[i + 1] == '!');
    const auto end = opens ? text.find('>', i) : std::string_view::npos;
    if (end == std::string_view::npos) {
      out += text[i];
      continue;
    }
    out += ' ';
    i = end;
  }
  return out;
}

constexpr auto kEntities = std::to_array<std::pair<std::string_view, std::uint32_t>>({
    {"amp", '&'},      {"lt", '<'},       {"gt", '>'},        {"quot", '"'},     {"apos", '\''},
    {"nbsp", 0xA0},    {"copy", 0xA9},    {"reg", 0xAE},      {"trade", 0x2122}, {"euro", 0x20AC},
    {"pound", 0xA3},   {"ndash", 0x2013}, {"mdash", 0x2014},  {"lsquo", 0x2018}, {"rsquo", 0x2019},
    {"ldquo", 0x201C}, {"rdquo", 0x201D}, {"hellip", 0x2026}, {"bull", 0x2022},  {"middot", 0xB7},
    {"agrave", 0xE0},  {"aacute", 0xE1},  {"acirc", 0xE2},    {"atilde", 0xE3},  {"auml", 0xE4},
    {"aring", 0xE5},   {"ccedil", 0xE7},  {"egrave", 0xE8},   {"eacute", 0xE9},  {"ecirc", 0xEA},
    {"iacute", 0xED},  {"ntilde", 0xF1},  {"oacute", 0xF3},   {"ocirc", 0xF4},   {"ouml", 0xF6},
    {"uacute", 0xFA},  {"uuml", 0xFC},    {"szlig", 0xDF},    {"Auml", 0xC4},    {"Ouml", 0xD6},
    {"Uuml", 0xDC},    {"Eacute", 0xC9},  {"iquest", 0xBF},   {"iexcl", 0xA1},
});

std::optional<std::uint32_t> entity_code(std::string_view name) {
  if (name.size() > 1 && name[0] == '#') {
    const bool hex = name[1] == 'x' || name[1] == 'X';
    const auto digits = name.substr(hex ? 2 : 1);
    std::uint32_t code = 0;
    const auto [end, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), code, hex ? 16 : 10);
    if (error != std::errc() || end != digits.data() + digits.size()) {
      return std::nullopt;
    }
    return code;
  }
  const auto found = std::find_if(
      kEntities.begin(), kEntities.end(), [&](const auto& entity) { return entity.first == name; });
  return found == kEntities.end() ? std::nullopt : std::optional(found->second);
}

std::string with_entities_decoded(std::string_view text) {
  constexpr std::size_t kLongestName = 10;
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '&') {
      const auto end = text.substr(i, kLongestName + 2).find(';');
      if (end != std::string_view::npos) {
        if (const auto code = entity_code(text.substr(i + 1, end - 1))) {
          append_utf8(out, *code);
          i += end;
          continue;
        }
      }
    }
    out += text[i];
  }
  return out;
}

// LimeSurvey writes {TOKEN:FIRSTNAME} and {Q1.shown}; a word in braces with lower-case letters only
// is left alone.
bool is_placeholder(std::string_view inside) {
  return !inside.empty() && inside.size() <= 80 && is_tag_letter(inside[0]) &&
         inside.find_first_of(":.") != std::string_view::npos &&
         inside.find(' ') == std::string_view::npos;
}

// Length of the piped reference that `text` begins with, 0 where it begins with none.
std::size_t piped_length(std::string_view text) {
  if (text.starts_with("{{")) {
    const auto end = text.find("}}");
    return end == std::string_view::npos ? 0 : end + 2;
  }
  if (text.starts_with("${")) {
    const auto end = text.find('}');
    return end == std::string_view::npos ? 0 : end + 1;
  }
  if (text.starts_with("{")) {
    const auto end = text.find('}');
    return end != std::string_view::npos && is_placeholder(text.substr(1, end - 1)) ? end + 1 : 0;
  }
  return 0;
}

std::string without_piping(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t length = text[i] == '{' || text[i] == '$' ? piped_length(text.substr(i)) : 0;
    if (length > 0) {
      out += kEllipsis;
      i += length;
    } else {
      out += text[i++];
    }
  }
  return out;
}

// "[text](url)" gives "text". nullopt where no link begins.
std::optional<std::pair<std::string_view, std::size_t>> markdown_link(std::string_view text) {
  const auto close = text.find(']');
  if (close == std::string_view::npos || close + 1 >= text.size() || text[close + 1] != '(') {
    return std::nullopt;
  }
  const auto end = text.find(')', close);
  if (end == std::string_view::npos) {
    return std::nullopt;
  }
  return std::pair(text.substr(1, close - 1), end + 1);
}

// A star or underscore is emphasis at the edge of a word only: "2 * 3" and "snake_case" keep
// theirs.
bool is_emphasis(std::string_view text, std::size_t i) {
  const char mark = text[i];
  const bool opens =
      (i == 0 || (text[i - 1] & 0x80) == 0) && i + 1 < text.size() && !is_space(text[i + 1]) &&
      (i == 0 || !(is_tag_letter(text[i - 1]) || (text[i - 1] >= '0' && text[i - 1] <= '9')));
  const bool closes = i > 0 && !is_space(text[i - 1]) &&
                      (i + 1 == text.size() ||
                       !(is_tag_letter(text[i + 1]) || (text[i + 1] >= '0' && text[i + 1] <= '9')));
  if (opens && text.find(mark, i + 1) != std::string_view::npos) {
    return true;
  }
  return closes && text.substr(0, i).find(mark) != std::string_view::npos;
}

std::string without_markdown(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    if (text[i] == '[') {
      if (const auto link = markdown_link(text.substr(i))) {
        out += link->first;
        i += link->second;
        continue;
      }
    }
    if ((text[i] == '*' || text[i] == '_') && is_emphasis(text, i)) {
      ++i;
      continue;
    }
    out += text[i++];
  }
  return out;
}

std::string on_one_line(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  bool pending = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool no_break = text.substr(i).starts_with("\xC2\xA0");
    if (no_break || is_space(text[i])) {
      i += no_break ? 1 : 0;
      pending = true;
      continue;
    }
    if (pending && !out.empty()) {
      out += ' ';
    }
    pending = false;
    out += text[i];
  }
  return out;
}

// Most labels are one or two words without anything to clean; exports repeat them with every
// answer.
bool is_plain(std::string_view text) {
  return !text.empty() && !is_space(text.front()) && !is_space(text.back()) &&
         text.find("  ") == std::string_view::npos &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return is_tag_letter(c) || (c >= '0' && c <= '9') || c == ' ' || c == '-' || c == '.' ||
                  c == ',';
         });
}

}  // namespace

std::string plain_title(std::string_view text, Markup markup) {
  if (is_plain(text)) {
    return std::string(text);
  }
  std::string out = markup == Markup::html ? without_tags(text) : std::string(text);
  out = without_piping(out);
  if (markup == Markup::markdown) {
    out = without_markdown(out);
  }
  return on_one_line(sanitize_utf8(with_entities_decoded(out)));
}

bool asks_recommendation(std::string_view title) {
  static constexpr auto kWords = std::to_array<std::string_view>({"recommend",
                                                                  "net promoter",
                                                                  "recomend",
                                                                  "recomiend",
                                                                  "empfehl",
                                                                  "weiterempf",
                                                                  "recommand",
                                                                  "consiglier",
                                                                  "raccomand",
                                                                  "aanbeve"});
  const std::string lower = to_lower_ascii(title);
  const auto names_it = [&](std::string_view word) {
    return lower.find(word) != std::string::npos;
  };
  if (std::any_of(kWords.begin(), kWords.end(), names_it)) {
    return true;
  }
  // "NPS" as a word of its own, also as a column name: "Q5_NPS".
  for (auto at = lower.find("nps"); at != std::string::npos; at = lower.find("nps", at + 1)) {
    const bool begins = at == 0 || !is_tag_letter(lower[at - 1]);
    const bool ends = at + 3 == lower.size() || !is_tag_letter(lower[at + 3]);
    if (begins && ends) {
      return true;
    }
  }
  return false;
}

}  // namespace muster
