#pragma once

#include "core/finding.h"

#include <cstdint>
#include <span>
#include <vector>

namespace muster {

// A frame that was looked at, with whether the brand was seen in it.
struct SeenFrame {
  std::int64_t time_ms = 0;
  std::int64_t duration_ms = 0;  // until the next frame of the file
  bool seen = false;
};

// How long something was visible, from real timestamps: never a number of frames over a mean frame
// rate.
struct VisibleTime {
  std::int64_t least_ms =
      0;  // frames that show it, and what lies between two that do and are at most kMaxGapMs apart
  std::int64_t likely_ms = 0;   // and half of the way to the next frame that doesn't; frames missed
                                // in between count as seen
  std::int64_t most_ms = 0;     // and the whole way
  std::vector<TimeSpan> spans;  // where it was seen; the spans last least_ms in all
};

// Between frames farther apart than this anything may have happened: a cut, another scene.
inline constexpr std::int64_t kMaxGapMs = 1000;

// `frames`: in order of time.
VisibleTime visible_time(std::span<const SeenFrame> frames);

}  // namespace muster
