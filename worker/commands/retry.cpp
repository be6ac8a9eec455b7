#include "core/error.h"
#include "core/text.h"
#include "worker/cli/api_client.h"
#include "worker/commands/commands.h"
#include "worker/commands/report.h"

#include <charconv>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace muster {
namespace {

const CommandSpec kRetrySpec{
    .name = "retry",
    .synopsis = "[JOB...] [--kind KIND] [--error TEXT] [--all]",
    .about =
        "Without a choice: lists the dead letter, the jobs that were given up "
        "and why. With one: puts those jobs back; what "
        "they are about goes on where it stopped. With --quarantine HASH: lets "
        "a file that crashed the decoder be tried again.",
    .examples =
        "muster retry\nmuster retry 12 15\nmuster retry --kind fetch --error "
        "timeout\nmuster retry --all",
    .options = {{"kind", "KIND", "fetch, check, file, parse or insight"},
                {"error", "TEXT", "whose error contains this"},
                {"all", "", "everything in the dead letter"},
                {"quarantine", "SHA256", "release this file from quarantine"},
                actor_option()},
    .takes_words = true};

void list_dead_letter(ApiClient& client, const CommandLine& line) {
  const Json answer = client.get("/api/v1/jobs?state=discarded");
  Table table({{"job", Table::Align::right},
               {"kind"},
               {"subject"},
               {"tries", Table::Align::right},
               {"crashes", Table::Align::right},
               {"given up"},
               {"error", Table::Align::left, true}});
  for (const Json& job : answer.at("jobs")) {
    table.add({text_of(job, "id"),
               text_of(job, "kind"),
               text_of(job, "subject"),
               text_of(job, "attempt"),
               text_of(job, "crash_count"),
               text_of(job, "finalized_at"),
               text_of(job, "last_error")});
  }
  print(answer, table, line.format());
}

}  // namespace

Exit retry_command(Args args) {
  const auto line = CommandLine::parse(kRetrySpec, args);
  if (!line) {
    return Exit::done;
  }
  const auto client = connect(line->load_config());
  if (line->has("quarantine")) {
    const Json answer = client->send("POST",
                                     "/api/v1/quarantine/" + line->get("quarantine") + "/release",
                                     Json{{"actor", line->actor()}});
    fmt::print("{}\n",
               answer.at("released").get<bool>() ? "released; put its job back with muster retry"
                                                 : "it is not in quarantine");
    return Exit::done;
  }
  if (line->words().empty() && !line->has("kind") && !line->has("error") && !line->has("all")) {
    list_dead_letter(*client, *line);
    return Exit::done;
  }
  Json request{{"actor", line->actor()},
               {"all", line->has("all")},
               {"kind", line->get("kind")},
               {"error", line->get("error")}};
  request["ids"] = Json::array();
  for (const std::string& word : line->words()) {
    std::int64_t id = 0;
    if (std::from_chars(word.data(), word.data() + word.size(), id).ptr !=
            word.data() + word.size() ||
        id <= 0) {
      throw UsageError(
          fmt::format("muster retry: '{}' is no job id; muster retry lists them", printable(word)));
    }
    request["ids"].push_back(id);
  }
  const Json answer = client->send("POST", "/api/v1/jobs/redrive", request);
  fmt::print("{} put back\n", answer.at("redriven").get<int>());
  return Exit::done;
}

}  // namespace muster
