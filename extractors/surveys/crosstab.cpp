#include "extractors/surveys/crosstab.h"

#include "extractors/surveys/comparison.h"
#include "extractors/surveys/statistics.h"

#include <algorithm>
#include <cctype>
#include <set>
#include <unordered_map>

#include <fmt/format.h>

namespace muster {
namespace {

// A table with more labels on a side can't be read by anybody; the rarest are put together.
constexpr std::size_t kMostAxisLabels = 200;
constexpr const char* kRest = "(other)";
// Letters for more columns say nothing: nearly every pair differs, or none.
constexpr std::size_t kMostTestedColumns = 30;
constexpr double kHighlySignificant = 0.001;

// Labels in the order in which they come first, each with its place in the table.
struct Axis {
  std::vector<std::string> labels;
  std::unordered_map<std::string, std::size_t> places;
  bool cut = false;
};

// `order`: those that come before all others, where they occur.
Axis make_axis(const std::vector<std::string>& occurrences, const std::vector<std::string>& order) {
  std::unordered_map<std::string, std::size_t> counts;
  std::vector<std::string> labels;
  for (const auto& label : occurrences) {
    if (counts[label]++ == 0) {
      labels.push_back(label);
    }
  }
  const auto rank = [&](const std::string& label) {
    return std::find(order.begin(), order.end(), label) - order.begin();
  };
  std::stable_sort(labels.begin(), labels.end(), [&](const auto& a, const auto& b) {
    return rank(a) < rank(b);
  });
  Axis axis;
  if (labels.size() > kMostAxisLabels) {
    std::stable_sort(labels.begin(), labels.end(), [&](const auto& a, const auto& b) {
      return counts[a] > counts[b];
    });
    axis.cut = true;
  }
  for (const auto& label : labels) {
    const std::size_t place = std::min(axis.places.size(), kMostAxisLabels - 1);
    axis.places.emplace(label, axis.cut ? place : axis.labels.size());
    if (!axis.cut || place < kMostAxisLabels - 1) {
      axis.labels.push_back(label);
    }
  }
  if (axis.cut) {
    axis.labels.emplace_back(kRest);
  }
  return axis;
}

// 0 -> "a", 25 -> "z", 26 -> "aa".
std::string column_letter(std::size_t column) {
  std::string letter;
  for (std::size_t i = column + 1; i > 0; i = (i - 1) / 26) {
    letter.insert(letter.begin(), static_cast<char>('a' + (i - 1) % 26));
  }
  return letter;
}

std::string upper(std::string text) {
  std::ranges::transform(
      text, text.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return text;
}

void test_independence(Crosstab& table, const std::vector<std::vector<double>>& counts) {
  if (table.rows.size() < 2 || table.columns.size() < 2) {
    table.notes.push_back("no test: it needs at least two rows and two columns");
    return;
  }
  const auto test = chi_square_test(counts);
  table.degrees_of_freedom = test.degrees_of_freedom;
  // Cochran's rule (Biometrics 10 (1954) 417).
  constexpr double kMostSmall = 0.2;
  if (test.small_expected_share > kMostSmall) {
    table.notes.push_back(fmt::format(
        "no test: {:.0f} % of the cells have an expected count below 5, more than a fifth",
        100 * test.small_expected_share));
    return;
  }
  table.chi_square = test.statistic;
  table.p_value = test.p_value;
}

struct ComparedPair {
  std::size_t row;
  std::size_t higher;
  std::size_t lower;
};

// Puts the letters: two-proportion tests of all pairs of columns with a large enough base.
void compare_columns(Crosstab& table, double confidence) {
  if (table.columns.size() > kMostTestedColumns) {
    table.notes.push_back(
        fmt::format("no letters: there are more than {} columns", kMostTestedColumns));
    return;
  }
  std::vector<ComparedPair> pairs;
  std::vector<double> p_values;
  for (std::size_t row = 0; row < table.rows.size(); ++row) {
    const auto& cells = table.cells[row];
    for (std::size_t a = 0; a < cells.size(); ++a) {
      for (std::size_t b = a + 1; b < cells.size(); ++b) {
        if (table.columns[a].small_base || table.columns[b].small_base) {
          continue;
        }
        if (const auto test = two_proportion_test(cells[a].share,
                                                  table.columns[a].effective_n,
                                                  cells[b].share,
                                                  table.columns[b].effective_n)) {
          pairs.push_back(test->z > 0 ? ComparedPair{row, a, b} : ComparedPair{row, b, a});
          p_values.push_back(test->p_value);
        }
      }
    }
  }
  const auto adjusted = adjust_false_discovery(p_values);
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    if (adjusted[i] < 1 - confidence) {
      const std::string& letter = table.columns[pairs[i].lower].letter;
      std::string& above = table.cells[pairs[i].row][pairs[i].higher].above;
      above +=
          (above.empty() ? "" : " ") + (adjusted[i] < kHighlySignificant ? upper(letter) : letter);
    }
  }
}

// Counts and sums of weights; a respondent stands in a row once.
void count_respondents(Crosstab& table,
                       std::span<const CrosstabRespondent> respondents,
                       const Axis& rows,
                       const Axis& columns,
                       std::vector<std::vector<double>>& weights,
                       bool& several) {
  std::vector<WeightSum> sums(table.columns.size());
  for (const auto& one : respondents) {
    const std::size_t column = columns.places.at(one.column);
    ++table.columns[column].n;
    sums[column].add(one.weight);
    std::set<std::size_t> places;
    for (const auto& label : one.rows) {
      places.insert(rows.places.at(label));
    }
    several = several || one.rows.size() > 1;
    for (const std::size_t row : places) {
      ++table.cells[row][column].count;
      weights[row][column] += one.weight;
    }
  }
  for (std::size_t c = 0; c < sums.size(); ++c) {
    table.columns[c].weighted_n = sums[c].sum;
    table.columns[c].effective_n = sums[c].effective_n();
    for (std::size_t r = 0; r < table.rows.size(); ++r) {
      table.cells[r][c].share = sums[c].sum > 0 ? weights[r][c] / sums[c].sum : 0;
    }
  }
}

}  // namespace

Crosstab crosstab(std::string row_question,
                  std::string column_question,
                  std::span<const CrosstabRespondent> respondents,
                  const CrosstabOptions& options) {
  std::vector<std::string> row_labels;
  std::vector<std::string> column_labels;
  WeightSum all;
  for (const auto& one : respondents) {
    row_labels.insert(row_labels.end(), one.rows.begin(), one.rows.end());
    column_labels.push_back(one.column);
    all.add(one.weight);
  }
  const Axis rows = make_axis(row_labels, options.row_order);
  const Axis columns = make_axis(column_labels, options.column_order);
  Crosstab table;
  table.row_question = std::move(row_question);
  table.column_question = std::move(column_question);
  table.rows = rows.labels;
  for (std::size_t c = 0; c < columns.labels.size(); ++c) {
    table.columns.push_back({columns.labels[c], column_letter(c)});
  }
  table.cells.assign(table.rows.size(), std::vector<CrosstabCell>(table.columns.size()));
  std::vector<std::vector<double>> weights(table.rows.size(),
                                           std::vector<double>(table.columns.size()));
  bool several = false;
  count_respondents(table, respondents, rows, columns, weights, several);
  table.n = static_cast<std::int64_t>(respondents.size());
  for (auto& column : table.columns) {
    column.small_base = column.n < options.min_cell;
  }
  if (rows.cut || columns.cut) {
    table.notes.push_back(fmt::format(
        "more than {} labels: the rarest were put together as {}", kMostAxisLabels, kRest));
  }
  if (several) {
    table.notes.push_back("several answers could be given: no test of the whole table");
  } else {
    // Weighted counts are worth their effective base.
    for (auto& row : weights) {
      for (double& count : row) {
        count *= all.sum > 0 ? all.effective_n() / all.sum : 1;
      }
    }
    test_independence(table, weights);
  }
  compare_columns(table, options.confidence);
  return table;
}

}  // namespace muster
