#include "samples/render/noise.h"

#include "samples/render/vec.h"

#include <cmath>

namespace muster {

Random::Random(std::uint64_t seed) : state_(seed * 0x9E3779B97F4A7C15ULL + 0x1234567ULL) {
  bits();
  bits();
}

std::uint32_t Random::bits() {
  const std::uint64_t old = state_;
  state_ = old * 6364136223846793005ULL + 1442695040888963407ULL;
  const auto shifted = static_cast<std::uint32_t>(((old >> 18U) ^ old) >> 27U);
  const auto turn = static_cast<std::uint32_t>(old >> 59U);
  return (shifted >> turn) | (shifted << ((32U - turn) & 31U));
}

float Random::unit() {
  return static_cast<float>(bits() >> 8U) * (1.0F / 16777216.0F);
}
float Random::range(float low, float high) {
  return low + (high - low) * unit();
}
int Random::below(int limit) {
  return static_cast<int>(
      (static_cast<std::uint64_t>(bits()) * static_cast<std::uint64_t>(limit)) >> 32U);
}
bool Random::chance(float probability) {
  return unit() < probability;
}

// Sum of twelve uniform numbers: close enough to normal, and free of library differences.
float Random::normal() {
  float sum = -6;
  for (int i = 0; i < 12; ++i) {
    sum += unit();
  }
  return sum;
}

std::uint32_t hash_of(std::int32_t x, std::int32_t y, std::uint32_t seed) {
  std::uint32_t h = seed * 0x27D4EB2FU ^ static_cast<std::uint32_t>(x) * 0x85EBCA6BU ^
                    static_cast<std::uint32_t>(y) * 0xC2B2AE35U;
  h ^= h >> 15U;
  h *= 0x2C1B3C6DU;
  h ^= h >> 12U;
  h *= 0x297A2D39U;
  h ^= h >> 15U;
  return h;
}

float unit_hash(std::int32_t x, std::int32_t y, std::uint32_t seed) {
  return static_cast<float>(hash_of(x, y, seed) >> 8U) * (1.0F / 16777216.0F);
}

float value_noise(float x, float y, std::uint32_t seed) {
  const float fx = std::floor(x);
  const float fy = std::floor(y);
  const auto ix = static_cast<std::int32_t>(fx);
  const auto iy = static_cast<std::int32_t>(fy);
  const float u = (x - fx) * (x - fx) * (3 - 2 * (x - fx));
  const float v = (y - fy) * (y - fy) * (3 - 2 * (y - fy));
  const float top = mix(unit_hash(ix, iy, seed), unit_hash(ix + 1, iy, seed), u);
  const float bottom = mix(unit_hash(ix, iy + 1, seed), unit_hash(ix + 1, iy + 1, seed), u);
  return mix(top, bottom, v);
}

float fractal_noise(float x, float y, int octaves, std::uint32_t seed) {
  float sum = 0;
  float weight = 0.5F;
  float total = 0;
  for (int i = 0; i < octaves; ++i) {
    sum += weight * value_noise(x, y, seed + static_cast<std::uint32_t>(i));
    total += weight;
    weight *= 0.5F;
    x = x * 2.03F + 17.1F;
    y = y * 2.03F + 9.7F;
  }
  return sum / total;
}

}  // namespace muster
