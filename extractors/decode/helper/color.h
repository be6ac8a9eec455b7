#pragma once

#include "extractors/decode/helper/still_formats.h"

#include <string>

namespace muster {

// Colors as a screen shows them: through the picture's ICC profile to sRGB where it has a usable
// one that is not sRGB itself; ink without a profile by subtraction. Gives BGR, or BGRA for BGRA.
// `color_space`: what it was before, as MediaFacts::color_space.
cv::Mat to_srgb(const StillPixels& still, std::string& color_space);

// As a viewer sees it on a white page.
cv::Mat over_white(const cv::Mat& bgra);

}  // namespace muster
