#include "core/fingerprint.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numbers>

namespace muster {
namespace {

constexpr int kFrequencies = 16;

// Rows 1 to 16 of the cosine transform (DCT-II) of 32 values; row 0, the mean, says nothing of the
// shape. Without its scale: only the order of the results counts.
using Cosines = std::array<std::array<float, kLightSide>, kFrequencies>;

Cosines make_cosines() {
  Cosines cosines{};
  for (int k = 0; k < kFrequencies; ++k) {
    for (int n = 0; n < kLightSide; ++n) {
      cosines[static_cast<std::size_t>(k)][static_cast<std::size_t>(n)] =
          static_cast<float>(std::cos(std::numbers::pi / kLightSide * (n + 0.5) * (k + 1)));
    }
  }
  return cosines;
}

using Frequencies = std::array<float, kFrequencies * kFrequencies>;

Frequencies low_frequencies(LightGrid light) {
  static const Cosines kCosines = make_cosines();
  std::array<float, kFrequencies * kLightSide> columns{};  // transformed along the columns
  for (std::size_t v = 0; v < kFrequencies; ++v) {
    for (std::size_t y = 0; y < kLightSide; ++y) {
      for (std::size_t x = 0; x < kLightSide; ++x) {
        columns[v * kLightSide + x] += kCosines[v][y] * light[y * kLightSide + x];
      }
    }
  }
  Frequencies result{};
  for (std::size_t v = 0; v < kFrequencies; ++v) {
    for (std::size_t u = 0; u < kFrequencies; ++u) {
      float sum = 0;
      for (std::size_t x = 0; x < kLightSide; ++x) {
        sum += columns[v * kLightSide + x] * kCosines[u][x];
      }
      result[v * kFrequencies + u] = sum;
    }
  }
  return result;
}

}  // namespace

int distance(const PictureHash& a, const PictureHash& b) {
  int bits = 0;
  for (std::size_t i = 0; i < a.words.size(); ++i) {
    bits += std::popcount(a.words[i] ^ b.words[i]);
  }
  return bits;
}

PictureHash picture_hash(LightGrid light) {
  const Frequencies frequencies = low_frequencies(light);
  Frequencies sorted = frequencies;
  const auto middle = sorted.begin() + sorted.size() / 2;
  std::nth_element(sorted.begin(), middle, sorted.end());
  PictureHash hash;
  for (std::size_t v = 0; v < kFrequencies; ++v) {
    for (std::size_t u = 0; u < kFrequencies; ++u) {
      // Each 16 bits in a row hold one bit of every row and column: neighbors change together, and
      // the index of hashes looks at 16 bits at a time.
      const std::size_t bit = (u + v) % kFrequencies * kFrequencies + v;
      if (frequencies[v * kFrequencies + u] >= *middle) {
        hash.words[bit / 64] |= std::uint64_t{1} << (bit % 64);
      }
    }
  }
  return hash;
}

int picture_quality(LightGrid light) {
  constexpr int kStepsForOne = 45;  // PDQ has 90 for 64 x 64 parts
  int steps = 0;
  const auto step = [&](std::size_t a, std::size_t b) {
    steps += static_cast<int>(std::abs(light[a] - light[b]) * 100);
  };
  for (std::size_t y = 0; y < kLightSide; ++y) {
    for (std::size_t x = 0; x < kLightSide; ++x) {
      const std::size_t at = y * kLightSide + x;
      if (x + 1 < kLightSide) {
        step(at, at + 1);
      }
      if (y + 1 < kLightSide) {
        step(at, at + kLightSide);
      }
    }
  }
  return std::min(100, steps / kStepsForOne);
}

}  // namespace muster
