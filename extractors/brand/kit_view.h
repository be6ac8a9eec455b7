#pragma once

#include "extractors/brand/appearance.h"
#include "extractors/brand/local_features.h"

#include <cstddef>
#include <string>
#include <vector>

#include <opencv2/core/mat.hpp>
#include <opencv2/core/types.hpp>

namespace muster {

// One way in which a kit picture may show: as it is, with light and dark exchanged, or in a mirror.
struct KitView {
  std::size_t kit = 0;      // position in the list of kits
  std::size_t picture = 0;  // position among the kit's pictures
  bool inverted = false;
  bool mirrored = false;
  cv::Size size;    // of the prepared picture, which the features refer to
  cv::Rect2f logo;  // the logo within it, without margin
  LocalFeatures features;
  Appearance appearance;  // of the logo's rectangle
};

template <typename Archive>
void fields(KitView& view, Archive& archive) {
  archive(view.kit,
          view.picture,
          view.inverted,
          view.mirrored,
          view.size,
          view.logo,
          view.features.points,
          view.features.descriptors,
          view.appearance);
}

// A kit picture made ready: grey, alpha over the ground on which the logo stands out, trimmed, of a
// size that SIFT likes.
struct PreparedPicture {
  cv::Mat grey;
  cv::Mat colour;  // BGR, pixel by pixel what `grey` shows
  cv::Rect2f logo;
  bool flat = false;  // drawn (alpha, or an even ground), not photographed
  int logo_side = 0;  // longer side of the logo in the picture as it came, px
};

// `picture`: 8-bit BGRA, not empty.
PreparedPicture prepare_picture(const cv::Mat& picture);

// The views of a prepared picture. `kit` and `picture` are left to the caller.
std::vector<KitView> make_views(const PreparedPicture& prepared);

}  // namespace muster
