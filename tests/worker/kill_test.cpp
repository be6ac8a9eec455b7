// The daemon is killed again and again while it works; afterwards nothing is lost and nothing was
// done twice.

#include "tests/support/program.h"
#include "tests/worker/campaign.h"

#include <csignal>
#include <cstdlib>
#include <map>
#include <random>
#include <thread>

#include <catch2/catch.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

using namespace muster;
using namespace muster::testing;

namespace {

// Kills the daemon `cycles` times, each time with `batch` new items, then lets one pass finish the
// rest.
void kill_loop(int cycles, int batch) {
  const Campaign campaign(R"(
[jobs]
runners = 2
crash_limit = 1000
first_retry = "100ms"
last_retry = "200ms"
)");
  const char* seed_text = std::getenv("MUSTER_TEST_SEED");
  const unsigned seed =
      seed_text != nullptr ? static_cast<unsigned>(std::atoi(seed_text)) : std::random_device{}();
  INFO("MUSTER_TEST_SEED=" << seed);
  std::mt19937 random(seed);
  for (int cycle = 0; cycle < cycles; ++cycle) {
    for (int i = 0; i < batch; ++i) {
      // Every item is another picture, so that each needs a blob of its own and none is a
      // duplicate.
      campaign.drop(fmt::format("item-{:04}-{:02}", cycle, i),
                    make_photo(cycle * batch + i, 324, 405),
                    "#ad Fizzolo");
    }
    RunningMuster daemon(campaign.with_config({"run"}), campaign.folder() / "log");
    std::this_thread::sleep_for(
        std::chrono::milliseconds(std::uniform_int_distribution<int>(20, 400)(random)));
    daemon.signal(SIGKILL);
    CHECK(daemon.wait() == 128 + SIGKILL);
  }
  // What is left of hundreds of killed cycles takes its time.
  const ProgramLimits patient{.time = std::chrono::minutes(30), .file_bytes = 0};
  for (int i = 0;
       i < 20 && campaign.json({"run", "--once"}, patient).at("submissions").at("waiting") != 0;
       ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(200));  // retries that were due later
  }

  const Json status = campaign.json({"status"});
  const Json& identity = status.at("submissions");
  CHECK(identity.at("holds") == true);
  CHECK(identity.at("seen") == cycles * batch);
  CHECK(identity.at("filed").get<int>() + identity.at("returned").get<int>() == cycles * batch);

  // An effect that happened twice shows as a second decision on a submission.
  std::map<std::string, int> decisions;
  std::int64_t from = 1;
  while (true) {
    const Json log =
        campaign.json({"review", "log", "--from", std::to_string(from), "--limit", "10000"});
    if (log.at("entries").empty()) {
      break;
    }
    for (const Json& entry : log.at("entries")) {
      decisions[entry.at("subject")] += entry.at("action") == "decision.made" ? 1 : 0;
      from = entry.at("sequence").get<std::int64_t>() + 1;
    }
  }
  CHECK(decisions.size() == static_cast<std::size_t>(cycles * batch));
  for (const auto& [subject, count] : decisions) {
    INFO(subject);
    CHECK(count == 1);
  }
  const Finished verify = campaign.muster({"verify"});
  INFO(verify.out + verify.err);
  CHECK(verify.status == 0);
}

}  // namespace

TEST_CASE("killed a few times the daemon loses nothing and doubles nothing") {
  kill_loop(8, 4);
}

TEST_CASE("killed two hundred times the daemon loses nothing and doubles nothing", "[.][long]") {
  kill_loop(200, 20);
}
