#pragma once

#include <cstdint>
#include <vector>

#include <opencv2/core/mat.hpp>

namespace muster {

inline constexpr int kDescriptorSize = 128;

// One interest point. x, y and size are pixels of the picture it was found in; the angle is in
// radians, clockwise on screen.
struct LocalFeature {
  float x = 0;
  float y = 0;
  float size = 0;
  float angle = 0;
};

// Interest points with their descriptors: RootSIFT (Arandjelovic and Zisserman 2012), scaled to
// bytes, kDescriptorSize a point.
struct LocalFeatures {
  std::vector<LocalFeature> points;
  std::vector<std::uint8_t> descriptors;

  std::size_t count() const { return points.size(); }
  const std::uint8_t* descriptor(std::size_t i) const {
    return descriptors.data() + i * kDescriptorSize;
  }
};

// The `max_features` strongest points of an 8-bit grey picture, in a fixed order: the same picture
// gives the same bytes.
LocalFeatures extract_features(const cv::Mat& grey, int max_features);

// What extract_features would give for the picture with black and white exchanged, or for its
// mirror image of `width` pixels. Both only reorder the bins of the descriptors, so they cost
// nothing against looking at the picture again.
LocalFeatures inverted(const LocalFeatures& features);
LocalFeatures mirrored(const LocalFeatures& features, int width);

}  // namespace muster
