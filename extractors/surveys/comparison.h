#pragma once

#include "core/result.h"
#include "core/survey.h"
#include "extractors/surveys/statistics.h"

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace muster {

// So many of n.
struct Share {
  std::int64_t hits = 0;
  std::int64_t n = 0;
  double value() const { return n > 0 ? static_cast<double>(hits) / static_cast<double>(n) : 0; }
};

// Two-proportion z test with the pooled variance, two-sided. nullopt where a side is empty or all
// answers are the same.
struct ProportionTest {
  double z = 0;
  double p_value = 1;
};
std::optional<ProportionTest> two_proportion_test(const Share& a, const Share& b);

// The same for shares of weighted answers, with effective bases for n.
std::optional<ProportionTest> two_proportion_test(double a, double n_a, double b, double n_b);

// Interval for a - b from the Wilson intervals of both (R. G. Newcombe, Statistics in Medicine 17
// (1998) 873, method 10). nullopt where a side is empty.
std::optional<Interval> difference_interval(const Share& a, const Share& b, double confidence);

std::optional<Interval> difference_interval(
    double a, double n_a, double b, double n_b, double confidence);

// Size of the difference of two shares: 2 asin sqrt a - 2 asin sqrt b (J. Cohen, Statistical Power
// Analysis for the Behavioral Sciences, 2nd ed., chapter 6).
double cohens_h(double a, double b);

// p values that hold the false discovery rate over all tests of a family (Y. Benjamini and
// Y. Hochberg, J. R. Statist. Soc. B 57 (1995) 289), in the order given.
std::vector<double> adjust_false_discovery(std::span<const double> p_values);

// One respondent of a lift: was exposed or not, gave the answer that counts or not.
struct LiftRespondent {
  bool exposed = false;
  bool success = false;
  std::string group;    // of the exposed: creator, tier; "" where none is asked for
  std::string stratum;  // what both sides are compared within; "" where none is asked for
};

struct LiftCell {
  std::string group;  // "" for the whole
  Share exposed;
  Share control;
  double absolute = 0;  // exposed - control, -1..1
  std::optional<double>
      relative;  // absolute / control; nullopt where nobody in control answered so
  std::optional<Interval> interval;  // of `absolute`
  std::optional<double> p_value;
  std::optional<double> adjusted_p;  // over the groups
  double effect_size = 0;            // Cohen's h
  bool small_base = false;           // a side below the minimum cell
};

struct BrandLift {
  std::vector<LiftCell> cells;  // the whole first, then the groups by name
  // Difference within the strata, each weighted by its exposed respondents: what the naive one
  // would be if both sides were made up alike. nullopt without strata that both sides have.
  std::optional<double> stratified;
  // Of `stratified`: normal, with the variances within the strata. nullopt where there is none.
  std::optional<Interval> stratified_interval;
  // How differently the sides are made up: each stratum's share of either side.
  struct Balance {
    std::string stratum;
    Share exposed;  // hits: in this stratum, n: of the side
    Share control;
  };
  std::vector<Balance> balance;
  // Of the table of strata and sides (Pearson's test of independence); nullopt without one that
  // holds.
  std::optional<double> balance_p_value;
  std::vector<std::string> notes;  // balance, strata left out, small cells
};

// Compares the exposed (as a whole and by group) with all of the control.
BrandLift brand_lift(std::span<const LiftRespondent> respondents, double confidence, int min_cell);

// A margin that the weights have to reproduce: the target share of each category of one variable.
struct Margin {
  std::string name;
  std::map<std::string, double> targets;  // category: share; the shares add up to 1
};

struct Weights {
  std::vector<double> values;  // one a respondent, with mean 1
  double effective_base = 0;   // (sum w)^2 / sum w^2 (L. Kish, Survey Sampling, 1965)
  double efficiency = 0;       // effective_base / n, 0..1
  double smallest = 0;
  double largest = 0;
  int rounds = 0;
};

// Iterative proportional fitting (W. E. Deming and F. F. Stephan, Ann. Math. Statist. 11 (1940)
// 427) until every margin is met to 1e-9. `categories`: one list a margin, with the category of
// each respondent. Weights are cut at `cap` times their mean after each round; 0: not cut. An error
// where a margin can't be met: a category that nobody has, or that has no target, or no end after
// 1000 rounds.
Parsed<Weights> rake(std::span<const Margin> margins,
                     const std::vector<std::vector<std::string>>& categories,
                     double cap);

}  // namespace muster
