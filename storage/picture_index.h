#pragma once

#include "core/fingerprint.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace muster {

// Finds every hash within kPictureRadius of one, in memory. Multi-index hashing (Norouzi, Punjani,
// Fleet, "Fast Search in Hamming Space with Multi-Index Hashing", CVPR 2012): the 256 bits are 16
// bands of 16; two hashes that differ in at most 31 bits differ in at most one bit of some band, so
// that it is enough to look where a band is equal or one bit away. None is missed.
//
// Some 104 bytes a hash: 36 for itself and its owner, 64 for the bands, and 4 MB for all. Not
// thread-safe.
class PictureIndex {
 public:
  struct Hit {
    std::uint32_t owner = 0;
    int distance = 0;
  };

  // The owner is whatever the caller knows it by; one owner may have many hashes.
  void add(const PictureHash& hash, std::uint32_t owner);
  // In no order. Adds to `hits`.
  void find(const PictureHash& hash, std::vector<Hit>& hits) const;
  // Sorts what was added since the last time into the bands, where that pays. Call after adding.
  void settle();

  std::size_t size() const { return hashes_.size(); }
  std::size_t memory_bytes() const;

 private:
  static constexpr std::size_t kBands = 16;
  static constexpr std::size_t kValues = 65'536;
  struct Band {
    std::vector<std::uint32_t> starts;  // of each value in entries; one more at the end
    std::vector<std::uint32_t> entries;
  };

  void sort_band(std::size_t band);

  std::vector<PictureHash> hashes_;
  std::vector<std::uint32_t> owners_;
  std::array<Band, kBands> bands_;
  std::size_t sorted_ = 0;  // hashes that are in the bands; the rest is looked at one by one
};

}  // namespace muster
