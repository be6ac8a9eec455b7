#include "core/error.h"
#include "core/json.h"
#include "core/text.h"
#include "storage/open.h"
#include "storage/review_queue.h"
#include "worker/commands/commands.h"
#include "worker/commands/report.h"
#include "worker/recheck.h"

#include <charconv>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace muster {
namespace {

const CommandSpec kReplaySpec{
    .name = "replay",
    .synopsis = "SUBMISSION",
    .about =
        "Checks a submission again with the brief, the packs and the kits of "
        "its verdict, and compares every finding. The "
        "same content, rules and engine must give the same verdict. Only "
        "reads. Ends with 3 when it differs.",
    .examples = "muster replay 12",
    .takes_words = true};

std::vector<std::string> differences(const std::vector<Finding>& before,
                                     const std::vector<Finding>& now) {
  std::vector<std::string> list;
  for (std::size_t i = 0; i < std::max(before.size(), now.size()); ++i) {
    if (i >= before.size()) {
      list.push_back(fmt::format("new: {} {}", to_string(now[i].outcome), now[i].rule_id));
    } else if (i >= now.size()) {
      list.push_back(fmt::format("gone: {} {}", to_string(before[i].outcome), before[i].rule_id));
    } else if (before[i] != now[i]) {
      list.push_back(fmt::format("{}: {} '{}' was {} '{}'",
                                 now[i].rule_id,
                                 to_string(now[i].outcome),
                                 now[i].message,
                                 to_string(before[i].outcome),
                                 before[i].message));
    }
  }
  return list;
}

}  // namespace

Exit replay_command(Args args) {
  const auto line = CommandLine::parse(kReplaySpec, args);
  if (!line) {
    return Exit::done;
  }
  std::int64_t id = 0;
  const std::string word = line->words().size() == 1 ? line->words().front() : "";
  if (word.empty() || std::from_chars(word.data(), word.data() + word.size(), id).ptr !=
                          word.data() + word.size()) {
    throw UsageError("muster replay: name one submission by its id; muster queue list has them");
  }
  const Config config = line->load_config();
  const auto clock = make_system_clock();
  const auto store =
      open_store(config.store_url, config.data_directory, OpenMode::read_only, *clock);
  const auto blobs = open_blob_store(config.blobs_url, config.data_directory);
  const auto detail = store->reviews().detail(SubmissionId{id});
  if (!detail) {
    throw PermanentError(fmt::format("there is no submission {}", id));
  }
  const auto work = store->checks().history(detail->row.revision);
  if (!work || !detail->verdict) {
    throw PermanentError(fmt::format("submission {} has no verdict yet", id));
  }

  const auto decoder = make_decoder({.program = {}, .limits = config.decode});
  const auto rulebook =
      Rulebook::recall(detail->verdict->provenance, *blobs, *decoder, {}, config.models);
  const CheckReport report = recheck(*work, detail->findings, *rulebook, *store, *blobs, *decoder);

  auto changes = differences(detail->findings, report.findings);
  if (report.verdict != *detail->verdict) {
    changes.push_back(fmt::format("verdict: {} ({}) was {} ({})",
                                  to_string(report.verdict.kind),
                                  report.verdict.why,
                                  to_string(detail->verdict->kind),
                                  detail->verdict->why));
  }
  const std::string engine = detail->verdict->provenance.engine;
  const Json answer{{"submission", id},
                    {"same", changes.empty()},
                    {"engine_then", engine},
                    {"engine_now", report.verdict.provenance.engine},
                    {"provenance", detail->verdict->provenance},
                    {"differences", changes}};
  Table table({{"difference", Table::Align::left, true}});
  for (const std::string& change : changes) {
    table.add({change});
  }
  if (line->format() != Format::table || !changes.empty()) {
    print(answer, table, line->format());
  } else {
    fmt::print("same: {} findings, verdict {}, content {}, brief {}, packs {}, kit {}, engine {}\n",
               report.findings.size(),
               to_string(report.verdict.kind),
               work->content.short_hex(),
               detail->verdict->provenance.brief.short_hex(),
               detail->verdict->provenance.packs.short_hex(),
               detail->verdict->provenance.kit.short_hex(),
               engine);
  }
  return changes.empty() ? Exit::done : Exit::findings_failed;
}

}  // namespace muster
