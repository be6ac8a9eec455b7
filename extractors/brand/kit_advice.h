#pragma once

#include "extractors/brand/brand_index.h"

#include <span>
#include <vector>

namespace muster {

// What the author of kits should know beyond BrandIndex::build's remarks on single pictures: a kit
// that is weak as a whole and what to add, names that are part of other names, competitors that
// nobody can look for. A remark about a whole kit has no picture. `kits` are those the index was
// built from.
std::vector<KitRemark> advise(std::span<const BrandKit> kits, const BrandIndex& index);

}  // namespace muster
