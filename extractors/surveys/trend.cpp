#include "extractors/surveys/trend.h"

#include "extractors/surveys/comparison.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

namespace muster {
namespace {

double base_of(const Figure& figure) {
  return figure.effective_n.value_or(static_cast<double>(figure.n));
}

Interval around(double center, double half) {
  return {center - half, center + half};
}

void test_step(const Figure& before, const Figure& after, double confidence, TrendStep& step) {
  step.difference = after.value - before.value;
  if (after.method == "wilson") {
    step.interval =
        difference_interval(after.value, base_of(after), before.value, base_of(before), confidence);
    if (const auto test =
            two_proportion_test(after.value, base_of(after), before.value, base_of(before))) {
      step.p_value = test->p_value;
    }
    return;
  }
  if (!before.standard_error || !after.standard_error) {
    return;
  }
  const double error = std::hypot(*before.standard_error, *after.standard_error);
  if (!(error > 0)) {
    return;
  }
  if (after.method == "normal") {
    step.p_value = normal_p_value(step.difference / error);
    step.interval = around(step.difference, normal_quantile(confidence) * error);
  } else if (const auto test = welch_test(after.value,
                                          *after.standard_error,
                                          base_of(after),
                                          before.value,
                                          *before.standard_error,
                                          base_of(before))) {
    step.p_value = test->p_value;
    step.interval =
        around(step.difference,
               student_t_quantile(1 - (1 - confidence) / 2, test->degrees_of_freedom) * error);
  }
}

}  // namespace

std::vector<TrendStep> trend_steps(const Insight& insight,
                                   const std::vector<std::string>& order,
                                   double confidence) {
  std::vector<std::string> labels;
  std::map<std::pair<std::string, std::string>, const InsightRow*> rows;  // label, group
  for (const InsightRow& row : insight.rows) {
    if (std::ranges::find(labels, row.label) == labels.end()) {
      labels.push_back(row.label);
    }
    rows.emplace(std::pair(row.label, row.group), &row);
  }
  std::vector<TrendStep> steps;
  std::vector<double> p_values;
  for (const std::string& label : labels) {
    const InsightRow* before = nullptr;
    for (const std::string& group : order) {
      const auto found = rows.find(std::pair(label, group));
      if (found == rows.end()) {
        continue;
      }
      const InsightRow* after = found->second;
      if (before != nullptr) {
        TrendStep step;
        step.label = label;
        step.from = before->group;
        step.to = after->group;
        step.small_base = before->small_base || after->small_base;
        test_step(before->figure, after->figure, confidence, step);
        if (step.p_value) {
          p_values.push_back(*step.p_value);
        }
        steps.push_back(std::move(step));
      }
      before = after;
    }
  }
  const auto adjusted = adjust_false_discovery(p_values);
  std::size_t next = 0;
  for (TrendStep& step : steps) {
    if (step.p_value) {
      step.adjusted_p = adjusted[next++];
    }
  }
  return steps;
}

}  // namespace muster
