// Duplicates by what files show: real files through the real decoder.

#include "extractors/media/duplicates.h"

#include "extractors/media/media_fingerprint.h"
#include "tests/extractors/decode/decode_fixture.h"
#include "tests/extractors/decode/media_maker.h"
#include "tests/extractors/decode/metadata_maker.h"

#include <random>

#include <catch2/catch.hpp>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

using namespace muster;
using namespace muster::test;

namespace {

// Colored discs on a ground of large patches; discs and ground move with time, each scene its own.
class Scene {
 public:
  explicit Scene(unsigned seed) {
    cv::RNG random(seed * 7919 + 17);
    cv::Mat patches(7, 9, CV_8UC3);
    random.fill(patches, cv::RNG::UNIFORM, 30, 225);
    cv::resize(patches, ground_, {960, 640}, 0, 0, cv::INTER_CUBIC);
    for (Disc& disc : discs_) {
      disc = {random.uniform(0.1, 0.9),
              random.uniform(0.1, 0.9),
              random.uniform(-0.12, 0.12),
              random.uniform(-0.12, 0.12),
              random.uniform(0.05, 0.16),
              cv::Scalar(random.uniform(0, 255), random.uniform(0, 255), random.uniform(0, 255))};
    }
  }

  cv::Mat at(double seconds, cv::Size size) const {
    const int left = static_cast<int>(120 + 100 * std::sin(seconds * 0.7));
    cv::Mat picture = ground_(cv::Rect(left, 80, 640, 480)).clone();
    for (const Disc& disc : discs_) {
      const double x = disc.x + disc.across * seconds;
      const double y = disc.y + disc.down * seconds;
      cv::circle(picture,
                 {static_cast<int>((x - std::floor(x)) * 640),
                  static_cast<int>((y - std::floor(y)) * 480)},
                 static_cast<int>(disc.size * 480),
                 disc.color,
                 cv::FILLED,
                 cv::LINE_AA);
    }
    cv::Mat scaled;
    cv::resize(picture, scaled, size, 0, 0, cv::INTER_AREA);
    return scaled;
  }

 private:
  struct Disc {
    double x, y, across, down, size;
    cv::Scalar color;
  };
  cv::Mat ground_;
  std::array<Disc, 6> discs_;
};

struct ClipSpec {
  cv::Size size = {320, 240};
  double from = 0;  // seconds of the scene
  double seconds = 8;
  double black = 0;  // seconds of black before it
  std::int64_t step_ms = 40;
  std::string encoder = "libx264";
  std::string extension = ".mp4";
};

std::string make_clip(const Scene& scene, const ClipSpec& clip) {
  VideoSpec spec;
  spec.encoder = clip.encoder;
  spec.extension = clip.extension;
  spec.width = clip.size.width;
  spec.height = clip.size.height;
  spec.times_ms = steady_times(static_cast<std::size_t>((clip.black + clip.seconds) * 1000 /
                                                        static_cast<double>(clip.step_ms)),
                               clip.step_ms);
  spec.last_duration_ms = clip.step_ms;
  spec.draw = [&](std::size_t frame) {
    const double time = static_cast<double>(frame) * static_cast<double>(clip.step_ms) / 1000;
    return time < clip.black ? cv::Mat(clip.size, CV_8UC3, cv::Scalar::all(0))
                             : scene.at(clip.from + time - clip.black, clip.size);
  };
  return make_video(spec);
}

MediaFingerprint print_of(const std::string& bytes) {
  const auto print = fingerprint_of(test::decode(bytes));
  REQUIRE(print);
  return *print;
}

std::string photo(const cv::Mat& picture, int quality) {
  std::vector<unsigned char> bytes;
  cv::imencode(".jpg", picture, bytes, {cv::IMWRITE_JPEG_QUALITY, quality});
  return {bytes.begin(), bytes.end()};
}

}  // namespace

TEST_CASE("T1: 20 videos that start with 3 s of black, all different, give no duplicate") {
  std::vector<MediaFingerprint> prints;
  for (unsigned seed = 0; seed < 20; ++seed) {
    prints.push_back(print_of(make_clip(Scene(seed), {.seconds = 3, .black = 3, .step_ms = 100})));
    REQUIRE_FALSE(prints.back().frames.empty());
    CHECK(prints.back().frames.front().time_ms >= 2900);
  }
  for (std::size_t i = 0; i < prints.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      INFO(i << " and " << j);
      CHECK_FALSE(compare(prints[i], prints[j]));
    }
  }
}

TEST_CASE("T2: the same clip encoded again, scaled and cut is found with the matched span") {
  const Scene scene(42);
  const MediaFingerprint first = print_of(make_clip(scene, {.seconds = 10}));

  SECTION("other size, frame rate and codec") {
    const auto match = compare(print_of(make_clip(scene,
                                                  {.size = {176, 144},
                                                   .seconds = 10,
                                                   .step_ms = 66,
                                                   .encoder = "libvpx-vp9",
                                                   .extension = ".webm"})),
                               first);
    REQUIRE(match);
    CHECK(match->tier == DuplicateTier::reencoded);
    CHECK(match->share > 0.9);
    CHECK(match->span->start_ms < 500);
    CHECK(match->span->end_ms > 9500);
  }
  SECTION("cut by 2 s at the start") {
    const auto match = compare(
        print_of(make_clip(scene, {.size = {240, 180}, .from = 2, .seconds = 8, .step_ms = 50})),
        first);
    REQUIRE(match);
    CHECK(match->tier == DuplicateTier::reencoded);
    CHECK(match->span->start_ms < 400);
    CHECK(std::abs(match->other_span->start_ms - match->span->start_ms - 2000) <= 200);
    CHECK(match->other_span->end_ms > 9500);
  }
  SECTION("cut by 2 s at the end") {
    const auto match = compare(
        print_of(make_clip(scene, {.size = {240, 180}, .seconds = 8, .step_ms = 50})), first);
    REQUIRE(match);
    CHECK(match->tier == DuplicateTier::reencoded);
    CHECK(std::abs(match->other_span->start_ms - match->span->start_ms) <= 200);
    CHECK(std::abs(match->other_span->end_ms - 8000) <= 400);
  }
  SECTION("another scene is another clip") {
    CHECK_FALSE(compare(print_of(make_clip(Scene(43), {.seconds = 10})), first));
  }
}

