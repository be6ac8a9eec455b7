// What is seen and heard in whole clips, and the second look at one.

#include "decode_fixture.h"
#include "media_maker.h"

#include <cmath>
#include <numbers>

#include <catch2/catch.hpp>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

using namespace muster;
using namespace muster::test;

namespace {

// Changes with each step; another seed is another scene.
cv::Mat scene(std::size_t step, std::uint64_t seed) {
  cv::Mat picture(180, 320, CV_8UC3, cv::Scalar::all(60));
  cv::RNG random(seed);
  for (int i = 0; i < 40; ++i) {
    cv::circle(picture,
               {random.uniform(0, 320) + static_cast<int>(step), random.uniform(0, 180)},
               random.uniform(8, 30),
               cv::Scalar(random.uniform(0, 255), random.uniform(0, 255), random.uniform(0, 255)),
               cv::FILLED);
  }
  return picture;
}

VideoSpec clip(std::size_t frames) {
  VideoSpec spec;
  spec.width = 320;
  spec.height = 180;
  spec.times_ms = steady_times(frames, 100);
  return spec;
}

std::vector<float> tone(double seconds, double amplitude) {
  std::vector<float> samples;
  for (int i = 0; i < static_cast<int>(seconds * 48'000); ++i) {
    samples.push_back(
        static_cast<float>(amplitude * std::sin(2 * std::numbers::pi * 997 * i / 48'000)));
  }
  return samples;
}

}  // namespace

TEST_CASE("cuts, black and frozen spans of a clip are told") {
  VideoSpec spec = clip(90);
  spec.draw = [](std::size_t i) {
    return i < 20   ? scene(i, 1)
           : i < 40 ? scene(i, 2)
           : i < 50 ? cv::Mat(180, 320, CV_8UC3, cv::Scalar::all(0))
           : i < 75 ? scene(50, 3)  // stands still for 2.5 s
                    : scene(i, 3);
  };
  const DecodedMedia media = decode(make_video(spec));
  REQUIRE(media.facts.integrity == Integrity::whole);
  REQUIRE(media.facts.video_content);
  const VideoContent& content = *media.facts.video_content;
  CHECK(content.black == std::vector<TimeSpan>{{4000, 5000}});
  CHECK(std::count(content.cuts_ms.begin(), content.cuts_ms.end(), 2000) == 1);
  CHECK(content.cuts_ms.size() <= 4);  // to black and back may count
  REQUIRE(content.frozen.size() == 1);
  CHECK(content.frozen[0].start_ms >= 5000);
  CHECK(content.frozen[0].start_ms <= 5300);  // until the encoder has settled
  CHECK(content.frozen[0].end_ms == 7500);
  CHECK(content.bar_top == 0);
}

TEST_CASE("bars are told as a viewer sees them, whatever the turn") {
  VideoSpec spec = clip(10);
  spec.rotation = GENERATE(0, 90, 180, 270);
  const bool sideways = spec.rotation % 180 != 0;
  const cv::Size size = sideways ? cv::Size(180, 320) : cv::Size(320, 180);
  spec.draw = [&](std::size_t) {
    cv::Mat picture(size, CV_8UC3, cv::Scalar::all(0));
    picture(cv::Rect(0, size.height / 5, size.width, size.height * 3 / 5))
        .setTo(cv::Scalar(90, 160, 200));
    return picture;
  };
  const DecodedMedia media = decode(make_video(spec));
  REQUIRE(media.facts.video_content);
  const VideoContent& content = *media.facts.video_content;
  CAPTURE(spec.rotation);
  CHECK(content.bar_top == Approx(0.2).margin(0.02));
  CHECK(content.bar_bottom == Approx(0.2).margin(0.02));
  CHECK(content.bar_left == 0);
  CHECK(content.bar_right == 0);
}

TEST_CASE("sound is measured: loudness, peak and silence") {
  VideoSpec spec = clip(60);
  spec.extension = ".mov";
  spec.audio = true;
  // 0 dBFS of 997 Hz on one channel is -3.01 LUFS (ITU-R BS.1770), so a tenth of it -23.01.
  spec.sound = tone(3, 0.1);
  spec.sound.resize(spec.sound.size() + 2 * 48'000);
  const std::vector<float> end = tone(1, 0.1);
  spec.sound.insert(spec.sound.end(), end.begin(), end.end());
  const DecodedMedia media = decode(make_video(spec));
  CAPTURE(media.facts.integrity_detail);
  CHECK(media.facts.integrity == Integrity::whole);
  REQUIRE(media.facts.sound_content);
  const SoundContent& sound = *media.facts.sound_content;
  CHECK(sound.duration_ms == 6000);
  CHECK(sound.loudness_lufs.value_or(0) == Approx(-23.0).margin(0.6));
  CHECK(sound.peak_dbfs.value_or(0) == Approx(-20).margin(0.1));
  REQUIRE(sound.silent.size() == 1);
  CHECK(sound.silent[0].start_ms == Approx(3000).margin(50));
  CHECK(sound.silent[0].end_ms == Approx(5000).margin(50));
}

TEST_CASE("a track without any sound has no loudness and is silent throughout") {
  VideoSpec spec = clip(20);
  spec.extension = ".mov";
  spec.audio = true;
  spec.sound.assign(2 * 48'000, 0.0F);
  const DecodedMedia media = decode(make_video(spec));
  REQUIRE(media.facts.sound_content);
  CHECK_FALSE(media.facts.sound_content->loudness_lufs);
  CHECK_FALSE(media.facts.sound_content->peak_dbfs);
  CHECK(media.facts.sound_content->silent == std::vector<TimeSpan>{{0, 2000}});
  spec.audio = false;
  CHECK_FALSE(decode(make_video(spec)).facts.sound_content);
}

TEST_CASE("a second look gives every frame of its windows and no other") {
  const std::string extension = GENERATE(".mp4", ".mkv");
  VideoSpec spec;
  spec.extension = extension;
  spec.gop = 25;
  spec.times_ms = steady_times(120, 40);
  spec.last_duration_ms = 40;
  const std::string bytes = make_video(spec);
  const auto look = [&](const FrameQuery& query) {
    std::vector<std::int64_t> times;
    for (const Frame& frame : shared_decoder().decode_again(media_bytes(bytes), query).frames) {
      CAPTURE(frame.time_ms);
      CHECK(std::abs(middle_level(frame.pixels) -
                     level_of(static_cast<std::size_t>(frame.time_ms / 40))) <= 6);
      CHECK(frame.duration_ms == 40);
      times.push_back(frame.time_ms);
    }
    return times;
  };
  CHECK(look({{{0, 100}, {3000, 3121}}, 0}) ==
        std::vector<std::int64_t>{0, 40, 80, 3000, 3040, 3080, 3120});
  CHECK(look({{{1000, 2000}}, 300}) == std::vector<std::int64_t>{1000, 1320, 1640, 1960});
  CHECK(look({{{4790, 9000}}, 0}).empty());
  CHECK(look({{}, 0}).empty());
}

TEST_CASE("frames outlive the answer they came with, and may be changed") {
  VideoSpec spec;
  spec.times_ms = steady_times(3, 100);
  const std::string bytes = make_video(spec);
  cv::Mat last;
  {
    const DecodedMedia media = decode(bytes);
    last = media.frames.at(2).pixels;
  }
  const cv::Mat copy = last.clone();
  last.setTo(cv::Scalar::all(7));
  CHECK(cv::countNonZero(last.reshape(1) != 7) == 0);
  CHECK(cv::norm(copy, decode(bytes).frames.at(2).pixels, cv::NORM_INF) == 0);
}
