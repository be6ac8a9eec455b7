#include "extractors/surveys/statistics.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <boost/math/distributions/chi_squared.hpp>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>

namespace muster {

double normal_quantile(double confidence) {
  return boost::math::quantile(boost::math::normal(), 1 - (1 - confidence) / 2);
}

double normal_p_value(double z) {
  return 2 * boost::math::cdf(boost::math::complement(boost::math::normal(), std::abs(z)));
}

std::optional<Interval> wilson_interval(std::int64_t hits, std::int64_t n, double confidence) {
  if (n <= 0) {
    return std::nullopt;
  }
  const double count = static_cast<double>(n);
  return wilson_interval_of_share(static_cast<double>(hits) / count, count, confidence);
}

std::optional<Interval> wilson_interval_of_share(double share, double n, double confidence) {
  if (!(n > 0)) {
    return std::nullopt;
  }
  const double z = normal_quantile(confidence);
  const double scale = 1 + z * z / n;
  const double center = (share + z * z / (2 * n)) / scale;
  const double half = z / scale * std::sqrt(share * (1 - share) / n + z * z / (4 * n * n));
  // Rounding must not leave 0..1, nor exclude a share of exactly 0 or 1.
  return Interval{share <= 0 ? 0 : std::max(0.0, center - half),
                  share >= 1 ? 1 : std::min(1.0, center + half)};
}

std::optional<double> net_promoter_error(double promoters, double detractors, double n) {
  const bool one_class = promoters >= 1 || detractors >= 1 || (promoters <= 0 && detractors <= 0);
  if (n < 2 || one_class) {
    return std::nullopt;
  }
  const double difference = promoters - detractors;
  return std::sqrt((promoters + detractors - difference * difference) / n);
}

std::optional<Interval> net_promoter_interval_of_shares(double promoters,
                                                        double detractors,
                                                        double n,
                                                        double confidence) {
  const auto error = net_promoter_error(promoters, detractors, n);
  if (!error) {
    return std::nullopt;
  }
  const double half = normal_quantile(confidence) * *error;
  const double difference = promoters - detractors;
  return Interval{std::max(-100.0, 100 * (difference - half)),
                  std::min(100.0, 100 * (difference + half))};
}

std::optional<Interval> net_promoter_interval(std::int64_t promoters,
                                              std::int64_t detractors,
                                              std::int64_t n,
                                              double confidence) {
  if (n < 2) {
    return std::nullopt;
  }
  const double count = static_cast<double>(n);
  return net_promoter_interval_of_shares(static_cast<double>(promoters) / count,
                                         static_cast<double>(detractors) / count,
                                         count,
                                         confidence);
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
    estimate.error = std::sqrt(variance / n);
    const double half = student_t_quantile(1 - (1 - confidence) / 2, n - 1) * *estimate.error;
    estimate.interval = Interval{estimate.mean - half, estimate.mean + half};
  }
  return estimate;
}

MeanEstimate estimate_weighted_mean(const std::vector<double>& values,
                                    const std::vector<double>& weights,
                                    double confidence) {
  WeightSum weight;
  double rough = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    weight.add(weights[i]);
    rough += weights[i] * values[i];
  }
  rough /= weight.sum;
  double correction = 0;
  double squares = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    correction += weights[i] * (values[i] - rough);
    squares += weights[i] * (values[i] - rough) * (values[i] - rough);
  }
  MeanEstimate estimate;
  correction /= weight.sum;
  estimate.mean = rough + correction;
  const double n = weight.effective_n();
  if (values.size() >= 2 && n > 1) {
    const double variance =
        std::max(0.0, squares / weight.sum - correction * correction) * n / (n - 1);
    estimate.error = std::sqrt(variance / n);
    const double half = student_t_quantile(1 - (1 - confidence) / 2, n - 1) * *estimate.error;
    estimate.interval = Interval{estimate.mean - half, estimate.mean + half};
  }
  return estimate;
}

std::optional<WelchTest> welch_test(
    double mean_a, double error_a, double n_a, double mean_b, double error_b, double n_b) {
  const double a = error_a * error_a;
  const double b = error_b * error_b;
  if (!(n_a > 1) || !(n_b > 1) || !(a + b > 0)) {
    return std::nullopt;
  }
  WelchTest test;
  test.t = (mean_a - mean_b) / std::sqrt(a + b);
  test.degrees_of_freedom = (a + b) * (a + b) / (a * a / (n_a - 1) + b * b / (n_b - 1));
  test.p_value = 2 * boost::math::cdf(boost::math::complement(
                         boost::math::students_t(test.degrees_of_freedom), std::abs(test.t)));
  return test;
}

ChiSquare chi_square_test(const std::vector<std::vector<double>>& counts) {
  const std::size_t columns = counts[0].size();
  std::vector<double> row_sums(counts.size());
  std::vector<double> column_sums(columns);
  double total = 0;
  for (std::size_t r = 0; r < counts.size(); ++r) {
    for (std::size_t c = 0; c < columns; ++c) {
      const double count = counts[r][c];
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
      const double difference = counts[r][c] - expected;
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
