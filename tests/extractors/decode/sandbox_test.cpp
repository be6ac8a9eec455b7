#include "decode_fixture.h"
#include "extractors/decode/protocol.h"
#include "media_maker.h"
#include "tests/support/build_paths.h"

#include <atomic>
#include <chrono>
#include <fstream>
#include <thread>

#include <catch2/catch.hpp>
#include <signal.h>

using namespace muster;
using namespace muster::test;

namespace {

// The hostile helper under a name that tells it what to do.
class HostileHelper {
 public:
  explicit HostileHelper(const std::string& mode)
      : link_(std::filesystem::temp_directory_path() /
              ("muster-stub" + std::to_string(::getpid()) + "-" + mode)) {
    std::filesystem::remove(link_);
    std::filesystem::create_symlink(testing::binary_dir() / "muster-hostile-helper", link_);
    options_.program = link_;
    options_.limits.image_memory_bytes = 64 << 20;
    options_.limits.image_cpu = std::chrono::seconds(1);
    options_.limits.image_wall = std::chrono::seconds(60);  // a busy machine is no hang
  }
  ~HostileHelper() {
    std::error_code ignored;
    std::filesystem::remove(link_, ignored);
  }
  HostileHelper(const HostileHelper&) = delete;
  HostileHelper& operator=(const HostileHelper&) = delete;

  DecoderOptions& options() { return options_; }
  std::unique_ptr<Decoder> decoder() const { return make_decoder(options_); }

 private:
  std::filesystem::path link_;
  DecoderOptions options_;
};

const std::string& photo() {
  static const std::string bytes = encode_still(test_picture(64, 48), ".jpg");
  return bytes;
}

// PIDs whose parent is that process.
std::vector<pid_t> children_of(pid_t parent) {
  std::vector<pid_t> children;
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    std::ifstream file(entry.path() / "stat");
    std::string line;
    if (!std::getline(file, line)) {
      continue;
    }
    const std::string rest = line.substr(line.rfind(')') + 2);
    if (rest.substr(2, rest.find(' ', 2) - 2) == std::to_string(parent)) {
      children.push_back(static_cast<pid_t>(std::stol(entry.path().filename())));
    }
  }
  return children;
}

struct BadChild {
  std::string mode;
  std::string words;  // of the evidence
};

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
// A sanitizer reports a fault and leaves, and reserves too much for a limit of memory.
constexpr const char* kFault = "ended without an answer (status 1)";
constexpr const char* kAbort = kFault;
constexpr const char* kTooMuch = "more than 1 s of computing time";
#else
constexpr const char* kFault = "SIGSEGV";
constexpr const char* kAbort = "crashed";
constexpr const char* kTooMuch = "needs more than 67.1 MB of memory";
#endif

std::vector<BadChild> bad_children() {
  return {{"segv", kFault},
          {"abort", kAbort},
          {"overflow", kFault},
          {"throw", "status 73"},
          {"spin", "more than 1 s of computing time"},
          {"allocate", kTooMuch},
          {"socket", "sandbox"},
          {"nothing", "broken answer"},
          {"status", "status 9"},
          {"garbage", "broken answer"},
          {"wide", "width"},
          {"tall", "height"},
          {"stride", "beyond"},
          {"narrow", "stride"},
          {"offset", "offset"},
          {"header", "offset"},
          {"many", "count"},
          {"empty", "no picture"},
          {"text", "UTF-8"},
          {"type", "type"},
          {"turn", "rotation"},
          {"claim", "origin"},
          {"place", "latitude"},
          {"time", "time"}};
}

void run_bad_child(const BadChild& example, int rounds) {
  HostileHelper helper(example.mode);
  const auto decoder = helper.decoder();
  for (int round = 0; round < rounds; ++round) {
    const DecodedMedia media = decoder->decode(media_bytes(photo()));
    CAPTURE(example.mode, media.facts.integrity_detail);
    CHECK(media.facts.integrity == Integrity::crashed);
    CHECK(media.facts.integrity_detail.find(example.words) != std::string::npos);
    CHECK_FALSE(media.remedy.empty());
    CHECK(media.frames.empty());
    CHECK(media.facts.type == MediaType::jpeg);
    CHECK(media.facts.byte_size == photo().size());
  }
}

