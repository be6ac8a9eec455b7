#include "extractors/decode/helper/frame_keeper.h"

#include <algorithm>

namespace muster {
namespace {

// Change between two frames at which time counts twice; a hand-held camera exceeds it.
constexpr double kBusyChange = 0.01;
// What a jump counts, in seconds: so much that its two sides outlive any regular frame.
constexpr double kJumpDistance = 4.0;

}  // namespace

FrameKeeper::FrameKeeper(std::size_t capacity, std::size_t count, std::int64_t duration_ms)
    : capacity_(capacity) {
  if (count > capacity && capacity > 0) {
    spacing_ = static_cast<double>(duration_ms) / 1000.0 / static_cast<double>(capacity);
  }
}

void FrameKeeper::advance(std::int64_t time_ms, double change, bool jump) {
  previous_ms_ = started_ ? time_ms_ : -1;
  previous_distance_ = distance_;
  if (started_) {
    const auto seconds =
        static_cast<double>(std::max<std::int64_t>(time_ms - time_ms_, 0)) / 1000.0;
    distance_ += seconds * (1.0 + std::min(change / kBusyChange, 1.0));
    distance_ += jump ? kJumpDistance : 0;
  }
  jumped_ = jump && started_;
  time_ms_ = time_ms;
  started_ = true;
}

bool FrameKeeper::wants_current() const {
  if (capacity_ < 2) {
    return kept_.empty() && capacity_ == 1;
  }
  return kept_.empty() || jumped_ || distance_ - kept_.back().distance >= spacing_;
}

bool FrameKeeper::wants_previous() const {
  return capacity_ >= 2 && jumped_ && !is_kept(previous_ms_);
}

bool FrameKeeper::is_kept(std::int64_t time_ms) const {
  // The frames in question are the latest ones.
  return std::any_of(
      kept_.rbegin(), kept_.rend(), [&](const Kept& kept) { return kept.time_ms == time_ms; });
}

std::optional<std::int64_t> FrameKeeper::make_room() {
  if (kept_.size() < capacity_ || kept_.size() < 2) {
    return std::nullopt;
  }
  // The last frame stays only until its successor comes: it has no neighbor yet to judge it by.
  std::size_t least = kept_.size() - 1;
  double nearest = distance_ - kept_[kept_.size() - 2].distance;
  for (std::size_t i = 1; i + 1 < kept_.size(); ++i) {
    const double between = kept_[i + 1].distance - kept_[i - 1].distance;
    if (between < nearest) {
      nearest = between;
      least = i;
    }
  }
  spacing_ = std::max(spacing_, nearest / 2);
  const std::int64_t time_ms = kept_[least].time_ms;
  kept_.erase(kept_.begin() + static_cast<std::ptrdiff_t>(least));
  return time_ms;
}

void FrameKeeper::keep(std::int64_t time_ms, double distance) {
  const Kept kept{time_ms, distance};
  const auto after =
      std::upper_bound(kept_.begin(), kept_.end(), kept, [](const Kept& a, const Kept& b) {
        return a.time_ms < b.time_ms;
      });
  kept_.insert(after, kept);
}

}  // namespace muster
