// From a file to the seconds that a brand is visible: decoder, look and check together.

#include "extractors/brand/brand_index.h"
#include "extractors/media/brand_visibility.h"
#include "extractors/media/check.h"
#include "extractors/media/look.h"
#include "extractors/media/visible_time.h"
#include "tests/extractors/brand/drawn_brands.h"
#include "tests/extractors/decode/decode_fixture.h"
#include "tests/extractors/decode/media_maker.h"

#include <algorithm>
#include <vector>

#include <catch2/catch.hpp>
#include <opencv2/imgproc.hpp>

namespace muster {
namespace {

const BrandIndex& fizzo_index() {
  static const std::unique_ptr<BrandIndex> kIndex = [] {
    InProcessDecoder decoder;
    return BrandIndex::build(
        std::vector<BrandKit>{kit_of("fizzo", {draw_fizzo()})}, decoder, {}, nullptr);
  }();
  return *kIndex;
}

// Frames of 20, 30, 50 and 100 ms in turn, some of 400: no rate describes them.
std::vector<std::int64_t> uneven_times(std::int64_t until_ms) {
  constexpr std::int64_t kSteps[] = {20, 50, 100, 30, 400, 20, 40, 90, 50};
  std::vector<std::int64_t> times;
  for (std::int64_t time = 0; time < until_ms; time += kSteps[times.size() % std::size(kSteps)]) {
    times.push_back(time);
  }
  return times;
}

}  // namespace

TEST_CASE("a mark that shows for 2.000 s of a clip of uneven rate is measured to the frame") {
  const std::int64_t start_ms = GENERATE(500, 2990);
  test::VideoSpec spec;
  spec.width = 640;
  spec.height = 360;
  spec.gop = 60;
  spec.times_ms = uneven_times(9000);
  // The mark comes with one frame and goes with another, 2.000 s later.
  const auto place = [&](std::int64_t time) {
    const auto at = std::lower_bound(spec.times_ms.begin(), spec.times_ms.end(), time);
    return static_cast<std::size_t>(at - spec.times_ms.begin());
  };
  const std::size_t first = place(start_ms);
  std::int64_t end_ms = spec.times_ms[first] + 2000;
  const std::size_t gone = place(end_ms);
  spec.times_ms[gone] = end_ms;
  REQUIRE(spec.times_ms[gone + 1] > end_ms);
  cv::Mat ground = draw_scene({640, 360}, 17);
  cv::rectangle(ground, cv::Rect(40, 40, 560, 280), cv::Scalar(200, 210, 205), cv::FILLED);
  cv::Mat marked = ground.clone();
  paste(marked, draw_fizzo(), turned(cv::Rect2f(90, 70, 280, 154), 0));
  spec.draw = [&](std::size_t frame) { return frame >= first && frame < gone ? marked : ground; };
  const std::string bytes = test::make_video(spec);

  DecoderOptions options = test::real_helper();
  options.limits.max_frames = 12;  // so that most frames are not among those kept
  const auto decoder = make_decoder(options);
  const std::vector<DecodedMedia> decoded{decoder->decode(media_bytes(bytes))};
  REQUIRE(decoded[0].facts.integrity == Integrity::whole);
  REQUIRE(decoded[0].frames.size() <= 12);
  Brief brief;
  brief.id = "spring-fizz";
  brief.kit = "fizzo";
  brief.visibility.required = true;
  brief.visibility.min_seconds = 2;
  const auto again = [&](const FrameQuery& query) {
    return decoder->decode_again(media_bytes(bytes), query);
  };
  const std::vector<SeenMedia> seen{look_at({decoded[0], brief, &fizzo_index(), again})};
  CHECK(seen[0].look_problem == "");

  std::vector<SeenFrame> frames;
  for (const BrandsInFrame& frame : seen[0].brands) {
    frames.push_back({frame.time_ms, frame.duration_ms, !frame.hits.empty()});
  }
  const VisibleTime time = visible_time(frames);
  CAPTURE(spec.times_ms[first], end_ms);
  CHECK(time.least_ms == 2000);
  CHECK(time.most_ms == 2000);
  CHECK(time.spans == std::vector<TimeSpan>{{spec.times_ms[first], end_ms}});

  const Manifest manifest;
  for (const Finding& finding :
       make_brand_visibility_check()->run({manifest, seen, brief, nullptr, {}, &fizzo_index()})) {
    if (finding.rule_id == "brand.seconds") {
      CHECK(finding.outcome == Outcome::pass);
      CHECK(finding.measured_value == 2.0);
    }
  }
}

}  // namespace muster
