#include "extractors/media/visible_time.h"

#include <vector>

#include <catch2/catch.hpp>

namespace muster {
namespace {

TEST_CASE("with every frame looked at, the time is exact to the frame even where the rate varies") {
  // 2.000 s visible: 20 frames of 50 ms, then 10 of 100 ms, between frames that do not show it.
  std::vector<SeenFrame> frames{{0, 500, false}};
  std::int64_t time = 500;
  for (int i = 0; i < 30; ++i) {
    const std::int64_t duration = i < 20 ? 50 : 100;
    frames.push_back({time, duration, true});
    time += duration;
  }
  frames.push_back({time, 33, false});
  const VisibleTime result = visible_time(frames);
  CHECK(result.least_ms == 2000);
  CHECK(result.likely_ms == 2000);
  CHECK(result.most_ms == 2000);
  CHECK(result.spans == std::vector<TimeSpan>{{500, 2500}});
}

TEST_CASE("between sampled frames the time is an interval") {
  // Sampled every 400 ms from a video of 25 frames a second; seen at 400, 800 and 1200.
  const std::vector<SeenFrame> frames{
      {0, 40, false}, {400, 40, true}, {800, 40, true}, {1200, 40, true}, {1600, 40, false}};
  const VisibleTime result = visible_time(frames);
  CHECK(result.least_ms == 800 + 40);
  CHECK(result.most_ms == 800 + 400 + 360);
  CHECK(result.least_ms < result.likely_ms);
  CHECK(result.likely_ms < result.most_ms);
  CHECK(result.spans == std::vector<TimeSpan>{{400, 1240}});
}

TEST_CASE("a long gap between two frames that show it is not sure time") {
  const std::vector<SeenFrame> frames{
      {0, 40, true}, {kMaxGapMs, 40, true}, {2 * kMaxGapMs + 1, 40, true}};
  const VisibleTime result = visible_time(frames);
  CHECK(result.least_ms == kMaxGapMs + 40 + 40);
  CHECK(result.most_ms == 2 * kMaxGapMs + 1 + 40);
  CHECK(result.spans.size() == 2);
}

TEST_CASE("one frame missed in between counts as likely, not as sure") {
  const std::vector<SeenFrame> frames{{0, 100, true}, {100, 100, false}, {200, 100, true}};
  const VisibleTime result = visible_time(frames);
  CHECK(result.least_ms == 200);
  CHECK(result.likely_ms == 300);
  CHECK(result.spans.size() == 2);
  const std::vector<SeenFrame> twice{
      {0, 100, true}, {100, 100, false}, {200, 100, false}, {300, 100, true}};
  CHECK(visible_time(twice).likely_ms == 200);
}

TEST_CASE("nothing seen, no frames, and frames with impossible times") {
  CHECK(visible_time({}).most_ms == 0);
  CHECK(visible_time(std::vector<SeenFrame>{{0, 40, false}, {40, 40, false}}).most_ms == 0);
  // The last frame lasts as long as it says.
  CHECK(visible_time(std::vector<SeenFrame>{{0, 70, true}}).least_ms == 70);
  // Times that run backwards or durations below zero never count negative, nor twice.
  const VisibleTime odd =
      visible_time(std::vector<SeenFrame>{{500, -40, true}, {100, 90000, true}, {140, 40, true}});
  CHECK(odd.least_ms == 0 + 40 + 40);
  CHECK(odd.least_ms <= odd.likely_ms);
  CHECK(odd.likely_ms <= odd.most_ms);
}

}  // namespace
}  // namespace muster
