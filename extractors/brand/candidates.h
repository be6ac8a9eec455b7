#pragma once

#include "extractors/brand/appearance.h"
#include "extractors/brand/kit_catalogue.h"
#include "extractors/brand/placement.h"

#include <cstddef>
#include <vector>

#include <opencv2/core/mat.hpp>

namespace muster {

// A place that may show a logo, with all evidence for it.
struct Candidate {
  Placement placement;
  Likeness likeness;
};

struct SearchOptions {
  int max_features = 2500;
  double ratio = 0.8;
  double max_reprojection = 0.02;
  // Entries of this owner are not looked at (what else looks like this kit?).
  std::uint32_t except_owner = DescriptorIndex::kNone;
};

// Where the time of a search went, in milliseconds.
struct SearchTimes {
  double features = 0;
  double matching = 0;
  double placing = 0;
  double comparing = 0;
};

// Candidates for any kit in an 8-bit grey picture, unordered. `times` may be null.
std::vector<Candidate> find_candidates(const KitCatalogue& catalogue,
                                       const cv::Mat& grey,
                                       const SearchOptions& options,
                                       SearchTimes* times);

}  // namespace muster
