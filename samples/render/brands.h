#pragma once

#include "samples/render/paint.h"

#include <opencv2/core/mat.hpp>

namespace muster {

// The artwork of four brands that exist only here. Pictures are as in paint.h.

// A round slice of citrus, `side` px. The ones on labels have nine segments; fruit on the table has
// other numbers, because real fruit never repeats what is printed.
cv::Mat citrus_slice(int side, Color rind, Color flesh, int segments = 9);
inline cv::Mat orange_slice(int side) {
  return citrus_slice(side, hex("#f4821f"), hex("#ffab38"));
}
inline cv::Mat lemon_slice(int side) {
  return citrus_slice(side, hex("#f2c41d"), hex("#ffe36a"));
}
inline cv::Mat lime_slice(int side) {
  return citrus_slice(side, hex("#5aa02c"), hex("#bfe07a"));
}

// Logos on a transparent ground, about 1400 px wide.
cv::Mat fizzolo_logo();
cv::Mat fizzolo_logo_one_color(Color color);  // for cloth and glass
cv::Mat quellino_logo();
cv::Mat quellino_emblem();
cv::Mat grannoka_logo();
cv::Mat velvenne_logo();

enum class Flavor { citrus, mint, berry };

// Wrap-around labels of a slim can, 2048 x 1290 px: the front is at a quarter and at three quarters
// of the width.
cv::Mat fizzolo_label(Flavor flavor);
cv::Mat quellino_label();
// Front (1000 x 1400 px) and side (480 x 1400 px) of a carton.
cv::Mat grannoka_front();
cv::Mat grannoka_side();
// Wrap-around label of a tube, 1600 x 1300 px.
cv::Mat velvenne_label();
// A wrap-around label without any brand, for the rest of a shelf.
cv::Mat plain_label(Color top, Color bottom, int pattern);

}  // namespace muster
