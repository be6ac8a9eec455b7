#pragma once

#include "core/clock.h"

#include <atomic>
#include <cstdint>

namespace muster {

// A clock that stands still until a test moves it. Starts at the real time, so that files made by a
// test are not from the future.
class FakeClock final : public Clock {
 public:
  FakeClock()
      : FakeClock(std::chrono::time_point_cast<Milliseconds>(std::chrono::system_clock::now())) {}
  explicit FakeClock(Timestamp start) : start_(start) {}

  Timestamp now() const override { return start_ + wall_.load(); }
  Milliseconds since_boot() const override { return boot_.load(); }
  bool sleep_for(Milliseconds duration, std::stop_token stop) override {
    advance(duration);
    return !stop.stop_requested();
  }

  void advance(Milliseconds duration) {
    wall_ = wall_.load() + duration;
    boot_ = boot_.load() + duration;
  }
  // Somebody sets the wall clock.
  void jump(Milliseconds duration) { wall_ = wall_.load() + duration; }

 private:
  Timestamp start_;
  std::atomic<Milliseconds> wall_{Milliseconds(0)};
  std::atomic<Milliseconds> boot_{std::chrono::hours(1)};
};

}  // namespace muster
