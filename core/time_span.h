#pragma once

#include <cstdint>

namespace muster {

// A stretch of a video, counted from the first picture that it shows.
struct TimeSpan {
  std::int64_t start_ms = 0;
  std::int64_t end_ms = 0;  // exclusive
  bool operator==(const TimeSpan&) const = default;
};

}  // namespace muster
