#pragma once

#include "core/media.h"

#include <cstdint>
#include <string>
#include <vector>

#include <opencv2/core/mat.hpp>

namespace muster {

// One picture at its place in time.
struct Frame {
  std::int64_t time_ms = 0;  // presentation time from the start of the video; 0 for stills
  std::int64_t duration_ms =
      0;           // until the next decoded frame of the file (not of this list); 0 for stills
  cv::Mat pixels;  // rows x cols x 3, 8 bit BGR, upright as a viewer sees it, alpha over white
};

// What muster-decode made of a file.
struct DecodedMedia {
  MediaFacts facts;
  std::vector<Frame>
      frames;  // in order of time; scaled down so that the longer side is at most analysis_side
  // What went wrong in words that a creator understands, with what to send instead; empty when all
  // is well.
  std::string remedy;
};

}  // namespace muster
