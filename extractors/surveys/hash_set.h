#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace muster {

// Hashes that were seen, eight bytes each and as many free: a table may have millions of rows.
class HashSet {
 public:
  bool add(std::uint64_t hash);  // false: it was there

 private:
  std::vector<std::uint64_t> slots_;
  std::size_t used_ = 0;
};

}  // namespace muster
