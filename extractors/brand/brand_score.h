#pragma once

#include "extractors/brand/candidates.h"

namespace muster {

// How sure we are that a candidate shows the logo, 0..1.
double brand_score(const KitView& view, const Candidate& candidate);

}  // namespace muster
