// Hostile files and a decoder gone bad, through the whole program.

#include "tests/support/build_paths.h"
#include "tests/support/program.h"
#include "tests/worker/campaign.h"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <thread>

#include <catch2/catch.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

using namespace muster;
using namespace muster::testing;

namespace {

namespace fs = std::filesystem;

// The built muster in a folder of its own, so that it takes the decoders that lie there.
class OtherDecoder {
 public:
  explicit OtherDecoder(const std::string& mode) {
    const fs::path built = binary_dir();
    fs::copy_file(built / "muster", folder_ / "muster");
    for (const char* name : {"muster-decode", "muster-decode-video"}) {
      fs::create_symlink(built / "muster-hostile-helper", folder_ / name);
    }
    write_file(folder_ / "mode", mode);
    ::setenv("MUSTER_TEST_PROGRAM", (folder_ / "muster").c_str(), 1);
  }
  ~OtherDecoder() { ::unsetenv("MUSTER_TEST_PROGRAM"); }
  OtherDecoder(const OtherDecoder&) = delete;
  OtherDecoder& operator=(const OtherDecoder&) = delete;

 private:
  TemporaryFolder folder_;
};

Json submission_of(const Campaign& campaign, const std::string& item) {
  const Json all = campaign.json({"queue", "list", "--limit", "500"});
  for (const Json& row : all.at("submissions")) {
    if (row.at("external_id") == item) {
      return row;
    }
  }
  FAIL("there is no " << item);
  return {};
}

struct Process {
  std::uint64_t resident_bytes = 0;
  std::size_t descriptors = 0;
  std::size_t dead_children = 0;
};

Process look_at(pid_t pid) {
  const fs::path proc = fs::path("/proc") / std::to_string(pid);
  Process process;
  std::ifstream memory(proc / "statm");
  std::uint64_t size = 0;
  memory >> size >> process.resident_bytes;
  process.resident_bytes *= 4096;
  process.descriptors =
      static_cast<std::size_t>(std::distance(fs::directory_iterator(proc / "fd"), {}));
  for (const auto& entry : fs::directory_iterator("/proc")) {
    std::ifstream file(entry.path() / "stat");
    std::string line;
    if (!std::getline(file, line)) {
      continue;
    }
    // "pid (name) state parent ..."; the name may hold anything.
    const std::string rest = line.substr(line.rfind(')') + 2);
    const bool ours = rest.substr(2, rest.find(' ', 2) - 2) == std::to_string(pid);
    process.dead_children += ours && rest[0] == 'Z' ? 1 : 0;
  }
  return process;
}

// Waits until every item has an end; fails the test after `limit`.
Json wait_for_ends(const Campaign& campaign, std::size_t items, std::chrono::seconds limit) {
  const auto give_up = std::chrono::steady_clock::now() + limit;
  while (true) {
    const Json identity = campaign.json({"status"}).at("submissions");
    if (identity.at("seen") == items && identity.at("waiting") == 0) {
      return identity;
    }
    INFO(identity.dump());
    REQUIRE(std::chrono::steady_clock::now() < give_up);
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
  }
}

}  // namespace

TEST_CASE("a file that kills the decoder twice is set aside, the others go on") {
  const OtherDecoder decoder("picky");
  const Campaign campaign;
  const std::string photo = make_photo(1, 324, 405);
  campaign.drop("before", photo + "1", "#ad Fizzolo");
  campaign.drop("killer", photo + "KILL THE DECODER", "#ad Fizzolo");
  campaign.drop("after", photo + "2", "#ad Fizzolo");
  const Json first = campaign.json({"run", "--once"});
  CHECK(first.at("submissions").at("seen") == 3);
  CHECK(campaign.json({"status"}).at("quarantined") == 1);

  const Json killer = submission_of(campaign, "killer.jpg");
  CHECK(killer.at("state") == "quarantined");
  const Finished shown =
      campaign.muster({"queue", "show", std::to_string(killer.at("id").get<int>())});
  INFO(shown.out);
  CHECK(shown.out.find("the decoder crashed (SIGSEGV)") != std::string::npos);
  for (const char* name : {"before.jpg", "after.jpg"}) {
    const Json other = submission_of(campaign, name);
    CHECK(other.at("state") != "quarantined");
    CHECK(other.at("state") != "checking");
  }

  // The same bytes under another name never reach the decoder again.
  campaign.drop("again", photo + "KILL THE DECODER", "#ad Fizzolo, once more");
  campaign.json({"run", "--once"});
  CHECK(submission_of(campaign, "again.jpg").at("state") == "quarantined");
  CHECK(campaign.json({"status"}).at("quarantined") == 1);
}

TEST_CASE("a decoder that is never well stops no item from ending, and no daemon") {
  const std::string mode = GENERATE("segv", "garbage", "nothing", "stride");
  CAPTURE(mode);
  const OtherDecoder decoder(mode);
  const Campaign campaign;
  for (int i = 0; i < 3; ++i) {
    campaign.drop(fmt::format("item-{}", i), make_photo(i, 64, 80), "#ad Fizzolo");
  }
  const Json identity = campaign.json({"run", "--once"}).at("submissions");
  CHECK(identity.at("holds") == true);
  CHECK(identity.at("seen") == 3);
  CHECK(campaign.json({"status"}).at("quarantined") == 3);
}

TEST_CASE("the hostile corpus goes through one daemon", "[.][corpus]") {
  const char* root = std::getenv("MUSTER_TEST_DATA");
  const fs::path corpus = fs::path(root != nullptr ? root : "") / "hostile";
  if (root == nullptr || !fs::is_directory(corpus)) {
    WARN("MUSTER_TEST_DATA has no folder `hostile`; nothing was tried");
    return;
  }
  const Campaign campaign;
  // Everything as if it were media: names of our own, which a drop folder takes.
  std::size_t items = 0;
  for (const auto& entry : fs::recursive_directory_iterator(corpus)) {
    if (entry.is_regular_file()) {
      fs::copy_file(entry.path(), campaign.inbox() / fmt::format("hostile-{:05}.jpg", items++));
    }
  }
  const fs::path log = campaign.folder() / "log";
  RunningMuster daemon(campaign.with_config({"run"}), log);
  std::this_thread::sleep_for(std::chrono::seconds(3));
  const Process before = look_at(daemon.pid());
  std::uint64_t peak = before.resident_bytes;
  const auto start = std::chrono::steady_clock::now();
  const Json identity = wait_for_ends(campaign, items, std::chrono::seconds(1500));
  const Process after = look_at(daemon.pid());
  peak = std::max(peak, after.resident_bytes);
  std::cout << fmt::format(
      "{} files ended in {:.0f} s; daemon memory {:.1f} -> {:.1f} MB, descriptors {} -> {}, "
      "zombies {}; {}\n",
      items,
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count(),
      static_cast<double>(before.resident_bytes) / 1e6,
      static_cast<double>(after.resident_bytes) / 1e6,
      before.descriptors,
      after.descriptors,
      after.dead_children,
      identity.dump());
  CHECK(identity.at("holds") == true);
  CHECK(identity.at("failed") == 0);
  CHECK(peak < before.resident_bytes + (64 << 20));
  CHECK(after.dead_children == 0);
  daemon.signal(SIGTERM);
  CHECK(daemon.wait() == 0);
}
