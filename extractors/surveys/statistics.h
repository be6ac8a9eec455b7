#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace muster {

struct Interval {
  double lower = 0;
  double upper = 0;
};

// Interval for the share `hits` / `n` (E. B. Wilson, JASA 22 (1927) 209; without continuity
// correction). nullopt for n = 0.
std::optional<Interval> wilson_interval(std::int64_t hits, std::int64_t n, double confidence);

// Interval for 100 * (promoters - detractors) / n. With p and d their shares the variance of the
// difference is (p + d - (p - d)^2) / n, that of a multinomial; normal approximation, cut at -100
// and 100. nullopt where n < 2 or all answers fell in one class, where the approximation has no
// width.
std::optional<Interval> net_promoter_interval(std::int64_t promoters,
                                              std::int64_t detractors,
                                              std::int64_t n,
                                              double confidence);

// Mean and the interval that Student's t gives it: mean +- t(1 - (1 - confidence) / 2, n - 1) * s /
// sqrt(n), s with n - 1.
struct MeanEstimate {
  double mean = 0;
  std::optional<Interval> interval;  // nullopt for n < 2
};
// At least one value.
MeanEstimate estimate_mean(const std::vector<double>& values, double confidence);

// Quantile of Student's t distribution, 0 < p < 1.
double student_t_quantile(double p, double degrees_of_freedom);

// Pearson's test of independence on a table of counts without empty rows or columns, at least 2
// x 2.
struct ChiSquare {
  double statistic = 0;
  double p_value = 1;
  int degrees_of_freedom = 0;
  double small_expected_share = 0;  // share of cells with an expected count below 5
};
ChiSquare chi_square_test(const std::vector<std::vector<std::int64_t>>& counts);

}  // namespace muster
