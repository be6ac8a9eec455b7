#include "core/error.h"
#include "tests/storage/world.h"

#include <atomic>
#include <set>
#include <thread>

#include <catch2/catch.hpp>

using namespace muster;
using namespace std::chrono_literals;

namespace {

JobId add(World& world,
          const std::string& subject,
          int priority = 0,
          JobKind kind = JobKind::check) {
  return world.jobs().enqueue({.kind = kind, .subject = subject, .priority = priority}).value();
}

std::optional<Claim> next(World& world, const std::string& owner = "a") {
  return world.jobs().claim(owner, kAllKinds, kLease);
}

Job only_job(World& world) {
  const auto jobs = world.jobs().list({});
  REQUIRE(jobs.size() == 1);
  return jobs.front();
}

}  // namespace

TEST_CASE("a job comes out once, highest priority first, then the earliest, then the lowest id") {
  World world(GENERATE(from_range(kStoreBackends)));
  const JobId late = add(world, "revision/1");
  world.clock.advance(1ms);
  const JobId later = add(world, "revision/2");
  const JobId urgent = add(world, "revision/3", 5, JobKind::file);
  const JobId same_time = add(world, "revision/4");
  CHECK(next(world)->id == urgent);
  CHECK(next(world)->id == late);
  CHECK(next(world)->id == later);
  CHECK(next(world)->id == same_time);
  CHECK_FALSE(next(world));
}

TEST_CASE("a job that is not due yet does not hide a due one of lower priority") {
  World world(GENERATE(from_range(kStoreBackends)));
  world.jobs().enqueue({.kind = JobKind::check,
                        .subject = "revision/1",
                        .priority = 9,
                        .scheduled_at = world.clock.now() + 10s});
  const JobId due = add(world, "revision/2", 1);
  CHECK(world.jobs().next_due() == world.clock.now());
  CHECK(next(world)->id == due);
  CHECK_FALSE(next(world));
  CHECK(world.jobs().next_due() == world.clock.now() + 10s);
  world.clock.advance(10s);
  CHECK(next(world)->subject == "revision/1");
  CHECK_FALSE(world.jobs().next_due());
}

TEST_CASE("only the kinds that were asked for are claimed") {
  World world(GENERATE(from_range(kStoreBackends)));
  add(world, "revision/1", 0, JobKind::check);
  const JobKind fetch_only[] = {JobKind::fetch};
  CHECK_FALSE(world.jobs().claim("a", fetch_only, kLease));
  CHECK_FALSE(world.jobs().claim("a", {}, kLease));
}

TEST_CASE("T8: the same subject is queued once while it is open, and again when it is done") {
  World world(GENERATE(from_range(kStoreBackends)));
  add(world, "revision/1");
  for (int i = 0; i < 10; ++i) {
    CHECK_FALSE(world.jobs().enqueue({.kind = JobKind::check, .subject = "revision/1"}));
  }
  CHECK(world.jobs().enqueue({.kind = JobKind::file, .subject = "revision/1"}));
  const Claim claim = world.claim(JobKind::check);
  CHECK_FALSE(world.jobs().enqueue({.kind = JobKind::check, .subject = "revision/1"}));
  world.jobs().complete(claim);
  CHECK(world.jobs().enqueue({.kind = JobKind::check, .subject = "revision/1"}));
}

TEST_CASE("four threads never claim the same job") {
  World world(GENERATE(from_range(kStoreBackends)));
  constexpr int kJobs = 120;
  for (int i = 1; i <= kJobs; ++i) {
    add(world, "revision/" + std::to_string(i));
  }
  std::mutex mutex;
  std::multiset<std::int64_t> claimed;
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&, t] {
        while (const auto claim = next(world, "thread-" + std::to_string(t))) {
          {
            const std::lock_guard lock(mutex);
            claimed.insert(raw(claim->id));
          }
          world.jobs().complete(*claim);
        }
      });
    }
  }
  CHECK(claimed.size() == kJobs);
  CHECK(std::set<std::int64_t>(claimed.begin(), claimed.end()).size() == kJobs);
  REQUIRE(world.jobs().counts().size() == 1);
  CHECK(world.jobs().counts()[0].state == JobState::completed);
  CHECK(world.jobs().counts()[0].count == kJobs);
}

