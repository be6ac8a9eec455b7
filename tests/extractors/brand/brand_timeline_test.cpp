#include "extractors/media/brand_timeline.h"

#include <string>
#include <vector>

#include <catch2/catch.hpp>

namespace muster {
namespace {

BrandHit hit(const std::string& kit, double score, double x = 0.4, int features = 20) {
  BrandHit hit;
  hit.kit = kit;
  hit.score = score;
  hit.inliers = features;
  hit.box = {x, 0.4, 0.2, 0.2};
  return hit;
}

// One frame every 500 ms that lasts 40 ms in the file.
std::vector<BrandsInFrame> frames_of(const std::vector<std::vector<BrandHit>>& hits) {
  std::vector<BrandsInFrame> frames;
  for (const std::vector<BrandHit>& in_frame : hits) {
    frames.push_back({static_cast<std::int64_t>(500 * frames.size()), 40, in_frame});
  }
  return frames;
}

TEST_CASE("a handful of features never counts, however high the score") {
  CHECK(counts_as_seen(hit("a", 0.5, 0.4, kFewestSureFeatures), 0.5));
  CHECK_FALSE(counts_as_seen(hit("a", 0.99, 0.4, kFewestSureFeatures - 1), 0.5));
  CHECK_FALSE(counts_as_seen(hit("a", 0.49), 0.5));
  const auto frames = frames_of({{hit("a", 0.9, 0.4, 5)}, {hit("a", 0.9, 0.4, 7)}});
  const BrandTimeline timeline = brand_timeline(frames, "a", 0.5);
  CHECK(timeline.tracked.most_ms == 0);
  CHECK(timeline.runs.empty());
  CHECK(timeline.share_of_voice == 0);
}

TEST_CASE("a find that fades while the logo pans goes on, but is no sure time") {
  const auto frames = frames_of({{hit("a", 0.9, 0.10)},
                                 {hit("a", 0.3, 0.15)},
                                 {hit("a", 0.3, 0.20)},
                                 {hit("a", 0.3, 0.25)},
                                 {hit("a", 0.9, 0.30)}});
  const BrandTimeline timeline = brand_timeline(frames, "a", 0.5);
  CHECK(timeline.time.least_ms == 40 + 40);
  CHECK(timeline.tracked.least_ms == 2040);
  REQUIRE(timeline.runs.size() == 1);
  CHECK(timeline.longest_run_ms == 2040);
}

TEST_CASE("tracks are followed backwards too, and not across a cut or to another place") {
  CHECK(brand_timeline(frames_of({{hit("a", 0.3)}, {hit("a", 0.9)}}), "a", 0.5).tracked.least_ms ==
        540);
  // Elsewhere in the picture it is another thing.
  CHECK(brand_timeline(frames_of({{hit("a", 0.9, 0.0)}, {hit("a", 0.3, 0.7)}}), "a", 0.5)
            .tracked.least_ms == 40);
  // More than a second without anything: nothing goes on.
  CHECK(brand_timeline(frames_of({{hit("a", 0.9)}, {}, {}, {hit("a", 0.3)}}), "a", 0.5)
            .tracked.least_ms == 40);
}

TEST_CASE("appearances, the longest run and the gap between them") {
  const std::vector<BrandHit> on{hit("a", 0.9)};
  const auto frames = frames_of({on, on, on, {}, {}, {}, {}, {}, on, on, {}});
  const BrandTimeline timeline = brand_timeline(frames, "a", 0.5);
  REQUIRE(timeline.runs.size() == 2);
  CHECK(timeline.runs[0] == TimeSpan{0, 1040});
  CHECK(timeline.runs[1] == TimeSpan{4000, 4540});
  CHECK(timeline.longest_run_ms == 1040);
  CHECK(timeline.longest_gap_ms == 4000 - 1040);
  CHECK(timeline.share_of_voice == 1);
  CHECK(timeline.solus_ms == timeline.tracked.least_ms);
}

TEST_CASE("one missed frame is no second appearance") {
  const std::vector<BrandHit> on{hit("a", 0.9)};
  CHECK(brand_timeline(frames_of({on, {}, on}), "a", 0.5).runs.size() == 1);
}

TEST_CASE("solus time and share of voice count every other brand that is sure") {
  const auto frames = frames_of({{hit("a", 0.9), hit("b", 0.9, 0.0)},
                                 {hit("a", 0.9), hit("b", 0.9, 0.0)},
                                 {hit("a", 0.9)},
                                 {hit("a", 0.9), hit("c", 0.2, 0.0)}});
  const BrandTimeline timeline = brand_timeline(frames, "a", 0.5);
  // The last frame of the file lasts 40 ms; c is nothing but a suspicion.
  CHECK(timeline.solus_ms == 540);
  CHECK(timeline.share_of_voice > 0.5);
  CHECK(timeline.share_of_voice < 1);
  const BrandTimeline other = brand_timeline(frames, "b", 0.5);
  CHECK(other.solus_ms == 0);
  CHECK(other.share_of_voice == Approx(1 - timeline.share_of_voice));
}

}  // namespace
}  // namespace muster
