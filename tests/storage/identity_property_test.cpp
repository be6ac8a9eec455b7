#include "core/error.h"
#include "tests/storage/world.h"

#include <random>

#include <catch2/catch.hpp>
#include <fmt/format.h>

using namespace muster;
using namespace std::chrono_literals;

namespace {

// Does one thing after the other as many runners, reviewers and pollers would, sensible or not.
class RandomWorker {
 public:
  RandomWorker(World& world, unsigned seed) : world_(world), random_(seed) {}

  void step() {
    try {
      act();
    } catch (const ConflictError&) {
    } catch (const LeaseLost&) {
    }
  }

 private:
  int pick(int below) { return std::uniform_int_distribution<int>(0, below - 1)(random_); }

  void act() {
    switch (pick(12)) {
      case 0:
      case 1:
        world_.submit(fmt::format("item-{}", pick(12)), fmt::format("v{}", pick(3)));
        return;
      case 2: {
        const std::vector<WaitingItem> waiting{{fmt::format("item-{}", pick(20)), "growing"}};
        world_.intake().end_poll("drop", waiting, "");
        return;
      }
      case 3:
        if (!claims_.empty()) {
          world_.clock.advance(kLease);
          world_.jobs().reclaim("nobody", pick(2) == 0, 3);
        }
        return;
      case 4:
        world_.jobs().redrive({.state = pick(3) == 0 ? JobState::cancelled : JobState::discarded},
                              "dana");
        return;
      case 5:
        world_.jobs().cancel(static_cast<JobId>(1 + pick(30)), "dana");
        return;
      case 6:
        decide();
        return;
      case 7:
        undo();
        return;
      case 8:
        world_.reviews().claim(fmt::format("reviewer-{}", pick(3)), {}, 1min);
        return;
      default:
        work();
    }
  }

  void decide() {
    const auto rows = world_.reviews().list({});
    if (rows.empty()) {
      return;
    }
    const SubmissionRow& row = rows[pick(static_cast<int>(rows.size()))];
    const DecisionKind kinds[] = {DecisionKind::approve,
                                  DecisionKind::approve_with_corrections,
                                  DecisionKind::request_changes,
                                  DecisionKind::reject,
                                  DecisionKind::withdraw};
    world_.reviews().decide({row.id,
                             kinds[pick(5)],
                             {ActorKind::person, fmt::format("reviewer-{}", pick(3))},
                             "house_rule",
                             "",
                             row.content});
  }

  void undo() {
    const auto rows = world_.reviews().list({});
    if (rows.empty()) {
      return;
    }
    const auto decisions =
        world_.reviews().detail(rows[pick(static_cast<int>(rows.size()))].id)->decisions;
    if (!decisions.empty()) {
      world_.reviews().undo(decisions[pick(static_cast<int>(decisions.size()))].id, dana(), "");
    }
  }

  // Claims something, or ends an older claim, held or not any more.
  void work() {
    if (claims_.empty() || pick(3) == 0) {
      if (const auto claim =
              world_.jobs().claim(fmt::format("runner-{}", pick(2)), kAllKinds, kLease)) {
        claims_.push_back(*claim);
      }
      return;
    }
    const int index = pick(static_cast<int>(claims_.size()));
    const Claim claim = claims_[index];
    claims_.erase(claims_.begin() + index);
    switch (pick(8)) {
      case 0:
        return world_.jobs().release(claim);
      case 1:
        return world_.jobs().retry(claim, world_.clock.now(), "503");
      case 2:
        return world_.jobs().discard(claim, "404");
      default:
        return finish(claim);
    }
  }

  void finish(const Claim& claim) {
    const auto revision = static_cast<RevisionId>(subject_id(claim.subject, "revision").value());
    if (claim.kind == JobKind::fetch) {
      world_.intake().finish_fetch(claim, revision, {{{sha256(claim.subject), 10, "a.jpg"}}, {}});
    } else if (claim.kind == JobKind::check) {
      check(claim, revision);
    } else {
      world_.catalog().finish(claim, revision, {"{}"});
    }
  }

  void check(const Claim& claim, RevisionId revision) {
    const auto work = world_.checks().work(revision);
    if (!work) {
      return world_.jobs().complete(claim);
    }
    const VerdictKind kinds[] = {
        VerdictKind::clear, VerdictKind::flagged, VerdictKind::returned, VerdictKind::quarantined};
    CheckOutcome outcome = world_.outcome(work->submission, kinds[pick(4)], pick(2) == 0);
    world_.checks().finish(claim, revision, outcome);
  }

  World& world_;
  std::mt19937 random_;
  std::vector<Claim> claims_;
};

}  // namespace

TEST_CASE("the identity holds, and the log with it, whatever happens in whatever order") {
  const unsigned seed = GENERATE(1u, 2u, 3u, 4u, 5u, 6u);
  CAPTURE(seed);
  World world;
  RandomWorker worker(world, seed);
  for (int i = 0; i < 250; ++i) {
    worker.step();
    const Identity identity = world.intake().submissions_identity();
    INFO("step " << i);
    REQUIRE(identity.holds());
    for (const SubmissionRow& row : world.reviews().list({})) {
      REQUIRE((!row.filed || bucket_of(row.state, true) == Bucket::filed));
    }
  }
  CHECK(world.store->check_integrity().empty());
  const auto faults = world.log().verify();
  CAPTURE(faults.empty() ? "" : faults[0].what);
  CHECK(faults.empty());
}
