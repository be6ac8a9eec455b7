#pragma once

#include "core/hash.h"

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace muster {

// What a picture looks like in 256 bits: two that show the same differ in few of them, however they
// were encoded or scaled. The signs of 16 x 16 low frequencies of its light against their median,
// as in pHash and PDQ (Facebook, "The TMK+PDQF Video-Hashing Algorithm and the PDQ Image-Hashing
// Algorithm", 2019).
struct PictureHash {
  std::array<std::uint64_t, 4> words{};

  bool operator==(const PictureHash&) const = default;
};

// In how many bits they differ: 0 to 256; some 128 for pictures that have nothing in common.
int distance(const PictureHash& a, const PictureHash& b);

// The light of a picture in 32 x 32 parts, row by row, each 0 (black) to 1.
inline constexpr int kLightSide = 32;
using LightGrid = std::span<const float, kLightSide * kLightSide>;

PictureHash picture_hash(LightGrid light);

// How much there is to tell a picture by, 0 (nothing) to 100: the sum of its light's steps, as in
// PDQ. Pictures below kLeastPictureQuality look like too many others (black frames, plain walls,
// fades) and get no hash.
int picture_quality(LightGrid light);
inline constexpr int kLeastPictureQuality = 30;

// Two hashes at most this far apart may show the same: PDQ's threshold for 256 bits.
inline constexpr int kPictureRadius = 31;

// A picture of a video that looks other than the one hashed before it, and how long it went on.
struct HashedFrame {
  std::int64_t time_ms = 0;
  std::int64_t duration_ms = 0;  // 0 for stills
  PictureHash hash;

  bool operator==(const HashedFrame&) const = default;
};
// At most so many are kept of a file, evenly.
inline constexpr std::size_t kMaxHashedFrames = 1200;

// What a file shows, apart from how it is encoded.
struct MediaFingerprint {
  // Over what was decoded (pictures, times, what is heard): the same for a file whose metadata or
  // container alone was changed.
  ContentHash content;
  // In order of time; empty where nothing in the file can be told from other pictures.
  std::vector<HashedFrame> frames;
  // Stills: the light in 32 x 32 parts, 0 to 255, to tell a copy from a second shot.
  std::vector<std::uint8_t> light;

  bool operator==(const MediaFingerprint&) const = default;
};

}  // namespace muster
