#pragma once

#include <functional>
#include <string>

#include <opencv2/core/mat.hpp>

namespace muster {

struct MovieFormat {
  cv::Size size;  // as stored; both sides even
  int frames_per_second = 24;
  int frames = 0;
  int rotation = 0;  // clockwise degrees by which a player turns it
};

// An MP4 with H.264 and quiet AAC sound, the index first and no edit list: the same bytes on every
// run with the same libraries. `frame` gives the pictures (8-bit BGR of the size). Throws
// std::runtime_error.
std::string encode_movie(const MovieFormat& format, const std::function<cv::Mat(int)>& frame);

}  // namespace muster
