#include "worker/commands/insights_tables.h"

#include "core/error.h"
#include "core/text.h"
#include "extractors/surveys/weight_targets.h"
#include "worker/cli/api_client.h"
#include "worker/cli/read_file.h"
#include "worker/commands/report.h"
#include "worker/commands/survey_filter.h"

#include <array>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace muster {
namespace {

constexpr std::uint64_t kMaxTargetBytes = 32'000;  // it travels in the head of a request

std::string p_value_text(const Json& p) {
  constexpr double kSmallest = 0.0001;  // of those that four digits show
  return p.is_null()                   ? std::string()
         : p.get<double>() < kSmallest ? "<0.0001"
                                       : fmt::format("{:.4f}", p.get<double>());
}

// A change in the unit of its metric: shares in points.
std::string change_text(std::string_view metric, const Json& value) {
  if (value.is_null()) {
    return {};
  }
  const double number = value.get<double>();
  if (metric == "nps") {
    return fmt::format("{:+.1f}", number);
  }
  return metric.starts_with("mean") ? fmt::format("{:+.2f}", number)
                                    : fmt::format("{:+.1f} points", 100 * number);
}

void print_crosstab(const Json& answer) {
  std::vector<Table::Column> columns = {
      {text_of(answer, "row_question"), Table::Align::left, true}};
  std::vector<std::string> bases = {"n"};
  for (const Json& column : answer.at("columns")) {
    columns.push_back({fmt::format("{} ({})", text_of(column, "name"), text_of(column, "letter")),
                       Table::Align::right});
    bases.push_back(text_of(column, "n") + (column.at("small_base").get<bool>() ? " small" : ""));
  }
  Table table(std::move(columns));
  for (std::size_t r = 0; r < answer.at("rows").size(); ++r) {
    std::vector<std::string> cells = {answer["rows"][r].get<std::string>()};
    for (const Json& cell : answer["cells"][r]) {
      const std::string above = text_of(cell, "above");
      cells.push_back(fmt::format(
          "{}{}", percent(cell.at("share").get<double>()), above.empty() ? "" : " " + above));
    }
    table.add(std::move(cells));
  }
  table.add(std::move(bases));
  fmt::print("{}", table.for_people());
}

// The same as rows for machines: one a cell.
Table crosstab_cells(const Json& answer) {
  Table table({{"row"}, {"column"}, {"letter"}, {"count"}, {"share"}, {"above"}, {"n"}});
  for (std::size_t r = 0; r < answer.at("rows").size(); ++r) {
    for (std::size_t c = 0; c < answer.at("columns").size(); ++c) {
      const Json& cell = answer["cells"][r][c];
      const Json& column = answer["columns"][c];
      table.add({answer["rows"][r].get<std::string>(),
                 text_of(column, "name"),
                 text_of(column, "letter"),
                 text_of(cell, "count"),
                 fmt::format("{:.6f}", cell.at("share").get<double>()),
                 text_of(cell, "above"),
                 text_of(column, "n")});
    }
  }
  return table;
}

Table trend_table(const Json& trend) {
  const std::string metric = text_of(trend, "metric");
  Table table({{text_of(trend, "group_by")},
               {"answer", Table::Align::left, true},
               {metric, Table::Align::right},
               {"interval", Table::Align::right},
               {"n", Table::Align::right},
               {"change", Table::Align::right},
               {"interval", Table::Align::right},
               {"p", Table::Align::right},
               {"adjusted", Table::Align::right},
               {"note"}});
  for (const Json& row : trend.at("rows")) {
    const Json& figure = row.at("figure");
    Json step;
    for (const Json& one : trend.at("steps")) {
      if (text_of(one, "to") == text_of(row, "group") &&
          text_of(one, "label") == text_of(row, "label")) {
        step = one;
      }
    }
    const bool bounded = figure.contains("lower");
    const bool moved = !step.is_null();
    table.add({text_of(row, "group").empty() ? "all" : text_of(row, "group"),
               text_of(row, "label"),
               value_text(metric, figure.at("value")),
               bounded ? value_text(metric, figure["lower"]) + " to " +
                             value_text(metric, figure["upper"])
                       : "",
               text_of(figure, "n"),
               moved ? change_text(metric, step.at("difference")) : "",
               moved && step.contains("lower") ? change_text(metric, step["lower"]) + " to " +
                                                     change_text(metric, step["upper"])
                                               : "",
               moved ? p_value_text(step.at("p_value")) : "",
               moved ? p_value_text(step.at("adjusted_p_value")) : "",
               row.at("small_base").get<bool>() ? "small base" : ""});
  }
  return table;
}

std::vector<CommandSpec::Option> group_options() {
  std::vector<CommandSpec::Option> options = filter_options();
  options.push_back({"by",
                     "FIELD",
                     "group by creator, creator.tier, creator.followers, campaign, wave, month, "
                     "hidden:NAME, a question, asset.seconds_visible, asset.share_of_frame, "
                     "asset.placement or metric:NAME"});
  options.push_back(
      {"bands", "N,N,...", "bounds of the groups where the field is a number (2,5,10)"});
  return options;
}

}  // namespace

