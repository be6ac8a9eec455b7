#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace muster {

// Chooses, while a video is decoded from first to last, which of its frames to keep, so that at
// most `capacity` are kept at any time.
//
// Frames are spread evenly over "distance": time, which counts up to twice where the picture
// changes, plus a step at each jump. When the room is used up, the frame whose neighbors are
// nearest to each other is given up. The outcome depends on the video alone.
class FrameKeeper {
 public:
  // `count` frames are expected over `duration_ms`; both may be wrong. A capacity below 2 keeps
  // the first frame only.
  FrameKeeper(std::size_t capacity, std::size_t count, std::int64_t duration_ms);

  // The next frame's time, and how it differs from the frame before (video_facts.h). `jump`: both
  // sides are worth keeping.
  void advance(std::int64_t time_ms, double change, bool jump);
  bool wants_current() const;
  // Asked after wants_current(): true where the frame before the current one should be kept too,
  // and is not.
  bool wants_previous() const;

  // Time of the frame to give up so that there is room for one more, if there is none.
  std::optional<std::int64_t> make_room();
  void kept_current() { keep(time_ms_, distance_); }
  void kept_previous() { keep(previous_ms_, previous_distance_); }
  bool is_kept(std::int64_t time_ms) const;

 private:
  struct Kept {
    std::int64_t time_ms = 0;
    double distance = 0;
  };
  void keep(std::int64_t time_ms, double distance);

  std::size_t capacity_;
  double spacing_ = 0;
  std::vector<Kept> kept_;  // in order of time
  bool started_ = false;
  bool jumped_ = false;
  std::int64_t time_ms_ = 0;
  std::int64_t previous_ms_ = -1;
  double distance_ = 0;
  double previous_distance_ = 0;
};

}  // namespace muster
