#include "extractors/brand/brand_score.h"

#include <algorithm>
#include <cmath>

namespace muster {

double brand_score(const KitView& view, const Candidate& candidate) {
  const Placement& placement = candidate.placement;
  const double z = 2.0 * std::log(placement.distinct) + 0.4 * std::sqrt(placement.spread) +
                   4.0 * candidate.likeness.gradients - 4.5 - (view.inverted ? 1 : 0);
  return 1 / (1 + std::exp(-z));
}

}  // namespace muster
