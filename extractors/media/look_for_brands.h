#pragma once

#include "extractors/media/look.h"

#include <vector>

namespace muster {

// Searches the frames for all brands of the index at once, so that no frame is searched twice.
// Empty where the brief names no kit that could be found.
std::vector<BrandsInFrame> look_for_brands(const LookInput& input);

}  // namespace muster
