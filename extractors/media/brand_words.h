#pragma once

#include "extractors/brand/brand_index.h"

#include <cstdint>
#include <string>
#include <vector>

namespace muster {

// "6.2 %", "4.5 s".
std::string percent_in_words(double share);
std::string seconds_in_words(std::int64_t ms);

// "upper left", "in the middle": where a reader looks for it.
std::string region_in_words(const Box& box);

// "18 features agree, 6.2 % of the frame, upper left, blurred, mirrored": what a reviewer wants to
// know of a find, with what is out of the ordinary.
std::string hit_in_words(const BrandHit& hit);

// "0.0-3.2 s, 5.0-6.1 s and 3 more".
std::string spans_in_words(const std::vector<TimeSpan>& spans);

}  // namespace muster
