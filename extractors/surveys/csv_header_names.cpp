#include "extractors/surveys/csv_header_names.h"

#include "core/text.h"

#include <algorithm>

namespace muster {
namespace {

bool is_name_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_word(char c) {
  return is_name_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

// Takes "_3", "_-1" or "_x1" off the end; the number that was there, empty where there is none.
std::string take_number(std::string_view& name) {
  const auto bar = name.rfind('_');
  if (bar == std::string_view::npos || bar == 0 || bar + 1 == name.size()) {
    return "";
  }
  auto number = name.substr(bar + 1);
  const auto digits = number.substr(number[0] == '-' || number[0] == 'x' ? 1 : 0);
  if (digits.empty() || !std::all_of(digits.begin(), digits.end(), is_name_digit)) {
    return "";
  }
  name = name.substr(0, bar);
  return std::string(number);
}

}  // namespace

std::optional<std::string> import_id(std::string_view cell) {
  cell = trim(cell);
  if (!cell.starts_with('{') || !cell.ends_with('}')) {
    return std::nullopt;
  }
  constexpr std::string_view kKey = "ImportId";
  const auto key = cell.find(kKey);
  if (key == std::string_view::npos || key < 2 || key > 4) {
    return std::nullopt;
  }
  const char quote = cell[key - 1];
  const auto colon = cell.find(':', key + kKey.size());
  const auto open = colon == std::string_view::npos ? colon : cell.find(quote, colon);
  const auto close = open == std::string_view::npos ? open : cell.find(quote, open + 1);
  if ((quote != '"' && quote != '\'') || close == std::string_view::npos) {
    return std::nullopt;
  }
  std::string id(cell.substr(open + 1, close - open - 1));
  // The two generations of the export write the same id as QID2-TEXT and QID2_TEXT; a negative
  // choice is QID2--1.
  for (std::size_t i = 1; i < id.size(); ++i) {
    if (id[i] == '-' && id[i - 1] != '_' && id.starts_with("QID")) {
      id[i] = '_';
    }
  }
  return id;
}

QualtricsName split_qualtrics(std::string_view name) {
  QualtricsName split;
  constexpr std::string_view kText = "_TEXT";
  if (name.ends_with(kText)) {
    split.is_text = true;
    name.remove_suffix(kText.size());
  }
  for (auto number = take_number(name); !number.empty(); number = take_number(name)) {
    split.part = split.part.empty() ? number : number + "_" + split.part;
  }
  split.group = name;
  return split;
}

std::optional<LimeSurveyName> split_limesurvey(std::string_view header) {
  header = trim(header);
  LimeSurveyName split;
  std::size_t end = 0;
  while (end < header.size() && is_word(header[end])) {
    ++end;
  }
  if (end == 0 || is_name_digit(header[0])) {
    return std::nullopt;
  }
  split.code = header.substr(0, end);
  auto rest = header.substr(end);
  while (rest.starts_with('[')) {
    const auto close = rest.find(']');
    if (close == std::string_view::npos) {
      return std::nullopt;
    }
    split.part += (split.part.empty() ? "" : "/") + std::string(rest.substr(1, close - 1));
    rest = rest.substr(close + 1);
  }
  if (rest.empty()) {
    return split;
  }
  const std::size_t separator = rest.starts_with("._.") ? 3 : rest.starts_with(". ") ? 2 : 0;
  if (separator == 0) {
    return std::nullopt;
  }
  split.has_separator = true;
  split.title = trim(rest.substr(separator));
  if (!split.part.empty() && split.title.ends_with(']')) {
    // The bracket that the last one closes: labels may hold brackets themselves.
    std::size_t open = split.title.size();
    for (int depth = 0; open > 0;) {
      const char c = split.title[--open];
      depth += c == ']' ? 1 : c == '[' ? -1 : 0;
      if (depth == 0) {
        break;
      }
    }
    if (split.title[open] == '[') {
      split.part_title = split.title.substr(open + 1, split.title.size() - open - 2);
      split.title = std::string(trim(std::string_view(split.title).substr(0, open)));
    }
  }
  return split;
}

}  // namespace muster
