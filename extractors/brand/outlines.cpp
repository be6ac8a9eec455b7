#include "extractors/brand/outlines.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include <opencv2/imgproc.hpp>

namespace muster {

// Sutherland and Hodgman's clipping.
std::vector<Point> clipped_to_frame(std::vector<Point> polygon) {
  for (int side = 0; side < 4; ++side) {
    // Positive inside.
    const auto inside = [side](const Point& p) {
      return side == 0 ? p.x : side == 1 ? 1 - p.x : side == 2 ? p.y : 1 - p.y;
    };
    std::vector<Point> kept;
    for (std::size_t i = 0; i < polygon.size(); ++i) {
      const Point& a = polygon[i];
      const Point& b = polygon[(i + 1) % polygon.size()];
      const double da = inside(a);
      const double db = inside(b);
      if (da >= 0) {
        kept.push_back(a);
      }
      if ((da > 0 && db < 0) || (da < 0 && db > 0)) {
        const double t = da / (da - db);
        kept.push_back({std::clamp(a.x + t * (b.x - a.x), 0.0, 1.0),
                        std::clamp(a.y + t * (b.y - a.y), 0.0, 1.0)});
      }
    }
    polygon = std::move(kept);
  }
  return polygon;
}

double area_of(const std::vector<Point>& polygon) {
  double twice = 0;
  for (std::size_t i = 0; i < polygon.size(); ++i) {
    const Point& a = polygon[i];
    const Point& b = polygon[(i + 1) % polygon.size()];
    twice += a.x * b.y - b.x * a.y;
  }
  return std::abs(twice) / 2;
}

Box box_around(const std::vector<Point>& polygon) {
  if (polygon.empty()) {
    return {};
  }
  const auto [left, right] = std::minmax_element(
      polygon.begin(), polygon.end(), [](const Point& a, const Point& b) { return a.x < b.x; });
  const auto [top, bottom] = std::minmax_element(
      polygon.begin(), polygon.end(), [](const Point& a, const Point& b) { return a.y < b.y; });
  return {left->x, top->y, right->x - left->x, bottom->y - top->y};
}

double overlap(const std::vector<cv::Point2f>& a, const std::vector<cv::Point2f>& b) {
  std::vector<cv::Point2f> common;
  const double smaller = std::min(cv::contourArea(a), cv::contourArea(b));
  return smaller > 0 ? cv::intersectConvexConvex(a, b, common) / smaller : 1;
}

}  // namespace muster
