#include "tests/extractors/text_seen/drawn_text.h"

#include <opencv2/imgproc.hpp>

namespace muster {

void draw_text(cv::Mat& picture,
               const std::string& text,
               int left,
               int bottom,
               double height,
               const cv::Scalar& colour) {
  constexpr int kFont = cv::FONT_HERSHEY_DUPLEX;
  constexpr double kCapitals = 22;  // px of a capital at scale 1
  const double scale = height / kCapitals;
  const int thickness = std::max(1, static_cast<int>(height / 12));
  cv::putText(picture, text, {left, bottom}, kFont, scale, colour, thickness, cv::LINE_AA);
}

cv::Mat busy_ground(int width, int height, std::uint64_t seed) {
  cv::RNG random(seed);
  cv::Mat coarse(height / 90 + 2, width / 90 + 2, CV_8UC3);
  random.fill(coarse, cv::RNG::UNIFORM, 60, 200);
  cv::Mat ground;
  cv::resize(coarse, ground, {width, height}, 0, 0, cv::INTER_CUBIC);
  cv::Mat grain(height, width, CV_16SC3);
  random.fill(grain, cv::RNG::NORMAL, 0, 9);
  cv::add(ground, grain, ground, cv::noArray(), CV_8U);
  return ground;
}

}  // namespace muster
