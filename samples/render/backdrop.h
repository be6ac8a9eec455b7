#pragma once

#include "samples/render/paint.h"
#include "samples/render/stage.h"

#include <cstdint>
#include <utility>
#include <vector>

namespace muster {

// Backgrounds are painted in sRGB at half size, out of focus, on a sheet of 540 x 540 * height /
// width.
struct Sheet {
  cv::Mat picture;
  float width;
  float height;
  float horizon;  // its row

  void fill(std::vector<std::pair<float, Color>> stops);  // top to bottom
  void box(float x, float y, float w, float h, Color color);
  void spot(float x, float y, float rx, float ry, Color color);  // with soft edges
  void blur(float sigma);
};

// An empty sheet for a picture of that size, with the horizon where the camera sees it.
Sheet sheet(const Camera& camera, cv::Size size);
// The sheet in full size and linear light.
cv::Mat finished(const Sheet& painted, cv::Size size);
// Lights far out of focus: flat discs with a slightly brighter rim, added to what is there.
void bokeh(cv::Mat& background, float x, float y, float radius, Vec3 color, float strength);

// The places: each paints the background and sets light and ground.
void kitchen(Stage& stage, Sheet& s, cv::Size size, std::uint32_t seed);
void beach(Stage& stage, Sheet& s, cv::Size size, std::uint32_t seed);
void gym(Stage& stage, Sheet& s, cv::Size size, std::uint32_t seed);
void picnic(Stage& stage, Sheet& s, cv::Size size, std::uint32_t seed);
void night(Stage& stage, Sheet& s, cv::Size size, std::uint32_t seed);
void desk(Stage& stage, Sheet& s, cv::Size size, std::uint32_t seed);
void pool(Stage& stage, Sheet& s, cv::Size size, std::uint32_t seed);
void sunset(Stage& stage, Sheet& s, cv::Size size, std::uint32_t seed);
void studio(Stage& stage, Sheet& s, cv::Size size, std::uint32_t seed);
void marble_top(Stage& stage, Sheet& s, cv::Size size, std::uint32_t seed);

}  // namespace muster
