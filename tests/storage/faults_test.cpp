#include "core/error.h"
#include "storage/sqlite/connection.h"
#include "tests/storage/faulty_vfs.h"
#include "tests/storage/world.h"

#include <functional>

#include <catch2/catch.hpp>

using namespace muster;

namespace {

// Fails the first, second, third... call that `step` makes to the disk until it gets through
// untouched. After each failure the database is sound, and the step works when it is tried again.
// `settled` says whether its effect is there, exactly once.
void fail_every_call(FaultyVfs& vfs,
                     World& world,
                     bool for_ever,
                     const std::function<void(int run)>& step,
                     const std::function<bool(int run)>& settled) {
  for (int nth = 1;; ++nth) {
    REQUIRE(nth < 200);
    CAPTURE(nth, for_ever);
    vfs.fail(nth, for_ever);
    bool threw = false;
    try {
      step(nth);
    } catch (const TransientError&) {
      threw = true;
    }
    const bool failed = vfs.failed();
    vfs.heal();
    if (threw) {
      // As after a restart: what was not said to be done is there as a whole or not at all.
      world.reopen();
      CHECK(world.store->check_integrity().empty());
      CHECK(world.intake().submissions_identity().holds());
      CHECK(world.log().verify().empty());
      if (!settled(nth)) {
        step(nth);
      }
    }
    REQUIRE(settled(nth));
    if (!failed) {
      return;
    }
  }
}

}  // namespace

TEST_CASE("whatever call to the disk fails, a submission is recorded as a whole or not at all") {
  FaultyVfs vfs;
  World world;
  const bool for_ever = GENERATE(false, true);
  const auto name = [](int run) { return "item-" + std::to_string(run); };
  fail_every_call(
      vfs,
      world,
      for_ever,
      [&](int run) {
        const std::vector<FoundSubmission> items{World::found(name(run))};
        world.intake().record("drop", items, std::nullopt);
      },
      [&](int run) {
        const auto id = world.reviews().find("drop", name(run));
        return id && world.row(*id).state == SubmissionState::received;
      });
  CHECK(static_cast<std::int64_t>(world.jobs().list({.limit = 1000}).size()) ==
        world.intake().submissions_identity().seen);
}

TEST_CASE(
    "whatever call to the disk fails, a decision and its log entry are there together or not at "
    "all") {
  FaultyVfs vfs;
  World world;
  const bool for_ever = GENERATE(false, true);
  std::vector<SubmissionId> ids;
  for (int i = 0; i < 40; ++i) {
    ids.push_back(world.in_review("item-" + std::to_string(i)));
  }
  fail_every_call(
      vfs,
      world,
      for_ever,
      [&](int run) { world.decide(ids.at(run), DecisionKind::approve); },
      [&](int run) {
        return world.row(ids.at(run)).state == SubmissionState::approved &&
               world.reviews().detail(ids.at(run))->decisions.size() == 1;
      });
}

TEST_CASE("after a failed sync the store refuses to write until it is opened again") {
  FaultyVfs vfs;
  World world;
  // Writes to the log come before its sync; find the call that is the sync.
  for (int nth = 1; nth < 50; ++nth) {
    vfs.fail(nth, false);
    try {
      world.submit("item-" + std::to_string(nth));
    } catch (const TransientError& error) {
      vfs.heal();
      if (std::string(error.what()).find("start again") != std::string::npos) {
        CHECK_THROWS_AS(world.submit("another"), Error);
        CHECK_THROWS_WITH(world.submit("another"), Catch::Contains("start the program again"));
        world.reopen();
        CHECK_NOTHROW(world.submit("another"));
        return;
      }
    }
  }
  FAIL("no sync failed");
}

TEST_CASE(
    "a full disk refuses new items, keeps what was there, and takes them when there is room") {
  FaultyVfs vfs;
  World world;
  const SubmissionId id = world.in_review("before");
  vfs.fail(1, true);
  for (int i = 0; i < 5; ++i) {
    CHECK_THROWS_AS(world.submit("new"), TransientError);
    CHECK(world.row(id).state == SubmissionState::in_review);
  }
  vfs.heal();
  world.submit("new");
  CHECK(world.intake().submissions_identity().seen == 2);
  CHECK(world.store->check_integrity().empty());
}

TEST_CASE("the log is moved into the database by the writer when it grew, and by maintain") {
  World world;
  std::vector<FoundSubmission> items;
  for (int i = 0; i < 6000; ++i) {
    items.push_back(World::found("item-" + std::to_string(i)));
    items.back().manifest.caption += std::string(3000, 'x');
  }
  world.intake().record("drop", items, std::nullopt);
  world.submit("one more");
  const auto wal = world.directory.path() / "muster.db-wal";
  world.store->maintain();
  CHECK(std::filesystem::file_size(wal) == 0);
  CHECK(std::filesystem::file_size(world.directory.path() / "muster.db") > 18'000'000);
}
