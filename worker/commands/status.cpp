#include "core/text.h"
#include "worker/cli/api_client.h"
#include "worker/commands/commands.h"
#include "worker/commands/report.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace muster {
namespace {

const CommandSpec kStatusSpec{
    .name = "status",
    .synopsis = "",
    .about = "What was seen and what became of it, the queue, the sources and what they wait for.",
    .examples = "muster status\nmuster status --format json"};

}  // namespace

Exit status_command(Args args) {
  const auto line = CommandLine::parse(kStatusSpec, args);
  if (!line) {
    return Exit::done;
  }
  const auto client = connect(line->load_config());
  const Json status = client->get("/api/v1/status");
  Table jobs({{"job"}, {"state"}, {"count", Table::Align::right}});
  for (const Json& count : status.at("jobs")) {
    jobs.add({text_of(count, "kind"), text_of(count, "state"), text_of(count, "count")});
  }
  if (line->format() != Format::table) {
    print(status, jobs, line->format());
    return Exit::done;
  }
  print_pass_report(status, client->get("/api/v1/exports"), Format::table);
  fmt::print("\n{}", jobs.for_people());
  Table sources({{"source"},
                 {"seen", Table::Align::right},
                 {"waiting", Table::Align::right},
                 {"polled"},
                 {"last error", Table::Align::left, true}});
  for (const Json& source : status.at("sources")) {
    sources.add({text_of(source, "source"),
                 text_of(source, "items_seen"),
                 text_of(source, "items_waiting"),
                 text_of(source, "polled_at"),
                 text_of(source, "last_error")});
  }
  fmt::print("\n{}", sources.for_people());
  if (!status.at("retrying").empty()) {
    Table retrying({{"tried again"},
                    {"about"},
                    {"failures", Table::Align::right},
                    {"next"},
                    {"why", Table::Align::left, true}});
    for (const Json& job : status.at("retrying")) {
      retrying.add({text_of(job, "kind"),
                    text_of(job, "subject"),
                    text_of(job, "attempt"),
                    text_of(job, "scheduled_at"),
                    text_of(job, "last_error")});
    }
    fmt::print("\n{}", retrying.for_people());
  }
  for (const Json& pause : status.at("pauses")) {
    fmt::print("paused: {} by {}: {}\n",
               text_of(pause, "scope"),
               printable(text_of(pause, "owner")),
               printable(text_of(pause, "reason")));
  }
  fmt::print("\n{} entries in the decision log, {} files in quarantine; {}\n",
             text_of(status, "log_entries"),
             text_of(status, "quarantined"),
             client->is_daemon() ? "a daemon is running" : "no daemon is running");
  return Exit::done;
}

}  // namespace muster
