#pragma once

#include "samples/render/stage.h"

#include <cstdint>

namespace muster {

enum class Setting { kitchen, beach, gym, picnic, night, desk, pool, sunset, studio, marble };

// An empty stage: camera, light, ground and a painted, blurred background that fits the camera.
// `camera` is used as it is; the caller adds solids.
Stage set_stage(Setting setting, const Camera& camera, cv::Size size, std::uint32_t seed);

}  // namespace muster
