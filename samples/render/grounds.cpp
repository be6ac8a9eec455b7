#include "samples/render/grounds.h"

#include "samples/render/noise.h"

#include <cmath>

namespace muster {

Vec3 wood(float x, float z, std::uint32_t seed, Vec3 light, Vec3 dark) {
  constexpr float kPlank = 9.5F;
  const auto plank = static_cast<std::int32_t>(std::floor(z / kPlank));
  const float across = z / kPlank - static_cast<float>(plank);
  const float shift = unit_hash(plank, 3, seed) * 100;
  const float warp = fractal_noise(x * 0.06F + shift, z * 0.35F, 3, seed) * 9;
  const float rings = 0.5F + 0.5F * std::sin((z * 1.4F + warp * 2.2F + shift) * 1.9F);
  const float fibers = fractal_noise(x * 0.22F + shift, z * 9.0F, 3, seed + 5);
  const float tone = unit_hash(plank, 9, seed);
  Vec3 color = mix(light, dark, clamp01(0.45F * rings + 0.55F * fibers - 0.12F));
  color = color * (0.82F + 0.3F * tone);
  const float seam = std::min(across, 1 - across) * kPlank;
  return color * (0.35F + 0.65F * smoothstep(0.02F, 0.14F, seam));
}

Vec3 marble(float x, float z, std::uint32_t seed) {
  const float wx = x + 9 * fractal_noise(x * 0.07F, z * 0.07F, 4, seed);
  const float wz = z + 9 * fractal_noise(x * 0.07F + 40, z * 0.07F, 4, seed + 2);
  const float vein = std::abs(fractal_noise(wx * 0.055F, wz * 0.09F, 5, seed + 4) - 0.5F);
  const float fine = std::abs(fractal_noise(wx * 0.16F + 9, wz * 0.2F, 4, seed + 8) - 0.5F);
  const float gray =
      0.62F * (1 - smoothstep(0.0F, 0.05F, vein)) + 0.22F * (1 - smoothstep(0, 0.03F, fine));
  const float cloud = fractal_noise(x * 0.05F, z * 0.05F, 3, seed + 20);
  return mix(
      Vec3{0.84F, 0.83F, 0.81F} * (0.9F + 0.14F * cloud), {0.4F, 0.41F, 0.43F}, clamp01(gray));
}

Vec3 sand(float x, float z, std::uint32_t seed) {
  const float ripple = fractal_noise(x * 0.09F, z * 0.16F, 4, seed);
  const float slope = fractal_noise(x * 0.6F, z * 0.7F, 3, seed + 3) -
                      fractal_noise(x * 0.6F + 0.5F, z * 0.7F + 0.35F, 3, seed + 3);
  const float grain = unit_hash(static_cast<std::int32_t>(std::floor(x * 14)),
                                static_cast<std::int32_t>(std::floor(z * 14)),
                                seed + 6);
  const float tone = 0.72F + 0.35F * ripple + 1.5F * slope + 0.22F * (grain - 0.5F);
  return Vec3{0.70F, 0.55F, 0.37F} * std::clamp(tone, 0.25F, 1.35F);
}

Vec3 checked_cloth(float x, float z, std::uint32_t seed) {
  constexpr float kSquare = 3.2F;
  const auto stripe = [](float v) {
    const float t =
        std::abs(v / kSquare - 2 * std::floor(v / kSquare / 2) - 1);  // 0..1 over two squares
    return smoothstep(0.44F, 0.56F, t);
  };
  const float wave = 1.2F * (fractal_noise(x * 0.06F, z * 0.06F, 3, seed) - 0.5F);
  const float both =
      0.5F * (stripe(x * 0.94F + z * 0.34F + wave) + stripe(z * 0.94F - x * 0.34F + wave));
  const float thread = 0.93F + 0.1F * std::sin(x * 38) * std::sin(z * 38);
  const float fold = 0.82F + 0.36F * fractal_noise(x * 0.11F + 4, z * 0.07F, 3, seed + 9);
  return mix(Vec3{0.82F, 0.80F, 0.76F}, Vec3{0.62F, 0.05F, 0.06F}, both) * thread * fold;
}

Vec3 rubber_floor(float x, float z, std::uint32_t seed) {
  const float speck = unit_hash(static_cast<std::int32_t>(std::floor(x * 3.1F)),
                                static_cast<std::int32_t>(std::floor(z * 3.1F)),
                                seed);
  const float spot = fractal_noise(x * 2.6F, z * 2.6F, 2, seed + 2);
  Vec3 color = Vec3{0.035F, 0.036F, 0.04F} * (0.7F + 0.7F * fractal_noise(x, z, 3, seed + 7));
  if (speck > 0.955F && spot > 0.5F) {
    color = speck > 0.98F ? Vec3{0.28F, 0.3F, 0.33F} : Vec3{0.06F, 0.22F, 0.36F};
  }
  return color;
}

Vec3 wet_tiles(float x, float z, std::uint32_t seed) {
  constexpr float kTile = 4.8F;
  const auto ix = static_cast<std::int32_t>(std::floor(x / kTile));
  const auto iz = static_cast<std::int32_t>(std::floor(z / kTile));
  const float ex = x / kTile - static_cast<float>(ix);
  const float ez = z / kTile - static_cast<float>(iz);
  const float edge = std::min(std::min(ex, 1 - ex), std::min(ez, 1 - ez)) * kTile;
  const float tone = unit_hash(ix, iz, seed);
  const Vec3 tile = mix(Vec3{0.10F, 0.42F, 0.50F}, Vec3{0.32F, 0.68F, 0.72F}, tone) *
                    (0.92F + 0.16F * fractal_noise(x, z, 2, seed));
  return mix(Vec3{0.72F, 0.76F, 0.74F}, tile, smoothstep(0.08F, 0.2F, edge));
}

Vec3 paper(float x, float z, std::uint32_t seed, Vec3 color) {
  return color * (0.96F + 0.08F * fractal_noise(x * 1.7F, z * 1.7F, 3, seed));
}

}  // namespace muster
