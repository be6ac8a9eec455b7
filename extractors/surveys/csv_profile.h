#pragma once

#include "extractors/surveys/csv_times.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace muster {

struct TextHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const {
    return std::hash<std::string_view>{}(text);
  }
};

// Values with how often they came and which came first. Takes no new ones beyond its limit, nor
// values of more than 300 bytes.
class ValueCounts {
 public:
  explicit ValueCounts(std::size_t limit) : limit_(limit) {}

  void add(std::string_view value);
  std::size_t limit() const { return limit_; }
  bool overflowed() const { return overflowed_; }
  std::size_t distinct() const { return counts_.size(); }
  bool contains(std::string_view value) const { return counts_.find(value) != counts_.end(); }
  // In the order in which they came first.
  std::vector<std::pair<std::string, std::size_t>> in_order() const;

 private:
  struct Entry {
    std::size_t count = 0;
    std::size_t order = 0;
  };
  std::size_t limit_;
  bool overflowed_ = false;
  std::unordered_map<std::string, Entry, TextHash, std::equal_to<>> counts_;
};

// What stands between several choices in one cell where nobody says otherwise.
inline constexpr std::string_view kListSeparator = ", ";

// Calls `use` for the pieces of a cell between separators.
void for_each_piece(std::string_view cell, std::string_view separator, auto use) {
  for (std::size_t begin = 0; begin <= cell.size();) {
    const auto end = std::min(cell.find(separator, begin), cell.size());
    use(cell.substr(begin, end - begin));
    begin = end + separator.size();
  }
}

// A number as surveys write it ("7", "-1", "15.0"), nullopt for anything else (also for more than
// 18 characters).
std::optional<double> survey_number(std::string_view text);

bool says_not_applicable(std::string_view cell);  // "N/A", "#N/A", "Not applicable"
bool marks_choice(std::string_view cell);  // "1", "Yes", "Y", "TRUE", "X", "Checked", "Selected"
bool marks_no_choice(
    std::string_view cell);  // "0", "No", "N", "FALSE", "Not selected", "Unchecked"

// What the values of one column have in common. Empty cells are not counted.
struct ColumnProfile {
  ColumnProfile(std::string zone, std::size_t label_limit, std::size_t part_limit);

  // `label`: the column's own label, which multiple choice columns repeat.
  void see(std::string_view cell, std::string_view label);

  std::size_t filled = 0;
  std::size_t not_applicable = 0;
  std::size_t minus_99 = 0;
  std::size_t numbers = 0;   // without -99
  std::size_t integers = 0;  // of these
  double smallest = 0;
  double largest = 0;
  std::size_t own_label = 0;
  std::size_t marked = 0;
  std::size_t unmarked = 0;
  std::size_t longest = 0;                      // bytes
  std::string_view separator = kListSeparator;  // borrowed
  std::size_t lists = 0;                        // cells with it
  ValueCounts labels;
  ValueCounts parts;  // pieces between separators
  TimeColumn times;

  // Cells that hold an answer.
  std::size_t answers() const { return filled - not_applicable - minus_99; }
  bool all_integers() const { return answers() > 0 && integers == answers(); }
  bool all_numbers() const { return answers() > 0 && numbers == answers(); }
};

}  // namespace muster
