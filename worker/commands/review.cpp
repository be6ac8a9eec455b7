#include "core/error.h"
#include "worker/cli/api_client.h"
#include "worker/commands/commands.h"
#include "worker/commands/report.h"

#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

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

// What was done to several things, and what was refused for some of them: one that can't be done
// does not stop the others.
struct Bulk {
  Json decisions = Json::array();
  Json refused = Json::array();

  // A thing that is alone fails as the command.
  template <typename Work>
  void add(const char* subject, const std::string& id, std::size_t of, const Work& work) {
    try {
      decisions.push_back(work());
    } catch (const PermanentError& error) {
      if (of == 1) {
        throw;
      }
      refused.push_back({{subject, id}, {"why", error.what()}});
    }
  }
};

// As numbers_in() reads them: "7-9 12". Others decide at the same time, so there may be gaps.
std::string runs_of(const Json& decisions) {
  std::string text;
  std::int64_t first = 0;
  std::int64_t last = 0;
  const auto end_run = [&] {
    if (first > 0) {
      text += fmt::format("{}{}", text.empty() ? "" : " ", first);
      text += last > first ? fmt::format("-{}", last) : "";
    }
  };
  for (const Json& decision : decisions) {
    const auto id = decision.at("id").get<std::int64_t>();
    if (first == 0 || id != last + 1) {
      end_run();
      first = id;
    }
    last = id;
  }
  end_run();
  return text;
}

// Prints both, and how to take what was done back.
Exit report(const Bulk& bulk, const char* subject, Format format) {
  Table table({{"decision", Table::Align::right},
               {"submission", Table::Align::right},
               {"kind"},
               {"by"},
               {"reason"},
               {"at"}});
  for (const Json& decision : bulk.decisions) {
    table.add({text_of(decision, "id"),
               text_of(decision, "submission"),
               text_of(decision, "kind"),
               text_of(decision.at("actor"), "name"),
               text_of(decision, "reason_code"),
               text_of(decision, "decided_at")});
  }
  print(Json{{"decisions", bulk.decisions}, {"refused", bulk.refused}}, table, format);
  if (format == Format::table) {
    for (const Json& one : bulk.refused) {
      fmt::print("refused: {} {}: {}\n", subject, text_of(one, subject), text_of(one, "why"));
    }
    if (bulk.decisions.size() > 1) {
      fmt::print("{} done, {} refused; all of it is taken back by: muster review undo {}\n",
                 bulk.decisions.size(),
                 bulk.refused.size(),
                 runs_of(bulk.decisions));
    }
  }
  return bulk.refused.empty() ? Exit::done : Exit::failed;
}

// "7", or "7-12" for all from 7 to 12.
std::vector<std::string> numbers_in(const std::vector<std::string>& words) {
  constexpr std::int64_t kMost = 10'000;
  std::vector<std::string> numbers;
  for (const std::string& word : words) {
    const std::size_t dash = word.find('-');
    std::int64_t first = 0;
    std::int64_t last = 0;
    const auto read = [](std::string_view text, std::int64_t& number) {
      const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
      return error == std::errc() && end == text.data() + text.size() && number > 0;
    };
    if (dash == std::string::npos || !read(std::string_view(word).substr(0, dash), first) ||
        !read(std::string_view(word).substr(dash + 1), last)) {
      numbers.push_back(word);
      continue;
    }
    if (last < first || last - first >= kMost) {
      throw UsageError(fmt::format("'{}' is no range of up to {} numbers: 7-12", word, kMost));
    }
    for (; first <= last; ++first) {
      numbers.push_back(std::to_string(first));
    }
  }
  return numbers;
}

// The decisions differ in their kind only.
Exit decide(Args args, const std::string& name, DecisionKind kind, const std::string& about) {
  const CommandSpec spec{
      .name = "review " + name,
      .synopsis = "ID... [--reason CODE] [--note TEXT]",
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
  Bulk bulk;
  for (const std::string& id : line->words()) {
    bulk.add("submission", id, line->words().size(), [&] {
      return client->send("POST",
                          "/api/v1/submissions/" + id + "/decisions",
                          Json{{"kind", to_string(kind)},
                               {"actor", line->actor()},
                               {"reason_code", line->get("reason")},
                               {"note", line->get("note")},
                               {"content", line->get("content")}});
    });
  }
  const Exit exit = report(bulk, "submission", line->format());
  if (kind == DecisionKind::approve && line->format() == Format::table && !client->is_daemon()) {
    fmt::print("approved; no daemon is running: muster run --once files it\n");
  }
  return exit;
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
      .synopsis = "DECISION... [--note TEXT]",
      .about = "Takes decisions back. The log keeps both; the submissions are in review again.",
      .examples =
          "muster review undo 7 --note \"wrong item\"\nmuster review undo 22-518 --note \"wrong "
          "reason\"",
      .options = {{"note,n", "TEXT", "why"}, actor_option()},
      .takes_words = true};
  const auto line = CommandLine::parse(spec, args);
  if (!line) {
    return Exit::done;
  }
  if (line->words().empty()) {
    throw UsageError(
        "muster review undo: name decisions by their numbers; muster queue show ID lists them");
  }
  const auto client = connect(line->load_config());
  const std::vector<std::string> ids = numbers_in(line->words());
  Bulk bulk;
  for (const std::string& id : ids) {
    bulk.add("decision", id, ids.size(), [&] {
      return client->send("POST",
                          "/api/v1/decisions/" + id + "/undo",
                          Json{{"actor", line->actor()}, {"note", line->get("note")}});
    });
  }
  return report(bulk, "decision", line->format());
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
