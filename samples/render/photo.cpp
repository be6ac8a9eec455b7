#include "samples/render/photo.h"

#include "samples/render/noise.h"
#include "samples/render/vec.h"

#include <cmath>

#include <opencv2/imgproc.hpp>

namespace muster {

namespace {

// The usual film curve (Hable's shape, white at 4), then the sRGB transfer.
float curve(float x) {
  const auto shape = [](float v) {
    return (v * (0.22F * v + 0.03F) + 0.002F) / (v * (0.22F * v + 0.3F) + 0.06F) - 0.0333F;
  };
  static const float kWhite = shape(3.4F);
  const float v = std::max(0.0F, shape(std::max(x, 0.0F) * 1.62F) / kWhite);
  return v <= 0.0031308F ? 12.92F * v : 1.055F * std::pow(v, 1 / 2.4F) - 0.055F;
}

cv::Mat with_bloom(const cv::Mat& linear, float amount) {
  cv::Mat small;
  cv::resize(linear, small, cv::Size(), 0.25, 0.25, cv::INTER_AREA);
  cv::GaussianBlur(small, small, cv::Size(), static_cast<double>(linear.cols) / 110);
  cv::Mat glow;
  cv::resize(small, glow, linear.size(), 0, 0, cv::INTER_LINEAR);
  return linear * (1 - amount) + glow * amount;
}

cv::Mat grain_of(cv::Size size, std::uint32_t seed) {
  cv::Mat noise(size, CV_32F);
  Random random(seed + 77ULL);
  for (int y = 0; y < size.height; ++y) {
    auto* row = noise.ptr<float>(y);
    for (int x = 0; x < size.width; ++x) {
      row[x] = random.unit() + random.unit() + random.unit() - 1.5F;
    }
  }
  cv::GaussianBlur(noise, noise, cv::Size(), 0.7);
  return noise * 3.0F;
}

}  // namespace

cv::Mat develop(const cv::Mat& linear, const Film& film, std::uint32_t seed) {
  cv::Mat light = with_bloom(linear, film.bloom);
  if (film.motion > 0) {
    cv::blur(light, light, cv::Size(std::max(1, cvRound(film.motion)), 1));
  }
  if (film.softness > 0) {
    cv::GaussianBlur(light, light, cv::Size(), film.softness);
  }
  const cv::Mat noise = grain_of(light.size(), seed);
  float table[4097];
  for (int i = 0; i <= 4096; ++i) {
    table[i] = curve(static_cast<float>(i) / 4096 * 4);
  }
  cv::Mat result(light.size(), CV_8UC3);
  const float half_x = static_cast<float>(light.cols) / 2;
  const float half_y = static_cast<float>(light.rows) / 2;
  const cv::Vec3f gain =
      cv::Vec3f(1 - 0.14F * film.warmth, 1, 1 + 0.12F * film.warmth) * film.exposure;
  for (int y = 0; y < light.rows; ++y) {
    const auto* from = light.ptr<cv::Vec3f>(y);
    const auto* grain = noise.ptr<float>(y);
    auto* to = result.ptr<cv::Vec3b>(y);
    for (int x = 0; x < light.cols; ++x) {
      const float dx = (static_cast<float>(x) - half_x) / half_x;
      const float dy = (static_cast<float>(y) - half_y) / half_y;
      const float shade =
          1 - film.vignette * 0.5F * (dx * dx + dy * dy) * (0.6F + 0.4F * (dx * dx + dy * dy) / 2);
      float c[3];
      for (int i = 0; i < 3; ++i) {
        c[i] = table[std::clamp(static_cast<int>(from[x][i] * gain[i] * shade * 1024), 0, 4096)];
      }
      const float gray = 0.11F * c[0] + 0.59F * c[1] + 0.3F * c[2];
      for (int i = 0; i < 3; ++i) {
        const float colored = gray + (c[i] - gray) * film.saturation;
        const float value = 0.5F + (colored - 0.5F) * film.contrast + grain[x] * film.grain;
        to[x][i] = cv::saturate_cast<uchar>(value * 255);
      }
    }
  }
  return result;
}

cv::Mat linear_light(const cv::Mat& picture) {
  cv::Mat result(picture.size(), CV_32FC3);
  for (int y = 0; y < picture.rows; ++y) {
    const auto* from = picture.ptr<cv::Vec4f>(y);
    auto* to = result.ptr<cv::Vec3f>(y);
    for (int x = 0; x < picture.cols; ++x) {
      for (int c = 0; c < 3; ++c) {
        to[x][c] = std::pow(std::max(from[x][c], 0.0F), 2.2F);
      }
    }
  }
  return result;
}

}  // namespace muster
