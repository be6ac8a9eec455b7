#pragma once

#include <cstdint>

namespace muster {

// A small deterministic generator (PCG, 32 bits out): the same numbers on every machine and every
// run, which the standard library's distributions do not promise.
class Random {
 public:
  explicit Random(std::uint64_t seed);

  std::uint32_t bits();
  float unit();                        // [0, 1)
  float range(float low, float high);  // [low, high)
  int below(int limit);                // 0 .. limit - 1
  bool chance(float probability);
  float normal();  // mean 0, deviation 1

 private:
  std::uint64_t state_;
};

// Well mixed bits of a lattice point.
std::uint32_t hash_of(std::int32_t x, std::int32_t y, std::uint32_t seed);
float unit_hash(std::int32_t x, std::int32_t y, std::uint32_t seed);  // [0, 1)

// Smooth value noise with lattice distance 1, in [0, 1], and a sum of `octaves` of it, in [0, 1].
float value_noise(float x, float y, std::uint32_t seed);
float fractal_noise(float x, float y, int octaves, std::uint32_t seed);

}  // namespace muster
