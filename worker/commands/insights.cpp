#include "core/error.h"
#include "core/text.h"
#include "worker/cli/api_client.h"
#include "worker/commands/commands.h"
#include "worker/commands/insights_lift.h"
#include "worker/commands/insights_metrics.h"
#include "worker/commands/report.h"
#include "worker/commands/survey_filter.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace muster {
namespace {

// A value in the unit of its metric.
std::string value_text(std::string_view metric, const Json& value) {
  if (value.is_null()) {
    return {};
  }
  const double number = value.get<double>();
  if (metric == "nps") {
    return fmt::format("{:+.1f}", number);
  }
  return metric == "mean" ? fmt::format("{:.2f}", number) : percent(number);
}

Table figure_table(const Json& insight) {
  const std::string metric = text_of(insight, "metric");
  const bool grouped = !text_of(insight, "group_by").empty();
  Table table({{grouped ? text_of(insight, "group_by") : "of"},
               {"answer", Table::Align::left, true},
               {metric, Table::Align::right},
               {"interval", Table::Align::right},
               {"n", Table::Align::right},
               {"base", Table::Align::right},
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
       "group by creator, creator.tier, creator.followers, campaign, wave, hidden:NAME, a question, "
       "asset.seconds_visible, asset.share_of_frame, asset.placement or metric:NAME"});
  spec.options.push_back(
      {"bands", "N,N,...", "bounds of the groups where the field is a number (2,5,10)"});
  spec.options.push_back({"confidence", "PERCENT", "of the interval (95)"});
  spec.options.push_back({"min-cell", "N", "a smaller n is marked (30)"});
  if (metric == "top-box") {
    spec.options.push_back({"top", "N", "so many of the highest points (2)"});
  }
  const auto line = CommandLine::parse(spec, args);
  if (!line) {
    return Exit::done;
  }
  const Json insight = connect(line->load_config())
                           ->get("/api/v1/insights/figures/" + metric +
                                 filter_query(*line,
                                              {{"by", line->get("by")},
                                               {"bands", line->get("bands")},
                                               {"confidence", line->get("confidence")},
                                               {"min_cell", line->get("min-cell")},
                                               {"top", line->get("top")}}));
  if (line->format() == Format::table) {
    fmt::print("{}: {}\n",
               text_of(insight, "survey"),
               styled(printable(text_of(insight, "question")), Style::bold));
  }
  print(insight, figure_table(insight), line->format());
  if (line->format() == Format::table) {
    for (const Json& note : insight.at("notes")) {
      fmt::print("note: {}\n", printable(note.get<std::string>()));
    }
    for (const Json& source : insight.at("exports")) {
      fmt::print("from: {} answers of export {} ({}, sha256 {})\n",
                 source.at("answers").get<std::int64_t>(),
                 source.at("id").get<std::int64_t>(),
                 printable(text_of(source, "external_id")),
                 text_of(source, "sha256").substr(0, 12));
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
               text_of(row, "external_id"),
               text_of(row, "error")});
  }
  print(answer, table, line->format());
  return Exit::done;
}

Exit crosstab(Args args) {
  CommandSpec spec{.name = "insights crosstab",
                   .synopsis = "--row QUESTION --column QUESTION|creator.tier",
                   .about =
                       "Counts of two questions against each other, with column shares and a "
                       "chi-square test where the counts allow one.",
                   .examples = "muster insights crosstab --row aware --column creator.tier"};
  spec.options = filter_options();
  spec.options.push_back({"row", "QUESTION", "the question of the rows"});
  spec.options.push_back(
      {"column", "FIELD", "a question, creator, creator.tier, campaign, wave or hidden:NAME"});
  const auto line = CommandLine::parse(spec, args);
  if (!line) {
    return Exit::done;
  }
  const Json answer =
      connect(line->load_config())
          ->get("/api/v1/insights/crosstab" +
                filter_query(*line,
                             {{"row", line->require("row")}, {"column", line->require("column")}}));
  std::vector<Table::Column> columns = {
      {text_of(answer, "row_question"), Table::Align::left, true}};
  std::vector<std::int64_t> totals(answer.at("columns").size());
  for (const Json& column : answer.at("columns")) {
    columns.push_back({column.get<std::string>(), Table::Align::right});
  }
  for (const Json& row : answer.at("counts")) {
    for (std::size_t i = 0; i < totals.size(); ++i) {
      totals[i] += row[i].get<std::int64_t>();
    }
  }
  Table table(std::move(columns));
  for (std::size_t r = 0; r < answer.at("rows").size(); ++r) {
    std::vector<std::string> cells = {answer["rows"][r].get<std::string>()};
    for (std::size_t i = 0; i < totals.size(); ++i) {
      const auto count = answer["counts"][r][i].get<std::int64_t>();
      cells.push_back(totals[i] == 0 ? std::to_string(count)
                                     : fmt::format("{} ({})",
                                                   count,
                                                   percent(static_cast<double>(count) /
                                                           static_cast<double>(totals[i]))));
    }
    table.add(std::move(cells));
  }
  print(answer, table, line->format());
  if (line->format() == Format::table) {
    if (!answer.at("chi_square").is_null()) {
      fmt::print("chi-square {:.2f}, {} degrees of freedom, p = {:.4f}, n = {}\n",
                 answer["chi_square"].get<double>(),
                 answer["degrees_of_freedom"].get<int>(),
                 answer["p_value"].get<double>(),
                 answer["n"].get<std::int64_t>());
    }
    for (const Json& note : answer.at("notes")) {
      fmt::print("note: {}\n", printable(note.get<std::string>()));
    }
  }
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
    {"mean", "mean of a scale", mean},
    {"share", "share of each choice", share},
    {"crosstab", "two questions against each other", crosstab},
    {"lift", "exposed against control", insights_lift},
    {"text", "search open answers", text},
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
