#include "storage/picture_index.h"

#include <algorithm>

namespace muster {
namespace {

// So few are looked at one by one in less time than the bands take.
constexpr std::size_t kLeastTail = 4096;

std::uint32_t band_value(const PictureHash& hash, std::size_t band) {
  return static_cast<std::uint32_t>(hash.words[band / 4] >> (band % 4 * 16) & 0xFFFF);
}

}  // namespace

void PictureIndex::add(const PictureHash& hash, std::uint32_t owner) {
  hashes_.push_back(hash);
  owners_.push_back(owner);
}

void PictureIndex::find(const PictureHash& hash, std::vector<Hit>& hits) const {
  std::vector<std::uint32_t> near;
  const auto look = [&](const Band& band, std::uint32_t value) {
    for (std::uint32_t i = band.starts[value]; i < band.starts[value + 1]; ++i) {
      const std::uint32_t entry = band.entries[i];
      if (distance(hashes_[entry], hash) <= kPictureRadius) {
        near.push_back(entry);
      }
    }
  };
  for (std::size_t i = 0; i < kBands && sorted_ > 0; ++i) {
    const std::uint32_t value = band_value(hash, i);
    look(bands_[i], value);
    for (std::uint32_t bit = 1; bit < kValues; bit <<= 1) {
      look(bands_[i], value ^ bit);
    }
  }
  std::sort(near.begin(), near.end());
  near.erase(std::unique(near.begin(), near.end()), near.end());
  for (std::size_t entry = sorted_; entry < hashes_.size(); ++entry) {
    if (distance(hashes_[entry], hash) <= kPictureRadius) {
      near.push_back(static_cast<std::uint32_t>(entry));
    }
  }
  for (const std::uint32_t entry : near) {
    hits.push_back({owners_[entry], distance(hashes_[entry], hash)});
  }
}

void PictureIndex::settle() {
  const std::size_t tail = hashes_.size() - sorted_;
  if (tail < std::max(kLeastTail, sorted_ / 16)) {
    return;
  }
  for (std::size_t band = 0; band < kBands; ++band) {
    sort_band(band);
  }
  sorted_ = hashes_.size();
}

// By counting: where the hashes of each value begin, then each hash to its place.
void PictureIndex::sort_band(std::size_t band) {
  std::vector<std::uint32_t>& starts = bands_[band].starts;
  starts.assign(kValues + 1, 0);
  for (const PictureHash& hash : hashes_) {
    ++starts[band_value(hash, band) + 1];
  }
  for (std::size_t value = 0; value < kValues; ++value) {
    starts[value + 1] += starts[value];
  }
  std::vector<std::uint32_t> next(starts.begin(), starts.end() - 1);
  std::vector<std::uint32_t>& entries = bands_[band].entries;
  entries = std::vector<std::uint32_t>(hashes_.size());
  for (std::size_t entry = 0; entry < hashes_.size(); ++entry) {
    entries[next[band_value(hashes_[entry], band)]++] = static_cast<std::uint32_t>(entry);
  }
}

std::size_t PictureIndex::memory_bytes() const {
  std::size_t bytes = hashes_.capacity() * sizeof(PictureHash);
  bytes += owners_.capacity() * sizeof(std::uint32_t);
  for (const Band& band : bands_) {
    bytes += (band.starts.capacity() + band.entries.capacity()) * sizeof(std::uint32_t);
  }
  return bytes;
}

}  // namespace muster
