#pragma once

#include <cstdint>
#include <string>

#include <opencv2/core/mat.hpp>

namespace muster {

// How a phone made a photo of a rendered scene.
struct Film {
  float exposure = 1;
  float warmth = 0;  // -1 blue .. 1 orange
  float contrast = 1.08F;
  float saturation = 1.22F;
  float vignette = 0.25F;
  float grain = 0.008F;
  float softness = 0;  // px of blur over everything
  float motion = 0;    // px of horizontal shake
  float bloom = 0.06F;
};

// Linear light (CV_32FC3) to an 8-bit picture.
cv::Mat develop(const cv::Mat& linear, const Film& film, std::uint32_t seed);

// A picture as in paint.h (sRGB values) to linear light, without alpha.
cv::Mat linear_light(const cv::Mat& picture);

}  // namespace muster
