#pragma once

#include "core/creator.h"
#include "core/hash.h"
#include "core/ids.h"
#include "core/job.h"
#include "core/metric.h"
#include "storage/surveys.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace muster {

// A metric export that was read.
struct MetricImport {
  ContentHash blob;  // the raw export
  std::uint64_t byte_size = 0;
  ParsedMetrics parsed;
};

// Which values of the series count. Empty members ask for nothing.
struct MetricFilter {
  std::string campaign;
  std::string creator;
  std::optional<Tier> tier;
  std::string platform;
  std::string post;
  std::string metric;
  std::optional<Objective> objective;
  std::optional<Timestamp> from;   // periods that begin then or later; totals are left out
  std::optional<Timestamp> until;  // periods that end then or earlier; totals are left out
};

// The sum of one metric in one group.
struct MetricTotal {
  std::string group;  // value of group_by; "" where nothing was asked for
  std::string metric;
  Objective objective = Objective::engagement;
  std::string unit;
  double value = 0;  // the sum; of shares the mean, for they can't be added
  std::int64_t creators = 0;
  std::int64_t posts = 0;
  std::int64_t values = 0;  // rows of exports that it rests on
};

// One value with where it came from.
struct MetricValueRow {
  std::string creator;
  Tier tier = Tier::unknown;
  std::string platform;
  std::string post;
  std::string campaign;
  std::string metric;
  Objective objective = Objective::engagement;
  std::string unit;
  double value = 0;
  std::optional<Timestamp> from;
  std::optional<Timestamp> until;
  std::optional<Timestamp> as_of;
  ExportId export_id{};
  std::string export_name;
  std::string where;
};

// How far a group of creators came: what was filed, what it moved, what the audience says.
struct JourneyRow {
  std::string group;
  std::int64_t creators = 0;
  std::int64_t assets_filed = 0;
  double seconds_visible = 0;  // lower bounds, summed over the filed assets
  double engagements = 0;
  double views = 0;
  double clicks = 0;
  double conversions = 0;
  double signups = 0;
  std::int64_t responses = 0;  // that count
  std::int64_t nps_answers = 0;
  std::int64_t promoters = 0;
  std::int64_t detractors = 0;
};

// What is known of a creator within a campaign beside the answers about them.
struct CreatorFacts {
  std::string creator;
  std::string campaign;
  std::int64_t assets_filed = 0;
  // Of the brand in the filed assets: the sum of the lower bounds of the seconds, the largest share
  // of the frame; nullopt where no check measured it.
  std::optional<double> seconds_visible;
  std::optional<double> share_of_frame;
  std::vector<std::string> placements;  // of the filed assets, by name
};

// Exports of the other objectives as series, and what they are compared with.
class Metrics {
 public:
  virtual ~Metrics() = default;

  // Files the rows by (creator, platform, post, campaign, metric) and period: a value that is known
  // changes nothing, another value for the same period (or a total read off later) replaces it. A
  // row is set aside as rejected where it would be counted twice (its period overlaps another one
  // of its series, or it is a total beside periods) or changes the unit of its series. LeaseLost:
  // nothing happened.
  virtual ImportCounts finish_parse(const Claim& claim, ExportId id, MetricImport import) = 0;
  // As finish_parse for a file that a person handed in: recorded as export `name` of `source` in
  // the same transaction. The same bytes again change nothing.
  virtual ExportRow import(std::string_view source, std::string_view name, MetricImport import) = 0;

  // `group_by`: "", "creator", "creator.tier", "campaign", "platform", "post", "export". By metric
  // and unit within the group.
  virtual std::vector<MetricTotal> totals(const MetricFilter& filter,
                                          std::string_view group_by) = 0;
  // At most `limit` values, newest period first within the series.
  virtual std::vector<MetricValueRow> values(const MetricFilter& filter, int limit) = 0;
  // `group_by`: "creator", "creator.tier" or "campaign". Only `campaign`, `creator` and `tier` of
  // the filter count.
  virtual std::vector<JourneyRow> journey(const MetricFilter& filter,
                                          std::string_view group_by) = 0;
  // Of every creator who has filed assets.
  virtual std::vector<CreatorFacts> creator_facts() = 0;
};

}  // namespace muster
