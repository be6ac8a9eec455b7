#include "extractors/decode/helper/frame_keeper.h"

#include <algorithm>
#include <set>
#include <vector>

#include <catch2/catch.hpp>

namespace muster {
namespace {

struct Kept {
  std::set<std::int64_t> times;
  std::size_t most = 0;  // at any time
  int ever = 0;          // frames that were converted
};

// Runs frames of 40 ms through the keeper; `jumps` are sudden changes, `busy` says which part
// moves.
Kept run(std::size_t capacity,
         std::int64_t until_ms,
         const std::set<std::int64_t>& jumps,
         std::int64_t busy_from = INT64_MAX) {
  FrameKeeper keeper(capacity, static_cast<std::size_t>(until_ms / 40), until_ms);
  Kept kept;
  const auto keep = [&](std::int64_t time, bool current) {
    if (const auto gone = keeper.make_room()) {
      CHECK(kept.times.erase(*gone) == 1);
    }
    kept.times.insert(time);
    kept.most = std::max(kept.most, kept.times.size());
    ++kept.ever;
    current ? keeper.kept_current() : keeper.kept_previous();
  };
  for (std::int64_t time = 0; time < until_ms; time += 40) {
    keeper.advance(time, time >= busy_from ? 0.03 : 0.0, jumps.contains(time));
    if (keeper.wants_previous()) {
      keep(time - 40, false);
    }
    if (keeper.wants_current()) {
      keep(time, true);
    }
  }
  return kept;
}

TEST_CASE("a video with room for all its frames keeps all") {
  CHECK(run(50, 2000, {}).times.size() == 50);
  CHECK(run(50, 2000, {400, 440, 480}).times.size() == 50);
}

TEST_CASE("room is never exceeded, and the first frame stays") {
  for (const std::size_t capacity : {1, 2, 3, 7, 60}) {
    std::set<std::int64_t> flicker;
    for (std::int64_t time = 0; time < 60'000; time += 40) {
      flicker.insert(time);
    }
    for (const auto& jumps : {std::set<std::int64_t>{}, flicker}) {
      const Kept kept = run(capacity, 60'000, jumps);
      CAPTURE(capacity, jumps.size());
      CHECK(kept.most <= capacity);
      CHECK(kept.times.contains(0));
    }
  }
}

TEST_CASE("both sides of a jump are kept, and the rest is spread over time") {
  const std::set<std::int64_t> jumps{4000, 20'040, 20'120, 55'000};
  const Kept kept = run(60, 60'000, jumps);
  for (const std::int64_t jump : jumps) {
    CAPTURE(jump);
    CHECK(kept.times.contains(jump));
    CHECK(kept.times.contains(jump - 40));
  }
  std::int64_t previous = 0;
  for (const std::int64_t time : kept.times) {
    CHECK(time - previous <= 2800);
    previous = time;
  }
  CHECK(previous >= 58'000);
}

TEST_CASE("where much moves, about twice as many are kept") {
  const Kept kept = run(60, 60'000, {}, 30'000);
  const auto calm = std::count_if(
      kept.times.begin(), kept.times.end(), [](std::int64_t time) { return time < 30'000; });
  const auto busy = static_cast<long>(kept.times.size()) - calm;
  CHECK(kept.times.size() >= 45);
  CHECK(busy > calm * 1.3);
  CHECK(busy < calm * 3);
}

TEST_CASE("frames are not converted in vain") {
  CHECK(run(60, 60'000, {}, 0).ever < 2 * 60);
  // A video much longer than it said.
  FrameKeeper keeper(10, 100, 4000);
  int ever = 0;
  for (std::int64_t time = 0; time < 4'000'000; time += 40) {
    keeper.advance(time, 0.02, false);
    if (keeper.wants_current()) {
      keeper.make_room();
      keeper.kept_current();
      ++ever;
    }
  }
  CHECK(ever < 300);
}

}  // namespace
}  // namespace muster
