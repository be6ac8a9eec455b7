#pragma once

#include "extractors/media/seen_media.h"
#include "extractors/media/visible_time.h"

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace muster {

// A hit that counts without a person: sure enough, and not by next to nothing.
bool counts_as_seen(const BrandHit& hit, double min_score);

// When a brand was to be seen in a video.
struct BrandTimeline {
  // Of frames with a hit that counts.
  VisibleTime time;
  // Of these, and of frames in which an unsure hit goes on where a sure one was: a find that fades
  // for a moment while the logo stays in its place. least_ms never draws on them.
  VisibleTime tracked;
  // Runs of the tracked frames, a gap of at most kMaxGapMs bridged.
  std::vector<TimeSpan> runs;
  std::int64_t longest_run_ms = 0;
  std::int64_t longest_gap_ms = 0;  // between two runs
  std::int64_t solus_ms = 0;        // of `tracked`: while no other brand was seen
  // This brand's time as a share of all brands' time, each counted by itself. 0 where none was
  // seen.
  double share_of_voice = 0;
};

// `frames`: in order of time.
BrandTimeline brand_timeline(std::span<const BrandsInFrame> frames,
                             std::string_view kit,
                             double min_score);

}  // namespace muster