std::string value_text(std::string_view metric, const Json& value) {
  if (value.is_null()) {
    return {};
  }
  const double number = value.get<double>();
  if (metric == "nps") {
    return fmt::format("{:+.1f}", number);
  }
  return metric.starts_with("mean") ? fmt::format("{:.2f}", number) : percent(number);
}

CommandSpec::Option weight_option() {
  return {"weight-by",
          "FILE",
          "weight the respondents to the shares of this CSV: field,value,share, a line a category"};
}

CommandSpec::Option weight_cap_option() {
  return {"weight-cap", "N", "no weight above so many times the mean"};
}

std::string weight_targets(const CommandLine& line) {
  const std::string file = line.get("weight-by");
  if (file.empty()) {
    return {};
  }
  std::string text = read_file(file, kMaxTargetBytes);
  if (const auto targets = read_weight_targets(text); !targets) {
    throw PermanentError(fmt::format("{}: {}", printable(file), to_string(targets.error())));
  }
  return text;
}

void print_notes(const Json& answer) {
  for (const Json& note : answer.at("notes")) {
    fmt::print("note: {}\n", printable(note.get<std::string>()));
  }
}

void print_responses(const Json& answer, Format format) {
  Table table({{"response", Table::Align::left, true},
               {"group"},
               {"answer", Table::Align::left, true},
               {"creator", Table::Align::left, true},
               {"wave"},
               {"export", Table::Align::left, true},
               {"where"},
               {"sha256"}});
  for (const Json& row : answer.at("responses")) {
    std::string given;
    for (const Json& label : row.at("labels")) {
      given += (given.empty() ? "" : ", ") + label.get<std::string>();
    }
    table.add({text_of(row, "response_id"),
               text_of(row, "group"),
               given.empty() ? text_of(row, "text") : given,
               text_of(row, "creator"),
               text_of(row, "wave"),
               text_of(row, "export"),
               text_of(row, "where"),
               text_of(row, "sha256").substr(0, 12)});
  }
  print(answer, table, format);
  const auto n = answer.at("n").get<std::size_t>();
  if (format == Format::table && n > answer.at("responses").size()) {
    fmt::print("{} of {} responses; --limit shows more\n", answer.at("responses").size(), n);
  }
}

Exit insights_crosstab(Args args) {
  CommandSpec spec{
      .name = "insights crosstab",
      .synopsis = "--row QUESTION --column QUESTION|creator.tier",
      .about =
          "Two questions against each other: shares of each column, with the letters of the "
          "columns "
          "that are significantly lower (capitals: p < 0.001; all pairs of the table are adjusted "
          "together), and a chi-square test where the counts allow one.",
      .examples =
          "muster insights crosstab --row aware --column creator.tier\n"
          "muster insights crosstab --row aware --column asset.seconds_visible --bands 3,8"};
  spec.options = filter_options();
  spec.options.push_back({"row", "QUESTION", "the question of the rows"});
  spec.options.push_back({"column",
                          "FIELD",
                          "a question, creator, creator.tier, campaign, wave, month, hidden:NAME, "
                          "asset.seconds_visible, ..."});
  spec.options.push_back({"bands", "N,N,...", "bounds of the columns where they are numbers"});
  spec.options.push_back({"confidence", "PERCENT", "of the letters (95)"});
  spec.options.push_back({"min-cell", "N", "a column with a smaller base is not tested (30)"});
  spec.options.push_back(weight_option());
  spec.options.push_back(weight_cap_option());
  const auto line = CommandLine::parse(spec, args);
  if (!line) {
    return Exit::done;
  }
  const Json answer = connect(line->load_config())
                          ->get("/api/v1/insights/crosstab" +
                                filter_query(*line,
                                             {{"row", line->require("row")},
                                              {"column", line->require("column")},
                                              {"bands", line->get("bands")},
                                              {"confidence", line->get("confidence")},
                                              {"min_cell", line->get("min-cell")},
                                              {"weights", weight_targets(*line)},
                                              {"weight_cap", line->get("weight-cap")}}));
  if (line->format() != Format::table) {
    print(answer, crosstab_cells(answer), line->format());
    return Exit::done;
  }
  print_crosstab(answer);
  if (!answer.at("chi_square").is_null()) {
    fmt::print("chi-square {:.2f}, {} degrees of freedom, p {}, n = {}\n",
               answer["chi_square"].get<double>(),
               answer["degrees_of_freedom"].get<int>(),
               p_value_text(answer["p_value"]),
               answer["n"].get<std::int64_t>());
  }
  print_notes(answer);
  return Exit::done;
}