// The verdict is there at the latest a second after the deadline.
void run_silent_child(int rounds) {
  HostileHelper helper("silence");
  helper.options().limits.image_wall = std::chrono::milliseconds(300);
  const auto decoder = helper.decoder();
  decoder->decode(media_bytes(photo()));  // starts the helper
  for (int round = 0; round < rounds; ++round) {
    const auto start = std::chrono::steady_clock::now();
    const DecodedMedia media = decoder->decode(media_bytes(photo()));
    if (rounds > 1) {  // a figure, not for every busy machine
      CHECK(std::chrono::steady_clock::now() - start < std::chrono::milliseconds(1300));
    }
    CHECK(media.facts.integrity == Integrity::crashed);
    CHECK(media.facts.integrity_detail.find("took longer than 1 s") != std::string::npos);
  }
}

void run_bad_zygote(const std::string& mode, int rounds) {
  HostileHelper helper(mode);
  helper.options().limits.image_wall = std::chrono::milliseconds(300);
  const auto decoder = helper.decoder();
  for (int round = 0; round < rounds; ++round) {
    const DecodedMedia media = decoder->decode(media_bytes(photo()));
    CAPTURE(mode, media.facts.integrity_detail);
    CHECK(media.facts.integrity == Integrity::crashed);
    CHECK(media.frames.empty());
  }
}

}  // namespace

TEST_CASE("a helper that went bad gives no previews, and says why") {
  const std::string mode = GENERATE("segv", "garbage", "nothing", "stride", "forged");
  CAPTURE(mode);
  HostileHelper helper(mode);
  const auto decoder = helper.decoder();
  const auto previews = decoder->make_previews(media_bytes(photo()));
  REQUIRE(previews.size() == 1);
  CHECK(previews[0].bytes.empty());
  CHECK_FALSE(previews[0].why.empty());
  if (mode == "forged") {
    CHECK(previews[0].why == "muster-decode gave a broken preview");
  }
  const MadePreview sheet = decoder->make_sheet({"x"});
  CHECK(sheet.bytes.empty());
  CHECK_FALSE(sheet.why.empty());
}

TEST_CASE("the sandbox denies everything that the self-test tries") {
  const std::vector<std::string> lines = shared_decoder().self_test();
  CHECK(lines.size() == 2 * (kSandboxProbes.size() + 2) + 1);
  for (const std::string& line : lines) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    if (line.find("use more memory") != std::string::npos) {
      continue;  // sanitizers reserve too much for a limit
    }
#endif
    CAPTURE(line);
    CHECK(line.starts_with("ok "));
  }
}

TEST_CASE("without a system call filter nothing is decoded") {
  DecoderOptions options;
  options.program = testing::binary_dir() / "muster-decode-no-seccomp";
  const auto decoder = make_decoder(options);
  CHECK_THROWS_WITH(decoder->decode(media_bytes(photo())), Catch::Contains("sandbox"));
  CHECK_THROWS_AS(decoder->self_test(), TransientError);
}

TEST_CASE("the hostile helper is a decoder when it behaves") {
  // Else the cases below would prove nothing.
  HostileHelper helper("honest");
  const DecodedMedia media = helper.decoder()->decode(media_bytes(photo()));
  CHECK(media.facts.integrity == Integrity::whole);
  CHECK(media.frames.at(0).pixels.size() == cv::Size(8, 8));
}

TEST_CASE("a child that misbehaves is a crash with its evidence, and the client lives on") {
  const BadChild example = GENERATE(from_range(bad_children()));
  run_bad_child(example, example.mode == "spin" ? 1 : 5);
}

TEST_CASE("a child that says nothing is stopped at the wall clock limit") {
  run_silent_child(1);
}

TEST_CASE("a child can't block on its complaints") {
  HostileHelper helper("flood");
  CHECK(helper.decoder()->decode(media_bytes(photo())).facts.integrity == Integrity::whole);
}

