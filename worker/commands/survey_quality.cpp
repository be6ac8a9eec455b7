#include "worker/commands/survey_quality.h"

#include "core/error.h"
#include "core/text.h"
#include "worker/cli/api_client.h"
#include "worker/commands/report.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace muster {
namespace {

std::string baseline_line(const Json& baseline) {
  if (baseline.is_null()) {
    return "no baseline is frozen";
  }
  const Json& median = baseline.at("median_seconds");
  return fmt::format("baseline {} (rules version {}), frozen {} by {} over {} responses{}",
                     text_of(baseline, "number"),
                     text_of(baseline, "rules_version"),
                     text_of(baseline, "made_at"),
                     printable(text_of(baseline, "made_by")),
                     text_of(baseline, "responses"),
                     median.is_null()
                         ? std::string()
                         : fmt::format(", median time {:.0f} s", median.get<double>()));
}

void print_rules(const Json& rules) {
  Table table({{"rule"},
               {"version", Table::Align::right},
               {"responses", Table::Align::right},
               {"note", Table::Align::left, true}});
  for (const Json& rule : rules) {
    const std::string off = text_of(rule, "off_because");
    table.add({text_of(rule, "rule"),
               text_of(rule, "rules_version"),
               text_of(rule, "responses"),
               off.empty() ? "" : "finds nothing: " + off});
  }
  fmt::print("{}", table.for_people());
}

Table flag_table(const Json& flags) {
  Table table({{"response", Table::Align::left, true},
               {"rule"},
               {"question", Table::Align::left, true},
               {"measured"},
               {"limit"},
               {"baseline", Table::Align::right},
               {"state"},
               {"why", Table::Align::left, true}});
  for (const Json& flag : flags) {
    table.add({text_of(flag, "response_id"),
               text_of(flag, "rule"),
               text_of(flag, "question_id"),
               text_of(flag, "measured"),
               text_of(flag, "threshold"),
               text_of(flag, "baseline"),
               flag.at("excluded").get<bool>() ? "excluded" : "counts",
               text_of(flag, "why")});
  }
  return table;
}

std::string one_survey(const CommandLine& line, const char* command) {
  if (line.words().size() > 1) {
    throw UsageError(fmt::format("muster {}: name one survey", command));
  }
  return line.words().empty() ? std::string() : line.words().front();
}

// The decision of exclude and restore: the survey, then ids of responses or --rule.
Json decision_body(const CommandLine& line, const char* command) {
  if (line.words().empty()) {
    throw UsageError(
        fmt::format("muster {}: name the survey, then its responses or --rule RULE", command));
  }
  Json body{
      {"survey", line.words().front()}, {"actor", line.actor()}, {"note", line.require("note")}};
  if (line.has("rule")) {
    body["rule"] = line.get("rule");
  }
  if (line.words().size() > 1) {
    body["responses"] = std::vector<std::string>(line.words().begin() + 1, line.words().end());
  }
  return body;
}

constexpr const char* kRules =
    "speeding, straight_lining, gibberish, duplicate_answers, pasted_text or out_of_range";

CommandSpec decision_spec(const char* name, const char* about, const char* examples) {
  return {.name = name,
          .synopsis = "SURVEY [RESPONSE...] [--rule RULE] --note TEXT",
          .about = about,
          .examples = examples,
          .options = {{"rule,r", "RULE", kRules},
                      {"note,n", "TEXT", "why; kept with the decision"},
                      actor_option()},
          .takes_words = true};
}

}  // namespace

