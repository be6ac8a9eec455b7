#pragma once

#include "core/clock.h"

#include <mutex>
#include <stop_token>

namespace muster {

// A clock that only moves when it is told to. Starts at the real time, so that files made by a test
// are not from the future. Sleepers pass their time at once, so nothing waits. Thread-safe.
class FakeClock final : public Clock {
 public:
  FakeClock()
      : FakeClock(std::chrono::time_point_cast<Milliseconds>(std::chrono::system_clock::now())) {}
  explicit FakeClock(Timestamp now, Milliseconds since_boot = std::chrono::hours(100))
      : now_(now), since_boot_(since_boot) {}

  Timestamp now() const override {
    const std::lock_guard lock(mutex_);
    return now_;
  }

  Milliseconds since_boot() const override {
    const std::lock_guard lock(mutex_);
    return since_boot_;
  }

  bool sleep_for(Milliseconds duration, std::stop_token stop) override {
    if (stop.stop_requested()) {
      return false;
    }
    advance(duration);
    return true;
  }

  // Time passes.
  void advance(Milliseconds duration) {
    const std::lock_guard lock(mutex_);
    now_ += duration;
    since_boot_ += duration;
  }

  // Somebody sets the wall clock; no time passes.
  void jump(Milliseconds duration) {
    const std::lock_guard lock(mutex_);
    now_ += duration;
  }

  // The machine starts anew: time since boot begins again.
  void reboot(Milliseconds since_boot) {
    const std::lock_guard lock(mutex_);
    since_boot_ = since_boot;
  }

 private:
  mutable std::mutex mutex_;  // guards what follows
  Timestamp now_;
  Milliseconds since_boot_;
};

}  // namespace muster
