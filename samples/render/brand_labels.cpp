// Labels and cartons: what is printed around a can, a tube or a box.
#include "samples/render/brands.h"
#include "samples/render/lettering.h"
#include "samples/render/noise.h"
#include "samples/render/vec.h"

#include <cmath>

#include <opencv2/imgproc.hpp>

namespace muster {

namespace {

cv::Mat gradient(int width, int height, std::vector<std::pair<float, Color>> stops) {
  cv::Mat picture = blank(width, height, {1, 1, 1, 1});
  paint(picture,
        cv::Mat::ones(height, width, CV_32F),
        vertical(0, static_cast<float>(height), std::move(stops)));
  return picture;
}

Path disc(float x, float y, float radius) {
  return transformed(parse_path("O 0 0 1 1 0 360 Z"), translate(x, y) * scale(radius, radius));
}

void sun_rays(cv::Mat& picture, cv::Point2f center, float radius, int count, Color color) {
  Path rays;
  for (int i = 0; i < count; ++i) {
    append(rays,
           transformed(parse_path("M 0 0 L 100 -7 L 100 7 Z"),
                       translate(center.x, center.y) *
                           rotate(360.0F * static_cast<float>(i) / static_cast<float>(count)) *
                           scale(radius / 100, radius / 100)));
  }
  Color clear = color;
  clear.a = 0;
  fill(picture, rays, around(center, radius, {{0.0F, color}, {1.0F, clear}}));
}

void fine_print(cv::Mat& picture, float x, float y, Color color) {
  Random random(static_cast<std::uint64_t>(x));
  Path lines;
  for (int i = 0; i < 11; ++i) {
    float at = x - 110;
    while (at < x + 100) {
      const float word = random.range(10, 36);
      auto& points = lines.contours.emplace_back().points;
      points.emplace_back(at, y + 20.0F * static_cast<float>(i));
      points.emplace_back(at + word, y + 20.0F * static_cast<float>(i));
      at += word + 9;
    }
  }
  stroke(picture, lines, 5, plain(color));
}

void barcode(cv::Mat& picture, int x, int y) {
  place(picture, blank(190, 120, {1, 1, 1, 1}), x - 95, y);
  Random random(77);
  int at = x - 80;
  while (at < x + 76) {
    const int width = 2 + random.below(5);
    place(picture, blank(width, 92, {0.05F, 0.05F, 0.08F, 1}), at, y + 10);
    at += width + 2 + random.below(5);
  }
}

struct FlavorArt {
  std::vector<std::pair<float, Color>> ground;
  std::string_view name;
  cv::Mat slice;
  cv::Mat other_slice;
};

FlavorArt art_of(Flavor flavor) {
  switch (flavor) {
    case Flavor::mint:
      return {{{0.0F, hex("#d9f4a8")}, {0.45F, hex("#6cc56a")}, {1.0F, hex("#0f7a6a")}},
              "LIME + MINT",
              lime_slice(420),
              lemon_slice(420)};
    case Flavor::berry:
      return {{{0.0F, hex("#ffd0c9")}, {0.45F, hex("#ee5d8a")}, {1.0F, hex("#7b1f6b")}},
              "BLOOD ORANGE",
              citrus_slice(420, hex("#c8321e"), hex("#f0604a")),
              orange_slice(420)};
    case Flavor::citrus:
      break;
  }
  return {{{0.0F, hex("#ffe27a")}, {0.4F, hex("#ffb02e")}, {1.0F, hex("#f2542d")}},
          "ORANGE + LEMON",
          orange_slice(420),
          lemon_slice(420)};
}

}  // namespace

cv::Mat fizzolo_label(Flavor flavor) {
  const FlavorArt art = art_of(flavor);
  cv::Mat label = gradient(2048, 1290, art.ground);
  const cv::Mat logo = fizzolo_logo();
  Random random(5);
  for (const float front : {512.0F, 1536.0F}) {
    sun_rays(label, {front, 470}, 760, 22, {1, 1, 0.85F, 0.4F});
    stamp(label, art.slice, {front - 210, 1120}, 430, 10);
    stamp(label, art.other_slice, {front + 190, 1180}, 400, -14);
    stamp(label, art.slice, {front - 30, 960}, 300, 30);
    for (int i = 0; i < 34; ++i) {
      const float radius = random.range(4, 17);
      const float x = front + random.range(-400, 400);
      const float y = random.range(60, 1180);
      stroke(label, disc(x, y, radius), 3, plain({1, 1, 1, 0.65F}));
    }
    stamp(label, logo, {front, 440}, 690, 0);
    write_line(label, art.name, {front, 735}, 44, hex("#06323d"), 0.17F, 30);
    write_line(label, "NATURALLY FIZZY", {front, 135}, 27, hex("#06323d"), 0.13F, 40);
    write_line(label, "330 ML", {front + 175, 880}, 34, {1, 1, 1, 1}, 0.15F);
  }
  for (const float back : {1024.0F, 2030.0F}) {
    fine_print(label, back - 10, 300, hex("#06323d", 0.75F));
    barcode(label, static_cast<int>(back) - 10, 620);
  }
  return label;
}

cv::Mat quellino_label() {
  cv::Mat label = gradient(
      2048, 1290, {{0.0F, hex("#f7fcff")}, {0.5F, hex("#d3effa")}, {1.0F, hex("#8fd3f0")}});
  for (int i = 0; i < 7; ++i) {
    const float y = 900 + 58.0F * static_cast<float>(i);
    Path wave;
    auto& contour = wave.contours.emplace_back();
    contour.closed = true;
    for (int x = 0; x <= 2048; x += 8) {
      const auto fx = static_cast<float>(x);
      contour.points.emplace_back(
          fx, y + 22 * std::sin(2 * kPi * (fx / 512 + 0.13F * static_cast<float>(i))));
    }
    contour.points.emplace_back(2048.0F, 1300.0F);
    contour.points.emplace_back(0.0F, 1300.0F);
    fill(label, wave, plain(mix(hex("#8fd3f0"), hex("#0c3f96"), static_cast<float>(i) / 6)));
  }
  const cv::Mat logo = quellino_logo();
  for (const float front : {512.0F, 1536.0F}) {
    stamp(label, logo, {front, 490}, 600, 0);
    write_line(label, "ALPINE SPARKLING WATER", {front, 790}, 32, hex("#0c2f6b"), 0.13F, 30);
    write_line(label, "330 ML", {front, 1230}, 34, {1, 1, 1, 1}, 0.14F);
  }
  fine_print(label, 1014, 300, hex("#0c2f6b", 0.7F));
  barcode(label, 1014, 620);
  return label;
}

namespace {

// A bowl of granola seen from above: overlapping flakes, nuts and berries.
cv::Mat granola(int side) {
  cv::Mat picture = blank(side, side);
  const auto half = static_cast<float>(side) / 2;
  Random random(12);
  fill(picture, disc(half, half, half * 0.97F), plain(hex("#6d3d17")));
  const Color tones[] = {hex("#e0b169"),
                         hex("#c98f45"),
                         hex("#f0cf92"),
                         hex("#a9692b"),
                         hex("#8a1f3c"),
                         hex("#f6e3bb")};
  for (int i = 0; i < 420; ++i) {
    const float angle = random.range(0, 2 * kPi);
    const float distance = std::sqrt(random.unit()) * half * 0.9F;
    const float x = half + distance * std::cos(angle);
    const float y = half + distance * std::sin(angle);
    const float size = random.range(0.03F, 0.065F) * half;
    const Color tone = tones[random.below(6)];
    const Path flake =
        transformed(parse_path("O 0 0 1 0.72 0 360 Z"),
                    translate(x, y) * rotate(random.range(0, 180)) * scale(size * 1.5F, size));
    const int reach = static_cast<int>(size * 3) + 4;
    const cv::Rect area =
        cv::Rect(static_cast<int>(x) - reach, static_cast<int>(y) - reach, 2 * reach, 2 * reach) &
        cv::Rect({}, picture.size());
    cv::Mat part = picture(area);
    const Affine local = translate(static_cast<float>(-area.x), static_cast<float>(-area.y));
    paint(part,
          soft(fill_mask(area.size(), transformed(flake, local * translate(2, 5))), 2.0F),
          plain({0.15F, 0.07F, 0.02F, 0.6F}));
    fill(part,
         transformed(flake, local),
         vertical(0,
                  static_cast<float>(area.height),
                  {{0.2F, mix(tone, {1, 1, 1, 1}, 0.25F)}, {0.8F, mix(tone, {0, 0, 0, 1}, 0.2F)}}));
  }
  return picture;
}

}  // namespace

cv::Mat grannoka_front() {
  cv::Mat front = gradient(
      1000, 1400, {{0.0F, hex("#f8eccb")}, {0.55F, hex("#f1d593")}, {1.0F, hex("#e2b358")}});
  sun_rays(front, {500, 500}, 900, 26, hex("#ffffff", 0.5F));
  stamp(front, granola(720), {735, 1250}, 600, 0);
  stamp(front, grannoka_logo(), {500, 470}, 830, 0);
  place(front, blank(1000, 70, hex("#174a2c")), 0, 0);
  write_line(front, "BAKED IN SMALL BATCHES", {500, 36}, 28, hex("#f3e3b8"), 0.14F, 40);
  write_line(front, "OAT + HONEY", {440, 960}, 72, hex("#4a220c"), 0.2F, 36);
  write_line(front, "CRUNCHY BARS", {330, 1056}, 46, hex("#4a220c"), 0.15F, 34);
  write_line(front, "6 X 35 G", {200, 1320}, 44, hex("#174a2c"), 0.16F);
  return front;
}

cv::Mat grannoka_side() {
  cv::Mat side = gradient(480, 1400, {{0.0F, hex("#2f7a45")}, {1.0F, hex("#123d24")}});
  stamp(side, grannoka_logo(), {240, 300}, 400, 0);
  fine_print(side, 240, 620, hex("#f3e3b8", 0.8F));
  fine_print(side, 241, 860, hex("#f3e3b8", 0.8F));
  barcode(side, 240, 1180);
  return side;
}

cv::Mat velvenne_label() {
  cv::Mat label = gradient(1600, 1300, {{0.0F, hex("#fdf1ee")}, {1.0F, hex("#f0cdd0")}});
  const cv::Mat logo = velvenne_logo();
  for (const float front : {400.0F, 1200.0F}) {
    stamp(label, logo, {front, 520}, 520, 0);
    write_line(label, "HAND CREAM", {front, 830}, 40, hex("#8c5a3c"), 0.11F, 46);
    write_line(label, "ROSE + ALMOND", {front, 900}, 26, hex("#8c5a3c"), 0.11F, 46);
    write_line(label, "75 ML", {front, 1180}, 28, hex("#8c5a3c"), 0.11F, 40);
  }
  return label;
}

cv::Mat plain_label(Color top, Color bottom, int pattern) {
  cv::Mat label = gradient(1024, 645, {{0.0F, top}, {1.0F, bottom}});
  Random random(static_cast<std::uint64_t>(pattern) + 40);
  const Color light = mix(top, {1, 1, 1, 1}, 0.6F);
  for (const float front : {256.0F, 768.0F}) {
    if (pattern % 3 == 0) {
      fill(label, disc(front, 280, 130), plain(light));
      stroke(label, disc(front, 280, 150), 8, plain(light));
    } else if (pattern % 3 == 1) {
      for (int i = 0; i < 5; ++i) {
        stroke(label,
               transformed(parse_path("M -220 0 C -80 -60 80 60 220 0"),
                           translate(front, 150 + 60.0F * static_cast<float>(i))),
               16,
               plain(light));
      }
    } else {
      fill(label,
           transformed(parse_path("M 0 -150 L 120 0 L 0 150 L -120 0 Z"), translate(front, 290)),
           plain(light));
    }
    for (int i = 0; i < 3; ++i) {
      const float half = random.range(60, 120);
      stroke(label,
             transformed(parse_path("M -1 0 L 1 0"),
                         translate(front, 500 + 34.0F * static_cast<float>(i)) * scale(half, 1)),
             12,
             plain(mix(light, bottom, 0.2F)));
    }
  }
  return label;
}

}  // namespace muster
