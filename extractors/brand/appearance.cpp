#include "extractors/brand/appearance.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <opencv2/imgproc.hpp>

namespace muster {
namespace {

constexpr double kArea = 3600;  // px
constexpr double kMaxAspect = 5;
constexpr int kCell = 6;  // px
constexpr int kDirections = 8;
// Cosine under which a cell shows something else than the logo.
constexpr float kHiddenCell = 0.15f;

cv::Size appearance_size(const cv::Rect2f& logo) {
  const double aspect = std::clamp(double(logo.width) / logo.height, 1 / kMaxAspect, kMaxAspect);
  const auto whole_cells = [](double side) { return std::max(2, cvRound(side / kCell)) * kCell; };
  return {whole_cells(std::sqrt(kArea * aspect)), whole_cells(std::sqrt(kArea / aspect))};
}

// Histograms of gradient directions, each gradient shared between the four nearest cells and the
// two nearest directions.
std::vector<float> gradient_cells(const cv::Mat& patch) {
  const int columns = patch.cols / kCell;
  const int rows = patch.rows / kCell;
  std::vector<float> cells(static_cast<std::size_t>(columns * rows * kDirections));
  cv::Mat dx;
  cv::Mat dy;
  cv::Sobel(patch, dx, CV_32F, 1, 0);
  cv::Sobel(patch, dy, CV_32F, 0, 1);
  cv::Mat magnitude;
  cv::Mat angle;
  cv::cartToPolar(dx, dy, magnitude, angle);
  for (int y = 0; y < patch.rows; ++y) {
    const float* m = magnitude.ptr<float>(y);
    const float* a = angle.ptr<float>(y);
    const float cy = (float(y) + 0.5f) / kCell - 0.5f;
    const int row = cvFloor(cy);
    const float fy = cy - float(row);
    for (int x = 0; x < patch.cols; ++x) {
      const float cx = (float(x) + 0.5f) / kCell - 0.5f;
      const int column = cvFloor(cx);
      const float fx = cx - float(column);
      const float bin = a[x] * (kDirections / (2 * float(CV_PI)));
      const int direction = cvFloor(bin);
      const float fd = bin - float(direction);
      for (int k = 0; k < 4; ++k) {
        const int r = row + k / 2;
        const int c = column + k % 2;
        if (r < 0 || c < 0 || r >= rows || c >= columns) {
          continue;
        }
        const float share = m[x] * (k / 2 ? fy : 1 - fy) * (k % 2 ? fx : 1 - fx);
        float* cell = cells.data() + (r * columns + c) * kDirections;
        cell[direction % kDirections] += share * (1 - fd);
        cell[(direction + 1) % kDirections] += share * fd;
      }
    }
  }
  return cells;
}

cv::Mat standardized(const cv::Mat& patch) {
  cv::Mat result;
  cv::GaussianBlur(patch, result, cv::Size(0, 0), 1.5);
  result.convertTo(result, CV_32F);
  result -= cv::mean(result)[0];
  const double norm = cv::norm(result);
  return norm > 1 ? cv::Mat(result / norm) : cv::Mat::zeros(result.size(), CV_32F);
}

float norm_of(const float* cell) {
  float sum = 0;
  for (int i = 0; i < kDirections; ++i) {
    sum += cell[i] * cell[i];
  }
  return std::sqrt(sum);
}

// Mean cosine between cells, weighted by the logo's contrast; whole, and of the least alike
// quarter.
void compare_cells(const Appearance& logo, const std::vector<float>& seen, Likeness& likeness) {
  const int columns = logo.size.width / kCell;
  const std::size_t count = seen.size() / kDirections;
  std::vector<float> logo_norms(count);
  std::vector<float> seen_norms(count);
  float seen_mean = 1e-6f;
  for (std::size_t i = 0; i < count; ++i) {
    logo_norms[i] = norm_of(logo.cells.data() + i * kDirections);
    seen_norms[i] = norm_of(seen.data() + i * kDirections);
    seen_mean += seen_norms[i] / float(count);
  }
  std::array<double, 4> agreement{};
  std::array<double, 4> weight{};
  double hidden = 0;
  const std::size_t rows = count / static_cast<std::size_t>(columns);
  for (std::size_t i = 0; i < count; ++i) {
    float product = 0;
    for (std::size_t k = i * kDirections; k < (i + 1) * kDirections; ++k) {
      product += logo.cells[k] * seen[k];
    }
    const float cosine =
        product / (std::max(logo_norms[i], 1e-6f) * (seen_norms[i] + 0.2f * seen_mean));
    const std::size_t quarter =
        (i / columns * 2 / rows) * 2 + (i % columns * 2 / static_cast<std::size_t>(columns));
    agreement[quarter] += double{logo_norms[i]} * cosine;
    hidden += cosine < kHiddenCell ? logo_norms[i] : 0;
    weight[quarter] += logo_norms[i];
  }
  double all_agreement = 0;
  double all_weight = 1e-6;
  likeness.worst_quarter = 1;
  for (std::size_t q = 0; q < 4; ++q) {
    all_agreement += agreement[q];
    all_weight += weight[q];
  }
  for (std::size_t q = 0; q < 4; ++q) {
    if (weight[q] > 0.1 * all_weight) {
      likeness.worst_quarter = std::min(likeness.worst_quarter, agreement[q] / weight[q]);
    }
  }
  likeness.gradients = all_agreement / all_weight;
  likeness.hidden = hidden / all_weight;
}

// Maps the appearance's pixels to the logo's rectangle.
cv::Matx33d patch_to_logo(cv::Size patch, const cv::Rect2f& logo) {
  const double sx = double(logo.width) / patch.width;
  const double sy = double(logo.height) / patch.height;
  return {sx, 0, logo.x + 0.5 * sx - 0.5, 0, sy, logo.y + 0.5 * sy - 0.5, 0, 0, 1};
}

}  // namespace

double detail_of(const cv::Mat& grey) {
  cv::Mat dx;
  cv::Mat dy;
  cv::Sobel(grey, dx, CV_32F, 1, 0);
  cv::Sobel(grey, dy, CV_32F, 0, 1);
  cv::Scalar mean;
  cv::Scalar deviation;
  cv::meanStdDev(grey, mean, deviation);
  return (cv::norm(dx, cv::NORM_L2SQR) + cv::norm(dy, cv::NORM_L2SQR)) /
         std::max(1.0, deviation[0] * deviation[0] * double(grey.total()));
}

Appearance describe_logo(const cv::Mat& grey, const cv::Rect2f& logo) {
  Appearance result;
  result.size = appearance_size(logo);
  cv::Mat patch;
  cv::resize(grey(cv::Rect(logo)), patch, result.size, 0, 0, cv::INTER_AREA);
  result.cells = gradient_cells(patch);
  result.grey = standardized(patch);
  result.detail = detail_of(patch);
  return result;
}

PicturePyramid::PicturePyramid(const cv::Mat& picture) {
  levels_.push_back(picture);
  while (std::min(levels_.back().cols, levels_.back().rows) > 64) {
    cv::Mat half;
    cv::pyrDown(levels_.back(), half);
    levels_.push_back(half);
  }
}

cv::Mat PicturePyramid::window(const cv::Rect2f& rectangle,
                               const cv::Matx33d& to_picture,
                               cv::Size size) const {
  const cv::Matx33d patch_to_picture = to_picture * patch_to_logo(size, rectangle);
  // Picture pixels a patch pixel, at the middle of the patch.
  const cv::Vec3d middle = patch_to_picture * cv::Vec3d(size.width / 2.0, size.height / 2.0, 1);
  const double w = middle[2] * middle[2] * middle[2];
  const double step =
      std::sqrt(std::abs(cv::determinant(patch_to_picture) / (std::abs(w) > 1e-9 ? w : 1e-9)));
  const int level =
      std::clamp(cvFloor(std::log2(std::max(step, 1e-3))), 0, static_cast<int>(levels_.size()) - 1);
  const double shrink = 1.0 / (1 << level);
  const cv::Matx33d to_level =
      cv::Matx33d::diag({shrink, shrink, 1});  // pyrDown keeps every other pixel
  cv::Mat patch;
  cv::warpPerspective(levels_[static_cast<std::size_t>(level)],
                      patch,
                      to_level * patch_to_picture,
                      size,
                      cv::INTER_LINEAR | cv::WARP_INVERSE_MAP,
                      cv::BORDER_REPLICATE);
  return patch;
}

cv::Mat PicturePyramid::patch(const Appearance& logo,
                              const cv::Rect2f& rectangle,
                              const cv::Matx33d& to_picture) const {
  return window(rectangle, to_picture, logo.size);
}

Likeness PicturePyramid::compare(const Appearance& logo,
                                 const cv::Rect2f& rectangle,
                                 const cv::Matx33d& to_picture) const {
  const cv::Mat patch = this->patch(logo, rectangle, to_picture);
  Likeness likeness;
  compare_cells(logo, gradient_cells(patch), likeness);
  likeness.grey = logo.grey.dot(standardized(patch));
  return likeness;
}

}  // namespace muster
