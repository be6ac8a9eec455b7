#include "storage/sqlite/metric_queries.h"

#include "core/error.h"
#include "storage/sqlite/filtered_query.h"
#include "storage/sqlite/rows.h"

#include <algorithm>
#include <string>
#include <utility>

#include <fmt/format.h>

namespace muster {
namespace {

void add_subject(FilteredQuery& query, const MetricFilter& filter) {
  query.equal("campaign", filter.campaign);
  query.equal("creator", filter.creator);
  query.equal("tier", filter.tier ? std::string(to_string(*filter.tier)) : "");
}

void add_all(FilteredQuery& query, const MetricFilter& filter) {
  add_subject(query, filter);
  query.equal("platform", filter.platform);
  query.equal("post", filter.post);
  query.equal("metric", filter.metric);
  query.equal("objective", filter.objective ? std::string(to_string(*filter.objective)) : "");
  query.compare("period_start >=", filter.from);
  query.compare("period_end <=", filter.until);
}

using GroupColumn = std::pair<std::string_view, std::string_view>;  // name, column

std::string_view column_of(std::span<const GroupColumn> known, std::string_view group_by) {
  const auto found = std::ranges::find(known, group_by, &GroupColumn::first);
  if (found != known.end()) {
    return found->second;
  }
  std::string names;
  for (const auto& [name, column] : known) {
    names += name.empty() ? "" : (names.empty() ? "" : ", ") + std::string(name);
  }
  throw PermanentError(fmt::format("group by '{}': known are {}", group_by, names));
}

constexpr GroupColumn kTotalGroups[] = {{"", "''"},
                                        {"creator", "creator"},
                                        {"creator.tier", "tier"},
                                        {"campaign", "campaign"},
                                        {"platform", "platform"},
                                        {"post", "post"},
                                        {"export", "export"}};
constexpr GroupColumn kJourneyGroups[] = {
    {"creator.tier", "tier"}, {"creator", "creator"}, {"campaign", "campaign"}};

std::vector<std::string> split_names(const std::string& text) {
  std::vector<std::string> names;
  std::size_t begin = 0;
  while (begin <= text.size() && !text.empty()) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    names.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  std::ranges::sort(names);
  return names;
}

}  // namespace

std::vector<MetricTotal> read_metric_totals(Connection& connection,
                                            const MetricFilter& filter,
                                            std::string_view group_by) {
  FilteredQuery query{
      fmt::format(
          "SELECT {}, metric, objective, unit, iif(unit = 'share', avg(value), sum(value)), "
          "count(DISTINCT creator), count(DISTINCT nullif(post, '')), count(*) FROM v_metrics "
          "WHERE 1",
          column_of(kTotalGroups, group_by)),
      {}};
  add_all(query, filter);
  query.sql += " GROUP BY 1, 2, 3, 4 ORDER BY 1, 3, 5 DESC, 2";
  Statement row = query.prepare(connection);
  std::vector<MetricTotal> totals;
  while (row.step()) {
    totals.push_back({row.text(0),
                      row.text(1),
                      row.name_of<Objective>(2),
                      row.text(3),
                      row.real(4),
                      row.integer(5),
                      row.integer(6),
                      row.integer(7)});
  }
  return totals;
}

std::vector<MetricValueRow> read_metric_values(Connection& connection,
                                               const MetricFilter& filter,
                                               int limit) {
  FilteredQuery query{
      "SELECT creator, tier, platform, post, campaign, metric, objective, unit, value, "
      "period_start, period_end, as_of, export_id, export, place FROM v_metrics WHERE 1",
      {}};
  add_all(query, filter);
  query.sql += " ORDER BY creator, campaign, platform, post, metric, period_start DESC LIMIT ?";
  query.values.emplace_back(static_cast<std::int64_t>(std::max(limit, 0)));
  Statement row = query.prepare(connection);
  std::vector<MetricValueRow> values;
  while (row.step()) {
    values.push_back({row.text(0),
                      row.name_of<Tier>(1),
                      row.text(2),
                      row.text(3),
                      row.text(4),
                      row.text(5),
                      row.name_of<Objective>(6),
                      row.text(7),
                      row.real(8),
                      row.optional_time(9),
                      row.optional_time(10),
                      row.optional_time(11),
                      row.id<ExportId>(12),
                      row.text(13),
                      row.text(14)});
  }
  return values;
}

std::vector<JourneyRow> read_journey(Connection& connection,
                                     const MetricFilter& filter,
                                     std::string_view group_by) {
  FilteredQuery query{
      fmt::format(
          "SELECT {}, count(DISTINCT nullif(creator, '')), sum(assets_filed), "
          "coalesce(sum(seconds_visible), 0), sum(engagements), sum(views), sum(clicks), "
          "sum(conversions), sum(signups), sum(responses), sum(nps_answers), sum(promoters), "
          "sum(detractors) FROM v_journey WHERE 1",
          column_of(kJourneyGroups, group_by)),
      {}};
  add_subject(query, filter);
  query.sql += " GROUP BY 1 ORDER BY 1";
  Statement row = query.prepare(connection);
  std::vector<JourneyRow> journey;
  while (row.step()) {
    journey.push_back({row.text(0),
                       row.integer(1),
                       row.integer(2),
                       row.real(3),
                       row.real(4),
                       row.real(5),
                       row.real(6),
                       row.real(7),
                       row.real(8),
                       row.integer(9),
                       row.integer(10),
                       row.integer(11),
                       row.integer(12)});
  }
  return journey;
}

std::vector<CreatorFacts> read_creator_facts(Connection& connection) {
  Statement row = connection.prepare(
      "SELECT creator, campaign, count(*), sum(seconds_visible), max(share_of_frame), "
      "group_concat(DISTINCT placement) FROM v_visibility GROUP BY 1, 2");
  std::vector<CreatorFacts> facts;
  while (row.step()) {
    facts.push_back({row.text(0),
                     row.text(1),
                     row.integer(2),
                     row.optional_real(3),
                     row.optional_real(4),
                     split_names(row.text(5))});
  }
  return facts;
}

}  // namespace muster
