#pragma once

#include <vector>

#include <opencv2/core/mat.hpp>

namespace muster {

// Warps a poster (as in paint.h) onto four corners, clockwise from the top left, and lays it over a
// picture in linear light.
void hang(cv::Mat& linear,
          const cv::Mat& poster,
          const std::vector<cv::Point2f>& corners,
          float glow);

}  // namespace muster
