#pragma once

#include "core/insight.h"
#include "extractors/surveys/statistics.h"

#include <optional>
#include <string>
#include <vector>

namespace muster {

// From one wave (or month, week, day) to the next.
struct TrendStep {
  std::string label;  // the choice, of shares; else ""
  std::string from;
  std::string to;
  double difference = 0;             // in the unit of the figure
  std::optional<Interval> interval;  // of `difference`
  std::optional<double> p_value;     // two-sided; nullopt where a side has no standard error
  std::optional<double> adjusted_p;  // over all steps
  bool small_base = false;           // a side below the minimum cell
};

// The steps between the neighbours among `order` in an insight that is grouped by time. Shares: the
// pooled two-proportion test with Newcombe's interval; NPS: normal with the standard errors of both
// sides; means: Welch's test. Weighted figures count with their effective base.
std::vector<TrendStep> trend_steps(const Insight& insight,
                                   const std::vector<std::string>& order,
                                   double confidence);

}  // namespace muster