TEST_CASE("a zygote that misbehaves is given up and started anew") {
  run_bad_zygote(GENERATE("dies", "deaf", "babble", "nochild", "pretends", "drips", "hangs"), 2);
}

TEST_CASE("each way to misbehave, two hundred times", "[.][long]") {
  const std::size_t descriptors = open_descriptors();
  for (const BadChild& example : bad_children()) {
    run_bad_child(example, 200);
  }
  run_silent_child(200);
  for (const char* mode : {"dies", "deaf", "babble", "nochild", "pretends", "drips", "hangs"}) {
    run_bad_zygote(mode, 200);
  }
  CHECK(open_descriptors() == descriptors);
  CHECK(zombies() == 0);
}

TEST_CASE("a helper that can't start is a temporary error") {
  const std::string mode = GENERATE("mute", "greeting", "naked", "refuses");
  HostileHelper helper(mode);
  const auto decoder = helper.decoder();
  CHECK_THROWS_AS(decoder->decode(media_bytes(photo())), TransientError);
  CHECK_THROWS_AS(decoder->decode(media_bytes(photo())), TransientError);
}

TEST_CASE("no descriptor and no dead process stays behind") {
  decode(photo());  // starts the shared helper
  const std::size_t before = open_descriptors();
  for (const char* mode :
       {"honest", "segv", "dies", "babble", "nochild", "pretends", "mute", "garbage"}) {
    HostileHelper helper(mode);
    const auto decoder = helper.decoder();
    for (int round = 0; round < 3; ++round) {
      try {
        decoder->decode(media_bytes(photo()));
      } catch (const TransientError&) {
      }
    }
  }
  for (int round = 0; round < 20; ++round) {
    decode(photo());
    decode(photo().substr(0, 100));
  }
  CHECK(open_descriptors() == before);
  CHECK(zombies() == 0);
}

TEST_CASE("the helper is replaced when it was killed between two files") {
  const auto decoder = make_decoder(real_helper());
  const auto before = children_of(::getpid());
  REQUIRE(decoder->decode(media_bytes(photo())).facts.integrity == Integrity::whole);
  pid_t zygote = 0;
  for (const pid_t child : children_of(::getpid())) {
    if (std::find(before.begin(), before.end(), child) == before.end()) {
      zygote = child;
    }
  }
  REQUIRE(zygote > 0);
  REQUIRE(::kill(zygote, SIGKILL) == 0);
  CHECK(decoder->decode(media_bytes(photo())).facts.integrity == Integrity::whole);
}

TEST_CASE("the helper leaves with its client, even if a child hangs") {
  HostileHelper helper("silence");
  helper.options().limits.image_wall = std::chrono::milliseconds(200);
  const auto before = children_of(::getpid());
  {
    const auto decoder = helper.decoder();
    decoder->decode(media_bytes(photo()));
  }
  CHECK(children_of(::getpid()) == before);
}

TEST_CASE("files are decoded by several threads at once") {
  const std::string clip = [] {
    VideoSpec spec;
    spec.times_ms = steady_times(10, 100);
    return make_video(spec);
  }();
  const auto decoder = make_decoder(real_helper());
  std::atomic<int> good = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 6; ++i) {
    threads.emplace_back([&, i] {
      for (int round = 0; round < 5; ++round) {
        const DecodedMedia media = decoder->decode(media_bytes(i % 2 == 0 ? photo() : clip));
        const std::size_t frames = i % 2 == 0 ? 1 : 10;
        if (media.facts.integrity == Integrity::whole && media.frames.size() == frames &&
            quadrants(media.frames[0].pixels) == "red green blue white") {
          ++good;
        }
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  CHECK(good == 30);
}

TEST_CASE("the helper outlives the thread that started it") {
  const auto decoder = make_decoder(real_helper());
  std::thread([&] { decoder->decode(media_bytes(photo())); }).join();
  const auto children = children_of(::getpid());
  CHECK(decoder->decode(media_bytes(photo())).facts.integrity == Integrity::whole);
  CHECK(children_of(::getpid()) == children);
}
