#include "extractors/text_seen/edge_template.h"

#include <algorithm>
#include <cmath>

#include <opencv2/imgproc.hpp>

namespace muster {
namespace {

constexpr int kEdgeMargin = 4;  // px around the outline
constexpr int kShift = 2;       // px by which coding and shaking hands move an overlay
// Edges weaker than this share of the strongest are ground or noise.
constexpr float kStrongShare = 0.35F;
constexpr float kLeastStrength = 60;  // of Sobel's operator on 0..255
constexpr std::size_t kMaxEdges = 1200;
// An edge counts as there with this share of its strength: a text that is half faded is there.
constexpr float kSeenShare = 0.3F;

struct Gradients {
  cv::Mat dx;  // rows x cols, 32 bit float
  cv::Mat dy;
};

Gradients gradients_of(const cv::Mat& region) {
  cv::Mat grey;
  cv::cvtColor(region, grey, cv::COLOR_BGR2GRAY);
  Gradients result;
  cv::Sobel(grey, result.dx, CV_32F, 1, 0);
  cv::Sobel(grey, result.dy, CV_32F, 0, 1);
  return result;
}

cv::Rect region_around(const std::vector<Point>& outline, cv::Size size) {
  if (outline.empty()) {
    return {};
  }
  double left = 1;
  double top = 1;
  double right = 0;
  double bottom = 0;
  for (const Point& point : outline) {
    left = std::min(left, point.x);
    right = std::max(right, point.x);
    top = std::min(top, point.y);
    bottom = std::max(bottom, point.y);
  }
  const cv::Point from(static_cast<int>(left * size.width) - kEdgeMargin,
                       static_cast<int>(top * size.height) - kEdgeMargin);
  const cv::Point to(static_cast<int>(right * size.width) + kEdgeMargin,
                     static_cast<int>(bottom * size.height) + kEdgeMargin);
  return cv::Rect(from, to) & cv::Rect({0, 0}, size);
}

}  // namespace

EdgeTemplate::EdgeTemplate(const cv::Mat& picture, const std::vector<Point>& outline)
    : size_(picture.size()), region_(region_around(outline, picture.size())) {
  if (region_.width <= 2 * kShift || region_.height <= 2 * kShift) {
    return;
  }
  const Gradients gradients = gradients_of(picture(region_));
  cv::Mat strength;
  cv::magnitude(gradients.dx, gradients.dy, strength);
  double strongest = 0;
  cv::minMaxLoc(strength, nullptr, &strongest);
  const float least = std::max(kLeastStrength, kStrongShare * static_cast<float>(strongest));
  for (int y = kShift; y < region_.height - kShift; ++y) {
    for (int x = kShift; x < region_.width - kShift; ++x) {
      const float length = strength.at<float>(y, x);
      if (length >= least) {
        edges_.push_back({x,
                          y,
                          gradients.dx.at<float>(y, x) / length,
                          gradients.dy.at<float>(y, x) / length,
                          length});
      }
    }
  }
  // Evenly over the region: every n-th.
  if (edges_.size() > kMaxEdges) {
    const std::size_t step = (edges_.size() + kMaxEdges - 1) / kMaxEdges;
    std::vector<Edge> kept;
    for (std::size_t i = 0; i < edges_.size(); i += step) {
      kept.push_back(edges_[i]);
    }
    edges_ = std::move(kept);
  }
}

double EdgeTemplate::likeness(const cv::Mat& picture) const {
  if (edges_.empty() || picture.size() != size_) {
    return 0;
  }
  const Gradients gradients = gradients_of(picture(region_));
  double best = 0;
  for (int shift_y = -kShift; shift_y <= kShift; ++shift_y) {
    for (int shift_x = -kShift; shift_x <= kShift; ++shift_x) {
      double sum = 0;
      for (const Edge& edge : edges_) {
        const float dx = gradients.dx.at<float>(edge.y + shift_y, edge.x + shift_x);
        const float dy = gradients.dy.at<float>(edge.y + shift_y, edge.x + shift_x);
        const float length = std::sqrt(dx * dx + dy * dy);
        if (length >= kSeenShare * edge.strength) {
          // Light letters may turn dark against a changing ground: the sign does not count.
          sum += std::abs(dx * edge.dx + dy * edge.dy) / length;
        }
      }
      best = std::max(best, sum / static_cast<double>(edges_.size()));
    }
  }
  return best;
}

}  // namespace muster
