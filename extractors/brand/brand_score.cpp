#include "extractors/brand/brand_score.h"

#include <algorithm>
#include <cmath>

#include <opencv2/core.hpp>

namespace muster {
namespace {

struct ScoreWeights {
  Evidence of;
  double constant = 0;
};

// Where local features are all there is.
constexpr ScoreWeights kLocalWeights{
    {1.15, 0.42, 5.31, 0.89, 12.65, 0, 0, 0.62, -1.19, 0, 0, 0, 0, 0, 0}, -8.75};
// Where the learned matcher looked too.
constexpr ScoreWeights kLearnedWeights{
    {1.91, 0, 0.67, 3.55, 6.22, 0, 0, 1.08, -0.68, 0, 0.46, 0, 0, 0, 0}, -12.47};

}  // namespace

Evidence evidence_of(const KitView& view, const Candidate& candidate) {
  const Placement& placement = candidate.placement;
  const auto corners = logo_corners(view, placement.to_picture);
  const double side =
      std::max({5.0, cv::norm(corners[1] - corners[0]), cv::norm(corners[2] - corners[1])});
  const bool any = placement.distinct > 0;
  const Likeness& likeness = candidate.likeness;
  const LearnedEvidence& learned = candidate.learned;
  return {any ? std::log(placement.distinct) : 0,
          any ? std::log(placement.spread + 0.01) : std::log(0.01),
          any ? placement.strength / placement.distinct : 0,
          likeness.gradients,
          std::max(likeness.gradients - 0.4, 0.0),
          likeness.grey,
          likeness.worst_quarter,
          std::log(side),
          view.inverted ? 1.0 : 0.0,
          any ? 0.0 : 1.0,
          learned.looked ? learned.logit : 0,
          learned.looked ? learned.aligned : 0,
          learned.alike,
          learned.looked ? learned.colour_difference : 0,
          learned.alike > 0 ? 1.0 : 0.0};
}

double brand_score(const KitView& view, const Candidate& candidate) {
  if (candidate.placement.distinct == 0 && !candidate.learned.looked) {
    return 0;
  }
  const Evidence evidence = evidence_of(view, candidate);
  const ScoreWeights& weights = candidate.learned.looked ? kLearnedWeights : kLocalWeights;
  double z = weights.constant;
  for (std::size_t i = 0; i < evidence.size(); ++i) {
    z += weights.of[i] * evidence[i];
  }
  return 1 / (1 + std::exp(-z));
}

}  // namespace muster
