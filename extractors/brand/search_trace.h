#pragma once

#include "extractors/brand/brand_score.h"
#include "extractors/brand/candidates.h"

#include <string>
#include <vector>

namespace muster {

// A place that was looked at, whatever came of it.
struct TracedCandidate {
  std::string kit;
  Box box;  // around the logo's corners, not clipped
  Evidence evidence{};
  double score = 0;
};

// What a search did, for benchmarks and for fitting the score.
struct SearchTrace {
  SearchTimes times;
  std::vector<TracedCandidate> candidates;
};

}  // namespace muster
