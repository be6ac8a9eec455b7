#include "extractors/surveys/csv_profile.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <utility>

namespace muster {
namespace {

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

// Is the cell one of the words, which are in lower case? Asked of every cell, so it allocates
// nothing.
bool is_word_of(std::string_view cell, const auto& words) {
  return std::any_of(words.begin(), words.end(), [&](std::string_view word) {
    return word.size() == cell.size() &&
           std::equal(word.begin(), word.end(), cell.begin(), [](char a, char b) {
             return a == lower(b);
           });
  });
}

}  // namespace

void ValueCounts::add(std::string_view value) {
  constexpr std::size_t kLongestValue = 300;
  auto found = value.size() > kLongestValue ? counts_.end() : counts_.find(value);
  if (found == counts_.end()) {
    if (value.size() > kLongestValue || counts_.size() == limit_) {
      overflowed_ = true;
      return;
    }
    found = counts_.emplace(std::string(value), Entry{0, counts_.size()}).first;
  }
  ++found->second.count;
}

std::vector<std::pair<std::string, std::size_t>> ValueCounts::in_order() const {
  std::vector<std::pair<std::string, std::size_t>> out(counts_.size());
  for (const auto& [value, entry] : counts_) {
    out[entry.order] = {value, entry.count};
  }
  return out;
}

std::optional<double> survey_number(std::string_view text) {
  constexpr std::size_t kLongest = 18;
  if (text.empty() || text.size() > kLongest ||
      text.find_first_not_of("+-.0123456789") != std::string_view::npos) {
    return std::nullopt;
  }
  if (text[0] == '+') {
    text.remove_prefix(1);
  }
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() ? std::optional(value)
                                                                  : std::nullopt;
}

bool says_not_applicable(std::string_view cell) {
  static constexpr auto kWords = std::to_array<std::string_view>({"n/a", "#n/a", "not applicable"});
  return cell.size() <= 14 && is_word_of(cell, kWords);
}

bool marks_choice(std::string_view cell) {
  static constexpr auto kWords =
      std::to_array<std::string_view>({"1", "yes", "y", "true", "x", "checked", "selected"});
  return cell.size() <= 8 && is_word_of(cell, kWords);
}

bool marks_no_choice(std::string_view cell) {
  static constexpr auto kWords =
      std::to_array<std::string_view>({"0", "no", "n", "false", "unchecked", "not selected"});
  return cell.size() <= 12 && is_word_of(cell, kWords);
}

ColumnProfile::ColumnProfile(std::string zone, std::size_t label_limit, std::size_t part_limit)
    : labels(label_limit), parts(part_limit), times(std::move(zone)) {}

void ColumnProfile::see(std::string_view cell, std::string_view label) {
  ++filled;
  if (says_not_applicable(cell)) {
    ++not_applicable;
    return;
  }
  if (cell == "-99") {
    ++minus_99;
    return;
  }
  longest = std::max(longest, cell.size());
  own_label += cell == label ? 1 : 0;
  marked += marks_choice(cell) ? 1 : 0;
  unmarked += marks_no_choice(cell) ? 1 : 0;
  if (const auto number = survey_number(cell)) {
    smallest = numbers == 0 ? *number : std::min(smallest, *number);
    largest = numbers == 0 ? *number : std::max(largest, *number);
    ++numbers;
    integers += std::floor(*number) == *number ? 1 : 0;
  } else if (times.looks_like_time() || times.seen() == 0) {
    times.see(cell);
  }
  labels.add(cell);
  if (cell.find(separator) != std::string_view::npos) {
    ++lists;
  }
  if (parts.limit() > 0 && !parts.overflowed() && numbers + not_applicable + minus_99 < filled) {
    for_each_piece(cell, separator, [&](std::string_view piece) { parts.add(piece); });
  }
}

}  // namespace muster
