#include "worker/job_runner.h"

#include "core/error.h"
#include "tests/storage/world.h"

#include <atomic>
#include <latch>

#include <catch2/catch.hpp>

using namespace muster;
using namespace std::chrono_literals;

namespace {

// No file is opened in these tests.
class NoDecoder final : public Decoder {
 public:
  DecodedMedia decode(const MediaBytes&) override { throw PermanentError("no decoder here"); }
  cv::Mat decode_picture(const MediaBytes&, std::string&) override { return {}; }
  std::vector<std::string> self_test() override { return {}; }
};

// Runners over a real store, with one kind of job whose handler the test gives.
struct Bench {
  explicit Bench(JobHandler handler) : kinds{{JobKind::check, std::move(handler)}} {}

  JobContext context() {
    return {config, *world.store, *blobs, world.clock, decoder, rulebook, [](std::string_view) {
              return static_cast<Source*>(nullptr);
            }};
  }
  JobRunner runner(const std::string& owner = "machine-a") {
    return JobRunner(context(),
                     signal,
                     {.owner = owner,
                      .retry = {.max_attempts = 3},
                      .lease = kLease,
                      .idle_poll = 1s,
                      .kinds = kinds});
  }
  JobId add(const std::string& subject = "revision/1") {
    return world.jobs().enqueue({.kind = JobKind::check, .subject = subject}).value();
  }
  Job job() { return world.jobs().list({}).at(0); }

  World world;
  Config config;
  NoDecoder decoder;
  Rulebook rulebook{{}, {}, {}, decoder};
  std::unique_ptr<BlobStore> blobs = open_blob_store("file:blobs", world.directory.path());
  WorkSignal signal;
  std::vector<JobKindEntry> kinds;
};

}  // namespace

TEST_CASE("a slow job that is kept alive is never started twice, however long it takes") {
  std::atomic<int> started = 0;
  std::latch running{1};
  std::latch may_end{1};
  Bench bench([&](const Claim&, JobContext&, std::stop_token) {
    ++started;
    running.count_down();
    may_end.wait();
    return JobEnd::nothing_to_do;
  });
  bench.add();
  std::jthread slow([&] { bench.runner().run_one({}); });
  running.wait();
  // A hundred leases long, past any limit: each heartbeat comes in time.
  for (int beat = 0; beat < 300; ++beat) {
    bench.world.clock.advance(kLease / 3);
    bench.world.jobs().heartbeat("machine-a", kLease);
    CHECK(bench.world.jobs().reclaim("machine-b", false, 3).empty());
    CHECK_FALSE(bench.runner("machine-b").run_one({}));
  }
  may_end.count_down();
  slow.join();
  CHECK(started == 1);
  CHECK(bench.job().state == JobState::completed);
  CHECK(bench.job().crash_count == 0);
}

TEST_CASE("a worker that lost its lease can't commit what it did") {
  std::atomic<int> started = 0;
  std::latch running{1};
  std::latch may_end{1};
  Bench bench([&](const Claim&, JobContext&, std::stop_token) {
    if (++started == 1) {
      running.count_down();
      may_end.wait();
    }
    return JobEnd::nothing_to_do;
  });
  bench.add();
  std::jthread stale([&] { bench.runner("machine-a").run_one({}); });
  running.wait();
  bench.world.clock.advance(kLease + 1s);  // no heartbeat
  const auto reclaimed = bench.world.jobs().reclaim("machine-b", false, 3);
  REQUIRE(reclaimed.size() == 1);
  CHECK(bench.runner("machine-b").run_one({}));
  const Job by_b = bench.job();
  CHECK(by_b.state == JobState::completed);
  bench.world.clock.advance(1s);
  may_end.count_down();
  stale.join();
  CHECK(started == 2);
  CHECK(bench.job().finalized_at == by_b.finalized_at);
  CHECK(bench.job().state == JobState::completed);
}

TEST_CASE("how a job ends decides what becomes of it") {
  JobHandler handler;
  Bench bench([&](const Claim& claim, JobContext& context, std::stop_token stop) {
    return handler(claim, context, stop);
  });
  bench.add();
  SECTION("what may work later is tried later, and counted") {
    handler = [](const Claim&, JobContext&, std::stop_token) -> JobEnd {
      throw TransientError("fetch: connection refused");
    };
    CHECK(bench.runner().run_one({}));
    CHECK(bench.job().state == JobState::retryable);
    CHECK(bench.job().attempt == 1);
    CHECK(bench.job().last_error == "fetch: connection refused");
    CHECK(bench.job().scheduled_at > bench.world.clock.now());
    CHECK_FALSE(bench.runner().run_one({}));
  }
  SECTION("and given up after so many times, with its last reason") {
    int tries = 0;
    handler = [&](const Claim&, JobContext&, std::stop_token) -> JobEnd {
      throw std::runtime_error("failure " + std::to_string(++tries));
    };
    constexpr int kMost = 3;
    for (int i = 0; i < kMost; ++i) {
      bench.world.clock.advance(24h);
      CHECK(bench.runner().run_one({}));
    }
    CHECK(bench.job().state == JobState::discarded);
    CHECK(bench.job().last_error == "failure " + std::to_string(kMost));
    bench.world.clock.advance(24h);
    CHECK_FALSE(bench.runner().run_one({}));
  }
  SECTION("what can't work is given up at once") {
    handler = [](const Claim&, JobContext&, std::stop_token) -> JobEnd {
      throw PermanentError("read the manifest: it is none");
    };
    CHECK(bench.runner().run_one({}));
    CHECK(bench.job().state == JobState::discarded);
    CHECK(bench.job().last_error == "read the manifest: it is none");
  }
  SECTION("a stop gives it back as it was") {
    handler = [](const Claim&, JobContext&, std::stop_token) -> JobEnd { throw Interrupted(); };
    CHECK(bench.runner().run_one({}));
    CHECK(bench.job().state == JobState::available);
    CHECK(bench.job().attempt == 0);
    CHECK(bench.job().crash_count == 0);
  }
}

TEST_CASE("a job whose subject can't be read is given up with the reason") {
  Bench bench([](const Claim& claim, JobContext& context, std::stop_token stop) {
    return run_check(claim, context, stop);
  });
  bench.add("nonsense");
  CHECK(bench.runner().run_one({}));
  CHECK(bench.job().state == JobState::discarded);
  CHECK(bench.job().last_error.find("nonsense") != std::string::npos);
}

TEST_CASE("an idle runner starts at once when work arrives, and ends at once when told to") {
  std::latch done{1};
  Bench bench([&](const Claim&, JobContext&, std::stop_token) {
    done.count_down();
    return JobEnd::nothing_to_do;
  });
  JobRunner runner(
      bench.context(),
      bench.signal,
      {.owner = "machine-a", .retry = {}, .lease = kLease, .idle_poll = 1h, .kinds = bench.kinds});
  std::jthread thread([&](std::stop_token stop) { runner.run(stop); });
  bench.add();
  bench.signal.raise();
  done.wait();
}
