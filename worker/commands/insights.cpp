#include "core/error.h"
#include "core/text.h"
#include "worker/cli/api_client.h"
#include "worker/commands/commands.h"
#include "worker/commands/insights_lift.h"
#include "worker/commands/insights_metrics.h"
#include "worker/commands/insights_tables.h"
#include "worker/commands/report.h"
#include "worker/commands/survey_filter.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace muster {
namespace {

Table figure_table(const Json& insight) {
  const std::string metric = text_of(insight, "metric");
  const bool grouped = !text_of(insight, "group_by").empty();
  const bool weighted = !insight.at("weighting").is_null();
  Table table({{grouped ? text_of(insight, "group_by") : "of"},
               {"answer", Table::Align::left, true},
               {metric, Table::Align::right},
               {"interval", Table::Align::right},
               {"n", Table::Align::right},
               {"base", Table::Align::right},
               {weighted ? "effective" : "", Table::Align::right},
               {"note"}});
  for (const Json& row : insight.at("rows")) {
    const Json& figure = row.at("figure");
    const bool bounded = figure.contains("lower") && figure.contains("upper");
    table.add({text_of(row, "group").empty() ? "all" : text_of(row, "group"),
               text_of(row, "label"),
               value_text(metric, figure.at("value")),
               bounded ? value_text(metric, figure["lower"]) + " to " +
                             value_text(metric, figure["upper"])
                       : "",
               text_of(figure, "n"),
               text_of(figure, "base"),
               weighted ? fmt::format("{:.1f}", figure.at("effective_n").get<double>()) : "",
               row.at("small_base").get<bool>() ? "small base" : ""});
  }
  return table;
}

Exit figure(Args args, const std::string& metric, const std::string& about) {
  CommandSpec spec{.name = "insights " + metric,
                   .synopsis = "[--by creator.tier] [filters]",
                   .about = about,
                   .examples = fmt::format("muster insights {0} --by creator.tier\nmuster insights "
                                           "{0} --survey csv/brand-lift --question "
                                           "\"how likely\" --campaign spring --format json",
                                           metric)};
  spec.options = filter_options();
  spec.options.push_back(
      {"by",
       "FIELD",
       "group by creator, creator.tier, creator.followers, campaign, wave, hidden:NAME, a "
       "question, "
       "asset.seconds_visible, asset.share_of_frame, asset.placement or metric:NAME"});
  spec.options.push_back(
      {"bands", "N,N,...", "bounds of the groups where the field is a number (2,5,10)"});
  spec.options.push_back({"confidence", "PERCENT", "of the interval (95)"});
  spec.options.push_back({"min-cell", "N", "a smaller n is marked (30)"});
  if (metric == "top-box" || metric == "bottom-box") {
    spec.options.push_back({"top", "N", "so many of the points at the end of the scale (2)"});
  }
  spec.options.push_back(
      {"scale", "LOW-HIGH", "the scale as you know it, where the export does not tell: 0-10"});
  spec.options.push_back(weight_option());
  spec.options.push_back(weight_cap_option());
  spec.options.push_back({"rows", "", "also the responses that it rests on"});
  const auto line = CommandLine::parse(spec, args);
  if (!line) {
    return Exit::done;
  }
  const auto client = connect(line->load_config());
  const Json insight = client->get("/api/v1/insights/figures/" + metric +
                                   filter_query(*line,
                                                {{"by", line->get("by")},
                                                 {"bands", line->get("bands")},
                                                 {"confidence", line->get("confidence")},
                                                 {"min_cell", line->get("min-cell")},
                                                 {"top", line->get("top")},
                                                 {"scale", line->get("scale")},
                                                 {"weights", weight_targets(*line)},
                                                 {"weight_cap", line->get("weight-cap")}}));
  if (line->format() == Format::table) {
    fmt::print("{}: {}\n",
               text_of(insight, "survey"),
               styled(printable(text_of(insight, "question")), Style::bold));
  }
  print(insight, figure_table(insight), line->format());
  if (line->format() == Format::table) {
    print_notes(insight);
    for (const Json& source : insight.at("exports")) {
      fmt::print("from: {} answers of export {} ({}, sha256 {})\n",
                 source.at("answers").get<std::int64_t>(),
                 source.at("id").get<std::int64_t>(),
                 printable(text_of(source, "external_id")),
                 text_of(source, "sha256").substr(0, 12));
    }
    if (line->has("rows")) {
      print_responses(
          client->get(
              "/api/v1/insights/responses" +
              filter_query(*line, {{"by", line->get("by")}, {"bands", line->get("bands")}})),
          Format::table);
    }
  }
  return Exit::done;
}

Exit nps(Args args) {
  return figure(
      args,
      "nps",
      "Net Promoter Score: share of 9-10 minus share of 0-6. A scale without a 0 is refused.");
}
Exit csat(Args args) {
  return figure(
      args, "csat", "Customer satisfaction: the share of the two highest points of a scale.");
}
Exit top_box(Args args) {
  return figure(args, "top-box", "The share of the highest points of a scale.");
}
Exit mean(Args args) {
  return figure(args, "mean", "The mean of a scale or of numbers.");
}
Exit bottom_box(Args args) {
  return figure(args, "bottom-box", "The share of the lowest points of a scale.");
}
Exit rank(Args args) {
  return figure(args, "rank", "The mean place of each choice of a ranking, 1 the best.");
}
Exit share(Args args) {
  return figure(args, "share", "The share of each choice among those who answered.");
}

Exit list_insights(Args args) {
  CommandSpec spec{
      .name = "insights list",
      .synopsis = "[--survey NAME]",
      .about = "The insights that are filed after each import.",
      .examples =
          "muster insights list\nmuster insights list --survey typeform/launch --format csv",
      .options = {{"survey,s", "NAME", "only of this survey"}}};
  const auto line = CommandLine::parse(spec, args);
  if (!line) {
    return Exit::done;
  }
  const Json answer =
      connect(line->load_config())
          ->get("/api/v1/insights" + query_string({{"survey", line->get("survey")}}));
  Table table({{"survey", Table::Align::left, true},
               {"metric"},
               {"group"},
               {"answer", Table::Align::left, true},
               {"value", Table::Align::right},
               {"interval", Table::Align::right},
               {"n", Table::Align::right},
               {"question", Table::Align::left, true}});
  for (const Json& insight : answer.at("insights")) {
    const std::string metric = text_of(insight, "metric");
    for (const Json& row : insight.at("rows")) {
      const Json& found = row.at("figure");
      const bool bounded = found.contains("lower") && found.contains("upper");
      table.add({text_of(insight, "survey"),
                 metric,
                 text_of(row, "group").empty() ? "all" : text_of(row, "group"),
                 text_of(row, "label"),
                 value_text(metric, found.at("value")),
                 bounded ? value_text(metric, found["lower"]) + " to " +
                               value_text(metric, found["upper"])
                         : "",
                 text_of(found, "n"),
                 text_of(insight, "question")});
    }
  }
  print(answer, table, line->format());
  return Exit::done;
}

Exit surveys(Args args) {
  static const CommandSpec spec{
      .name = "insights surveys",
      .synopsis = "[NAME]",
      .about = "The surveys; with a name its questions.",
      .examples = "muster insights surveys\nmuster insights surveys typeform/launch",
      .takes_words = true};
  const auto line = CommandLine::parse(spec, args);
  if (!line) {
    return Exit::done;
  }
  const Json answer = connect(line->load_config())->get("/api/v1/surveys");
  if (line->words().empty()) {
    Table table({{"survey"},
                 {"responses", Table::Align::right},
                 {"first"},
                 {"last"},
                 {"title", Table::Align::left, true}});
    for (const Json& survey : answer.at("surveys")) {
      table.add({text_of(survey, "survey"),
                 text_of(survey, "responses"),
                 text_of(survey, "first_at"),
                 text_of(survey, "last_at"),
                 text_of(survey, "title")});
    }
    print(answer, table, line->format());
    return Exit::done;
  }
  Table table({{"question"}, {"kind"}, {"title", Table::Align::left, true}});
  Json found;
  for (const Json& survey : answer.at("surveys")) {
    const std::string name = text_of(survey, "survey");
    if (name == line->words().front() || name.ends_with("/" + line->words().front())) {
      found = survey;
      for (const Json& question : survey.at("questions")) {
        table.add({text_of(question, "id"), text_of(question, "kind"), text_of(question, "title")});
      }
    }
  }
  if (found.is_null()) {
    throw PermanentError(fmt::format("there is no survey '{}'; muster insights surveys lists them",
                                     printable(line->words().front())));
  }
  print(found, table, line->format());
  return Exit::done;
}

Exit exports(Args args) {
  static const CommandSpec spec{
      .name = "insights exports",
      .synopsis = "[--survey NAME]",
      .about = "Survey exports and what became of their rows: seen = filed + excluded + rejected.",
      .examples = "muster insights exports",
      .options = {{"survey,s", "NAME", "only of this survey"}}};
  const auto line = CommandLine::parse(spec, args);
  if (!line) {
    return Exit::done;
  }
  const Json answer =
      connect(line->load_config())
          ->get("/api/v1/exports" + query_string({{"survey", line->get("survey")}}));
  Table table({{"id", Table::Align::right},
               {"state"},
               {"seen", Table::Align::right},
               {"filed", Table::Align::right},
               {"excluded", Table::Align::right},
               {"rejected", Table::Align::right},
               {"new", Table::Align::right},
               {"gone", Table::Align::right},
               {"file", Table::Align::left, true},
               {"error", Table::Align::left, true}});
  for (const Json& row : answer.at("exports")) {
    const Json& rows = row.at("rows");
    table.add({text_of(row, "id"),
               text_of(row, "state"),
               text_of(rows, "seen"),
               text_of(rows, "filed"),
               text_of(rows, "excluded"),
               text_of(rows, "rejected"),
               text_of(rows, "added"),
               text_of(rows, "gone"),
               text_of(row, "external_id"),
               text_of(row, "error")});
  }
  print(answer, table, line->format());
  return Exit::done;
}

Exit text(Args args) {
  CommandSpec spec{.name = "insights text",
                   .synopsis = "WORDS...",
                   .about = "Searches open answers. All words must occur; quote a phrase.",
                   .examples = "muster insights text too sweet --campaign spring"};
  spec.options = filter_options();
  spec.options.push_back({"limit", "N", "at most so many (50)"});
  spec.takes_words = true;
  const auto line = CommandLine::parse(spec, args);
  if (!line) {
    return Exit::done;
  }
  const Json answer =
      connect(line->load_config())
          ->get("/api/v1/insights/text" +
                filter_query(*line,
                             {{"q", join(line->words(), " ")}, {"limit", line->get("limit")}}));
  Table table({{"survey"},
               {"response", Table::Align::left, true},
               {"creator", Table::Align::left, true},
               {"text", Table::Align::left, true}});
  for (const Json& hit : answer.at("hits")) {
    table.add({text_of(hit, "survey"),
               text_of(hit, "response_id"),
               text_of(hit, "creator"),
               text_of(hit, "snippet")});
  }
  print(answer, table, line->format());
  return Exit::done;
}

constexpr Command kInsightsSubcommands[] = {
    {"list", "the insights filed after each import", list_insights},
    {"surveys", "the surveys and their questions", surveys},
    {"exports", "the exports and what became of their rows", exports},
    {"nps", "Net Promoter Score", nps},
    {"csat", "customer satisfaction", csat},
    {"top-box", "share of the highest points", top_box},
    {"bottom-box", "share of the lowest points", bottom_box},
    {"mean", "mean of a scale", mean},
    {"share", "share of each choice", share},
    {"rank", "mean place of each choice of a ranking", rank},
    {"crosstab", "two questions against each other, with column letters", insights_crosstab},
    {"trend", "a figure by wave, month, week or day", insights_trend},
    {"lift", "exposed against control", insights_lift},
    {"text", "search open answers", text},
    {"terms", "frequent and distinctive words of open answers", insights_terms},
    {"responses", "the responses behind a figure, with file and line", insights_responses},
    {"metrics", "engagement, clicks, conversions, sign-ups", insights_metrics},
    {"journey", "from filed assets over metrics to answers", insights_journey}};

}  // namespace

Exit insights_command(Args args) {
  return dispatch("muster insights",
                  "What audiences answered, with n, interval and base.",
                  kInsightsSubcommands,
                  args);
}

}  // namespace muster
