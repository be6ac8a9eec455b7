#pragma once

#include "extractors/brand/appearance.h"
#include "extractors/brand/kit_catalogue.h"
#include "extractors/brand/learned_search.h"
#include "extractors/brand/placement.h"

#include <cstddef>
#include <vector>

#include <opencv2/core/mat.hpp>

namespace muster {

// What the learned matcher says of a candidate's place.
struct LearnedEvidence {
  bool looked = false;  // false: there is no matcher, or the candidate was not worth it
  double logit = 0;     // of the comparer
  double aligned = 0;   // cosine of the embedder's vectors of kit and place
  double alike = 0;     // the same where the embedder proposed the place, as it proposed it
  // Mean CIE 1976 difference of hue and chroma between the kit's window and the place's, coarse.
  double colour_difference = 0;
};

// A place that may show a logo, with all evidence for it.
struct Candidate {
  Placement placement;
  Likeness likeness;
  LearnedEvidence learned;
};

struct SearchOptions {
  int max_features = 2500;
  double ratio = 0.8;
  double max_reprojection = 0.02;
  // Entries of this owner are not looked at (what else looks like this kit?).
  std::uint32_t except_owner = DescriptorIndex::kNone;
  LearnedSearchOptions learned;
  bool by_learning = true;  // false: the learned matcher is left out
};

// Where the time of a search went, in milliseconds.
struct SearchTimes {
  double features = 0;
  double matching = 0;
  double placing = 0;
  double comparing = 0;
  LearnedTimes learned;
};

// A picture as it came and as local features are searched in it.
struct SearchedPicture {
  const cv::Mat& picture;  // 8 bit BGR
  const cv::Mat& grey;     // 8 bit, scaled
  double scale = 1;        // px of `grey` a px of `picture`
};

// Candidates for any kit, unordered. `times` may be null.
std::vector<Candidate> find_candidates(const KitCatalogue& catalogue,
                                       const SearchedPicture& searched,
                                       const SearchOptions& options,
                                       SearchTimes* times);

}  // namespace muster
