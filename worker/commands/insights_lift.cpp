#include "worker/commands/insights_lift.h"

#include "core/text.h"
#include "worker/cli/api_client.h"
#include "worker/commands/report.h"
#include "worker/commands/survey_filter.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace muster {
namespace {

CommandSpec make_lift_spec() {
  CommandSpec spec{
      .name = "insights lift",
      .synopsis = "--exposed FIELD=VALUE [--by creator.tier] [filters]",
      .about =
          "Brand lift: those who saw it against all others, with interval, test and effect size. "
          "Groups are compared with the whole control, their p values adjusted for their number. A "
          "naive difference may come from who was exposed: --stratum compares within its values.",
      .examples =
          "muster insights lift --exposed hidden:panel=exposed --question aware --value Yes --by "
          "creator.tier\n"
          "muster insights lift --exposed hidden:panel=exposed --by asset.seconds_visible --bands "
          "3,8\n"
          "muster insights lift --exposed hidden:panel=exposed --question \"how likely\" --stratum "
          "\"are you a fan\""};
  spec.options = filter_options();
  spec.options.push_back(
      {"exposed",
       "FIELD=VALUE",
       "who saw it: hidden:NAME=VALUE, QUESTION=CHOICE, wave=VALUE; other values "
       "are the control"});
  spec.options.push_back({"value", "CHOICE", "the answer that counts (yes, or the top boxes)"});
  spec.options.push_back({"top", "N", "of a scale, so many of the highest points count (2)"});
  spec.options.push_back(
      {"by",
       "FIELD",
       "group the exposed by creator, creator.tier, creator.followers, campaign, wave, "
       "hidden:NAME, "
       "a question, asset.seconds_visible, asset.share_of_frame, asset.placement or metric:NAME"});
  spec.options.push_back(
      {"bands", "N,N,...", "bounds of the groups where the field is a number (2,5,10)"});
  spec.options.push_back(
      {"stratum", "FIELD", "compare within the values of this question or field"});
  spec.options.push_back({"confidence", "PERCENT", "of the interval (95)"});
  spec.options.push_back({"min-cell", "N", "a smaller side is marked (30)"});
  return spec;
}

std::string points(const Json& share) {
  return share.is_null() ? std::string() : fmt::format("{:+.1f}", 100 * share.get<double>());
}

std::string p_text(const Json& p) {
  return p.is_null() ? std::string() : fmt::format("{:.4f}", p.get<double>());
}

Table lift_table(const Json& lift) {
  const std::string by = text_of(lift, "group_by");
  Table table({{by.empty() ? "of" : by},
               {"exposed", Table::Align::right},
               {"n", Table::Align::right},
               {"control", Table::Align::right},
               {"n", Table::Align::right},
               {"points", Table::Align::right},
               {"interval", Table::Align::right},
               {"relative", Table::Align::right},
               {"p", Table::Align::right},
               {"adjusted", Table::Align::right},
               {"h", Table::Align::right},
               {"note"}});
  for (const Json& row : lift.at("rows")) {
    const Json& exposed = row.at("exposed");
    const Json& control = row.at("control");
    table.add({text_of(row, "group").empty() ? "all" : text_of(row, "group"),
               percent(exposed.at("value").get<double>()),
               text_of(exposed, "n"),
               percent(control.at("value").get<double>()),
               text_of(control, "n"),
               points(row.at("absolute")),
               row.contains("lower") ? points(row["lower"]) + " to " + points(row["upper"]) : "",
               row.at("relative").is_null() ? "" : points(row["relative"]) + " %",
               p_text(row.at("p_value")),
               p_text(row.at("adjusted_p_value")),
               fmt::format("{:.2f}", row.at("effect_size").get<double>()),
               row.at("small_base").get<bool>() ? "small base" : ""});
  }
  return table;
}

}  // namespace

Exit insights_lift(Args args) {
  const auto line = CommandLine::parse(make_lift_spec(), args);
  if (!line) {
    return Exit::done;
  }
  const Json lift =
      connect(line->load_config())
          ->get("/api/v1/insights/lift" + filter_query(*line,
                                                       {{"exposed", line->require("exposed")},
                                                        {"value", line->get("value")},
                                                        {"top", line->get("top")},
                                                        {"by", line->get("by")},
                                                        {"bands", line->get("bands")},
                                                        {"stratum", line->get("stratum")},
                                                        {"confidence", line->get("confidence")},
                                                        {"min_cell", line->get("min-cell")}}));
  const bool people = line->format() == Format::table;
  if (people) {
    fmt::print("{}: {} ({})\n",
               text_of(lift, "survey"),
               styled(printable(text_of(lift, "question")), Style::bold),
               printable(text_of(lift, "counts_as_hit")));
  }
  print(lift, lift_table(lift), line->format());
  if (people) {
    if (!lift.at("stratified").is_null()) {
      const Json& lower = lift.at("stratified_lower");
      fmt::print(
          "within strata: {} points{} (naive: {})\n",
          points(lift["stratified"]),
          lower.is_null()
              ? ""
              : fmt::format(", {} to {}", points(lower), points(lift.at("stratified_upper"))),
          points(lift["rows"][0]["absolute"]));
      for (const Json& stratum : lift.at("balance")) {
        fmt::print("balance: {}: {} of the exposed, {} of the control\n",
                   printable(text_of(stratum, "stratum")),
                   percent(stratum.at("exposed").get<double>()),
                   percent(stratum.at("control").get<double>()));
      }
    }
    for (const Json& note : lift.at("notes")) {
      fmt::print("note: {}\n", printable(note.get<std::string>()));
    }
  }
  return Exit::done;
}

}  // namespace muster
