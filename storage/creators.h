#pragma once

#include "core/creator.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace muster {

// The creators that we know of: from the configured list, and everyone who submitted something.
class Creators {
 public:
  virtual ~Creators() = default;

  // Adds or updates by (handle, platform); those not in the list stay. Returns how many changed.
  virtual int upsert(std::span<const Creator> creators) = 0;
  virtual std::optional<Creator> find(std::string_view handle, std::string_view platform) = 0;
  virtual std::vector<Creator> list() = 0;
};

}  // namespace muster
