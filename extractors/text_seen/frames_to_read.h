#pragma once

#include "extractors/decode/decoded_media.h"

#include <cstddef>
#include <span>
#include <vector>

namespace muster {

// Of the frames of a video, those in which text is worth looking for (indices, in order of time, at
// most `count`): the first and the last, those where something appears or vanishes suddenly, and
// others about evenly spread over the rest in which something changed. A function of the pictures
// alone.
std::vector<std::size_t> frames_to_read(std::span<const Frame> frames, std::size_t count);

}  // namespace muster
