#include "extractors/decode/helper/frame_hasher.h"

#include <utility>

namespace muster {
namespace {

constexpr int kSameLook = 6;  // bits that noise and small movements change
constexpr std::int64_t kLongestMs = 1000;

}  // namespace

void FrameHasher::add(std::int64_t time_ms, std::int64_t duration_ms, const LumaGrid& grid) {
  end_ms_ = time_ms + duration_ms;
  if (picture_quality(grid.cells) < kLeastPictureQuality) {
    close(time_ms);
    return;
  }
  const std::int64_t since = open_ ? time_ms - frames_.back().time_ms : kLongestMs;
  if (since < every_ms_) {
    return;
  }
  const PictureHash hash = picture_hash(grid.cells);
  if (since < kLongestMs && distance(hash, frames_.back().hash) <= kSameLook) {
    return;
  }
  close(time_ms);
  if (frames_.size() == kMaxHashedFrames) {
    make_room();
  }
  frames_.push_back({time_ms, 0, hash});
  open_ = true;
}

std::vector<HashedFrame> FrameHasher::finish() {
  close(end_ms_);
  return std::move(frames_);
}

void FrameHasher::close(std::int64_t end_ms) {
  if (open_) {
    frames_.back().duration_ms = end_ms - frames_.back().time_ms;
    open_ = false;
  }
}

// Every second one goes, and its time to the one before; from now on half as many are taken.
void FrameHasher::make_room() {
  std::size_t kept = 0;
  for (std::size_t i = 0; i < frames_.size(); i += 2) {
    frames_[kept] = frames_[i];
    if (i + 1 < frames_.size()) {
      frames_[kept].duration_ms += frames_[i + 1].duration_ms;
    }
    ++kept;
  }
  frames_.resize(kept);
  every_ms_ *= 2;
}

}  // namespace muster