TEST_CASE("the fence refuses every way to end a claim that was lost") {
  World world(GENERATE(from_range(kStoreBackends)));
  add(world, "revision/1");
  const Claim stale = *next(world, "slow");
  world.clock.advance(kLease);
  REQUIRE(world.jobs().reclaim("other", false, 3).size() == 1);
  const Claim fresh = *next(world, "quick");
  CHECK(fresh.id == stale.id);
  CHECK(fresh.fence > stale.fence);
  const auto now = world.clock.now();
  CHECK_THROWS_AS(world.jobs().complete(stale), LeaseLost);
  CHECK_THROWS_AS(world.jobs().release(stale), LeaseLost);
  CHECK_THROWS_AS(world.jobs().snooze(stale, now, "x"), LeaseLost);
  CHECK_THROWS_AS(world.jobs().retry(stale, now, "x"), LeaseLost);
  CHECK_THROWS_AS(world.jobs().discard(stale, "x"), LeaseLost);
  CHECK(only_job(world).owner == "quick");
  CHECK(only_job(world).attempt == 0);

  // The same owner with an older fence is refused too.
  Claim forged = stale;
  forged.owner = "quick";
  CHECK_THROWS_AS(world.jobs().complete(forged), LeaseLost);
  world.jobs().complete(fresh);
  CHECK_THROWS_AS(world.jobs().complete(fresh), LeaseLost);
}

TEST_CASE("T19: a slow job with a heartbeat is never started twice, whatever its age") {
  World world(GENERATE(from_range(kStoreBackends)));
  add(world, "revision/1");
  const Claim claim = *next(world, "slow");
  for (int i = 0; i < 40; ++i) {
    world.clock.advance(kLease - 1ms);
    CHECK(world.jobs().heartbeat("slow", kLease) == 1);
    REQUIRE(world.jobs().reclaim("other", false, 3).empty());
    REQUIRE_FALSE(next(world, "other"));
  }
  world.jobs().complete(claim);
  CHECK(world.jobs().heartbeat("slow", kLease) == 0);
}

TEST_CASE("leases count in time since boot: the wall clock may jump as it likes") {
  World world(GENERATE(from_range(kStoreBackends)));
  add(world, "revision/1");
  REQUIRE(next(world, "a"));
  world.clock.jump(24h);
  CHECK(world.jobs().reclaim("other", false, 3).empty());
  world.clock.jump(-48h);
  CHECK(world.jobs().reclaim("other", false, 3).empty());
  world.clock.advance(kLease);
  CHECK(world.jobs().reclaim("other", false, 3).size() == 1);
}

TEST_CASE("a lease from before a reboot is over, although its end lies far ahead") {
  World world(GENERATE(from_range(kStoreBackends)));
  add(world, "revision/1");
  REQUIRE(next(world, "a"));
  world.clock.reboot(5s);
  CHECK(world.jobs().reclaim("a", false, 3).size() == 1);
}

TEST_CASE(
    "at start, everything that others held is reclaimed at once and the own claims are kept") {
  World world(GENERATE(from_range(kStoreBackends)));
  add(world, "revision/1");
  add(world, "revision/2");
  REQUIRE(next(world, "dead"));
  REQUIRE(next(world, "alive"));
  const auto reclaimed = world.jobs().reclaim("alive", true, 3);
  REQUIRE(reclaimed.size() == 1);
  CHECK(reclaimed[0].subject == "revision/1");
  CHECK(reclaimed[0].crash_count == 1);
  CHECK_FALSE(reclaimed[0].discarded);
  CHECK(next(world, "alive")->crash_count == 1);
}

TEST_CASE(
    "T18: three crashes end as 'crashes the worker', counted apart from errors, and others go on") {
  World world(GENERATE(from_range(kStoreBackends)));
  const SubmissionId poison = world.submit("poison");
  const SubmissionId healthy = world.submit("healthy");
  for (int crash = 1; crash <= 3; ++crash) {
    const Claim claim = world.claim(JobKind::fetch, "process-" + std::to_string(crash));
    CHECK(claim.attempt == 0);
    const auto reclaimed = world.jobs().reclaim("nobody", true, 3);
    REQUIRE(reclaimed.size() == 1);
    CHECK(reclaimed[0].discarded == (crash == 3));
  }
  CHECK(world.row(poison).state == SubmissionState::quarantined);
  CHECK(world.row(poison).why.find("crashes the worker") != std::string::npos);
  world.fetch(healthy);
  CHECK(world.row(healthy).state == SubmissionState::checking);
  CHECK(world.jobs().list({.state = JobState::discarded, .error_contains = "crashes"}).size() == 1);
}

