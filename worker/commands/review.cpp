#include "core/error.h"
#include "worker/cli/api_client.h"
#include "worker/commands/commands.h"
#include "worker/commands/report.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace muster {
namespace {

void print_submission(const Json& submission, Format format) {
  if (format == Format::table) {
    fmt::print("{}", submission_for_people(submission));
  } else {
    fmt::print("{}\n", dump_pretty(submission));
  }
}

Exit next(Args args) {
  static const CommandSpec spec{
      .name = "review next",
      .synopsis = "[--campaign ID]",
      .about =
          "Leases the next flagged submission to you, the most severe first; nobody else gets it "
          "until you "
          "decide, release it, or the lease ends.",
      .examples = "muster review next --as dana@agency.example",
      .options = {{"campaign", "ID", "only of this campaign"},
                  {"creator", "HANDLE", "only of this creator"},
                  {"rule", "RULE", "only with a finding against this rule"},
                  actor_option()}};
  const auto line = CommandLine::parse(spec, args);
  if (!line) {
    return Exit::done;
  }
  const Json answer = connect(line->load_config())
                          ->send("POST",
                                 "/api/v1/reviews/claim",
                                 Json{{"reviewer", line->actor()},
                                      {"campaign", line->get("campaign")},
                                      {"creator", line->get("creator")},
                                      {"rule", line->get("rule")}});
  if (answer.at("submission").is_null()) {
    fmt::print("nothing is left to review\n");
    return Exit::done;
  }
  print_submission(answer.at("submission"), line->format());
  return Exit::done;
}

// The decisions differ in their kind only.
Exit decide(Args args, const std::string& name, DecisionKind kind, const std::string& about) {
  const CommandSpec spec{
      .name = "review " + name,
      .synopsis = "ID [--reason CODE] [--note TEXT]",
      .about = about,
      .examples = fmt::format("muster review {} 12 --as dana@agency.example{}",
                              name,
                              kind == DecisionKind::approve
                                  ? ""
                                  : " --reason disclosure_missing --note \"say #ad first\""),
      .options = {{"reason,r", "CODE", "a coded reason; muster review reasons lists them"},
                  {"note,n", "TEXT", "a note; the creator sees it"},
                  {"content",
                   "HASH",
                   "the content hash that you looked at; refused when it changed since"},
                  actor_option()},
      .takes_words = true};
  const auto line = CommandLine::parse(spec, args);
  if (!line) {
    return Exit::done;
  }
  if (line->words().empty()) {
    throw UsageError(fmt::format("muster review {}: name the submission by its id", name));
  }
  const auto client = connect(line->load_config());
  Table table({{"decision", Table::Align::right},
               {"submission", Table::Align::right},
               {"kind"},
               {"by"},
               {"reason"},
               {"at"}});
  Json decisions = Json::array();
  for (const std::string& id : line->words()) {
    const Json decision = client->send("POST",
                                       "/api/v1/submissions/" + id + "/decisions",
                                       Json{{"kind", to_string(kind)},
                                            {"actor", line->actor()},
                                            {"reason_code", line->get("reason")},
                                            {"note", line->get("note")},
                                            {"content", line->get("content")}});
    table.add({text_of(decision, "id"),
               text_of(decision, "submission"),
               text_of(decision, "kind"),
               text_of(decision.at("actor"), "name"),
               text_of(decision, "reason_code"),
               text_of(decision, "decided_at")});
    decisions.push_back(decision);
  }
  print(Json{{"decisions", std::move(decisions)}}, table, line->format());
  if (kind == DecisionKind::approve && line->format() == Format::table && !client->is_daemon()) {
    fmt::print("approved; no daemon is running: muster run --once files it\n");
  }
  return Exit::done;
}

Exit approve(Args args) {
  return decide(args,
                "approve",
                DecisionKind::approve,
                "Approves submissions as they are now; a changed byte voids it.");
}
Exit correct(Args args) {
  return decide(args,
                "correct",
                DecisionKind::approve_with_corrections,
                "Approves submissions with corrections that the note tells the creator.");
}
Exit request_changes(Args args) {
  return decide(args,
                "return",
                DecisionKind::request_changes,
                "Sends submissions back to their creator with what to change.");
}
Exit reject(Args args) {
  return decide(args, "reject", DecisionKind::reject, "Rejects submissions for good.");
}
Exit withdraw(Args args) {
  return decide(
      args, "withdraw", DecisionKind::withdraw, "Takes submissions back on the creator's behalf.");
}

Exit undo(Args args) {
  static const CommandSpec spec{
      .name = "review undo",
      .synopsis = "DECISION [--note TEXT]",
      .about = "Takes a decision back. The log keeps both; the submission is in review again.",
      .examples = "muster review undo 7 --note \"wrong item\"",
      .options = {{"note,n", "TEXT", "why"}, actor_option()},
      .takes_words = true};
  const auto line = CommandLine::parse(spec, args);
  if (!line) {
    return Exit::done;
  }
  if (line->words().size() != 1) {
    throw UsageError(
        "muster review undo: name one decision by its number; muster queue show ID lists them");
  }
  const Json decision = connect(line->load_config())
                            ->send("POST",
                                   "/api/v1/decisions/" + line->words().front() + "/undo",
                                   Json{{"actor", line->actor()}, {"note", line->get("note")}});
  Table table(
      {{"decision", Table::Align::right}, {"submission", Table::Align::right}, {"kind"}, {"by"}});
  table.add({text_of(decision, "id"),
             text_of(decision, "submission"),
             text_of(decision, "kind"),
             text_of(decision.at("actor"), "name")});
  print(decision, table, line->format());
  return Exit::done;
}

Exit release(Args args) {
  static const CommandSpec spec{
      .name = "review release",
      .synopsis = "ID",
      .about = "Gives a submission back that you took with muster review next.",
      .examples = "muster review release 12",
      .options = {actor_option()},
      .takes_format = false,
      .takes_words = true};
  const auto line = CommandLine::parse(spec, args);
  if (!line) {
    return Exit::done;
  }
  if (line->words().size() != 1) {
    throw UsageError("muster review release: name one submission by its id");
  }
  const Json answer = connect(line->load_config())
                          ->send("POST",
                                 "/api/v1/submissions/" + line->words().front() + "/release",
                                 Json{{"reviewer", line->actor()}});
  fmt::print("{}\n", answer.at("released").get<bool>() ? "released" : "you did not hold it");
  return Exit::done;
}

Exit reasons(Args args) {
  static const CommandSpec spec{.name = "review reasons",
                                .synopsis = "",
                                .about = "Lists the coded reasons.",
                                .examples = "muster review reasons"};
  const auto line = CommandLine::parse(spec, args);
  if (!line) {
    return Exit::done;
  }
  const Json answer = connect(line->load_config())->get("/api/v1/reason-codes");
  Table table({{"code"},
               {"editable"},
               {"label", Table::Align::left, true},
               {"advice", Table::Align::left, true}});
  for (const Json& reason : answer.at("reason_codes")) {
    table.add({text_of(reason, "code"),
               reason.at("editable").get<bool>() ? "yes" : "no",
               text_of(reason, "label"),
               text_of(reason, "advice")});
  }
  print(answer, table, line->format());
  return Exit::done;
}

Exit log(Args args) {
  static const CommandSpec spec{
      .name = "review log",
      .synopsis = "[--subject submission/12]",
      .about = "The decision log: who decided what, when and why.",
      .examples =
          "muster review log --subject submission/12\nmuster review log --format csv > log.csv",
      .options = {{"from", "N", "from this entry on (1)"},
                  {"subject", "SUBJECT", "only about this: submission/12, job/3"},
                  {"limit", "N", "at most so many (100)"}}};
  const auto line = CommandLine::parse(spec, args);
  if (!line) {
    return Exit::done;
  }
  const Json answer = connect(line->load_config())
                          ->get("/api/v1/log" + query_string({{"from", line->get("from")},
                                                              {"subject", line->get("subject")},
                                                              {"limit", line->get("limit")}}));
  Table table({{"no", Table::Align::right},
               {"at"},
               {"actor", Table::Align::left, true},
               {"action"},
               {"subject"},
               {"detail", Table::Align::left, true}});
  for (const Json& entry : answer.at("entries")) {
    table.add({text_of(entry, "sequence"),
               text_of(entry, "at"),
               text_of(entry, "actor"),
               text_of(entry, "action"),
               text_of(entry, "subject"),
               dump(entry.at("detail"))});
  }
  print(answer, table, line->format());
  return Exit::done;
}

constexpr Command kReviewSubcommands[] = {
    {"next", "take the next flagged submission", next},
    {"approve", "approve as it is", approve},
    {"correct", "approve with corrections", correct},
    {"return", "send back with what to change", request_changes},
    {"reject", "reject for good", reject},
    {"withdraw", "take back for the creator", withdraw},
    {"undo", "take a decision back", undo},
    {"release", "give a taken submission back", release},
    {"reasons", "the coded reasons", reasons},
    {"log", "the decision log", log}};

}  // namespace

Exit review_command(Args args) {
  return dispatch(
      "muster review", "Flagged submissions, and decisions on them.", kReviewSubcommands, args);
}

}  // namespace muster
