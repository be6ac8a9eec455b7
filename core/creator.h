#pragma once

#include "core/enum_names.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace muster {

// By audience size; the thresholds are configurable.
enum class Tier { unknown, micro, macro, mega };
template <>
inline constexpr auto kEnumNames<Tier> = enum_names<Tier>({{Tier::unknown, "unknown"},
                                                           {Tier::micro, "micro"},
                                                           {Tier::macro, "macro"},
                                                           {Tier::mega, "mega"}});

struct TierThresholds {
  std::int64_t macro_followers = 100'000;   // this many and more: macro
  std::int64_t mega_followers = 1'000'000;  // this many and more: mega
};

struct Creator {
  std::string handle;    // normalized: no '@', lower-case ASCII
  std::string platform;  // "instagram", "tiktok", "" when not told
  std::string name;
  std::optional<std::int64_t> followers;
  Tier tier = Tier::unknown;
  std::string country;  // ISO 3166-1 alpha-2 or ""

  bool operator==(const Creator&) const = default;
};

Tier tier_of(std::optional<std::int64_t> followers, const TierThresholds& thresholds);

// " @Mia.Cooks " -> "mia.cooks".
std::string normalize_handle(std::string_view handle);

}  // namespace muster