TEST_CASE("T20: a shutdown gives the job back at once and does not count an attempt") {
  World world(GENERATE(from_range(kStoreBackends)));
  add(world, "revision/1");
  world.jobs().release(*next(world));
  CHECK(only_job(world).state == JobState::available);
  CHECK(only_job(world).attempt == 0);
  CHECK(only_job(world).crash_count == 0);
  CHECK(next(world)->attempt == 0);
}

TEST_CASE("attempts are counted by retry and discard, and by nothing else") {
  World world(GENERATE(from_range(kStoreBackends)));
  add(world, "revision/1");
  const auto now = world.clock.now();
  world.jobs().snooze(*next(world), now, "still growing");
  CHECK(only_job(world).last_error == "still growing");
  CHECK(only_job(world).attempt == 0);
  world.jobs().retry(*next(world), now + 5s, "503");
  CHECK(only_job(world).state == JobState::retryable);
  CHECK(only_job(world).attempt == 1);
  CHECK_FALSE(next(world));
  world.clock.advance(5s);
  const Claim last = *next(world);
  CHECK(last.attempt == 1);
  world.jobs().discard(last, "404");
  CHECK(only_job(world).state == JobState::discarded);
  CHECK(only_job(world).attempt == 2);
  CHECK(only_job(world).finalized_at == world.clock.now());
}

TEST_CASE("T21: an orphaned job does not block its subject for ever") {
  World world(GENERATE(from_range(kStoreBackends)));
  add(world, "revision/1");
  REQUIRE(next(world, "dead"));
  world.clock.advance(kLease);
  REQUIRE(world.jobs().reclaim("alive", false, 3).size() == 1);
  world.jobs().complete(*next(world, "alive"));
  CHECK(world.jobs().enqueue({.kind = JobKind::check, .subject = "revision/1"}));
}

TEST_CASE("T22: a subject that nothing can read ends in the dead letter with its reason") {
  World world(GENERATE(from_range(kStoreBackends)));
  for (const char* subject : {"revision/999999", "nonsense", "revision/0", "export/7"}) {
    add(world, subject, 0, JobKind::parse);
    world.jobs().discard(world.claim(JobKind::parse), "unreadable subject");
  }
  CHECK(world.jobs().list({.state = JobState::discarded}).size() == 4);
}

TEST_CASE("T36: a pause is lifted by its owner only") {
  World world(GENERATE(from_range(kStoreBackends)));
  add(world, "revision/1");
  CHECK(world.jobs().pause("check", "operator", "disk is filling up"));
  CHECK_FALSE(world.jobs().pause("check", "operator", "again"));
  CHECK_FALSE(next(world));
  CHECK_FALSE(world.jobs().next_due());
  CHECK_THROWS_AS(world.jobs().resume("check", "importer"), ConflictError);
  CHECK_THROWS_AS(world.jobs().pause("check", "importer", "mine"), ConflictError);
  CHECK_FALSE(next(world));
  REQUIRE(world.jobs().pauses().size() == 1);
  CHECK(world.jobs().pauses()[0].reason == "disk is filling up");
  CHECK(world.jobs().resume("check", "operator"));
  CHECK_FALSE(world.jobs().resume("check", "operator"));
  CHECK(next(world));
  CHECK_THROWS_AS(world.jobs().pause("everything", "operator", ""), PermanentError);
}

TEST_CASE("a pause of all stops every kind, and a reopened store still knows it") {
  World world(GENERATE(from_range(kStoreBackends)));
  add(world, "revision/1", 0, JobKind::check);
  add(world, "export/1", 0, JobKind::parse);
  world.jobs().pause("all", "operator", "maintenance");
  world.reopen();
  CHECK_FALSE(next(world));
  world.jobs().resume("all", "operator");
  CHECK(next(world));
  CHECK(next(world));
}

