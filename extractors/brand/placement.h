#pragma once

#include "extractors/brand/kit_view.h"
#include "extractors/brand/local_features.h"

#include <array>
#include <cstddef>
#include <span>
#include <vector>

#include <opencv2/core/matx.hpp>
#include <opencv2/core/types.hpp>

namespace muster {

// A feature of a picture that looks like one of a view.
struct FeatureMatch {
  std::size_t view = 0;
  std::size_t view_feature = 0;
  std::size_t picture_feature = 0;
  double ratio = 1;  // distance to the best match of any other brand, as a share; smaller is better
};

// Where a view of a logo may lie in a picture: the matches that agree on one place.
struct Placement {
  std::size_t view = 0;
  cv::Matx33d to_picture;  // maps the view's pixels
  std::vector<FeatureMatch> inliers;
  std::vector<cv::Point2f> at_inliers;  // where they lie in the picture, px
  int distinct = 0;     // inliers at different points of the view and of the picture
  double strength = 0;  // sum of 1 - ratio over the distinct ones
  double spread =
      0;  // share of the logo's rectangle that the convex hull of the inliers covers, 0..1
};

struct PlacementOptions {
  double max_reprojection = 0.02;  // px allowed a px of the picture's longer side
  std::size_t max_per_view = 4;
};

// Places suggested by `matches` (all of one view), strongest first. Every match proposes the
// similarity that its own scale, angle and position imply (one point of a generalized Hough
// transform, Lowe 2004, section 7.3); the proposal that most others agree with is fitted, its
// matches are taken out, and the next is looked for. Impossible shapes are dropped.
std::vector<Placement> find_placements(const KitView& view,
                                       const LocalFeatures& picture,
                                       cv::Size picture_size,
                                       std::vector<FeatureMatch> matches,
                                       const PlacementOptions& options);

// The logo's corners in the picture, clockwise from its own top left one (as read: of a mirrored
// logo, the mirrored corner).
std::array<cv::Point2d, 4> logo_corners(const KitView& view, const cv::Matx33d& to_picture);

// Could a real logo look like this? Convex, right way round, not needle thin, not vanishing.
bool is_plausible(const KitView& view, const cv::Matx33d& to_picture, cv::Size picture_size);

}  // namespace muster
