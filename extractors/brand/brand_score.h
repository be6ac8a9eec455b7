#pragma once

#include "extractors/brand/candidates.h"

#include <array>
#include <cstddef>

namespace muster {

// What the score is made of, in the order of kEvidenceNames. Zero where there is nothing.
inline constexpr std::array<const char*, 15> kEvidenceNames{"log_features",
                                                            "spread",
                                                            "distinctness",
                                                            "likeness",
                                                            "strong_likeness",
                                                            "grey_likeness",
                                                            "worst_quarter",
                                                            "log_side",
                                                            "opposite_polarity",
                                                            "no_features",
                                                            "learned",
                                                            "learned_aligned",
                                                            "learned_alike",
                                                            "colour_difference",
                                                            "proposed"};
using Evidence = std::array<double, kEvidenceNames.size()>;

Evidence evidence_of(const KitView& view, const Candidate& candidate);

// How sure we are that a candidate shows the logo, 0..1: a logistic function of the evidence,
//   score = 1 / (1 + exp(-z))
// with n agreeing features, their distinctness d = mean(1 - ratio), their spread over the logo, g
// the likeness of gradients, and the logo's longer side in px as searched.
//
// Where the learned matcher looked, with l its logit:
//   z = 1.91 ln(n) + 0.67 d + 3.55 g + 6.22 max(g - 0.4, 0) + 1.08 ln(side)
//     - 0.68 [opposite polarity] + 0.46 l - 12.47
// fitted (training/fit_score.py) to 97,437 candidates in 540 photographs, half of them with a logo
// of one of 27 brands, for kits of five crops, one crop and vector logos together. Cross-validated
// over brands, 399 of the 412 pairs of picture and brand with 0.5 and more were right, 341 of the
// 344 with 0.9 and more. Thirteen pairs that the labels leave out were seen to be right and counted
// neither way (bench/brand_unlabelled.csv); they were looked for among the false hits alone.
//
// Without it:
//   z = 1.15 ln(n) + 0.42 ln(spread + 0.01) + 5.31 d
//     + 0.89 g + 12.65 max(g - 0.4, 0) + 0.62 ln(side) - 1.19 [opposite polarity] - 8.75
// fitted likewise before (searched at 700 px, 120 places compared, 12 refined: more generous than
// now), with the constant put where 98 of 100 pairs were right: a rank, then, more than a promise.
double brand_score(const KitView& view, const Candidate& candidate);

}  // namespace muster
