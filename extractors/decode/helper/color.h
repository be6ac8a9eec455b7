#pragma once

#include "extractors/decode/helper/still_formats.h"

namespace muster {

// Colors as a screen shows them: through the picture's ICC profile to sRGB where it has a usable
// one that is not sRGB itself; ink without a profile by subtraction. Gives BGR, or BGRA for BGRA.
cv::Mat to_srgb(const StillPixels& still);

// As a viewer sees it on a white page.
cv::Mat over_white(const cv::Mat& bgra);

}  // namespace muster
