#pragma once

#include "extractors/media/check.h"

#include <memory>

namespace muster {

// Is the brief's brand to be seen, large and long enough, and is a competitor? Rules brand.visible,
// brand.size, brand.seconds and brand.competitor.
std::unique_ptr<Check> make_brand_visibility_check();

}  // namespace muster
