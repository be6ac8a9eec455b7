#pragma once

#include <string>

#include <opencv2/core/mat.hpp>

namespace muster {

// Writes a line of text into a picture, antialiased; its letters (from the highest to the lowest
// ink of a line of capitals) are `height` px high. `left` and `bottom`: px, of the first letter's
// foot.
void draw_text(cv::Mat& picture,
               const std::string& text,
               int left,
               int bottom,
               double height,
               const cv::Scalar& colour);

// A photograph-like ground: soft patches of color and grain, the same for the same seed.
cv::Mat busy_ground(int width, int height, std::uint64_t seed);

}  // namespace muster
