#include "core/error.h"
#include "core/json.h"
#include "storage/catalog.h"
#include "storage/decision_log.h"
#include "storage/intake.h"
#include "storage/open.h"
#include "worker/commands/commands.h"
#include "worker/commands/report.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace muster {
namespace {

const CommandSpec kVerifySpec{
    .name = "verify",
    .synopsis = "[--quick]",
    .about =
        "Proves the whole: the database is sound, the decision log's chain is unbroken, every "
        "decision still holds for "
        "the content that it was made on, and every blob that a row needs is there with the right "
        "bytes. Only "
        "reads; may run beside the daemon. Ends with 1 when something is wrong.",
    .examples = "muster verify\nmuster verify --quick     # blobs are looked up, not read",
    .options = {{"quick", "", "do not read the blobs"}}};

}  // namespace

Exit verify_command(Args args) {
  const auto line = CommandLine::parse(kVerifySpec, args);
  if (!line) {
    return Exit::done;
  }
  const Config config = line->load_config();
  const auto clock = make_system_clock();
  const auto store =
      open_store(config.store_url, config.data_directory, OpenMode::read_only, *clock);
  const auto blobs = open_blob_store(config.blobs_url, config.data_directory);

  Table faults({{"what"}, {"where"}, {"fault", Table::Align::left, true}});
  Json list = Json::array();
  const auto fault = [&](std::string what, std::string where, std::string why) {
    list.push_back(Json{{"what", what}, {"where", where}, {"fault", why}});
    faults.add({std::move(what), std::move(where), std::move(why)});
  };
  for (const std::string& problem : store->check_integrity()) {
    fault("database", "", problem);
  }
  for (const LogFault& broken : store->log().verify()) {
    fault("decision log", fmt::format("entry {}", broken.sequence), broken.what);
  }
  const Identity identity = store->intake().submissions_identity();
  if (!identity.holds()) {
    fault("identity", "submissions", "seen is not the sum of what became of it");
  }
  const std::vector<ContentHash> needed = store->catalog().needed_blobs();
  {
    ProgressBar bar("reading blobs");
    std::int64_t done = 0;
    for (const ContentHash& hash : needed) {
      bar.show(done++, static_cast<std::int64_t>(needed.size()));
      if (!blobs->contains(hash)) {
        fault("blob", hash.hex(), "it is missing");
      } else if (!line->has("quick") && !blobs->verify(hash)) {
        fault("blob", hash.hex(), "its bytes are not those that its name promises");
      }
    }
  }
  const bool sound = list.empty();
  const Json answer{
      {"log_entries", store->log().size()}, {"blobs", needed.size()}, {"faults", std::move(list)}};
  if (line->format() == Format::table && sound) {
    fmt::print("sound: {} log entries, {} blobs{}\n",
               store->log().size(),
               needed.size(),
               line->has("quick") ? " (not read)" : "");
  } else {
    print(answer, faults, line->format());
  }
  return sound ? Exit::done : Exit::failed;
}

}  // namespace muster
