// Hostile files and a decoder gone bad, through the whole program.

#include "tests/extractors/decode/media_maker.h"
#include "tests/extractors/decode/mutator.h"
#include "tests/extractors/decode/still_maker.h"
#include "tests/support/build_paths.h"
#include "tests/support/program.h"
#include "tests/worker/campaign.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <thread>

#include <catch2/catch.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <opencv2/core.hpp>

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
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  CHECK(shown.out.find("stopped the decoder") != std::string::npos);  // by the sanitizer's report
#else
  CHECK(shown.out.find("the decoder crashed (SIGSEGV)") != std::string::npos);
#endif
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

TEST_CASE("T17: a decoder that never comes back is stopped at its limit, and the daemon goes on") {
  const OtherDecoder decoder("silence");
  const Campaign campaign("\n[decode]\nimage_wall = \"1s\"\n");
  campaign.drop("endless", make_photo(1, 64, 80), "#ad Fizzolo");
  const auto start = std::chrono::steady_clock::now();
  RunningMuster daemon(campaign.with_config({"run"}), campaign.folder() / "log");
  campaign.await_daemon();
  const Json identity = wait_for_ends(campaign, 1, std::chrono::seconds(60));
  CHECK(std::chrono::steady_clock::now() - start >= std::chrono::seconds(2));  // it had two tries
  CHECK(identity.at("failed") == 1);
  const Finished shown = campaign.muster({"queue", "show", "1"});
  CHECK(shown.out.find("decoding took longer than 1 s") != std::string::npos);
  const Process after = look_at(daemon.pid());
  CHECK(after.dead_children == 0);
  daemon.signal(SIGTERM);
  CHECK(daemon.wait() == 0);
}

