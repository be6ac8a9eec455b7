#pragma once

#include "core/fingerprint.h"
#include "extractors/decode/helper/video_facts.h"

#include <cstdint>
#include <vector>

namespace muster {

// Hashes the frames of a video that look other than the one hashed before, at most every 100 ms and
// at least every second, so that each moment is close to a hash. Frames with too little in them get
// none.
class FrameHasher {
 public:
  // In order of time; the grid as a viewer sees it: upright.
  void add(std::int64_t time_ms, std::int64_t duration_ms, const LumaGrid& grid);
  std::vector<HashedFrame> finish();

 private:
  void close(std::int64_t end_ms);
  void make_room();

  std::vector<HashedFrame> frames_;
  bool open_ = false;  // the last of frames_ still goes on
  std::int64_t every_ms_ = 100;
  std::int64_t end_ms_ = 0;
};

}  // namespace muster
