#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include <opencv2/core/mat.hpp>

namespace muster::test {

// A picture whose orientation can be told: red top left, green top right, blue bottom left, white
// bottom right, and a grey disc of that level in the middle.
cv::Mat test_picture(int width, int height, int level = 128);
// Name of the quadrants' order as found in a decoded picture: "red green blue white" where it is
// upright.
std::string quadrants(const cv::Mat& bgr);
// Grey level in the middle of a decoded picture.
int middle_level(const cv::Mat& bgr);

// Encodes with OpenCV; extension as ".jpg".
std::string encode_still(const cv::Mat& picture, const std::string& extension);
// Puts an EXIF segment with that orientation (and a GPS position) behind the first marker of a
// JPEG.
std::string with_exif(const std::string& jpeg, int orientation, bool gps);
// The stored form of an upright picture for an EXIF orientation 1..8.
cv::Mat stored_for_exif(const cv::Mat& upright, int orientation);

struct VideoSpec {
  std::string encoder = "libx264";
  std::string pixel_format = {};  // FFmpeg's name; empty: the encoder's usual one
  std::string quality = {};       // libx264's parameters, as "qp=1"; empty: its usual ones
  std::string extension = ".mp4";
  int width = 160;  // as stored
  int height = 96;
  std::vector<std::int64_t> times_ms;  // of each frame; the level of frame i is level_of(i)
  std::int64_t last_duration_ms = 100;
  int rotation = 0;  // clockwise, for display; the stored pictures are turned against it
  bool mirrored = false;
  bool hdr = false;  // BT.2020 with PQ, by what the stream says of itself
  int gop = 12;
  int b_frames = 2;
  bool faststart = false;
  bool fragmented = false;
  bool live = false;  // Matroska with unknown sizes
  int aspect_num = 1;
  int aspect_den = 1;
  bool audio = false;
  std::vector<float> sound = {};  // with `audio`: samples of one channel at 48 kHz; empty: silence
  bool aac = false;               // with `audio`: silence encoded as AAC; false: plain samples
  int audio_channels = 1;         // of AAC
  int audio_rate = 48'000;        // of AAC, Hz
  // What the container says of the file, as "location" (MOV: the atom of the place) or "comment".
  std::map<std::string, std::string> tags = {};
  // The picture of a frame as it is shown, width x height of the shown picture; empty:
  // test_picture() with level_of().
  std::function<cv::Mat(std::size_t frame)> draw = {};
};
int level_of(std::size_t frame);
std::vector<std::int64_t> steady_times(std::size_t count, std::int64_t step_ms);
std::string make_video(const VideoSpec& spec);

}  // namespace muster::test
