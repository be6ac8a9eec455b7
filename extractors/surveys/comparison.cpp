#include "extractors/surveys/comparison.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

namespace muster {
namespace {

// How far apart the make-up of both sides may be before the naive difference is doubted: ten
// points.
constexpr double kBalanced = 0.1;

struct Sides {
  Share exposed;
  Share control;
};

LiftCell make_cell(std::string group, const Sides& sides, double confidence, int min_cell) {
  LiftCell cell;
  cell.group = std::move(group);
  cell.exposed = sides.exposed;
  cell.control = sides.control;
  const double exposed = sides.exposed.value();
  const double control = sides.control.value();
  cell.absolute = exposed - control;
  cell.relative = control > 0 ? std::optional(cell.absolute / control) : std::nullopt;
  cell.interval = difference_interval(sides.exposed, sides.control, confidence);
  if (const auto test = two_proportion_test(sides.exposed, sides.control)) {
    cell.p_value = test->p_value;
  }
  cell.effect_size = cohens_h(exposed, control);
  cell.small_base = sides.exposed.n < min_cell || sides.control.n < min_cell;
  return cell;
}

void adjust(std::vector<LiftCell>& cells) {
  std::vector<double> p_values;
  for (const auto& cell : cells) {
    if (!cell.group.empty() && cell.p_value) {
      p_values.push_back(*cell.p_value);
    }
  }
  const auto adjusted = adjust_false_discovery(p_values);
  std::size_t next = 0;
  for (auto& cell : cells) {
    if (!cell.group.empty() && cell.p_value) {
      cell.adjusted_p = adjusted[next++];
    }
  }
}

// How the sides are made up of the strata, and whether that differs more than chance would make it.
void add_balance(const std::map<std::string, Sides>& strata, const Sides& whole, BrandLift& lift) {
  std::vector<std::vector<double>> counts;
  for (const auto& [name, sides] : strata) {
    lift.balance.push_back(
        {name, {sides.exposed.n, whole.exposed.n}, {sides.control.n, whole.control.n}});
    counts.push_back({static_cast<double>(sides.exposed.n), static_cast<double>(sides.control.n)});
  }
  if (counts.size() > 1 && whole.exposed.n > 0 && whole.control.n > 0) {
    const auto test = chi_square_test(counts);
    constexpr double kMostSmall = 0.2;  // Cochran's rule, as in crosstab.cpp
    if (test.small_expected_share <= kMostSmall) {
      lift.balance_p_value = test.p_value;
    }
  }
}

void compare_within_strata(const std::map<std::string, Sides>& strata,
                           const Sides& whole,
                           double confidence,
                           BrandLift& lift) {
  double sum = 0;
  double variance = 0;
  std::int64_t weight = 0;
  std::int64_t left_out = 0;
  double worst = 0;
  std::string worst_name;
  for (const auto& [name, sides] : strata) {
    const auto part = [](const Share& side, const Share& all) {
      return all.n > 0 ? static_cast<double>(side.n) / static_cast<double>(all.n) : 0;
    };
    const double gap =
        std::abs(part(sides.exposed, whole.exposed) - part(sides.control, whole.control));
    if (gap > worst) {
      worst = gap;
      worst_name = name;
    }
    if (sides.exposed.n == 0 || sides.control.n == 0) {
      left_out += sides.exposed.n;
      continue;
    }
    sum += static_cast<double>(sides.exposed.n) * (sides.exposed.value() - sides.control.value());
    weight += sides.exposed.n;
    const double share = static_cast<double>(sides.exposed.n);
    const auto of_side = [](const Share& side) {
      return side.value() * (1 - side.value()) / static_cast<double>(side.n);
    };
    variance += share * share * (of_side(sides.exposed) + of_side(sides.control));
  }
  if (weight > 0) {
    const double all = static_cast<double>(weight);
    lift.stratified = sum / all;
    if (variance > 0) {
      const double half = normal_quantile(confidence) * std::sqrt(variance) / all;
      lift.stratified_interval = Interval{*lift.stratified - half, *lift.stratified + half};
    }
  }
  if (left_out > 0) {
    lift.notes.push_back(fmt::format(
        "{} exposed respondents are in strata without control: left out of the stratified estimate",
        left_out));
  }
  if (worst > kBalanced) {
    lift.notes.push_back(
        fmt::format("the sides are made up differently ('{}' by {:.1f} points): rely "
                    "on the stratified estimate, not the naive one",
                    worst_name,
                    100 * worst));
  }
}

void add(Share& share, bool hit) {
  ++share.n;
  share.hits += hit ? 1 : 0;
}

}  // namespace

std::optional<ProportionTest> two_proportion_test(const Share& a, const Share& b) {
  const auto hits = a.hits + b.hits;
  if (hits == 0 || hits == a.n + b.n) {
    return std::nullopt;
  }
  return two_proportion_test(
      a.value(), static_cast<double>(a.n), b.value(), static_cast<double>(b.n));
}

std::optional<ProportionTest> two_proportion_test(double a, double n_a, double b, double n_b) {
  if (!(n_a > 0) || !(n_b > 0)) {
    return std::nullopt;
  }
  const double pooled = (a * n_a + b * n_b) / (n_a + n_b);
  const double error = std::sqrt(pooled * (1 - pooled) * (1 / n_a + 1 / n_b));
  if (!(error > 0)) {
    return std::nullopt;
  }
  ProportionTest test;
  test.z = (a - b) / error;
  test.p_value = normal_p_value(test.z);
  return test;
}

std::optional<Interval> difference_interval(const Share& a, const Share& b, double confidence) {
  return difference_interval(
      a.value(), static_cast<double>(a.n), b.value(), static_cast<double>(b.n), confidence);
}

std::optional<Interval> difference_interval(
    double a, double n_a, double b, double n_b, double confidence) {
  const auto first = wilson_interval_of_share(a, n_a, confidence);
  const auto second = wilson_interval_of_share(b, n_b, confidence);
  if (!first || !second) {
    return std::nullopt;
  }
  return Interval{a - b - std::hypot(a - first->lower, second->upper - b),
                  a - b + std::hypot(first->upper - a, b - second->lower)};
}

double cohens_h(double a, double b) {
  return 2 * std::asin(std::sqrt(a)) - 2 * std::asin(std::sqrt(b));
}

std::vector<double> adjust_false_discovery(std::span<const double> p_values) {
  std::vector<std::size_t> order(p_values.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return p_values[a] > p_values[b];
  });
  std::vector<double> adjusted(p_values.size());
  const auto count = static_cast<double>(p_values.size());
  double least = 1;
  for (std::size_t i = 0; i < order.size(); ++i) {
    const double rank = count - static_cast<double>(i);
    least = std::min(least, p_values[order[i]] * count / rank);
    adjusted[order[i]] = least;
  }
  return adjusted;
}

