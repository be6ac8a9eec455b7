#include "extractors/brand/learned_views.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include <opencv2/imgproc.hpp>

namespace muster {
namespace {

std::size_t nearest_aspect(double aspect) {
  std::size_t best = 0;
  for (std::size_t i = 1; i < kWindowAspects.size(); ++i) {
    if (std::abs(std::log(aspect / kWindowAspects[i])) <
        std::abs(std::log(aspect / kWindowAspects[best]))) {
      best = i;
    }
  }
  return best;
}

// The part of `picture` within `part`, drawn to size; averaged where it shrinks.
cv::Mat drawn(const cv::Mat& picture, const cv::Rect2d& part, cv::Size size) {
  const double shrink = std::max(part.width / size.width, part.height / size.height);
  // Averaging first, to at most twice the size wanted, keeps the last step free of aliasing.
  cv::Mat source = picture;
  double sx = 1;
  double sy = 1;
  cv::Rect2d within = part;
  if (shrink > 1.5) {
    const cv::Rect frame(0, 0, picture.cols, picture.rows);
    const cv::Rect around =
        cv::Rect(
            cvFloor(part.x), cvFloor(part.y), cvCeil(part.width) + 1, cvCeil(part.height) + 1) &
        frame;
    if (around.area() > 0) {
      sx = std::min(1.0, 1.2 * size.width / part.width);
      sy = std::min(1.0, 1.2 * size.height / part.height);
      const cv::Size small(std::max(1, cvRound(around.width * sx)),
                           std::max(1, cvRound(around.height * sy)));
      sx = double(small.width) / around.width;
      sy = double(small.height) / around.height;
      cv::resize(picture(around), source, small, 0, 0, cv::INTER_AREA);
      within.x -= around.x;
      within.y -= around.y;
    }
  }
  const double kx = within.width * sx / size.width;
  const double ky = within.height * sy / size.height;
  const cv::Matx23d to_source(
      kx, 0, within.x * sx + 0.5 * kx - 0.5, 0, ky, within.y * sy + 0.5 * ky - 0.5);
  cv::Mat result;
  cv::warpAffine(source,
                 result,
                 to_source,
                 size,
                 cv::INTER_LINEAR | cv::WARP_INVERSE_MAP,
                 cv::BORDER_REPLICATE);
  return result;
}

// `box` within the middle of what `fill` makes of its sides.
cv::Rect2d with_margin(const cv::Rect2d& box, cv::Size2f fill) {
  const double width = box.width / fill.width;
  const double height = box.height / fill.height;
  return {box.x + (box.width - width) / 2, box.y + (box.height - height) / 2, width, height};
}

}  // namespace

cv::Mat compared_window(const cv::Mat& picture, const cv::Rect2d& box) {
  return drawn(picture,
               with_margin(box, {float(kWindowFill), float(kWindowFill)}),
               {kWindowSide, kWindowSide});
}

std::vector<LearnedView> make_learned_views(const PreparedPicture& prepared,
                                            const LearnedMatcher& matcher) {
  const cv::Rect2d logo(prepared.logo);
  LearnedView view;
  view.aspect = nearest_aspect(logo.width / logo.height);
  const double stretch = logo.width / logo.height / kWindowAspects[view.aspect];
  view.extent = stretch > 1 ? cv::Size2f(float(kWindowFill), float(kWindowFill / stretch))
                            : cv::Size2f(float(kWindowFill * stretch), float(kWindowFill));
  std::vector<LearnedView> views;
  for (const bool inverted : {false, true}) {
    if (inverted && !prepared.flat) {
      continue;
    }
    const cv::Mat shown =
        inverted ? cv::Mat(cv::Scalar::all(255) - prepared.colour) : prepared.colour;
    view.inverted = inverted;
    view.window = compared_window(shown, logo);
    const std::array<cv::Mat, 2> windows{
        view.window, drawn(shown, with_margin(logo, view.extent), {kWindowSide, kWindowSide})};
    std::vector<EmbeddedWindow> embedded = matcher.look(windows);
    view.embedded = std::move(embedded[0]);
    view.vector = std::move(embedded[1].vector);
    views.push_back(view);
  }
  return views;
}

}  // namespace muster
