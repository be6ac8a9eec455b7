#pragma once

#include <string>

#include <opencv2/core/mat.hpp>

namespace muster {

// A baseline JPEG of 8-bit BGR pixels, 4:2:0, without any metadata; quality 1..100 as libjpeg
// counts it. Empty where it can't be encoded. Throws std::bad_alloc.
std::string encode_jpeg(const cv::Mat& bgr, int quality);

}  // namespace muster
