#pragma once

#include "extractors/metrics/metric_export.h"
#include "extractors/metrics/metric_names.h"
#include "extractors/surveys/csv_times.h"

#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace muster {

// Turns the records of an export into rows: first it is shown the header, then every record once
// (whether the day or the month stands first is judged over the whole column), then it reads them.
class MetricRows {
 public:
  explicit MetricRows(const MetricContext& context) : context_(context) {}

  // What each column is. An error where the columns can't make a metric row.
  std::optional<ParseError> take_header(std::span<const std::string> names);
  void see(std::span<const std::string_view> fields);
  void read(std::span<const std::string_view> fields, std::string where);
  void reject(std::string where, std::string why);
  ParsedMetrics finish();

 private:
  struct Metric {
    std::size_t column = 0;
    std::string name;
    Objective objective = Objective::engagement;
    std::string unit;
  };

  std::string_view field(std::span<const std::string_view> fields, MetricColumn column) const;
  std::optional<std::string> read_subject(std::span<const std::string_view> fields,
                                          MetricRow& row) const;
  std::optional<std::string> read_period(std::span<const std::string_view> fields,
                                         MetricRow& row) const;
  std::optional<Timestamp> day(MetricColumn column, std::string_view text, int later) const;
  std::optional<std::string> read_long(std::span<const std::string_view> fields,
                                       MetricRow& row) const;
  std::optional<std::string> read_wide(std::span<const std::string_view> fields,
                                       MetricRow& row) const;
  std::optional<std::string> add_reading(const Metric& metric,
                                         std::string_view text,
                                         std::string_view unit,
                                         MetricRow& row) const;

  const MetricContext& context_;
  std::map<MetricColumn, std::size_t> columns_;
  std::vector<Metric> metrics_;  // of a table with a column for each
  std::map<MetricColumn, TimeColumn> times_;
  std::set<std::string> ignored_;
  std::map<std::string, std::string> first_;  // what a row says about: where it was said first
  ParsedMetrics parsed_;
};

}  // namespace muster