Exit insights_trend(Args args) {
  CommandSpec spec{
      .name = "insights trend",
      .synopsis = "METRIC [--by wave|month|week|day] [filters]",
      .about =
          "A figure over time, and whether it moved from one wave to the next: difference with "
          "interval and test, p values adjusted over the steps. METRIC: nps, csat, top-box, "
          "bottom-box, mean, share or rank.",
      .examples =
          "muster insights trend nps\nmuster insights trend share --question aware --by "
          "month --tier micro",
      .takes_words = true};
  spec.options = filter_options();
  spec.options.push_back({"by", "PERIOD", "wave (as usual), month, week or day"});
  spec.options.push_back({"confidence", "PERCENT", "of the intervals (95)"});
  spec.options.push_back({"min-cell", "N", "a smaller n is marked (30)"});
  spec.options.push_back({"top", "N", "of top-box and bottom-box, so many points (2)"});
  spec.options.push_back({"scale", "LOW-HIGH", "the scale, where the export does not tell it"});
  spec.options.push_back(weight_option());
  spec.options.push_back(weight_cap_option());
  const auto line = CommandLine::parse(spec, args);
  if (!line) {
    return Exit::done;
  }
  if (line->words().size() != 1) {
    throw UsageError("muster insights trend: name one metric, as in: muster insights trend nps");
  }
  const Json trend = connect(line->load_config())
                         ->get("/api/v1/insights/trends/" + line->words().front() +
                               filter_query(*line,
                                            {{"by", line->get("by")},
                                             {"confidence", line->get("confidence")},
                                             {"min_cell", line->get("min-cell")},
                                             {"top", line->get("top")},
                                             {"scale", line->get("scale")},
                                             {"weights", weight_targets(*line)},
                                             {"weight_cap", line->get("weight-cap")}}));
  const bool people = line->format() == Format::table;
  if (people) {
    fmt::print("{}: {}\n",
               text_of(trend, "survey"),
               styled(printable(text_of(trend, "question")), Style::bold));
  }
  print(trend, trend_table(trend), line->format());
  if (people) {
    print_notes(trend);
  }
  return Exit::done;
}

Exit insights_terms(Args args) {
  CommandSpec spec{
      .name = "insights terms",
      .synopsis = "--question QUESTION [--by creator.tier]",
      .about =
          "The words of open answers: the most frequent, and with --by those that set a group "
          "apart from all others (log-odds with a prior, z from 1.96).",
      .examples = "muster insights terms --question \"anything else\" --by creator.tier"};
  spec.options = group_options();
  spec.options.push_back({"most", "N", "at most so many terms a list (15)"});
  spec.options.push_back({"fewest", "N", "only terms of so many answers of the group (3)"});
  const auto line = CommandLine::parse(spec, args);
  if (!line) {
    return Exit::done;
  }
  const Json answer =
      connect(line->load_config())
          ->get("/api/v1/insights/terms" + filter_query(*line,
                                                        {{"by", line->get("by")},
                                                         {"bands", line->get("bands")},
                                                         {"most", line->get("most")},
                                                         {"fewest", line->get("fewest")}}));
  Table table({{text_of(answer, "group_by").empty() ? "of" : text_of(answer, "group_by")},
               {"list"},
               {"term"},
               {"answers", Table::Align::right},
               {"of", Table::Align::right},
               {"share", Table::Align::right},
               {"z", Table::Align::right}});
  constexpr std::array kLists = {"frequent", "distinctive"};
  for (const Json& group : answer.at("groups")) {
    for (const char* list : kLists) {
      for (const Json& term : group.at(list)) {
        table.add({text_of(group, "group").empty() ? "all" : text_of(group, "group"),
                   list,
                   text_of(term, "term"),
                   text_of(term, "answers"),
                   text_of(group, "n"),
                   percent(term.at("share").get<double>()),
                   std::string_view(list) == "distinctive"
                       ? fmt::format("{:.1f}", term.at("z").get<double>())
                       : ""});
      }
    }
  }
  print(answer, table, line->format());
  if (line->format() == Format::table) {
    print_notes(answer);
  }
  return Exit::done;
}

Exit insights_responses(Args args) {
  CommandSpec spec{
      .name = "insights responses",
      .synopsis = "--question QUESTION [--by FIELD --group VALUE] [--answer LABEL]",
      .about =
          "The responses behind a figure, each with the export file that it came from and its "
          "place in it.",
      .examples =
          "muster insights responses --question nps --by creator.tier --group mega\n"
          "muster insights responses --question aware --answer Fizzolo --format csv"};
  spec.options = group_options();
  spec.options.push_back({"group", "VALUE", "only of this group of --by"});
  spec.options.push_back({"answer", "LABEL", "only with this choice, or this number"});
  spec.options.push_back({"limit", "N", "at most so many (100)"});
  const auto line = CommandLine::parse(spec, args);
  if (!line) {
    return Exit::done;
  }
  print_responses(
      connect(line->load_config())
          ->get("/api/v1/insights/responses" + filter_query(*line,
                                                            {{"by", line->get("by")},
                                                             {"bands", line->get("bands")},
                                                             {"group", line->get("group")},
                                                             {"label", line->get("answer")},
                                                             {"limit", line->get("limit")}})),
      line->format());
  return Exit::done;
}

}  // namespace muster
