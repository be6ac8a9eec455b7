#include "worker/commands/insights_metrics.h"

#include "core/text.h"
#include "worker/cli/api_client.h"
#include "worker/commands/report.h"

#include <cmath>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace muster {
namespace {

// Whole numbers in full with a space between thousands, money with cents, shares as percentages.
std::string amount(double value, const std::string& unit) {
  if (unit == "share") {
    return percent(value);
  }
  std::string text =
      value == std::floor(value) ? fmt::format("{:.0f}", value) : fmt::format("{:.2f}", value);
  const std::size_t end = std::min(text.find('.'), text.size());
  for (std::size_t i = end; i > 3 + (text.front() == '-' ? 1U : 0U); i -= 3) {
    text.insert(i - 3, " ");
  }
  return unit == "count" ? text : text + " " + unit;
}

std::vector<CommandSpec::Option> subject_options() {
  return {{"campaign", "ID", "only of this campaign"},
          {"creator", "HANDLE", "only of this creator"},
          {"tier", "TIER", "only of creators of this tier: mega, macro, micro"}};
}

void print_values(const Json& answer, Format format) {
  Table table({{"creator", Table::Align::left, true},
               {"post", Table::Align::left, true},
               {"metric"},
               {"value", Table::Align::right},
               {"from"},
               {"until"},
               {"export", Table::Align::left, true},
               {"where"}});
  for (const Json& row : answer.at("values")) {
    table.add({text_of(row, "creator"),
               text_of(row, "post"),
               text_of(row, "metric"),
               amount(row.at("value").get<double>(), text_of(row, "unit")),
               text_of(row, "from").substr(0, 10),
               text_of(row, "until").substr(0, 10),
               text_of(row, "export"),
               text_of(row, "where")});
  }
  print(answer, table, format);
}

}  // namespace

Exit insights_metrics(Args args) {
  CommandSpec spec{
      .name = "insights metrics",
      .synopsis = "[--by creator.tier] [filters]",
      .about =
          "Sums of engagement, clicks, conversions and sign-ups, as metric exports told them. "
          "--rows shows the values that they rest on, with their place in the export.",
      .examples =
          "muster insights metrics --by creator.tier\n"
          "muster insights metrics --objective conversions --by creator --campaign spring\n"
          "muster insights metrics --metric clicks --creator mia.cooks --rows"};
  spec.options = subject_options();
  spec.options.push_back(
      {"by", "FIELD", "group by creator, creator.tier, campaign, platform, post or export"});
  spec.options.push_back({"metric", "NAME", "only this metric: clicks"});
  spec.options.push_back(
      {"objective", "NAME", "only of this objective: engagement, traffic, conversions, email"});
  spec.options.push_back({"platform", "NAME", "only of this platform"});
  spec.options.push_back({"post", "ID", "only of this post"});
  spec.options.push_back({"from", "DATE", "only periods that begin on this day (UTC) or later"});
  spec.options.push_back({"until", "DATE", "only periods that end before or with this day"});
  spec.options.push_back({"rows", "", "the single values instead of sums"});
  spec.options.push_back({"limit", "N", "with --rows, at most so many (100)"});
  const auto line = CommandLine::parse(spec, args);
  if (!line) {
    return Exit::done;
  }
  const bool rows = line->has("rows");
  const Json answer = connect(line->load_config())
                          ->get((rows ? "/api/v1/metrics/values" : "/api/v1/metrics") +
                                query_string({{"by", rows ? "" : line->get("by")},
                                              {"campaign", line->get("campaign")},
                                              {"creator", line->get("creator")},
                                              {"tier", line->get("tier")},
                                              {"metric", line->get("metric")},
                                              {"objective", line->get("objective")},
                                              {"platform", line->get("platform")},
                                              {"post", line->get("post")},
                                              {"from", line->get("from")},
                                              {"until", line->get("until")},
                                              {"limit", rows ? line->get("limit") : ""}}));
  if (rows) {
    print_values(answer, line->format());
    return Exit::done;
  }
  const std::string by = text_of(answer, "group_by");
  Table table({{by.empty() ? "of" : by, Table::Align::left, true},
               {"objective"},
               {"metric"},
               {"value", Table::Align::right},
               {"creators", Table::Align::right},
               {"posts", Table::Align::right},
               {"values", Table::Align::right}});
  for (const Json& row : answer.at("rows")) {
    table.add({by.empty() ? "all" : text_of(row, "group"),
               text_of(row, "objective"),
               text_of(row, "metric"),
               amount(row.at("value").get<double>(), text_of(row, "unit")),
               text_of(row, "creators"),
               text_of(row, "posts"),
               text_of(row, "values")});
  }
  print(answer, table, line->format());
  return Exit::done;
}

Exit insights_journey(Args args) {
  CommandSpec spec{
      .name = "insights journey",
      .synopsis = "[--by creator.tier|creator|campaign]",
      .about =
          "The whole way in one table: assets filed and seconds visible, engagements, clicks, "
          "conversions and e-mail sign-ups, and what the audience answers.",
      .examples =
          "muster insights journey\nmuster insights journey --by creator --campaign spring"};
  spec.options = subject_options();
  spec.options.push_back({"by", "FIELD", "creator.tier (as usual), creator or campaign"});
  const auto line = CommandLine::parse(spec, args);
  if (!line) {
    return Exit::done;
  }
  const Json answer =
      connect(line->load_config())
          ->get("/api/v1/insights/journey" + query_string({{"by", line->get("by")},
                                                           {"campaign", line->get("campaign")},
                                                           {"creator", line->get("creator")},
                                                           {"tier", line->get("tier")}}));
  Table table({{text_of(answer, "group_by"), Table::Align::left, true},
               {"creators", Table::Align::right},
               {"filed", Table::Align::right},
               {"seconds", Table::Align::right},
               {"engagements", Table::Align::right},
               {"clicks", Table::Align::right},
               {"conversions", Table::Align::right},
               {"sign-ups", Table::Align::right},
               {"answers", Table::Align::right},
               {"nps", Table::Align::right},
               {"interval", Table::Align::right}});
  for (const Json& row : answer.at("rows")) {
    const auto count = [&](const char* key) { return amount(row.at(key).get<double>(), "count"); };
    const auto score = [&](const char* key) {
      return fmt::format("{:+.1f}", row.at(key).get<double>());
    };
    table.add({text_of(row, "group").empty() ? "(none)" : text_of(row, "group"),
               text_of(row, "creators"),
               text_of(row, "assets_filed"),
               fmt::format("{:.1f}", row.at("seconds_visible").get<double>()),
               count("engagements"),
               count("clicks"),
               count("conversions"),
               count("signups"),
               text_of(row, "responses"),
               row.at("nps").is_null() ? "" : score("nps"),
               row.contains("nps_lower") ? score("nps_lower") + " to " + score("nps_upper") : ""});
  }
  print(answer, table, line->format());
  return Exit::done;
}

}  // namespace muster
