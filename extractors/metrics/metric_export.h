#pragma once

#include "core/metric.h"
#include "core/result.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace muster {

// What is assumed where the rows do not say it.
struct MetricContext {
  std::string campaign;
  std::string creator;  // normalized handle
  std::string platform;
  std::string currency;                // of money without a unit
  std::optional<Objective> objective;  // of metrics that we do not know by name
  std::string zone = "UTC";            // of dates
};

inline constexpr std::size_t kMaxMetricColumns = 500;
// Read in memory; a larger export must be split by the sender.
inline constexpr std::uint64_t kMaxMetricBytes = 128'000'000;

// Reads an export of engagement, traffic, conversions or e-mail sign-ups: CSV with a header, a JSON
// list of records (at the root or as the one list in an object), or one record a line. Each row
// names a creator (and may name a post, a campaign, a platform) and either `metric` and `value`, or
// has a column for each metric; a `date`, `week`, `month` or `from`/`until` (dates are whole days
// in `zone`, the last one included) makes it a period, without one it is a total `as_of` a time.
// Columns that are no metric we know are left out with a note, unless `objective` says what they
// are. Numbers: 1234, 1,234, 12.5, 3.2 %; counts may not be negative. A row of which any value
// can't be read is set aside as a whole.
Parsed<ParsedMetrics> parse_metric_export(std::string_view document, const MetricContext& context);

// A number as exports write it. `is_percent`: it ended in %, the value is divided by 100.
struct MetricNumber {
  double value = 0;
  bool is_percent = false;
};
std::optional<MetricNumber> parse_metric_number(std::string_view text);

}  // namespace muster
