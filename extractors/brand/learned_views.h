#pragma once

#include "extractors/brand/kit_view.h"
#include "extractors/brand/learned_matcher.h"

#include <array>
#include <cstddef>
#include <span>
#include <vector>

#include <opencv2/core/mat.hpp>
#include <opencv2/core/types.hpp>

namespace muster {

// The shapes of window, width over height, in which pictures are looked at: each kit picture is
// looked for in the nearest, so that a word is not squeezed to what nothing in training looked
// like.
inline constexpr std::array<double, 2> kWindowAspects{1.0, 2.4};

// A kit picture as the learned matcher knows it.
struct LearnedView {
  std::size_t kit = 0;
  std::size_t picture = 0;
  bool inverted = false;   // light and dark exchanged; of drawn logos only
  std::size_t aspect = 0;  // into kWindowAspects
  // Of the logo's rectangle, as share of the window in which it is looked for: kWindowFill on the
  // longer of its sides there.
  cv::Size2f extent;
  std::vector<float> vector;  // of the window in which it is looked for; unit length
  // For comparing: the logo on kWindowFill of both sides.
  cv::Mat window;
  EmbeddedWindow embedded;
};

template <typename Archive>
void fields(LearnedView& view, Archive& archive) {
  archive(view.kit,
          view.picture,
          view.inverted,
          view.aspect,
          view.extent,
          view.vector,
          view.window,
          view.embedded.vector,
          view.embedded.map);
}

// The views of a prepared picture: as it is, and a drawn one as its negative too. `kit` and
// `picture` are left to the caller.
std::vector<LearnedView> make_learned_views(const PreparedPicture& prepared,
                                            const LearnedMatcher& matcher);

// The part of `picture` (8 bit BGR) around `box`, drawn to a window for the comparer: the box lies
// on kWindowFill of both sides. What lies outside is drawn out from the rim.
cv::Mat compared_window(const cv::Mat& picture, const cv::Rect2d& box);

}  // namespace muster
