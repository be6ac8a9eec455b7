#pragma once

#include "extractors/brand/brand_index.h"
#include "extractors/brand/kit_view.h"

#include <span>
#include <string>

#include <opencv2/core/mat.hpp>
#include <opencv2/core/matx.hpp>

namespace muster {

// A picture as it came and as it was searched.
struct MeasuredPicture {
  const cv::Mat& picture;          // 8 bit BGR
  const PicturePyramid& searched;  // grey, scaled
  double scale = 1;                // px of `searched` a px of `picture`
};

// How well the place that `to_picture` (view to `searched`) names can be seen. `hidden` is left to
// the caller. `colours`: "#rrggbb", of the brand.
BrandMeasures measure_place(const KitView& view,
                            const cv::Matx33d& to_picture,
                            const MeasuredPicture& picture,
                            std::span<const std::string> colours);

}  // namespace muster
