#pragma once

#include "extractors/brand/learned_views.h"

#include <cstddef>
#include <vector>

#include <opencv2/core/mat.hpp>
#include <opencv2/core/types.hpp>

namespace muster {

// Where the learned matcher sees a kit picture.
struct LearnedPlace {
  std::size_t view = 0;  // into the views that were looked for
  cv::Rect2d box;        // px of the picture that was searched
  double alike = 0;      // -1..1: cosine of the embedder's vectors
  double logit = 0;      // of the comparer, at `box`
};

struct LearnedSearchOptions {
  int longest_side = 640;     // px of the finest level
  double level_step = 1.5;    // from one level to the next
  std::size_t per_kit = 2;    // places a kit that are compared
  std::size_t compared = 24;  // places in all
  // Views of this kit are not looked for.
  std::size_t except_kit = static_cast<std::size_t>(-1);
};

struct LearnedTimes {
  double embedding = 0;  // ms
  double matching = 0;
  double comparing = 0;
};

// Proposes places of `picture` (8 bit BGR) for `views` and compares the likeliest. Best logit
// first. `times` may be null.
std::vector<LearnedPlace> find_learned(const LearnedMatcher& matcher,
                                       const std::vector<LearnedView>& views,
                                       const cv::Mat& picture,
                                       const LearnedSearchOptions& options,
                                       LearnedTimes* times);

}  // namespace muster
