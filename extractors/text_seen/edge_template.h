#pragma once

#include "core/finding.h"

#include <vector>

#include <opencv2/core/mat.hpp>

namespace muster {

// What lies at one place of a picture, by the direction of its edges: finds out whether the same
// letters are still there in another frame of a video, whatever moves behind them and however faded
// they are. After Steger (2002), "Occlusion, clutter and illumination invariant object
// recognition".
class EdgeTemplate {
 public:
  // `picture`: rows x cols x 3, 8 bit BGR; `outline`: shares of it.
  EdgeTemplate(const cv::Mat& picture, const std::vector<Point>& outline);

  // 0..1: how many of the edges are there in the other picture of the same size, in the same
  // direction, within two pixels of their place. The same letters give more than kSame, other
  // things less than kOther; 0 where the template has no edges or the sizes differ.
  double likeness(const cv::Mat& picture) const;

  static constexpr double kSame = 0.6;
  static constexpr double kOther = 0.4;

 private:
  struct Edge {
    int x = 0;  // px in the region
    int y = 0;
    float dx = 0;  // unit vector across the edge
    float dy = 0;
    float strength = 0;
  };
  cv::Size size_;
  cv::Rect region_;
  std::vector<Edge> edges_;
};

}  // namespace muster
