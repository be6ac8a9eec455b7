#pragma once

#include "config/packs.h"

#include <string>
#include <utility>
#include <vector>

namespace muster {

// A pack as a flat list of what it says: {"rule.byte-size.max", "300 MB"}, {"wording.ad.verdict",
// "accept"}. The keys of a pack differ from each other; their order is that of the pack.
using PackListing = std::vector<std::pair<std::string, std::string>>;
PackListing list_pack(const PlacementPack& pack);
PackListing list_pack(const MarketPack& pack);

// "Meta for Developers, ..., 2025-07-29 (primary, seen 2026-11-22)".
std::string cite_fully(const RuleSource& source);

// What differs between two versions of a pack.
struct PackChange {
  std::string key;
  std::string before;  // empty: it was not there
  std::string after;   // empty: it is gone

  bool operator==(const PackChange&) const = default;
};
// Changed and removed entries in the order of the old pack, then the new ones in that of the new.
std::vector<PackChange> compare(const PackListing& before, const PackListing& after);

}  // namespace muster
