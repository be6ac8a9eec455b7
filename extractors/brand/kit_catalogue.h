#pragma once

#include "extractors/brand/descriptor_index.h"
#include "extractors/brand/kit_view.h"

#include <cstdint>
#include <vector>

namespace muster {

// The views of all kits and one index over their features. Filled, finished, then constant.
class KitCatalogue {
 public:
  // Returns how many features the picture has. Call before finish().
  std::size_t add(std::size_t kit, std::size_t picture, const PreparedPicture& prepared);
  // Adds generic features that belong to no brand (letters, corners, rings), so that the ratio test
  // has something to compare with even where there is one kit only, and builds the index.
  void finish();

  struct Entry {
    std::uint32_t view = 0;
    std::uint32_t feature = 0;
  };
  static constexpr std::uint32_t kGenericOwner = 0;
  static std::uint32_t owner_of_kit(std::size_t kit) { return static_cast<std::uint32_t>(kit) + 1; }

  const std::vector<KitView>& views() const { return views_; }
  const DescriptorIndex& index() const { return index_; }
  const Entry& entry(std::uint32_t i) const { return entries_[i]; }
  std::size_t byte_size() const;

 private:
  std::vector<KitView> views_;
  std::vector<Entry> entries_;
  DescriptorIndex index_;
};

}  // namespace muster
