#pragma once

#include <opencv2/core/mat.hpp>

namespace muster {

// Relative luminance of each pixel as WCAG 2.2 defines it for sRGB: rows x cols, 32 bit float,
// 0..1. `picture`: rows x cols x 3, 8 bit BGR.
cv::Mat relative_luminance(const cv::Mat& picture);

// The contrast ratio of two luminances, 1 to 21.
double contrast_ratio(double a, double b);

// What of a line of text is ink.
struct Ink {
  cv::Mat mask;           // rows x cols, 8 bit: 255 on ink
  bool is_light = false;  // lighter than its ground
};

// Parts ink from ground in a straightened line of text: `line` is rows x cols x 3, 8 bit BGR, the
// text fills its height but for a margin.
Ink find_ink(const cv::Mat& line);

// How well the ink stands out, as TextLine::contrast: the lower quartile of the ratios of pieces
// about as long as the line is high. 1 where there is no ink or no ground.
double ink_contrast(const cv::Mat& line, const Ink& ink);

}  // namespace muster
