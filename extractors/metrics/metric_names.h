#pragma once

#include "core/metric.h"

#include <optional>
#include <string>
#include <string_view>

namespace muster {

// "Link Clicks " -> "link_clicks": lower case, everything between letters and digits one '_'.
std::string normalize_metric_name(std::string_view name);

// A metric that exports of platforms, shops, link trackers and mail tools carry.
struct KnownMetric {
  std::string_view name;
  Objective objective;
  std::string_view unit;  // "count", "share", "s", "currency"
};

// By its own name, or by one of the names that tools give it ("link_clicks" -> clicks). The name
// must be normalized.
std::optional<KnownMetric> find_metric(std::string_view name);
// True where the name is a metric's own one.
bool is_metric_name(std::string_view name);

// The columns that say what a row is about.
enum class MetricColumn {
  creator,
  platform,
  post,
  campaign,
  date,   // a day
  week,   // its first day
  month,  // "2026-04"
  from,
  until,
  as_of,
  metric,
  value,
  unit,
  objective
};
std::optional<MetricColumn> find_metric_column(std::string_view name);

}  // namespace muster
