#include "extractors/text_seen/engine/ink.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <vector>

#include <opencv2/imgproc.hpp>

namespace muster {
namespace {

std::array<float, 256> make_linear() {
  std::array<float, 256> table{};
  for (std::size_t i = 0; i < table.size(); ++i) {
    const double value = static_cast<double>(i) / 255;
    table[i] = static_cast<float>(value <= 0.04045 ? value / 12.92
                                                   : std::pow((value + 0.055) / 1.055, 2.4));
  }
  return table;
}

// The value below which `share` of the values lie. Changes the order of `values`.
double quantile(std::vector<float>& values, double share) {
  const auto at =
      values.begin() + static_cast<std::ptrdiff_t>(share * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), at, values.end());
  return *at;
}

std::vector<float> values_at(const cv::Mat& luminance, const cv::Mat& mask) {
  std::vector<float> values;
  for (int y = 0; y < luminance.rows; ++y) {
    for (int x = 0; x < luminance.cols; ++x) {
      if (mask.at<uchar>(y, x) != 0) {
        values.push_back(luminance.at<float>(y, x));
      }
    }
  }
  return values;
}

// Strokes are blurred into their ground: only their cores show the color of the ink.
std::optional<double> piece_contrast(const cv::Mat& luminance,
                                     const cv::Mat& ink,
                                     const cv::Mat& ground,
                                     bool is_light) {
  constexpr std::size_t kFewPixels = 12;
  std::vector<float> of_ink = values_at(luminance, ink);
  std::vector<float> of_ground = values_at(luminance, ground);
  if (of_ink.size() < kFewPixels || of_ground.size() < kFewPixels) {
    return std::nullopt;
  }
  return contrast_ratio(quantile(of_ink, is_light ? 0.75 : 0.25), quantile(of_ground, 0.5));
}

cv::Mat disc(double radius) {
  const int size = 2 * std::max(1, static_cast<int>(std::lround(radius))) + 1;
  return cv::getStructuringElement(cv::MORPH_ELLIPSE, {size, size});
}

}  // namespace

cv::Mat relative_luminance(const cv::Mat& picture) {
  static const std::array<float, 256> kLinear = make_linear();
  cv::Mat luminance(picture.size(), CV_32F);
  for (int y = 0; y < picture.rows; ++y) {
    const auto* from = picture.ptr<cv::Vec3b>(y);
    auto* to = luminance.ptr<float>(y);
    for (int x = 0; x < picture.cols; ++x) {
      to[x] = 0.0722F * kLinear[from[x][0]] + 0.7152F * kLinear[from[x][1]] +
              0.2126F * kLinear[from[x][2]];
    }
  }
  return luminance;
}

double contrast_ratio(double a, double b) {
  return (std::max(a, b) + 0.05) / (std::min(a, b) + 0.05);
}

Ink find_ink(const cv::Mat& line) {
  cv::Mat grey;
  cv::cvtColor(line, grey, cv::COLOR_BGR2GRAY);
  cv::Mat light;
  cv::threshold(grey, light, 0, 255, cv::THRESH_BINARY | cv::THRESH_OTSU);
  // The ground is what the margin around the text shows.
  const int margin = std::max(1, line.rows / 10);
  cv::Mat border = cv::Mat::zeros(line.size(), CV_8U);
  border.rowRange(0, margin).setTo(255);
  border.rowRange(line.rows - margin, line.rows).setTo(255);
  const bool ground_is_light = cv::mean(light, border)[0] > 127;
  return {ground_is_light ? cv::Mat(255 - light) : light, !ground_is_light};
}

double ink_contrast(const cv::Mat& line, const Ink& ink) {
  const cv::Mat luminance = relative_luminance(line);
  const double height = line.rows;
  cv::Mat near;
  cv::dilate(ink.mask, near, disc(height / 32));
  cv::Mat far;
  cv::dilate(ink.mask, far, disc(height / 6));
  const cv::Mat ground = far & ~near;
  std::vector<float> ratios;
  for (int x = 0; x < line.cols; x += line.rows) {
    const cv::Range columns(x, std::min(line.cols, x + line.rows));
    if (const auto ratio = piece_contrast(luminance.colRange(columns),
                                          ink.mask.colRange(columns),
                                          ground.colRange(columns),
                                          ink.is_light)) {
      ratios.push_back(static_cast<float>(*ratio));
    }
  }
  return ratios.empty() ? 1 : quantile(ratios, 0.25);
}

}  // namespace muster
