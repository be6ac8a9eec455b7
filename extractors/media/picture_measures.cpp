#include "extractors/media/picture_measures.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include <opencv2/imgproc.hpp>

namespace muster {
namespace {

constexpr int kSharpnessSide = 640;   // px of the longer side
constexpr int kTiles = 8;             // a side
constexpr double kSharpTiles = 0.95;  // the tile at this place in order of sharpness counts
constexpr std::size_t kMostPictures = 16;
constexpr int kNoLight = 3;         // of 255
constexpr int kFullLight = 252;     // of 255
constexpr double kPlainSpread = 4;  // of 255: more differs within a line of a margin
constexpr double kEdgeStep = 12;    // of 255: how far a pixel beyond the edge must differ
constexpr double kEdgeShare = 0.6;  // of the edge's length that must differ: pictures do, white
                                    // grounds behind a thing do not
constexpr double kLeastMargin = 0.01;

double sharpness_of(const cv::Mat& gray) {
  const double scale = static_cast<double>(kSharpnessSide) / std::max(gray.cols, gray.rows);
  cv::Mat small = gray;
  if (scale < 1) {
    cv::resize(gray, small, {}, scale, scale, cv::INTER_AREA);
  }
  cv::Mat laplacian;
  cv::Laplacian(small, laplacian, CV_32F);
  std::vector<double> tiles;
  for (int row = 0; row < kTiles; ++row) {
    for (int column = 0; column < kTiles; ++column) {
      const cv::Range rows(row * small.rows / kTiles, (row + 1) * small.rows / kTiles);
      const cv::Range columns(column * small.cols / kTiles, (column + 1) * small.cols / kTiles);
      if (rows.empty() || columns.empty()) {
        continue;
      }
      cv::Scalar mean;
      cv::Scalar deviation;
      cv::meanStdDev(laplacian(rows, columns), mean, deviation);
      tiles.push_back(deviation[0] * deviation[0]);
    }
  }
  if (tiles.empty()) {
    return 0;
  }
  const auto at = tiles.begin() +
                  static_cast<std::ptrdiff_t>(kSharpTiles * static_cast<double>(tiles.size() - 1));
  std::nth_element(tiles.begin(), at, tiles.end());
  return *at;
}

// Lines from the top on that are as plain as the first, up to an edge that runs along most of the
// line. `lines` is the picture turned so that the side asked for is on top.
double margin_on_top(const cv::Mat& lines) {
  cv::Scalar color;
  cv::Scalar spread;
  cv::meanStdDev(lines.row(0), color, spread);
  int count = 0;
  while (count < lines.rows) {
    cv::Scalar mean;
    cv::Scalar deviation;
    cv::meanStdDev(lines.row(count), mean, deviation);
    double off = 0;
    double rough = 0;
    for (int channel = 0; channel < 3; ++channel) {
      off = std::max(off, std::abs(mean[channel] - color[channel]));
      rough = std::max(rough, deviation[channel]);
    }
    if (off > kPlainSpread || rough > kPlainSpread) {
      break;
    }
    ++count;
  }
  const double share = static_cast<double>(count) / lines.rows;
  // The line right behind the edge may be a mixture of both.
  const int behind = count + 2;
  if (share < kLeastMargin || behind >= lines.rows) {
    return 0;
  }
  cv::Mat difference;
  cv::absdiff(lines.row(behind), color, difference);
  std::vector<cv::Mat> channels;
  cv::split(difference, channels);
  const cv::Mat most = cv::max(cv::max(channels[0], channels[1]), channels[2]);
  const double differing = static_cast<double>(cv::countNonZero(most > kEdgeStep)) / most.cols;
  return differing >= kEdgeShare ? share : 0;
}

PlainMargins margins_of(const cv::Mat& bgr) {
  PlainMargins margins;
  cv::Mat turned;
  margins.top = margin_on_top(bgr);
  cv::flip(bgr, turned, 0);
  margins.bottom = margin_on_top(turned);
  // Within the rows that are left, so that a frame around the picture has sides too.
  const int top = static_cast<int>(std::lround(margins.top * bgr.rows));
  const int bottom = bgr.rows - static_cast<int>(std::lround(margins.bottom * bgr.rows));
  const cv::Mat middle = bgr.rowRange(std::min(top, bgr.rows - 1), std::max(bottom, top + 1));
  cv::transpose(middle, turned);
  margins.left = margin_on_top(turned);
  cv::flip(turned, turned, 0);
  margins.right = margin_on_top(turned);
  return margins;
}

PictureMeasures measure_one(const cv::Mat& bgr) {
  cv::Mat gray;
  cv::cvtColor(bgr, gray, cv::COLOR_BGR2GRAY);
  const auto pixels = static_cast<double>(gray.total());
  PictureMeasures measures;
  measures.sharpness = sharpness_of(gray);
  measures.light = cv::mean(gray)[0] / 255;
  measures.clipped_dark = cv::countNonZero(gray <= kNoLight) / pixels;
  measures.clipped_bright = cv::countNonZero(gray >= kFullLight) / pixels;
  return measures;
}

double middle_of(const std::vector<PictureMeasures>& all, double PictureMeasures::*part) {
  std::vector<double> values;
  for (const PictureMeasures& one : all) {
    values.push_back(one.*part);
  }
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

}  // namespace

std::optional<PictureMeasures> measure_pictures(const DecodedMedia& media) {
  if (media.frames.empty()) {
    return std::nullopt;
  }
  const std::size_t taken = std::min(media.frames.size(), kMostPictures);
  std::vector<PictureMeasures> all;
  for (std::size_t i = 0; i < taken; ++i) {
    all.push_back(measure_one(media.frames[i * media.frames.size() / taken].pixels));
  }
  PictureMeasures measures;
  for (const auto part : {&PictureMeasures::sharpness,
                          &PictureMeasures::light,
                          &PictureMeasures::clipped_dark,
                          &PictureMeasures::clipped_bright}) {
    measures.*part = middle_of(all, part);
  }
  if (media.facts.kind() == MediaKind::image) {
    measures.margins = margins_of(media.frames.front().pixels);
  }
  return measures;
}

}  // namespace muster
