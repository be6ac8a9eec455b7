#include "extractors/surveys/hash_set.h"

#include <algorithm>

namespace muster {

bool HashSet::add(std::uint64_t hash) {
  // 0 marks a free slot.
  hash = hash == 0 ? 1 : hash;
  if (slots_.size() < 2 * (used_ + 1)) {
    std::vector<std::uint64_t> old(std::max<std::size_t>(1024, 2 * slots_.size()));
    old.swap(slots_);
    used_ = 0;
    for (const auto one : old) {
      if (one != 0) {
        add(one);
      }
    }
  }
  std::size_t at = hash & (slots_.size() - 1);
  while (slots_[at] != 0 && slots_[at] != hash) {
    at = (at + 1) & (slots_.size() - 1);
  }
  if (slots_[at] == hash) {
    return false;
  }
  slots_[at] = hash;
  ++used_;
  return true;
}

}  // namespace muster