namespace {

// The models that read text take some 70 MB when they are first needed, which is not what is
// measured here.
constexpr const char* kNoModels = "[models]\ndirectory = \"none\"\n";

// One daemon that takes all that was dropped, until each item has an end; then it must be the
// process that it was, with the memory, the descriptors and the children that it had.
Json run_to_the_end(const Campaign& campaign, std::size_t items, std::chrono::seconds limit) {
  RunningMuster daemon(campaign.with_config({"run"}), campaign.folder() / "log");
  campaign.await_daemon();
  const Process before = look_at(daemon.pid());
  const auto start = std::chrono::steady_clock::now();
  std::atomic<bool> ended = false;
  std::uint64_t peak = before.resident_bytes;
  std::thread watch([&] {
    while (!ended) {
      peak = std::max(peak, look_at(daemon.pid()).resident_bytes);
      std::this_thread::sleep_for(std::chrono::milliseconds(200));
    }
  });
  Json identity;
  try {
    identity = wait_for_ends(campaign, items, limit);
  } catch (...) {
    ended = true;
    watch.join();
    throw;
  }
  ended = true;
  watch.join();
  const Process after = look_at(daemon.pid());
  std::cout << fmt::format(
      "{} files ended in {:.0f} s; daemon memory {:.1f}, at most {:.1f} MB, descriptors {} -> {}, "
      "zombies {}; {}\n",
      items,
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count(),
      static_cast<double>(before.resident_bytes) / 1e6,
      static_cast<double>(peak) / 1e6,
      before.descriptors,
      after.descriptors,
      after.dead_children,
      identity.dump());
  CHECK(identity.at("holds") == true);
#if !defined(__SANITIZE_ADDRESS__)  // it holds back what was freed, to catch its use
  CHECK(peak < before.resident_bytes + (64 << 20));
#endif
  CHECK(after.dead_children == 0);
  // Connections to the database and to two helpers are opened when they are needed first.
  CHECK(after.descriptors < before.descriptors + 24);
  daemon.signal(SIGTERM);
  CHECK(daemon.wait() == 0);
  return identity;
}

struct Seed {
  std::string extension;
  std::string bytes;
};

std::vector<Seed> seeds_to_spoil() {
  std::vector<Seed> seeds;
  cv::Mat picture(60, 90, CV_8UC3);
  cv::RNG(7).fill(picture, cv::RNG::UNIFORM, 0, 255);
  for (const char* extension : {".jpg", ".png", ".webp"}) {
    seeds.push_back({extension, muster::test::encode_still(picture, extension)});
  }
  seeds.push_back({".gif", muster::test::make_gif({{0, 0, 60, 40, 1}, {5, 5, 9, 9, 2}}, 60, 40)});
  for (const char* extension : {".mp4", ".mov", ".mkv", ".webm"}) {
    muster::test::VideoSpec spec;
    spec.extension = extension;
    spec.encoder = std::string_view(extension) == ".webm" ? "libvpx" : "libx264";
    spec.times_ms = muster::test::steady_times(8, 100);
    seeds.push_back({extension, muster::test::make_video(spec)});
  }
  return seeds;
}

// Small files that claim or unfold to huge pictures.
std::vector<Seed> bombs() {
  std::vector<Seed> files;
  std::string png = muster::test::encode_still(cv::Mat(8, 8, CV_8UC3, cv::Scalar(0)), ".png");
  png.replace(16, 8, std::string("\0\0\x75\x30\0\0\x75\x30", 8));  // 30,000 x 30,000
  files.push_back({".png", png});
  // 60 megapixels of one color, for real.
  files.push_back(
      {".png", muster::test::encode_still(cv::Mat(6000, 10'000, CV_8UC1, cv::Scalar(0)), ".png")});
  std::string gif = muster::test::make_gif({{0, 0, 8, 8, 1}}, 8, 8);
  gif.replace(6, 4, "\xFF\xFF\xFF\xFF");
  files.push_back({".gif", gif});
  std::string jpeg = muster::test::encode_still(cv::Mat(8, 8, CV_8UC3, cv::Scalar(0)), ".jpg");
  const std::size_t frame = jpeg.find("\xFF\xC0");
  jpeg.replace(frame + 5, 4, "\xFF\xDC\xFF\xDC");
  files.push_back({".jpg", jpeg});
  // The same scan a thousand times.
  const std::string small =
      muster::test::encode_still(cv::Mat(8, 8, CV_8UC3, cv::Scalar(0)), ".jpg");
  const std::size_t scan = small.find("\xFF\xDA");
  std::string scans = small.substr(0, small.size() - 2);
  for (int i = 0; i < 1000; ++i) {
    scans += small.substr(scan, small.size() - 2 - scan);
  }
  files.push_back({".jpg", scans + "\xFF\xD9"});
  return files;
}

void spoil_and_run(int mutants_of_each, std::uint64_t seed, std::chrono::seconds limit) {
  const Campaign campaign(kNoModels);
  std::size_t items = 0;
  for (const Seed& one : seeds_to_spoil()) {
    muster::test::FileMutator mutator(seed);
    for (int i = 0; i < mutants_of_each; ++i) {
      write_file(campaign.inbox() / fmt::format("mutant-{:05}{}", items++, one.extension),
                 mutator.mutate(one.bytes));
    }
  }
  run_to_the_end(campaign, items, limit);
}

}  // namespace

TEST_CASE("spoiled photos and videos go through one daemon") {
  spoil_and_run(8, 5, std::chrono::seconds(120));
}

TEST_CASE("six thousand spoiled files go through one daemon", "[.][long]") {
  spoil_and_run(760, 6, std::chrono::seconds(3000));
}

TEST_CASE("bombs go through one daemon: each is returned with its reason") {
  const Campaign campaign(kNoModels);
  std::size_t items = 0;
  for (const Seed& bomb : bombs()) {
    write_file(campaign.inbox() / fmt::format("bomb-{}{}", items++, bomb.extension), bomb.bytes);
  }
  const Json identity = run_to_the_end(campaign, items, std::chrono::seconds(60));
  CHECK(identity.at("failed") == 0);  // none got as far as to stop a decoder
  for (std::size_t id = 1; id <= items; ++id) {
    const Json detail = campaign.json({"queue", "show", std::to_string(id)});
    INFO(detail.at("external_id"));
    CHECK(detail.at("assets").at(0).at("facts").at("integrity") == "refused");
    bool explained = false;
    for (const Json& finding : detail.at("findings")) {
      explained = explained || (finding.at("check") == "media_integrity" &&
                                !finding.value("remedy", "").empty());
    }
    CHECK(explained);
  }
}

TEST_CASE("the hostile corpus goes through one daemon", "[.][corpus]") {
  const char* root = std::getenv("MUSTER_TEST_DATA");
  const fs::path corpus = fs::path(root != nullptr ? root : "") / "hostile";
  if (root == nullptr || !fs::is_directory(corpus)) {
    WARN("MUSTER_TEST_DATA has no folder `hostile`; nothing was tried");
    return;
  }
  const Campaign campaign(kNoModels);
  // Everything as if it were media: names of our own, which a drop folder takes.
  std::size_t items = 0;
  for (const auto& entry : fs::recursive_directory_iterator(corpus)) {
    if (entry.is_regular_file()) {
      fs::copy_file(entry.path(), campaign.inbox() / fmt::format("hostile-{:05}.jpg", items++));
    }
  }
  const Json identity = run_to_the_end(campaign, items, std::chrono::seconds(1500));
  CHECK(identity.at("failed") == 0);
}
