#pragma once

#include "extractors/decode/decoded_media.h"

#include <optional>

namespace muster {

// Margins of one plain color with a straight edge, as shares of the height or width: 0..1.
struct PlainMargins {
  double top = 0;
  double bottom = 0;
  double left = 0;
  double right = 0;

  bool operator==(const PlainMargins&) const = default;
};

// How the pictures of a file are exposed, focused and framed. Of a video, the middle one of its
// pictures (by each measure), so that a fade or a fast turn alone says nothing.
struct PictureMeasures {
  // Variance of the Laplacian of the sharpest parts at 640 px (Pech-Pacheco et al., "Diatom
  // autofocusing in brightfield microscopy", ICPR 2000): 239 and more in each of 150 photographs,
  // below 100 in nineteen of twenty of them blurred by 3 px.
  double sharpness = 0;
  double light = 0;         // mean of the luma, 0 (black) to 1
  double clipped_dark = 0;  // share of pixels without any light
  double clipped_bright = 0;
  PlainMargins margins;  // stills; videos have theirs in MediaFacts::video_content

  bool operator==(const PictureMeasures&) const = default;
};

// nullopt where there is no picture.
std::optional<PictureMeasures> measure_pictures(const DecodedMedia& media);

}  // namespace muster
