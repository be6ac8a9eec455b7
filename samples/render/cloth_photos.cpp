// Shirt and bag: a print that follows the folds of cloth.
#include "samples/render/hang.h"
#include "samples/render/noise.h"
#include "samples/render/photo.h"
#include "samples/render/scenes.h"

#include <cmath>

#include <opencv2/imgproc.hpp>

namespace muster {

namespace {

// Height of cloth at a place in px: long folds from the shoulders, finer creases, a soft sag.
float cloth_height(float x, float y, float width, std::uint32_t seed) {
  const float u = x / width;
  const float v = y / width;
  const float bend = 0.35F * fractal_noise(u * 2.2F, v * 1.6F, 3, seed);
  const float folds = fractal_noise(u * 4.2F + bend * 3 + v * 0.8F, v * 1.1F + bend, 3, seed + 4);
  const float diagonal =
      fractal_noise(u * 2.4F + v * 2.1F + bend, u * 2.4F - v * 5.4F, 3, seed + 8);
  const float ridge = 1 - std::abs(2 * folds - 1);
  return width * (0.052F * ridge * ridge + 0.034F * diagonal);
}

struct Cloth {
  cv::Mat shade;  // CV_32F: light on it
  cv::Mat map_x;  // where a print on it is to be read
  cv::Mat map_y;
};

Cloth drape(cv::Size size, std::uint32_t seed) {
  Cloth cloth{cv::Mat(size, CV_32F), cv::Mat(size, CV_32F), cv::Mat(size, CV_32F)};
  const auto width = static_cast<float>(size.width);
  cv::Mat height(size, CV_32F);
  for (int y = 0; y < size.height; ++y) {
    for (int x = 0; x < size.width; ++x) {
      height.at<float>(y, x) =
          cloth_height(static_cast<float>(x), static_cast<float>(y), width, seed);
    }
  }
  cv::GaussianBlur(height, height, cv::Size(), 5);
  cv::Mat dx;
  cv::Mat dy;
  cv::Sobel(height, dx, CV_32F, 1, 0, 3, 0.125);
  cv::Sobel(height, dy, CV_32F, 0, 1, 3, 0.125);
  const Vec3 light = normalize({-0.55F, -0.5F, 0.68F});
  for (int y = 0; y < size.height; ++y) {
    for (int x = 0; x < size.width; ++x) {
      const float sx = dx.at<float>(y, x);
      const float sy = dy.at<float>(y, x);
      const Vec3 normal = normalize({-sx * 1.9F, -sy * 1.9F, 1});
      const float weave = 0.985F + 0.03F * unit_hash(x / 2, y / 2, seed + 30);
      cloth.shade.at<float>(y, x) = (0.34F + 0.92F * std::max(0.0F, dot(normal, light))) * weave;
      cloth.map_x.at<float>(y, x) = static_cast<float>(x) + sx * 26;
      cloth.map_y.at<float>(y, x) = static_cast<float>(y) + sy * 26;
    }
  }
  return cloth;
}

// The print follows the cloth, then print and cloth are lit together. `base` is linear light
// (CV_32FC3).
void print_on(cv::Mat& base, const Cloth& cloth, const cv::Mat& print, const cv::Mat& where) {
  cv::Mat bent;
  cv::remap(print,
            bent,
            cloth.map_x,
            cloth.map_y,
            cv::INTER_LINEAR,
            cv::BORDER_CONSTANT,
            cv::Scalar::all(0));
  for (int y = 0; y < base.rows; ++y) {
    auto* to = base.ptr<cv::Vec3f>(y);
    const auto* ink = bent.ptr<cv::Vec4f>(y);
    const auto* shade = cloth.shade.ptr<float>(y);
    const auto* cover = where.ptr<float>(y);
    for (int x = 0; x < base.cols; ++x) {
      if (cover[x] <= 0) {
        continue;
      }
      cv::Vec3f color = to[x];
      const float a = ink[x][3] * 0.96F;
      for (int c = 0; c < 3; ++c) {
        const float full =
            ink[x][3] > 0.01F ? std::pow(clamp01(ink[x][c] / ink[x][3]), 2.2F) : 0.0F;
        color[c] = (color[c] * (1 - a) + full * a) * shade[x];
      }
      to[x] = to[x] * (1 - cover[x]) + color * cover[x];
    }
  }
}

Path shirt_outline(float w, float h) {
  const Path path = parse_path(
      "M 36 10 C 42 18 58 18 64 10 L 78 15 C 88 19 93 26 100 46 L 84 54 L 79 44 C 80 70 80 90 82 "
      "118 "
      "C 60 124 40 124 18 118 C 20 90 20 70 21 44 L 16 54 L 0 46 C 7 26 12 19 22 15 Z");
  return transformed(path, translate(w * 0.02F, h * 0.03F) * scale(w * 0.0096F, h * 0.0079F));
}

// A wall of boards or plaster with light from one side, linear.
cv::Mat wall(cv::Size size, Color color, bool boards, std::uint32_t seed) {
  cv::Mat picture(size, CV_32FC3);
  for (int y = 0; y < size.height; ++y) {
    auto* row = picture.ptr<cv::Vec3f>(y);
    for (int x = 0; x < size.width; ++x) {
      const auto fx = static_cast<float>(x);
      const auto fy = static_cast<float>(y);
      float tone = 0.86F + 0.22F * fractal_noise(fx * 0.006F, fy * 0.006F, 4, seed) -
                   0.08F * fractal_noise(fx * 0.15F, fy * 0.15F, 2, seed + 5);
      if (boards) {
        const float board = fx / 180;
        const float edge = std::min(board - std::floor(board), 1 - board + std::floor(board)) * 180;
        tone *= (0.75F + 0.25F * fractal_noise(fx * 0.09F, fy * 0.004F, 4, seed + 9)) *
                (0.45F + 0.55F * smoothstep(1, 5, edge));
      }
      const float light =
          1.15F - 0.45F * (fx + 0.7F * fy) / static_cast<float>(size.width + size.height);
      row[x] =
          cv::Vec3f(std::pow(color.b, 2.2F), std::pow(color.g, 2.2F), std::pow(color.r, 2.2F)) *
          (tone * light);
    }
  }
  return picture;
}

void darken(cv::Mat& linear, const cv::Mat& mask, float amount) {
  for (int y = 0; y < linear.rows; ++y) {
    auto* row = linear.ptr<cv::Vec3f>(y);
    const auto* m = mask.ptr<float>(y);
    for (int x = 0; x < linear.cols; ++x) {
      row[x] *= 1 - amount * m[x];
    }
  }
}

cv::Mat printed_at(
    const cv::Mat& logo, cv::Size size, cv::Point2f center, float width, float degrees) {
  cv::Mat print = blank(size.width, size.height);
  stamp(print, logo, center, width, degrees);
  return print;
}

}  // namespace

cv::Mat shirt_photo(const cv::Mat& logo, cv::Vec3f cloth_color, cv::Size size, std::uint32_t seed) {
  const auto w = static_cast<float>(size.width);
  const auto h = static_cast<float>(size.height);
  cv::Mat picture = wall(size, hex("#b98d62"), true, seed);
  const Path outline = shirt_outline(w, h);
  const cv::Mat where = soft(fill_mask(size, outline), 0.8F);
  darken(picture, soft(shifted(where, 16, 24), 16), 0.62F);
  Cloth cloth = drape(size, seed + 1);
  const cv::Mat edge = soft(where, 26);
  cv::multiply(cloth.shade, 0.55 + 0.5 * edge, cloth.shade);
  cv::Mat body = picture.clone();
  body.setTo(cv::Scalar(cloth_color[0], cloth_color[1], cloth_color[2]));
  cv::Mat print = printed_at(logo, size, {w * 0.5F, h * 0.40F}, w * 0.40F, -1);
  // Collar and seams are sewn on like prints.
  const Color seam = {0, 0, 0, 0.3F};
  stroke(print,
         transformed(parse_path("M 36 10 C 42 21 58 21 64 10"),
                     translate(w * 0.02F, h * 0.045F) * scale(w * 0.0096F, h * 0.0079F)),
         5,
         plain(seam));
  stroke(print,
         transformed(parse_path("M 79 44 C 77 30 78 24 78 15 M 21 44 C 23 30 22 24 22 15 M 19 114 "
                                "C 40 120 60 120 81 114"),
                     translate(w * 0.02F, h * 0.03F) * scale(w * 0.0096F, h * 0.0079F)),
         3,
         plain(seam));
  print_on(body, cloth, print, cv::Mat::ones(size, CV_32F));
  for (int y = 0; y < size.height; ++y) {
    auto* to = picture.ptr<cv::Vec3f>(y);
    const auto* from = body.ptr<cv::Vec3f>(y);
    const auto* m = where.ptr<float>(y);
    for (int x = 0; x < size.width; ++x) {
      to[x] = to[x] * (1 - m[x]) + from[x] * m[x];
    }
  }
  Film film;
  film.exposure = 1.1F;
  film.warmth = 0.05F;
  return develop(picture, film, seed);
}

cv::Mat tote_photo(const cv::Mat& logo, cv::Size size, std::uint32_t seed) {
  const auto w = static_cast<float>(size.width);
  const auto h = static_cast<float>(size.height);
  cv::Mat picture = wall(size, hex("#cfdcd6"), false, seed);
  const Path bag = transformed(parse_path("M 0 0 C 30 3 70 3 100 0 C 98 40 100 80 104 112 C 70 117 "
                                          "30 117 -4 112 C 0 80 2 40 0 0 Z"),
                               translate(w * 0.2F, h * 0.36F) * scale(w * 0.006F, h * 0.0048F));
  const Path straps = transformed(parse_path("M 26 2 C 30 -40 44 -72 50 -74 C 56 -72 70 -40 74 2 M "
                                             "33 3 C 36 -30 45 -56 50 -58 C 55 -56 64 -30 67 3"),
                                  translate(w * 0.2F, h * 0.36F) * scale(w * 0.006F, h * 0.0034F));
  cv::Mat where = fill_mask(size, bag);
  cv::max(where, stroke_mask(size, straps, 26), where);
  where = soft(where, 0.8F);
  darken(picture, soft(shifted(where, 20, 26), 18), 0.5F);
  Cloth cloth = drape(size, seed + 3);
  cv::multiply(cloth.shade, 0.6 + 0.45 * soft(where, 22), cloth.shade);
  cv::Mat body(size, CV_32FC3, cv::Scalar(0.50, 0.62, 0.68));
  print_on(body,
           cloth,
           printed_at(logo, size, {w * 0.5F, h * 0.62F}, w * 0.46F, 2),
           cv::Mat::ones(size, CV_32F));
  for (int y = 0; y < size.height; ++y) {
    auto* to = picture.ptr<cv::Vec3f>(y);
    const auto* from = body.ptr<cv::Vec3f>(y);
    const auto* m = where.ptr<float>(y);
    for (int x = 0; x < size.width; ++x) {
      to[x] = to[x] * (1 - m[x]) + from[x] * m[x];
    }
  }
  // A brass peg.
  const Path peg =
      transformed(parse_path("O 0 0 1 1 0 360 Z"), translate(w * 0.5F, h * 0.115F) * scale(24, 24));
  const cv::Mat knob = fill_mask(size, peg);
  darken(picture, soft(shifted(knob, 8, 14), 8), 0.5F);
  cv::Mat brass(size, CV_32FC4, cv::Scalar::all(0));
  fill(brass,
       peg,
       around({w * 0.5F - 8, h * 0.115F - 8},
              30,
              {{0.0F, hex("#fff0c0")}, {0.5F, hex("#c99a45")}, {1.0F, hex("#6b4a1a")}}));
  hang(picture, brass, {{0, 0}, {w, 0}, {w, h}, {0, h}}, 1);
  return develop(picture, Film{}, seed);
}

}  // namespace muster
