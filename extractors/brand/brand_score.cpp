#include "extractors/brand/brand_score.h"

#include <algorithm>
#include <cmath>

#include <opencv2/core.hpp>

namespace muster {

double brand_score(const KitView& view, const Candidate& candidate) {
  const Placement& placement = candidate.placement;
  if (placement.distinct == 0) {
    return 0;
  }
  const auto corners = logo_corners(view, placement.to_picture);
  const double side =
      std::max({5.0, cv::norm(corners[1] - corners[0]), cv::norm(corners[2] - corners[1])});
  const double likeness = candidate.likeness.gradients;
  const double z = 1.15 * std::log(placement.distinct) + 0.42 * std::log(placement.spread + 0.01) +
                   5.31 * placement.strength / placement.distinct + 0.89 * likeness +
                   12.65 * std::max(likeness - 0.4, 0.0) + 0.62 * std::log(side) -
                   (view.inverted ? 1.19 : 0) - 8.75;
  return 1 / (1 + std::exp(-z));
}

}  // namespace muster
