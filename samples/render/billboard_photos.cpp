// Posters, and the street that they hang in.
#include "samples/render/hang.h"
#include "samples/render/lettering.h"
#include "samples/render/noise.h"
#include "samples/render/photo.h"
#include "samples/render/scenes.h"

#include <cmath>

#include <opencv2/imgproc.hpp>

namespace muster {

namespace {

void rectangle(cv::Mat& picture, float x, float y, float w, float h, Color color) {
  Path path;
  path.contours.push_back({{{x, y}, {x + w, y}, {x + w, y + h}, {x, y + h}}, true});
  fill(picture, path, plain(color));
}

// A street of house fronts that run towards a vanishing point; sRGB.
cv::Mat street(cv::Size size, bool at_night, std::uint32_t seed) {
  Random random(seed);
  cv::Mat picture = blank(size.width, size.height, {0, 0, 0, 1});
  const auto w = static_cast<float>(size.width);
  const auto h = static_cast<float>(size.height);
  const auto all = cv::Mat::ones(size, CV_32F);
  paint(
      picture,
      all,
      at_night
          ? vertical(0, h, {{0.0F, hex("#0a1026")}, {0.6F, hex("#2a2248")}, {1.0F, hex("#15131f")}})
          : vertical(
                0, h, {{0.0F, hex("#6fb2e6")}, {0.6F, hex("#d8ecf6")}, {1.0F, hex("#cfd6d8")}}));
  const float horizon = h * 0.7F;
  for (int i = 0; i < 9; ++i) {
    const float wide = w * random.range(0.1F, 0.2F);
    const float x = w * 0.125F * static_cast<float>(i) - wide * 0.4F;
    const float tall = h * random.range(0.14F, 0.4F);
    const Color front = at_night ? mix(hex("#191a2c"), hex("#2c2438"), random.unit())
                                 : mix(hex("#b9a48d"), hex("#8d96a3"), random.unit());
    rectangle(picture, x, horizon - tall, wide, tall + h * 0.05F, front);
    for (float wy = horizon - tall + 22; wy < horizon - 30; wy += 46) {
      for (float wx = x + 14; wx < x + wide - 24; wx += 36) {
        const bool lit = at_night && random.chance(0.45F);
        rectangle(picture,
                  wx,
                  wy,
                  20,
                  28,
                  lit ? mix(hex("#ffd27a"), hex("#ffe9b8"), random.unit())
                      : mix(front, at_night ? hex("#05060a") : hex("#4b5a6c"), 0.7F));
      }
    }
  }
  rectangle(picture, 0, horizon, w, h - horizon, at_night ? hex("#1a1a22") : hex("#7d8084"));
  rectangle(picture, 0, horizon, w, h * 0.035F, at_night ? hex("#2b2a33") : hex("#b5b2aa"));
  for (int i = 0; i < 5; ++i) {
    rectangle(picture,
              w * (0.05F + 0.22F * static_cast<float>(i)),
              h * 0.86F,
              w * 0.12F,
              h * 0.012F,
              at_night ? hex("#565560") : hex("#e9e9e6"));
  }
  for (int i = 0; i < 70; ++i) {
    const float x = w * random.range(-0.05F, 0.2F);
    const float y = h * random.range(0.3F, 0.62F);
    const Path blob =
        transformed(parse_path("O 0 0 1 0.8 0 360 Z"),
                    translate(x, y) * scale(random.range(20, 60), random.range(20, 50)));
    fill(picture,
         blob,
         plain(at_night ? mix(hex("#0c1512"), hex("#1c2b20"), random.unit())
                        : mix(hex("#3c6b35"), hex("#86b061"), random.unit())));
  }
  return picture;
}

}  // namespace

void hang(cv::Mat& linear,
          const cv::Mat& poster,
          const std::vector<cv::Point2f>& corners,
          float glow) {
  const auto w = static_cast<float>(poster.cols);
  const auto h = static_cast<float>(poster.rows);
  const cv::Mat matrix = cv::getPerspectiveTransform(
      std::vector<cv::Point2f>{{0, 0}, {w, 0}, {w, h}, {0, h}}, corners);
  cv::Mat bent;
  // Twice the size and back: anti-aliasing for fine print.
  const cv::Mat twice = (cv::Mat_<double>(3, 3) << 2, 0, 0, 0, 2, 0, 0, 0, 1);
  cv::warpPerspective(poster,
                      bent,
                      twice * matrix,
                      linear.size() * 2,
                      cv::INTER_LINEAR,
                      cv::BORDER_CONSTANT,
                      cv::Scalar::all(0));
  cv::resize(bent, bent, linear.size(), 0, 0, cv::INTER_AREA);
  for (int y = 0; y < linear.rows; ++y) {
    auto* to = linear.ptr<cv::Vec3f>(y);
    const auto* from = bent.ptr<cv::Vec4f>(y);
    for (int x = 0; x < linear.cols; ++x) {
      const float a = from[x][3];
      if (a <= 0) {
        continue;
      }
      cv::Vec3f color;
      for (int c = 0; c < 3; ++c) {
        color[c] = std::pow(clamp01(from[x][c] / a), 2.2F) * glow;
      }
      to[x] = to[x] * (1 - a) + color * a;
    }
  }
}

cv::Mat poster_of(const Artwork& art) {
  cv::Mat poster = blank(1500, 750, hex("#ffb02e"));
  paint(poster,
        cv::Mat::ones(poster.size(), CV_32F),
        {{{0.0F, hex("#ffe27a")}, {0.55F, hex("#ffab2e")}, {1.0F, hex("#f2542d")}},
         {0, 0},
         {1500, 750},
         false});
  stamp(poster, orange_slice(520), {1290, 560}, 560, 12);
  stamp(poster, lemon_slice(420), {1080, 690}, 380, -10);
  stamp(poster, lime_slice(360), {1440, 240}, 300, 20);
  stamp(poster, art.fizzolo_logo, {600, 300}, 900, 0);
  write_line(poster, "POP OPEN THE SUNSHINE", {590, 620}, 56, hex("#06323d"), 0.17F, 34);
  return poster;
}

cv::Mat competitor_poster_of(const Artwork& art) {
  cv::Mat poster = blank(1500, 750, hex("#d3effa"));
  paint(poster,
        cv::Mat::ones(poster.size(), CV_32F),
        vertical(0, 750, {{0.0F, hex("#ffffff")}, {1.0F, hex("#7cc6ec")}}));
  stamp(poster, art.quellino_logo, {500, 330}, 760, 0);
  stamp(poster, quellino_emblem(), {1210, 380}, 430, 14);
  write_line(poster, "CLEAR AS THE ALPS", {500, 660}, 50, hex("#0c2f6b"), 0.15F, 34);
  return poster;
}

cv::Mat billboard_photo(const cv::Mat& poster, bool at_night, cv::Size size, std::uint32_t seed) {
  const auto w = static_cast<float>(size.width);
  const auto h = static_cast<float>(size.height);
  cv::Mat scene = street(size, at_night, seed);
  cv::GaussianBlur(scene, scene, cv::Size(), at_night ? 7 : 4, 0, cv::BORDER_REPLICATE);
  // Posts, frame, then the poster a little inside the frame.
  rectangle(
      scene, w * 0.36F, h * 0.5F, w * 0.035F, h * 0.36F, hex(at_night ? "#16161c" : "#4d535a"));
  rectangle(
      scene, w * 0.70F, h * 0.5F, w * 0.035F, h * 0.37F, hex(at_night ? "#16161c" : "#4d535a"));
  const std::vector<cv::Point2f> corners = {{w * 0.15F, h * 0.20F},
                                            {w * 0.94F, h * 0.13F},
                                            {w * 0.93F, h * 0.50F},
                                            {w * 0.16F, h * 0.49F}};
  Path frame;
  frame.contours.push_back({{corners[0] + cv::Point2f(-16, -16),
                             corners[1] + cv::Point2f(16, -16),
                             corners[2] + cv::Point2f(16, 16),
                             corners[3] + cv::Point2f(-16, 16)},
                            true});
  fill(scene,
       frame,
       vertical(h * 0.12F, h * 0.52F, {{0.0F, hex("#6a7077")}, {1.0F, hex("#24272b")}}));
  cv::Mat linear = linear_light(scene);
  if (at_night) {
    cv::Mat glow;
    cv::resize(fill_mask(size, frame), glow, cv::Size(), 0.125, 0.125, cv::INTER_AREA);
    cv::GaussianBlur(glow, glow, cv::Size(), 22);
    cv::resize(glow, glow, size);
    for (int y = 0; y < linear.rows; ++y) {
      auto* row = linear.ptr<cv::Vec3f>(y);
      for (int x = 0; x < linear.cols; ++x) {
        row[x] += cv::Vec3f(0.05F, 0.13F, 0.22F) * glow.at<float>(y, x);
      }
    }
  }
  hang(linear, poster, corners, at_night ? 1.25F : 0.95F);
  Film film;
  film.exposure = at_night ? 1.2F : 1.0F;
  film.grain = at_night ? 0.018F : 0.008F;
  film.softness = at_night ? 0.7F : 0;
  film.bloom = at_night ? 0.12F : 0.04F;
  return develop(linear, film, seed);
}

}  // namespace muster
