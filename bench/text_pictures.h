#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <opencv2/core/mat.hpp>

namespace muster {

// A line of text in a drawn picture.
struct DrawnLine {
  std::string text;
  std::string market;   // of the pack that takes it for an accepted label; empty: it is none
  double height = 0;    // of its ink, as a share of the picture's height
  double contrast = 0;  // of its ink against the mean of its ground
  cv::Rect place;       // px, around its ink
};

struct TextPicture {
  cv::Mat pixels;  // 1350 x 1080 x 3, 8 bit BGR
  std::vector<DrawnLine> lines;
  std::string font;
  std::string ground;
};

// Draws pictures of creators' overlays: one line in one font, 2 to 8 % of the height high, with a
// contrast from 2 to 10, on a plain, a shaded or a busy ground or on a plate; and other lines that
// are no label. Every second picture has a label. The same seed draws the same pictures.
class TextPainter {
 public:
  explicit TextPainter(std::uint64_t seed);
  ~TextPainter();

  TextPicture next();
  // The files of the fonts that this machine has, and OpenCV's own by name.
  const std::vector<std::string>& fonts() const { return fonts_; }

 private:
  struct State;
  std::unique_ptr<State> state_;
  std::vector<std::string> fonts_;
};

}  // namespace muster
