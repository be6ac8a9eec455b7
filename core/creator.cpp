#include "core/creator.h"

#include "core/text.h"

namespace muster {

Tier tier_of(std::optional<std::int64_t> followers, const TierThresholds& thresholds) {
  if (!followers) {
    return Tier::unknown;
  }
  if (*followers >= thresholds.mega_followers) {
    return Tier::mega;
  }
  return *followers >= thresholds.macro_followers ? Tier::macro : Tier::micro;
}

std::string normalize_handle(std::string_view handle) {
  handle = trim(handle);
  while (handle.starts_with('@')) {
    handle.remove_prefix(1);
  }
  return to_lower_ascii(handle);
}

}  // namespace muster
