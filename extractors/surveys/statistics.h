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

// The same for a share of weighted answers: `n` is their effective base. nullopt for n <= 0.
std::optional<Interval> wilson_interval_of_share(double share, double n, double confidence);

// Interval for 100 * (promoters - detractors) / n. With p and d their shares the variance of the
// difference is (p + d - (p - d)^2) / n, that of a multinomial; normal approximation, cut at -100
// and 100. nullopt where n < 2 or all answers fell in one class, where the approximation has no
// width.
std::optional<Interval> net_promoter_interval(std::int64_t promoters,
                                              std::int64_t detractors,
                                              std::int64_t n,
                                              double confidence);

// The standard error of such a difference (not times 100), and the interval, from shares and a base
// that may be an effective one. nullopt as above.
std::optional<double> net_promoter_error(double promoters, double detractors, double n);
std::optional<Interval> net_promoter_interval_of_shares(double promoters,
                                                        double detractors,
                                                        double n,
                                                        double confidence);

// How much weighted answers are worth: (sum w)^2 / sum w^2 (L. Kish, Survey Sampling, 1965). As
// many as there are where all weigh the same.
struct WeightSum {
  double sum = 0;
  double squares = 0;
  void add(double weight) {
    sum += weight;
    squares += weight * weight;
  }
  double effective_n() const { return squares > 0 ? sum * sum / squares : 0; }
};

// Mean and the interval that Student's t gives it: mean +- t(1 - (1 - confidence) / 2, n - 1) * s /
// sqrt(n), s with n - 1.
struct MeanEstimate {
  double mean = 0;
  std::optional<Interval> interval;  // nullopt for n < 2
  std::optional<double> error;       // the standard error; nullopt for n < 2
};
// At least one value.
MeanEstimate estimate_mean(const std::vector<double>& values, double confidence);
// Of weighted values, with their effective base for n: variance sum w (x - mean)^2 / sum w * n / (n
// - 1). As many positive weights as values.
MeanEstimate estimate_weighted_mean(const std::vector<double>& values,
                                    const std::vector<double>& weights,
                                    double confidence);

// Two-sided p value of a difference of two means: Welch's test with the degrees of freedom of
// Welch and Satterthwaite (Biometrika 34 (1947) 28). `error_a`: the standard error; n above 1.
struct WelchTest {
  double t = 0;
  double degrees_of_freedom = 0;
  double p_value = 1;
};
std::optional<WelchTest> welch_test(
    double mean_a, double error_a, double n_a, double mean_b, double error_b, double n_b);

// Two-sided quantile and tail of the standard normal distribution: 1.96 for 0.95, and 0.05
// for 1.96.
double normal_quantile(double confidence);
double normal_p_value(double z);

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
ChiSquare chi_square_test(const std::vector<std::vector<double>>& counts);

}  // namespace muster