TEST_CASE(
    "a discarded job takes its submission out with the reason, and a redrive brings both back") {
  World world(GENERATE(from_range(kStoreBackends)));
  const SubmissionId id = world.submit("a");
  world.jobs().discard(world.claim(JobKind::fetch), "404: gone");
  CHECK(world.row(id).state == SubmissionState::quarantined);
  CHECK(world.row(id).why == "404: gone");
  CHECK(world.jobs().redrive({.error_contains = "503"}, "dana") == 0);
  CHECK(world.jobs().redrive({.error_contains = "404"}, "dana") == 1);
  CHECK(world.row(id).state == SubmissionState::received);
  CHECK(world.row(id).why.empty());
  const Claim again = world.claim(JobKind::fetch);
  CHECK(again.attempt == 0);
  world.jobs().release(again);
  world.fetch(id);
  const Claim check = world.claim(JobKind::check);
  world.jobs().discard(check, "decoder is missing");
  CHECK(world.row(id).state == SubmissionState::quarantined);
  CHECK(world.jobs().redrive({}, "dana") == 1);
  CHECK(world.row(id).state == SubmissionState::checking);
  world.check(id, VerdictKind::flagged);
  world.decide(id, DecisionKind::approve);
  world.jobs().discard(world.claim(JobKind::file), "disk full");
  CHECK(world.row(id).state == SubmissionState::quarantined);
  CHECK(world.jobs().redrive({}, "dana") == 1);
  CHECK(world.row(id).state == SubmissionState::approved);
  world.file(id);
  CHECK(world.row(id).filed);
  CHECK(world.log().verify().empty());
}

TEST_CASE("a redrive leaves alone what moved on") {
  World world(GENERATE(from_range(kStoreBackends)));
  const SubmissionId id = world.submit("a", "v1");
  world.jobs().discard(world.claim(JobKind::fetch), "404");
  world.submit("a", "v2");
  CHECK(world.row(id).state == SubmissionState::received);
  CHECK(world.jobs().redrive({}, "dana") == 0);
  CHECK(world.jobs().redrive({.state = JobState::completed}, "dana") == 0);
  CHECK_THROWS_AS(world.jobs().redrive({}, ""), PermanentError);
}

TEST_CASE("a cancelled job drops its worker's result and explains its submission") {
  World world(GENERATE(from_range(kStoreBackends)));
  const SubmissionId id = world.submit("a");
  const Claim running = world.claim(JobKind::fetch);
  CHECK(world.jobs().cancel(running.id, "dana"));
  CHECK_FALSE(world.jobs().cancel(running.id, "dana"));
  CHECK_THROWS_AS(world.intake().finish_fetch(running, world.revision(id), {}), LeaseLost);
  CHECK(world.row(id).state == SubmissionState::quarantined);
  CHECK(world.row(id).why.find("dana") != std::string::npos);
  CHECK(world.jobs().redrive({.state = JobState::cancelled}, "dana") == 1);
  CHECK(world.row(id).state == SubmissionState::received);
}

TEST_CASE("pruning deletes old completed jobs only, and never gives an id out twice") {
  World world(GENERATE(from_range(kStoreBackends)));
  const JobId done = add(world, "revision/1");
  world.jobs().complete(*next(world));
  const JobId newest = add(world, "revision/2");
  world.jobs().complete(*next(world));
  world.clock.advance(24h);
  CHECK(world.jobs().prune(world.clock.now() - 48h) == 0);
  CHECK(world.jobs().prune(world.clock.now()) == 1);
  CHECK(world.jobs().list({.ids = {done}}).empty());
  CHECK(raw(add(world, "revision/3")) > raw(newest));
}

TEST_CASE("a broken promise of the caller is refused") {
  World world(GENERATE(from_range(kStoreBackends)));
  CHECK_THROWS_AS(world.jobs().claim("", kAllKinds, kLease), PermanentError);
  CHECK_THROWS_AS(world.jobs().claim("a", kAllKinds, 0ms), PermanentError);
  const SubmissionId id = world.submit("a");
  const Claim claim = world.claim(JobKind::fetch);
  CHECK_THROWS_AS(world.checks().finish(claim, world.revision(id), {}), PermanentError);
  CHECK_THROWS_AS(world.intake().finish_fetch(claim, static_cast<RevisionId>(77), {}),
                  PermanentError);
  CHECK(world.jobs().list({})[0].state == JobState::running);
}
