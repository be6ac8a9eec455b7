#include "core/job.h"

#include <algorithm>
#include <charconv>

namespace muster {

Milliseconds retry_delay(const RetryPolicy& policy, int failed_attempts, double random) {
  Milliseconds cap = policy.first_delay;
  for (int i = 1; i < failed_attempts && cap < policy.max_delay; ++i) {
    cap *= 2;
  }
  cap = std::min(cap, policy.max_delay);
  const Milliseconds first = std::min(policy.first_delay, cap);
  // The first retry has nothing to spread yet, so half of the delay is fixed and half is random
  // there.
  if (cap == first) {
    return first / 2 + Milliseconds(static_cast<std::int64_t>(
                           random * static_cast<double>((first / 2).count())));
  }
  return first + Milliseconds(static_cast<std::int64_t>(
                     random * static_cast<double>((cap - first).count())));
}

std::optional<std::int64_t> subject_id(std::string_view subject, std::string_view type) {
  if (!subject.starts_with(type) || subject.size() <= type.size() + 1 ||
      subject[type.size()] != '/') {
    return std::nullopt;
  }
  const std::string_view digits = subject.substr(type.size() + 1);
  std::int64_t id = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), id);
  if (error != std::errc() || end != digits.data() + digits.size() || id <= 0) {
    return std::nullopt;
  }
  return id;
}

}  // namespace muster
