#include "extractors/text_seen/edge_template.h"

#include "tests/extractors/text_seen/drawn_text.h"

#include <catch2/catch.hpp>
#include <opencv2/core.hpp>

namespace muster {
namespace {

const std::vector<Point> kPlace = {{0.1, 0.4}, {0.7, 0.4}, {0.7, 0.5}, {0.1, 0.5}};

cv::Mat frame_with(std::uint64_t ground, const std::string& text, double opacity = 1) {
  cv::Mat picture = busy_ground(360, 640, ground);
  cv::Mat written = picture.clone();
  draw_text(written, text, 45, 312, 34, {255, 255, 255});
  cv::addWeighted(written, opacity, picture, 1 - opacity, 0, picture);
  return picture;
}

}  // namespace

TEST_CASE("the same letters are known again on another ground, half faded, and moved a pixel") {
  const cv::Mat first = frame_with(1, "Paid ad");
  const EdgeTemplate letters(first, kPlace);
  CHECK(letters.likeness(first) > 0.95);
  CHECK(letters.likeness(frame_with(2, "Paid ad")) > EdgeTemplate::kSame);
  CHECK(letters.likeness(frame_with(3, "Paid ad", 0.6)) > EdgeTemplate::kSame);
}

TEST_CASE("other letters, and none, are not taken for them") {
  const EdgeTemplate letters(frame_with(1, "Paid ad"), kPlace);
  CHECK(letters.likeness(frame_with(1, "")) < EdgeTemplate::kOther);
  CHECK(letters.likeness(frame_with(2, "")) < EdgeTemplate::kOther);
  CHECK(letters.likeness(frame_with(1, "Hello you")) < EdgeTemplate::kSame);
}

TEST_CASE("a place without edges, outside the picture, or of another size is like nothing") {
  const cv::Mat plain(640, 360, CV_8UC3, cv::Scalar(90, 90, 90));
  CHECK(EdgeTemplate(plain, kPlace).likeness(plain) == 0);
  CHECK(EdgeTemplate(plain, {}).likeness(plain) == 0);
  const std::vector<Point> outside = {{1.2, 1.2}, {1.4, 1.2}, {1.4, 1.3}, {1.2, 1.3}};
  CHECK(EdgeTemplate(plain, outside).likeness(plain) == 0);
  const EdgeTemplate letters(frame_with(1, "Paid ad"), kPlace);
  CHECK(letters.likeness(plain.rowRange(0, 320)) == 0);
}

}  // namespace muster