TEST_CASE("T3: the same pixels with new metadata are the same content") {
  const std::string jpeg = photo(Scene(5).at(0, {800, 600}), 90);
  const std::string tagged = with_exif(jpeg, 1, true);
  REQUIRE(jpeg != tagged);
  const auto match = compare(print_of(tagged), print_of(jpeg));
  REQUIRE(match);
  CHECK(match->tier == DuplicateTier::same_content);

  SECTION("a picture turned by its metadata is not the same") {
    const auto turned = compare(print_of(with_exif(jpeg, 6, false)), print_of(jpeg));
    CHECK_FALSE(turned);
  }
  SECTION("a video in another container") {
    const Scene scene(8);
    const auto moved = compare(print_of(make_clip(scene, {.seconds = 4, .extension = ".mov"})),
                               print_of(make_clip(scene, {.seconds = 4})));
    REQUIRE(moved);
    CHECK(moved->tier == DuplicateTier::same_content);
  }
}

TEST_CASE("T4: two shots of a burst are similar, never duplicates; a copy is one") {
  for (unsigned seed = 0; seed < 12; ++seed) {
    INFO(seed);
    const Scene scene(seed);
    const MediaFingerprint first = print_of(photo(scene.at(1, {1200, 900}), 92));
    const auto burst = compare(print_of(photo(scene.at(1.25, {1200, 900}), 92)), first);
    CHECK((!burst || burst->tier == DuplicateTier::similar));
    const auto copy = compare(print_of(photo(scene.at(1, {600, 450}), 50)), first);
    REQUIRE(copy);
    CHECK(copy->tier == DuplicateTier::reencoded);
  }
  const Scene scene(3);
  const auto burst = compare(print_of(photo(scene.at(1.08, {1200, 900}), 92)),
                             print_of(photo(scene.at(1, {1200, 900}), 92)));
  REQUIRE(burst);
  CHECK(burst->tier == DuplicateTier::similar);
}

TEST_CASE("a phone clip that is stored turned shows the same as the upright one") {
  const Scene scene(11);
  const auto clip = [&](int rotation) {
    VideoSpec spec;
    spec.rotation = rotation;
    spec.width = rotation % 180 == 0 ? 240 : 320;
    spec.height = rotation % 180 == 0 ? 320 : 240;
    spec.times_ms = steady_times(60, 50);
    spec.draw = [&](std::size_t frame) {
      return scene.at(static_cast<double>(frame) * 0.05, {240, 320});
    };
    return print_of(make_video(spec));
  };
  const MediaFingerprint upright = clip(0);
  for (const int rotation : {90, 180, 270}) {
    INFO(rotation);
    const auto match = compare(clip(rotation), upright);
    REQUIRE(match);
    CHECK(match->tier <= DuplicateTier::reencoded);
  }
}

TEST_CASE("files with nothing to tell them by have no vote") {
  const MediaFingerprint black =
      print_of(photo(cv::Mat(400, 400, CV_8UC3, cv::Scalar::all(0)), 90));
  const MediaFingerprint gray =
      print_of(photo(cv::Mat(400, 500, CV_8UC3, cv::Scalar::all(90)), 90));
  CHECK(black.frames.empty());
  CHECK_FALSE(compare(black, gray));
  CHECK(compare(black, black)->tier == DuplicateTier::same_content);
}

TEST_CASE("the finding says how alike, where, and names no other creator") {
  SeenElsewhere seen;
  seen.submission = SubmissionId{41};
  seen.state = SubmissionState::approved;
  seen.same_placement = true;
  seen.match = {DuplicateTier::reencoded, 0.97, TimeSpan{0, 13'400}, TimeSpan{2000, 15'400}};

  Finding finding = duplicate_finding(0, seen);
  CHECK(finding.rule_id == "duplicates.reencoded");
  CHECK(finding.outcome == Outcome::fail);
  CHECK(finding.message ==
        "it shows the same, encoded again, scaled or cut, as file 1 of submission 41, by another "
        "creator, for another campaign: 0:00.0 to 0:13.4 here is 0:02.0 to 0:15.4 there");
  CHECK(finding.place.time == TimeSpan{0, 13'400});
  CHECK(finding.measured_value == Approx(0.97));

  SECTION("alike is a warning") {
    seen.match.tier = DuplicateTier::similar;
    CHECK(duplicate_finding(0, seen).outcome == Outcome::warn);
  }
  SECTION("so is what was refused before") {
    seen.state = SubmissionState::rejected;
    CHECK(duplicate_finding(0, seen).outcome == Outcome::warn);
  }
  SECTION("and the same clip for another placement of the campaign") {
    seen.same_creator = seen.same_campaign = true;
    CHECK(duplicate_finding(0, seen).outcome == Outcome::fail);
    seen.same_placement = false;
    CHECK(duplicate_finding(0, seen).outcome == Outcome::warn);
  }
  SECTION("twice in one submission is a fail") {
    seen.same_submission = true;
    CHECK(duplicate_finding(1, seen).outcome == Outcome::fail);
    CHECK(duplicate_finding(1, seen).message.find("file 1 of this submission") !=
          std::string::npos);
  }
}
