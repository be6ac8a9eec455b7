#pragma once

#include "samples/render/vec.h"

#include <cstdint>

namespace muster {

// Colors of surfaces in linear light by place in cm.
Vec3 wood(float x, float z, std::uint32_t seed, Vec3 light, Vec3 dark);
Vec3 marble(float x, float z, std::uint32_t seed);
Vec3 sand(float x, float z, std::uint32_t seed);
Vec3 checked_cloth(float x, float z, std::uint32_t seed);
Vec3 rubber_floor(float x, float z, std::uint32_t seed);
Vec3 wet_tiles(float x, float z, std::uint32_t seed);
Vec3 paper(float x, float z, std::uint32_t seed, Vec3 color);

}  // namespace muster
