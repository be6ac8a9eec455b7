#include "extractors/surveys/insights.h"
#include "extractors/surveys/statistics.h"

#include <algorithm>
#include <unordered_map>

#include <fmt/format.h>

namespace muster {
namespace {

// A table with more labels on a side can't be read by anybody; the rarest are put together.
constexpr std::size_t kMostAxisLabels = 200;
constexpr const char* kRest = "(other)";

// Labels in the order in which they come first, each with its place in the table.
struct Axis {
  std::vector<std::string> labels;
  std::unordered_map<std::string, std::size_t> places;
  bool cut = false;
};

Axis make_axis(std::span<const std::pair<std::string, std::string>> pairs,
               const std::string std::pair<std::string, std::string>::*side) {
  std::unordered_map<std::string, std::size_t> counts;
  std::vector<std::string> order;
  for (const auto& pair : pairs) {
    if (counts[pair.*side]++ == 0) {
      order.push_back(pair.*side);
    }
  }
  Axis axis;
  if (order.size() > kMostAxisLabels) {
    std::stable_sort(order.begin(), order.end(), [&](const auto& a, const auto& b) {
      return counts[a] > counts[b];
    });
    axis.cut = true;
  }
  for (const auto& label : order) {
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

void test_independence(Crosstab& table) {
  if (table.rows.size() < 2 || table.columns.size() < 2) {
    table.notes.push_back("no test: it needs at least two rows and two columns");
    return;
  }
  const auto test = chi_square_test(table.counts);
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

}  // namespace

Crosstab crosstab(std::string row_question,
                  std::string column_question,
                  std::span<const std::pair<std::string, std::string>> pairs) {
  using Pair = std::pair<std::string, std::string>;
  Crosstab table;
  table.row_question = std::move(row_question);
  table.column_question = std::move(column_question);
  const Axis rows = make_axis(pairs, &Pair::first);
  const Axis columns = make_axis(pairs, &Pair::second);
  table.rows = rows.labels;
  table.columns = columns.labels;
  table.counts.assign(table.rows.size(), std::vector<std::int64_t>(table.columns.size()));
  for (const auto& [row, column] : pairs) {
    ++table.counts[rows.places.at(row)][columns.places.at(column)];
  }
  table.n = static_cast<std::int64_t>(pairs.size());
  if (rows.cut || columns.cut) {
    table.notes.push_back(fmt::format(
        "more than {} labels: the rarest were put together as {}", kMostAxisLabels, kRest));
  }
  test_independence(table);
  return table;
}

}  // namespace muster
