#include "extractors/decode/helper/video_facts.h"

#include <vector>

#include <catch2/catch.hpp>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

namespace muster {
namespace {

LumaGrid grid_of(const cv::Mat& gray, bool full_range = true) {
  return LumaGrid::of_plane(
      gray.data, gray.cols, gray.rows, static_cast<int>(gray.step), 1, 8, full_range);
}

cv::Mat gray(int level) {
  return {180, 320, CV_8UC1, cv::Scalar(level)};
}

// A picture that changes a little with each step, as under a hand-held camera.
cv::Mat moving(int step, int seed = 1) {
  cv::Mat picture(200, 400, CV_8UC1);
  cv::RNG random(static_cast<std::uint64_t>(seed));
  for (int i = 0; i < 60; ++i) {
    cv::circle(picture,
               {random.uniform(0, 400), random.uniform(0, 200)},
               random.uniform(8, 40),
               cv::Scalar(random.uniform(0, 255)),
               cv::FILLED);
  }
  return picture(cv::Rect(2 * (step % 30), step % 30 / 2, 320, 180)).clone();
}

// Adds frames of 40 ms.
class Film {
 public:
  void add(const cv::Mat& picture, int times = 1) {
    for (int i = 0; i < times; ++i) {
      last = facts.add(time_ms, 40, grid_of(picture));
      jumps.push_back(last.jump);
      time_ms += 40;
    }
  }
  VideoFacts facts;
  VideoFacts::Change last;
  std::vector<bool> jumps;
  std::int64_t time_ms = 0;
};

}  // namespace

TEST_CASE("light is measured alike in all kinds of samples") {
  const cv::Mat full = gray(128);
  CHECK(grid_of(full).cells[0] == Approx(128.0 / 255));
  CHECK(grid_of(gray(16), false).cells[1023] == 0);
  CHECK(grid_of(gray(235), false).cells[1023] == Approx(1));
  cv::Mat deep(180, 320, CV_16UC1, cv::Scalar(64));  // black of 10 bits
  const auto ten_bits = [](const cv::Mat& samples) {
    return LumaGrid::of_plane(
        samples.data, samples.cols, samples.rows, static_cast<int>(samples.step), 2, 10, false);
  };
  CHECK(ten_bits(deep).cells[5] == 0);
  CHECK(ten_bits(deep).dark_share == 1);
  deep.setTo(940);
  CHECK(ten_bits(deep).cells[5] == Approx(1));
  // Pictures smaller than the grid.
  const cv::Mat tiny(2, 3, CV_8UC1, cv::Scalar(255));
  CHECK(grid_of(tiny).cells[1023] == Approx(1));
}

TEST_CASE("black spans are found from half a second on") {
  Film film;
  film.add(gray(120), 10);
  film.add(gray(4), 12);  // 480 ms
  film.add(gray(120), 1);
  film.add(gray(4), 13);  // 520 ms
  film.add(gray(120), 1);
  film.add(gray(4), 25);  // up to the end
  const VideoContent content = film.facts.finish();
  CHECK(content.black == std::vector<TimeSpan>{{920, 1440}, {1480, 2480}});
}

TEST_CASE("a dark picture with something bright in it is not black") {
  cv::Mat title = gray(0);
  cv::putText(title, "Sun in a can", {20, 100}, cv::FONT_HERSHEY_SIMPLEX, 1.4, 255, 3);
  Film film;
  film.add(title, 50);
  CHECK(film.facts.finish().black.empty());
}

TEST_CASE("frozen spans are found from two seconds on, against their first picture") {
  Film film;
  for (int i = 0; i < 20; ++i) {
    film.add(moving(i));
  }
  film.add(moving(40), 49);  // 1.96 s
  for (int i = 50; i < 60; ++i) {
    film.add(moving(i));
  }
  film.add(moving(70), 60);  // 2.4 s
  // A fade so slow that no two neighbors differ.
  for (int i = 0; i < 100; ++i) {
    film.add(moving(70) + cv::Scalar(i / 4));
  }
  const VideoContent content = film.facts.finish();
  REQUIRE(content.frozen.size() == 1);
  CHECK(content.frozen[0].start_ms == 79 * 40);
  CHECK(content.frozen[0].end_ms >= 79 * 40 + 2400);
  CHECK(content.frozen[0].end_ms <= 79 * 40 + 2400 + 240);
}

TEST_CASE("cuts are told from movement") {
  Film film;
  for (int i = 0; i < 30; ++i) {
    film.add(moving(i, 1));
  }
  for (int i = 0; i < 30; ++i) {
    film.add(moving(i, 2));
  }
  for (int i = 0; i < 15; ++i) {
    film.add(moving(i, 3));
  }
  CHECK(film.jumps[30]);
  CHECK(film.facts.finish().cuts_ms == std::vector<std::int64_t>{1200, 2400});
}

TEST_CASE("what pops up in a part of the picture is a jump, not a cut") {
  cv::Mat with = moving(0);
  cv::rectangle(with, cv::Rect(20, 20, 60, 30), cv::Scalar(255), cv::FILLED);
  cv::rectangle(with, cv::Rect(40, 20, 20, 30), cv::Scalar(0), cv::FILLED);
  Film film;
  film.add(moving(0), 10);
  film.add(with, 10);
  film.add(moving(0), 10);
  CHECK(film.jumps[10]);
  CHECK(film.jumps[20]);
  CHECK(std::count(film.jumps.begin(), film.jumps.end(), true) == 2);
  CHECK(film.facts.finish().cuts_ms.empty());
}

TEST_CASE("bars that stay are found, and nothing else is taken for one") {
  const auto shown = [](const cv::Rect& picture, int level) {
    cv::Mat frame(360, 640, CV_8UC3, cv::Scalar::all(3));
    frame(picture).setTo(cv::Scalar::all(level));
    return frame;
  };
  VideoFacts boxed;
  boxed.add_shown(shown({0, 45, 640, 270}, 90));
  boxed.add_shown(shown({0, 45, 640, 270}, 200));
  boxed.add_shown(cv::Mat(360, 640, CV_8UC3, cv::Scalar::all(0)));  // a black picture in between
  const VideoContent content = boxed.finish();
  CHECK(content.bar_top == Approx(0.125));
  CHECK(content.bar_bottom == Approx(0.125));
  CHECK(content.bar_left == 0);
  CHECK(content.bar_right == 0);

  VideoFacts only_once;  // a dark part that is lit later
  only_once.add_shown(shown({100, 0, 540, 360}, 90));
  only_once.add_shown(shown({0, 0, 640, 360}, 90));
  CHECK(only_once.finish().bar_left == 0);

  VideoFacts black;
  black.add_shown(cv::Mat(360, 640, CV_8UC3, cv::Scalar::all(0)));
  CHECK(black.finish().bar_top == 0);
}

}  // namespace muster
