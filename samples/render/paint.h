#pragma once

#include <string_view>
#include <utility>
#include <vector>

#include <opencv2/core/mat.hpp>
#include <opencv2/core/types.hpp>

namespace muster {

// A color in sRGB values 0..1, not premultiplied.
struct Color {
  float r = 0;
  float g = 0;
  float b = 0;
  float a = 1;
};
// "#rrggbb".
Color hex(std::string_view text, float alpha = 1);
Color mix(Color a, Color b, float t);

// Straight pieces of flattened outlines.
struct Path {
  struct Contour {
    std::vector<cv::Point2f> points;
    bool closed = false;
  };
  std::vector<Contour> contours;
};

// Reads a drawing of letters and numbers separated by blanks: M x y, L x y, C x1 y1 x2 y2 x y
// (cubic), Z (close), and O cx cy rx ry from to (elliptic arc, degrees, clockwise with y down; a
// line joins it to an open contour). The text is our own, so a mistake in it throws
// std::invalid_argument.
Path parse_path(std::string_view text);

// x' = a x + c y + e, y' = b x + d y + f.
struct Affine {
  float a = 1, b = 0, c = 0, d = 1, e = 0, f = 0;
};
Affine operator*(const Affine& outer, const Affine& inner);
Affine translate(float x, float y);
Affine scale(float x, float y);
Affine rotate(float degrees);
Affine slant(float amount);  // pushes the upper part to the right
Path transformed(const Path& path, const Affine& affine);
void append(Path& path, const Path& more);
// Bends a horizontal path upwards in the middle: y -= rise * (1 - ((x - center) / half)^2).
Path arched(const Path& path, float center, float half, float rise);

// Coverage 0..1 (CV_32F), anti-aliased. `width` is the pen's, with round ends.
cv::Mat fill_mask(cv::Size size, const Path& path);
cv::Mat stroke_mask(cv::Size size, const Path& path, float width);
cv::Mat soft(const cv::Mat& mask, float sigma);
cv::Mat shifted(const cv::Mat& mask, float x, float y);
// The mask dragged along (x, y): the side of extruded letters.
cv::Mat dragged(const cv::Mat& mask, float x, float y);

// What a mask is filled with: one color, or stops between two points (or from a center outwards).
struct Paint {
  std::vector<std::pair<float, Color>> stops;
  cv::Point2f from;
  cv::Point2f to;
  bool radial = false;
};
Paint plain(Color color);
Paint vertical(float top, float bottom, std::vector<std::pair<float, Color>> stops);
Paint around(cv::Point2f center, float radius, std::vector<std::pair<float, Color>> stops);

// Pictures are CV_32FC4: premultiplied blue, green, red, alpha, in sRGB values 0..1.
cv::Mat blank(int width, int height, Color color = {0, 0, 0, 0});
void paint(cv::Mat& picture, const cv::Mat& mask, const Paint& paint);
void fill(cv::Mat& picture, const Path& path, const Paint& paint);
void stroke(cv::Mat& picture, const Path& path, float width, const Paint& paint);
// Puts `sprite` (same kind) on the picture with its top left corner at x, y.
void place(cv::Mat& picture, const cv::Mat& sprite, int x, int y, float opacity = 1);
// The sprite, scaled and turned, with its center at `center`.
void stamp(cv::Mat& picture,
           const cv::Mat& sprite,
           cv::Point2f center,
           float width,
           float degrees,
           float opacity = 1);
// The part with any coverage, plus a margin.
cv::Mat trimmed(const cv::Mat& picture, int margin);

}  // namespace muster
