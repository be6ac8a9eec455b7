#pragma once

#include "extractors/brand/candidates.h"

namespace muster {

// How sure we are that a candidate shows the logo, 0..1. A logistic function of the evidence:
//   z = 1.15 ln(n) + 0.42 ln(spread + 0.01) + 5.31 mean(1 - ratio)
//     + 0.89 g + 12.65 max(g - 0.4, 0) + 0.62 ln(side) - 1.19 [opposite polarity] - 8.75
//   score = 1 / (1 + exp(-z))
// with n agreeing features, their spread over the logo, g the likeness of gradients, and the logo's
// longer side in px as searched. The weights were fitted to the candidates of 270 photographs with
// a logo of one of 27 brands and 270 without, for kits of five crops, one crop and vector logos
// together; cross-validated over brands (nine folds, no brand's candidates in the fit that scores
// them). The constant puts 0.5 where 98 of 100 pairs of picture and brand were right.
double brand_score(const KitView& view, const Candidate& candidate);

}  // namespace muster