BrandLift brand_lift(std::span<const LiftRespondent> respondents, double confidence, int min_cell) {
  Sides whole;
  std::map<std::string, Sides> groups;
  std::map<std::string, Sides> strata;
  bool stratified = false;
  for (const auto& one : respondents) {
    add(one.exposed ? whole.exposed : whole.control, one.success);
    auto& stratum = strata[one.stratum];
    add(one.exposed ? stratum.exposed : stratum.control, one.success);
    stratified = stratified || !one.stratum.empty();
    if (one.exposed && !one.group.empty()) {
      add(groups[one.group].exposed, one.success);
    }
  }
  BrandLift lift;
  lift.cells.push_back(make_cell("", whole, confidence, min_cell));
  for (auto& [name, sides] : groups) {
    sides.control = whole.control;
    lift.cells.push_back(make_cell(name, sides, confidence, min_cell));
  }
  adjust(lift.cells);
  if (stratified) {
    add_balance(strata, whole, lift);
    compare_within_strata(strata, whole, confidence, lift);
  }
  return lift;
}

Parsed<Weights> rake(std::span<const Margin> margins,
                     const std::vector<std::vector<std::string>>& categories,
                     double cap) {
  constexpr int kMostRounds = 1000;
  constexpr double kMet = 1e-9;
  if (categories.empty() || categories[0].empty() || categories.size() != margins.size()) {
    return parse_error("", "there is nobody to weight, or no margin to weight by");
  }
  const std::size_t n = categories[0].size();
  Weights weights;
  weights.values.assign(n, 1);
  for (std::size_t m = 0; m < margins.size(); ++m) {
    std::map<std::string, std::int64_t> counts;
    for (const auto& category : categories[m]) {
      ++counts[category];
    }
    double sum = 0;
    for (const auto& [name, share] : margins[m].targets) {
      sum += share;
      if (share > 0 && !counts.contains(name)) {
        return parse_error(margins[m].name, "nobody is '" + name + "', which has a target");
      }
    }
    for (const auto& [name, count] : counts) {
      const auto target = margins[m].targets.find(name);
      if (target == margins[m].targets.end() || !(target->second > 0)) {
        return parse_error(margins[m].name, "'" + name + "' has no target");
      }
    }
    if (std::abs(sum - 1) > 1e-6) {
      return parse_error(margins[m].name, fmt::format("its targets add up to {:g}, not to 1", sum));
    }
  }
  for (double off = 1; off > kMet; ++weights.rounds) {
    if (weights.rounds == kMostRounds) {
      return parse_error("", fmt::format("the margins are not met after {} rounds", kMostRounds));
    }
    off = 0;
    for (std::size_t m = 0; m < margins.size(); ++m) {
      std::map<std::string, double> sums;
      double total = 0;
      for (std::size_t i = 0; i < n; ++i) {
        sums[categories[m][i]] += weights.values[i];
        total += weights.values[i];
      }
      for (const auto& [name, sum] : sums) {
        off = std::max(off, std::abs(sum / total - margins[m].targets.at(name)));
      }
      for (std::size_t i = 0; i < n; ++i) {
        const auto& name = categories[m][i];
        weights.values[i] *= margins[m].targets.at(name) * static_cast<double>(n) / sums.at(name);
      }
    }
    if (cap > 0) {
      for (double& value : weights.values) {
        value = std::min(value, cap);
      }
    }
  }
  double sum = 0;
  double squares = 0;
  for (const double value : weights.values) {
    sum += value;
    squares += value * value;
  }
  for (double& value : weights.values) {
    value *= static_cast<double>(n) / sum;
  }
  const auto [smallest, largest] =
      std::minmax_element(weights.values.begin(), weights.values.end());
  weights.smallest = *smallest;
  weights.largest = *largest;
  weights.effective_base = sum * sum / squares;
  weights.efficiency = weights.effective_base / static_cast<double>(n);
  return weights;
}

}  // namespace muster
