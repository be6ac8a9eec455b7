#include "samples/render/stage.h"

#include <cmath>

#include <opencv2/imgproc.hpp>

namespace muster {

namespace {

float srgb_to_linear(float v) {
  return v <= 0.04045F ? v / 12.92F : std::pow((v + 0.055F) / 1.055F, 2.4F);
}

}  // namespace

Texture::Texture(const cv::Mat& picture) {
  float table[1025];
  for (int i = 0; i <= 1024; ++i) {
    table[i] = srgb_to_linear(static_cast<float>(i) / 1024);
  }
  cv::Mat linear = picture.clone();
  for (int y = 0; y < linear.rows; ++y) {
    auto* row = linear.ptr<cv::Vec4f>(y);
    for (int x = 0; x < linear.cols; ++x) {
      const float alpha = std::max(row[x][3], 1e-4F);
      for (int c = 0; c < 3; ++c) {
        row[x][c] = table[static_cast<int>(clamp01(row[x][c] / alpha) * 1024)] * row[x][3];
      }
    }
  }
  levels_.push_back(linear);
  while (levels_.back().cols > 32 && levels_.back().rows > 32) {
    cv::Mat half;
    cv::resize(levels_.back(), half, cv::Size(), 0.5, 0.5, cv::INTER_AREA);
    levels_.push_back(half);
  }
}

Texture::Sample Texture::at(float u, float v, float level) const {
  const auto index =
      std::clamp(static_cast<int>(level + 0.5F), 0, static_cast<int>(levels_.size()) - 1);
  const cv::Mat& picture = levels_[static_cast<std::size_t>(index)];
  const float x = (u - std::floor(u)) * static_cast<float>(picture.cols) - 0.5F;
  const float y = clamp01(v) * static_cast<float>(picture.rows) - 0.5F;
  const float fx = x - std::floor(x);
  const float fy = y - std::floor(y);
  const int x0 = (static_cast<int>(std::floor(x)) + picture.cols) % picture.cols;
  const int x1 = (x0 + 1) % picture.cols;
  const int y0 = std::clamp(static_cast<int>(std::floor(y)), 0, picture.rows - 1);
  const int y1 = std::min(y0 + 1, picture.rows - 1);
  const auto* top = picture.ptr<cv::Vec4f>(y0);
  const auto* bottom = picture.ptr<cv::Vec4f>(y1);
  const cv::Vec4f s = (top[x0] * (1 - fx) + top[x1] * fx) * (1 - fy) +
                      (bottom[x0] * (1 - fx) + bottom[x1] * fx) * fy;
  const float alpha = std::max(s[3], 1e-3F);
  return {{s[2] / alpha, s[1] / alpha, s[0] / alpha}, s[3]};
}

}  // namespace muster
