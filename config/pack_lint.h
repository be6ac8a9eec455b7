#pragma once

#include "config/packs.h"

#include <string>
#include <string_view>
#include <vector>

namespace muster {

// What is weak about a pack that can be read.
struct PackRemark {
  std::string pack;
  std::string where;  // "rule.byte-size"; empty: the whole pack
  std::string what;

  bool operator==(const PackRemark&) const = default;
};

// Platforms change their limits several times a year: house policy.
inline constexpr int kMaxSourceAgeDays = 180;

// Sources that were read more than `max_age_days` before `today` (YYYY-MM-DD) or after it, sizes
// without a unit, remedies that are no sentence, disagreeing limits of the same source. A source
// with several rules is named once a pack. In the order of the packs.
std::vector<PackRemark> lint_packs(const Packs& packs,
                                   std::string_view today,
                                   int max_age_days = kMaxSourceAgeDays);

}  // namespace muster
