#pragma once

#include "core/time.h"

#include <memory>
#include <stop_token>

namespace muster {

// The passing of time; tests bring their own. Every method may be called from any thread.
class Clock {
 public:
  virtual ~Clock() = default;

  // Wall clock, for people and for schedules. It may jump.
  virtual Timestamp now() const = 0;

  // Time since this machine booted, sleep included (CLOCK_BOOTTIME); never jumps. Leases count in
  // it.
  virtual Milliseconds since_boot() const = 0;

  // Sleeps until `duration` has passed or a stop is requested. True when it slept to the end.
  virtual bool sleep_for(Milliseconds duration, std::stop_token stop) = 0;
};

std::unique_ptr<Clock> make_system_clock();

}  // namespace muster
