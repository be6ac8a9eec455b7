#pragma once

#include "core/fingerprint.h"
#include "core/media.h"
#include "core/media_origin.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <opencv2/core/mat.hpp>

namespace muster {

// One picture at its place in time.
struct Frame {
  std::int64_t time_ms = 0;  // presentation time from the first picture shown; 0 for stills
  std::int64_t duration_ms =
      0;           // until the next decoded frame of the file (not of this list); 0 for stills
  cv::Mat pixels;  // rows x cols x 3, 8 bit BGR, upright as a viewer sees it, alpha over white
};

// What muster-decode made of a file.
//
// A still has one frame. Of a video, decode() keeps some of its frames: however long it is, they
// take at most DecodeConfig::video_frame_bytes (and are at most max_frames). The first and the last
// are among them, and both sides of a sudden change (a cut, something that pops up); the others lie
// evenly in time, up to twice as dense where much moves as where nothing does. Which ones depends
// on the file and the limits alone, never on the speed of the machine. Short videos keep all.
// What happened between two kept frames is found with decode_again(), which gives every frame of
// narrow windows in time.
struct DecodedMedia {
  MediaFacts facts;
  MediaOrigin origin = {};             // what the file says of itself
  std::optional<GeoPoint> place = {};  // where it says it was taken
  // In order of time; scaled down so that the longer side is at most analysis_side, of photos at
  // most a tenth more. They lie in the memory that the child wrote, which is released with the last
  // of them.
  std::vector<Frame> frames;
  // Videos: what the pictures look like, from looking at every one of them.
  std::vector<HashedFrame> hashed_frames = {};
  // What went wrong in words that a creator understands, with what to send instead; empty when all
  // is well.
  std::string remedy;
};

// Which pictures of a video to decode again.
struct FrameQuery {
  // In order of time, not overlapping, at most kMaxWindows (extractors/decode/protocol.h).
  std::vector<TimeSpan> windows;
  // Frames at least this far apart; 0: every frame of the file that begins in a window.
  std::int64_t every_ms = 0;
};

}  // namespace muster