Exit survey_quality_command(Args args) {
  static const CommandSpec spec{
      .name = "survey quality",
      .synopsis = "[SURVEY] [--freeze]",
      .about =
          "Doubts about responses: speeding, straight-lining, gibberish, equal answers, pasted "
          "text, "
          "numbers outside of their scale. Responses are compared with a baseline that stays as it "
          "was frozen, so the same responses keep the same flags. A flag excludes nothing; muster "
          "survey exclude does.",
      .examples =
          "muster survey quality typeform/launch --freeze --note \"after the soft launch\"\nmuster "
          "survey quality typeform/launch --rule speeding --format csv",
      .options = {{"freeze", "", "make a new baseline of the present responses and judge by it"},
                  {"note,n", "TEXT", "with --freeze: why; kept with the baseline"},
                  {"rule,r", "RULE", "only flags of this rule"},
                  {"limit", "N", "at most so many flags (100)"},
                  actor_option()},
      .takes_words = true};
  const auto line = CommandLine::parse(spec, args);
  if (!line) {
    return Exit::done;
  }
  const std::string survey = one_survey(*line, "survey quality");
  const auto api = connect(line->load_config());
  if (line->has("freeze")) {
    api->send("POST",
              "/api/v1/surveys/quality/baselines",
              Json{{"survey", survey}, {"actor", line->actor()}, {"note", line->get("note")}});
  }
  const Json answer =
      api->get("/api/v1/surveys/quality" + query_string({{"survey", survey},
                                                         {"rule", line->get("rule")},
                                                         {"limit", line->get("limit")}}));
  if (line->format() == Format::table) {
    fmt::print("{}: {} responses count, {} excluded\n{}\n",
               styled(printable(text_of(answer, "survey")), Style::bold),
               text_of(answer, "responses"),
               text_of(answer, "excluded"),
               baseline_line(answer.at("baseline")));
    for (const Json& note : answer.at("notes")) {
      fmt::print("note: {}\n", printable(note.get<std::string>()));
    }
    if (!answer.at("rules").empty()) {
      print_rules(answer.at("rules"));
    }
    if (answer.at("flags").empty()) {
      return Exit::done;
    }
    fmt::print("\n");
  }
  print(answer, flag_table(answer.at("flags")), line->format());
  return Exit::done;
}

Exit survey_exclude_command(Args args) {
  const auto line = CommandLine::parse(
      decision_spec(
          "survey exclude",
          "Leaves responses out of all figures: those named, or all that a quality rule "
          "flags. They stay, and muster survey restore takes them back; who, why, rule and "
          "baseline are kept.",
          "muster survey exclude typeform/launch --rule speeding --note \"under a third of "
          "the usual time\"\nmuster survey exclude typeform/launch 8f2k1 --note \"our own "
          "test\""),
      args);
  if (!line) {
    return Exit::done;
  }
  const Json body = decision_body(*line, "survey exclude");
  const Json answer =
      connect(line->load_config())->send("POST", "/api/v1/surveys/exclusions", body);
  Table table({{"survey"}, {"excluded", Table::Align::right}});
  table.add({text_of(answer, "survey"), text_of(answer, "excluded")});
  print(answer, table, line->format());
  return Exit::done;
}

Exit survey_restore_command(Args args) {
  CommandSpec spec = decision_spec(
      "survey restore",
      "Takes excluded responses back into the figures: those named, or all that were excluded by a "
      "rule. --list shows what is excluded, and by whom.",
      "muster survey restore typeform/launch --list\nmuster survey restore typeform/launch 8f2k1 "
      "--note \"it was a customer\"");
  spec.options.push_back({"list,l", "", "show the exclusions instead; with --all also past ones"});
  spec.options.push_back({"all", "", "with --list: those that were restored, too"});
  const auto line = CommandLine::parse(spec, args);
  if (!line) {
    return Exit::done;
  }
  if (!line->has("list")) {
    const Json body = decision_body(*line, "survey restore");
    const Json answer =
        connect(line->load_config())->send("POST", "/api/v1/surveys/exclusions/restore", body);
    Table table({{"survey"}, {"restored", Table::Align::right}});
    table.add({text_of(answer, "survey"), text_of(answer, "restored")});
    print(answer, table, line->format());
    return Exit::done;
  }
  const Json answer =
      connect(line->load_config())
          ->get("/api/v1/surveys/exclusions" +
                query_string({{"survey", one_survey(*line, "survey restore --list")},
                              {"all", line->has("all") ? "1" : ""}}));
  Table table({{"response", Table::Align::left, true},
               {"rule"},
               {"version", Table::Align::right},
               {"baseline", Table::Align::right},
               {"by"},
               {"at"},
               {"note", Table::Align::left, true},
               {"restored"}});
  for (const Json& row : answer.at("exclusions")) {
    const std::string restored = text_of(row, "restored_at");
    table.add({text_of(row, "response_id"),
               text_of(row, "rule"),
               text_of(row, "rules_version"),
               text_of(row, "baseline"),
               text_of(row, "actor"),
               text_of(row, "excluded_at"),
               text_of(row, "note"),
               restored.empty() ? "" : restored + " by " + text_of(row, "restored_by")});
  }
  print(answer, table, line->format());
  return Exit::done;
}

}  // namespace muster
