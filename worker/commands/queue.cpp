#include "core/error.h"
#include "worker/cli/api_client.h"
#include "worker/commands/commands.h"
#include "worker/commands/report.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace muster {
namespace {

Table submission_table(const Json& submissions) {
  Table table({{"id", Table::Align::right},
               {"state"},
               {"creator", Table::Align::left, true},
               {"tier"},
               {"placement"},
               {"fail", Table::Align::right},
               {"warn", Table::Align::right},
               {"stale"},
               {"item", Table::Align::left, true},
               {"why", Table::Align::left, true}});
  for (const Json& row : submissions) {
    table.add({text_of(row, "id"),
               text_of(row, "state"),
               text_of(row, "creator"),
               text_of(row, "tier"),
               text_of(row, "placement"),
               text_of(row, "fails"),
               text_of(row, "warns"),
               stale_text(row),
               text_of(row, "external_id"),
               text_of(row, "why")});
  }
  return table;
}

Exit list_queue(Args args) {
  static const CommandSpec spec{
      .name = "queue list",
      .synopsis = "[--state STATE] [...]",
      .about = "Lists submissions, newest last.",
      .examples =
          "muster queue list --state in_review\nmuster queue list --creator lena.fits --format csv",
      .options = {
          {"state,s",
           "STATE",
           "received, checking, in_review, needs_work, approved, rejected, quarantined, ...; may "
           "be "
           "several, with commas"},
          {"campaign", "ID", "only of this campaign"},
          {"creator", "HANDLE", "only of this creator"},
          {"source", "NAME", "only from this source"},
          {"rule", "RULE", "only with a finding against this rule (or the start of its id)"},
          {"stale", "", "only where the verdict is of other rules than today's"},
          {"after", "ID", "the page after this id"},
          {"limit", "N", "at most so many (50)"}}};
  const auto line = CommandLine::parse(spec, args);
  if (!line) {
    return Exit::done;
  }
  const Json answer =
      connect(line->load_config())
          ->get("/api/v1/submissions" + query_string({{"state", line->get("state")},
                                                      {"campaign", line->get("campaign")},
                                                      {"creator", line->get("creator")},
                                                      {"source", line->get("source")},
                                                      {"rule", line->get("rule")},
                                                      {"stale", line->has("stale") ? "true" : ""},
                                                      {"after", line->get("after")},
                                                      {"limit", line->get("limit")}}));
  print(answer, submission_table(answer.at("submissions")), line->format());
  return Exit::done;
}

Exit show_submission(Args args) {
  static const CommandSpec spec{
      .name = "queue show",
      .synopsis = "ID",
      .about = "Shows a submission: facts, verdict, every finding with its evidence, decisions.",
      .examples = "muster queue show 12\nmuster queue show 12 --format json",
      .takes_words = true};
  const auto line = CommandLine::parse(spec, args);
  if (!line) {
    return Exit::done;
  }
  if (line->words().size() != 1) {
    throw UsageError(
        "muster queue show: name one submission by its id; muster queue list has them");
  }
  const Json submission =
      connect(line->load_config())->get("/api/v1/submissions/" + line->words().front());
  if (line->format() == Format::table) {
    fmt::print("{}", submission_for_people(submission));
    return Exit::done;
  }
  Table table(
      {{"outcome"}, {"rule"}, {"message"}, {"measured"}, {"limit"}, {"unit"}, {"what to do"}});
  for (const Json& finding : submission.at("findings")) {
    table.add({text_of(finding, "outcome"),
               text_of(finding, "rule_id"),
               text_of(finding, "message"),
               text_of(finding, "measured"),
               text_of(finding, "threshold"),
               text_of(finding, "unit"),
               text_of(finding, "remedy")});
  }
  print(submission, table, line->format());
  return Exit::done;
}

Exit pause(Args args) {
  static const CommandSpec spec{
      .name = "queue pause",
      .synopsis = "--reason TEXT [--scope KIND]",
      .about = "Stops claiming jobs; what runs is finished. Only the one who paused can resume.",
      .examples =
          "muster queue pause --reason \"new packs are being checked\"\nmuster queue pause --scope "
          "file --reason audit",
      .options = {{"scope", "KIND", "fetch, check, file, parse, insight or all (all)"},
                  {"reason", "TEXT", "why; shown by muster status"},
                  actor_option()},
      .takes_format = false};
  const auto line = CommandLine::parse(spec, args);
  if (!line) {
    return Exit::done;
  }
  const Json answer = connect(line->load_config())
                          ->send("POST",
                                 "/api/v1/pauses",
                                 Json{{"scope", line->get("scope", "all")},
                                      {"owner", line->actor()},
                                      {"reason", line->require("reason")}});
  fmt::print("{}\n", answer.at("paused").get<bool>() ? "paused" : "it was paused already");
  return Exit::done;
}

Exit resume(Args args) {
  static const CommandSpec spec{
      .name = "queue resume",
      .synopsis = "[--scope KIND]",
      .about = "Lifts your own pause.",
      .examples = "muster queue resume\nmuster queue resume --scope file --as dana",
      .options = {{"scope", "KIND", "what was paused (all)"}, actor_option()},
      .takes_format = false};
  const auto line = CommandLine::parse(spec, args);
  if (!line) {
    return Exit::done;
  }
  const Json answer = connect(line->load_config())
                          ->send("DELETE",
                                 "/api/v1/pauses/" + line->get("scope", "all") +
                                     query_string({{"owner", line->actor()}}),
                                 Json::object());
  fmt::print("{}\n", answer.at("resumed").get<bool>() ? "resumed" : "it was not paused");
  return Exit::done;
}

constexpr Command kQueueSubcommands[] = {
    {"list", "submissions by state, campaign, creator, rule", list_queue},
    {"show", "one submission with its evidence", show_submission},
    {"pause", "stop claiming jobs", pause},
    {"resume", "lift your own pause", resume}};

}  // namespace

Exit queue_command(Args args) {
  return dispatch("muster queue", "Submissions and the work on them.", kQueueSubcommands, args);
}

}  // namespace muster
