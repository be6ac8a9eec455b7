#pragma once

#include <string>
#include <vector>

#include <opencv2/core/mat.hpp>

namespace muster::test {

// A filled box of a GIF: 0 black, 1 red, 2 green, 3 white. Each is shown for 70 ms.
struct GifFrame {
  int left = 0;
  int top = 0;
  int width = 0;
  int height = 0;
  int color = 0;
  int transparent = -1;  // the color that is not drawn
  bool interlaced = false;
};
std::string make_gif(const std::vector<GifFrame>& frames, int width, int height);

// Frames of `step_ms`, the first as given, the others ever darker.
std::string make_animated_webp(const cv::Mat& first, int frames, int step_ms);

// One chunk with its length and checksum.
std::string png_chunk(const std::string& type, const std::string& data);

// A JPEG of one ink color in percent; with Adobe's marker the values are stored inverted.
enum class InkForm { plain, adobe_cmyk, adobe_ycck };
std::string make_ink_jpeg(int cyan, int magenta, int yellow, int black, InkForm form);

// An ICC profile: sRGB under another name, or one with the red and green primaries swapped.
std::string srgb_profile();
std::string swapped_profile();
std::string jpeg_with_profile(const std::string& jpeg, const std::string& profile);
std::string png_with_profile(const std::string& png, const std::string& profile);
std::string webp_with_profile(const std::string& webp, const std::string& profile);

}  // namespace muster::test
