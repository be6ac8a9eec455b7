#include "extractors/surveys/statistics.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <boost/math/distributions/chi_squared.hpp>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>

namespace muster {
namespace {

// Two-sided quantile of the standard normal distribution: 1.96 for 0.95.
double normal_quantile(double confidence) {
  return boost::math::quantile(boost::math::normal(), 1 - (1 - confidence) / 2);
}

}  // namespace

std::optional<Interval> wilson_interval(std::int64_t hits, std::int64_t n, double confidence) {
  if (n <= 0) {
    return std::nullopt;
  }
  const double z = normal_quantile(confidence);
  const double count = static_cast<double>(n);
  const double share = static_cast<double>(hits) / count;
  const double scale = 1 + z * z / count;
  const double center = (share + z * z / (2 * count)) / scale;
  const double half =
      z / scale * std::sqrt(share * (1 - share) / count + z * z / (4 * count * count));
  // Rounding must not leave 0..1, nor exclude a share of exactly 0 or 1.
  return Interval{hits == 0 ? 0 : std::max(0.0, center - half),
                  hits == n ? 1 : std::min(1.0, center + half)};
}

std::optional<Interval> net_promoter_interval(std::int64_t promoters,
                                              std::int64_t detractors,
                                              std::int64_t n,
                                              double confidence) {
  if (n < 2) {
    return std::nullopt;
  }
  const double count = static_cast<double>(n);
  const double p = static_cast<double>(promoters) / count;
  const double d = static_cast<double>(detractors) / count;
  const bool one_class = promoters == n || detractors == n || promoters + detractors == 0;
  if (one_class) {
    return std::nullopt;
  }
  const double half = normal_quantile(confidence) * std::sqrt((p + d - (p - d) * (p - d)) / count);
  return Interval{std::max(-100.0, 100 * (p - d - half)), std::min(100.0, 100 * (p - d + half))};
}

double student_t_quantile(double p, double degrees_of_freedom) {
  return boost::math::quantile(boost::math::students_t(degrees_of_freedom), p);
}

MeanEstimate estimate_mean(const std::vector<double>& values, double confidence) {
  const double n = static_cast<double>(values.size());
  MeanEstimate estimate;
  // The second pass takes out the rounding of the first sum.
  const double rough = std::accumulate(values.begin(), values.end(), 0.0) / n;
  double correction = 0;
  double squares = 0;
  for (const double value : values) {
    correction += value - rough;
    squares += (value - rough) * (value - rough);
  }
  estimate.mean = rough + correction / n;
  if (values.size() >= 2) {
    const double variance = std::max(0.0, (squares - correction * correction / n) / (n - 1));
    const double half =
        student_t_quantile(1 - (1 - confidence) / 2, n - 1) * std::sqrt(variance / n);
    estimate.interval = Interval{estimate.mean - half, estimate.mean + half};
  }
  return estimate;
}

ChiSquare chi_square_test(const std::vector<std::vector<std::int64_t>>& counts) {
  const std::size_t columns = counts[0].size();
  std::vector<double> row_sums(counts.size());
  std::vector<double> column_sums(columns);
  double total = 0;
  for (std::size_t r = 0; r < counts.size(); ++r) {
    for (std::size_t c = 0; c < columns; ++c) {
      const auto count = static_cast<double>(counts[r][c]);
      row_sums[r] += count;
      column_sums[c] += count;
      total += count;
    }
  }
  ChiSquare test;
  std::size_t small = 0;
  for (std::size_t r = 0; r < counts.size(); ++r) {
    for (std::size_t c = 0; c < columns; ++c) {
      const double expected = row_sums[r] * column_sums[c] / total;
      const double difference = static_cast<double>(counts[r][c]) - expected;
      test.statistic += difference * difference / expected;
      small += expected < 5 ? 1 : 0;
    }
  }
  test.degrees_of_freedom = static_cast<int>((counts.size() - 1) * (columns - 1));
  test.small_expected_share =
      static_cast<double>(small) / static_cast<double>(counts.size() * columns);
  test.p_value = boost::math::cdf(
      boost::math::complement(boost::math::chi_squared(test.degrees_of_freedom), test.statistic));
  return test;
}

}  // namespace muster
