#include "extractors/brand/local_features.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <tuple>

#include <opencv2/features2d.hpp>

namespace muster {
namespace {

constexpr int kCells = 4;  // a descriptor is kCells x kCells histograms of kBins directions
constexpr int kBins = 8;
// SIFT drops points with less contrast. Lower than Lowe's 0.04: flat print on cloth and glass is
// faint.
constexpr double kContrast = 0.02;
constexpr double kEdge = 12;
constexpr double kSigma = 1.6;
// The square root of a share is at most 1, and rarely above 0.5.
constexpr float kByteScale = 512.0f;

float wrap(float angle) {
  return std::remainder(angle, 2 * std::numbers::pi_v<float>);
}

void write_root(const float* sift, std::uint8_t* out) {
  float sum = 0;
  for (int i = 0; i < kDescriptorSize; ++i) {
    sum += sift[i];
  }
  const float scale = sum > 0 ? 1 / sum : 0;
  for (int i = 0; i < kDescriptorSize; ++i) {
    const float root = kByteScale * std::sqrt(sift[i] * scale);
    out[i] = static_cast<std::uint8_t>(std::min(root + 0.5f, 255.0f));
  }
}

// Copies descriptors with the bin (row, column, direction) moved to where `move` says.
template <typename Move>
std::vector<std::uint8_t> reorder(const std::vector<std::uint8_t>& descriptors, Move move) {
  std::vector<std::uint8_t> result(descriptors.size());
  for (std::size_t start = 0; start < descriptors.size(); start += kDescriptorSize) {
    for (int row = 0; row < kCells; ++row) {
      for (int column = 0; column < kCells; ++column) {
        for (int bin = 0; bin < kBins; ++bin) {
          const auto [to_row, to_column, to_bin] = move(row, column, bin);
          result[start + (to_row * kCells + to_column) * kBins + to_bin] =
              descriptors[start + (row * kCells + column) * kBins + bin];
        }
      }
    }
  }
  return result;
}

}  // namespace

LocalFeatures extract_features(const cv::Mat& grey, int max_features) {
  CV_Assert(grey.type() == CV_8UC1);
  LocalFeatures features;
  if (std::min(grey.cols, grey.rows) < 8) {
    return features;
  }
  std::vector<cv::KeyPoint> points;
  cv::Mat sift;
  cv::SIFT::create(max_features, 3, kContrast, kEdge, kSigma)
      ->detectAndCompute(grey, cv::noArray(), points, sift);
  features.points.reserve(points.size());
  features.descriptors.resize(points.size() * kDescriptorSize);
  for (std::size_t i = 0; i < points.size(); ++i) {
    const cv::KeyPoint& point = points[i];
    const float angle = point.angle * std::numbers::pi_v<float> / 180;
    features.points.push_back({point.pt.x, point.pt.y, point.size, wrap(angle)});
    write_root(sift.ptr<float>(static_cast<int>(i)),
               features.descriptors.data() + i * kDescriptorSize);
  }
  return features;
}

LocalFeatures inverted(const LocalFeatures& features) {
  LocalFeatures result;
  result.points = features.points;
  for (LocalFeature& point : result.points) {
    point.angle = wrap(point.angle + std::numbers::pi_v<float>);
  }
  // Every gradient turns round, and so does the frame it is measured in: directions stay, places
  // turn by 180 degrees.
  result.descriptors = reorder(features.descriptors, [](int row, int column, int bin) {
    return std::tuple(kCells - 1 - row, kCells - 1 - column, bin);
  });
  return result;
}

LocalFeatures mirrored(const LocalFeatures& features, int width) {
  LocalFeatures result;
  result.points = features.points;
  for (LocalFeature& point : result.points) {
    point.x = static_cast<float>(width - 1) - point.x;
    point.angle = wrap(std::numbers::pi_v<float> - point.angle);
  }
  // The column runs along the point's angle and keeps its sense; the row is across it and turns
  // round, as directions do.
  result.descriptors = reorder(features.descriptors, [](int row, int column, int bin) {
    return std::tuple(kCells - 1 - row, column, (kBins - bin) % kBins);
  });
  return result;
}

}  // namespace muster
