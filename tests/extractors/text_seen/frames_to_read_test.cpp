#include "extractors/text_seen/frames_to_read.h"

#include "tests/extractors/text_seen/drawn_text.h"

#include <algorithm>

#include <catch2/catch.hpp>

namespace muster {
namespace {

// Frames 100 ms apart of one ground; `text_from` and `text_to`: frames that show a text.
std::vector<Frame> clip(std::size_t count, std::size_t text_from, std::size_t text_to) {
  const cv::Mat ground = busy_ground(360, 640, 5);
  cv::Mat written = ground.clone();
  draw_text(written, "#ad Fizzo", 40, 300, 26, {255, 255, 255});
  std::vector<Frame> frames;
  for (std::size_t i = 0; i < count; ++i) {
    const bool shows = i >= text_from && i < text_to;
    frames.push_back({static_cast<std::int64_t>(i) * 100, 100, shows ? written : ground});
  }
  return frames;
}

using Indices = std::vector<std::size_t>;

bool has(const Indices& indices, std::size_t wanted) {
  return std::find(indices.begin(), indices.end(), wanted) != indices.end();
}

}  // namespace

TEST_CASE("of a clip in which nothing happens two frames are read") {
  CHECK(frames_to_read(clip(50, 0, 0), 24) == Indices{0, 49});
}

TEST_CASE("what pops up for three frames is read, in the frame where it appears") {
  const Indices read = frames_to_read(clip(50, 23, 26), 24);
  CHECK(has(read, 23));
  CHECK(read.size() <= 4);
}

TEST_CASE("never more than the number that was asked for, always in order") {
  std::vector<Frame> frames;
  for (std::size_t i = 0; i < 120; ++i) {
    frames.push_back({static_cast<std::int64_t>(i) * 200, 200, busy_ground(180, 320, i)});
  }
  const Indices read = frames_to_read(frames, 10);
  CHECK(read.size() <= 10);
  CHECK(read.size() >= 5);
  CHECK(read.front() == 0);
  CHECK(std::is_sorted(read.begin(), read.end()));
}

TEST_CASE("one frame is read once, and no frame where there is none") {
  CHECK(frames_to_read(clip(1, 0, 0), 24) == Indices{0});
  CHECK(frames_to_read({}, 24).empty());
  CHECK(frames_to_read(clip(5, 0, 0), 0).empty());
}

}  // namespace muster
