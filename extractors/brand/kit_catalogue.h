#pragma once

#include "extractors/brand/descriptor_index.h"
#include "extractors/brand/kit_view.h"
#include "extractors/brand/learned_views.h"

#include <cstdint>
#include <vector>

namespace muster {

// The views of all kits and one index over their features. Filled, finished, then constant.
class KitCatalogue {
 public:
  // `matcher`: nullptr for local features only. Outlives the catalogue.
  explicit KitCatalogue(const LearnedMatcher* matcher) : matcher_(matcher) {}
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
  const LearnedMatcher* matcher() const { return matcher_; }
  const std::vector<LearnedView>& learned() const { return learned_; }
  // The upright view with the learned one's polarity, and the other way round; of a photographed
  // picture there is no learned negative, and the learned view as it is stands for it.
  std::size_t view_of(const LearnedView& learned) const;
  const LearnedView* learned_of(const KitView& view) const;
  const DescriptorIndex& index() const { return index_; }
  const Entry& entry(std::uint32_t i) const { return entries_[i]; }
  std::size_t byte_size() const;

  // All but the matcher.
  template <typename Archive>
  friend void fields(KitCatalogue& catalogue, Archive& archive) {
    archive(catalogue.views_, catalogue.learned_, catalogue.entries_, catalogue.index_);
  }

 private:
  const LearnedMatcher* matcher_;
  std::vector<KitView> views_;
  std::vector<LearnedView> learned_;
  std::vector<Entry> entries_;
  DescriptorIndex index_;
};

}  // namespace muster
