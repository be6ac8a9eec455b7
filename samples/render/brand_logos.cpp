// The logos. Each is drawn large from strokes and curves, with outline, side, fill and shine as
// separate masks.
#include "samples/render/brands.h"
#include "samples/render/lettering.h"
#include "samples/render/noise.h"
#include "samples/render/vec.h"

#include <cmath>

#include <opencv2/imgproc.hpp>

namespace muster {

namespace {

Path circle(float x, float y, float radius) {
  Path path;
  auto& contour = path.contours.emplace_back();
  contour.closed = true;
  for (int i = 0; i < 96; ++i) {
    const float angle = 2 * kPi * static_cast<float>(i) / 96;
    contour.points.emplace_back(x + radius * std::cos(angle), y + radius * std::sin(angle));
  }
  return path;
}

void bubble(cv::Mat& picture, float x, float y, float radius, Color tint) {
  fill(picture,
       circle(x, y, radius),
       around({x, y}, radius, {{0.0F, {1, 1, 1, 0.15F}}, {0.7F, {1, 1, 1, 0.3F}}, {1.0F, tint}}));
  stroke(picture, circle(x, y, radius), radius * 0.14F, plain({1, 1, 1, 0.9F}));
  fill(picture, circle(x - radius * 0.35F, y - radius * 0.35F, radius * 0.2F), plain({1, 1, 1, 1}));
}

// Where the letters of "fizzolo" stand: strokes without the two o's, and the places of these.
struct Wordmark {
  Path strokes;
  std::vector<cv::Point2f> slices;
};

constexpr float kSliceRadius = 47;
constexpr float kSpacing = 43;

Wordmark fizzolo_wordmark(const Affine& place) {
  Wordmark mark;
  float x = 0;
  int index = 0;
  for (const char letter : std::string_view("fizzolo")) {
    const std::string_view text(&letter, 1);
    const float bounce = index % 2 == 0 ? 0.0F : -7.0F;
    Path path;
    if (letter == 'o') {
      path = parse_path("M 36 66 L 36 66");
    } else {
      path = lettering(text, 0);
    }
    const float width = letter == 'o' ? 72 : lettering_width(text, 0);
    path = transformed(path, translate(x, bounce));
    path = arched(transformed(path, slant(0.1F) * translate(0, -50)), 250, 330, 34);
    path = transformed(path, place);
    if (letter == 'o') {
      mark.slices.push_back(path.contours.front().points.front());
    } else {
      append(mark.strokes, path);
    }
    x += width + kSpacing;
    ++index;
  }
  return mark;
}

cv::Mat wordmark_mask(
    cv::Size size, const Wordmark& mark, float scale_factor, float pen, float more) {
  cv::Mat mask = stroke_mask(size, mark.strokes, (pen + 2 * more) * scale_factor);
  for (const auto& center : mark.slices) {
    cv::max(mask,
            fill_mask(size, circle(center.x, center.y, (kSliceRadius + more) * scale_factor)),
            mask);
  }
  return mask;
}

constexpr float kPen = 30;
constexpr float kFizzoloScale = 2.3F;
const cv::Size kFizzoloSize(1500, 760);

Wordmark fizzolo_placed() {
  return fizzolo_wordmark(translate(195, 400) * rotate(-4) * scale(kFizzoloScale, kFizzoloScale));
}

void swoosh(cv::Mat& picture) {
  const Path shape = parse_path(
      "M 170 585 C 480 520 980 470 1370 480 C 1330 530 1330 560 1360 600 C 980 570 520 610 210 690 "
      "C 225 645 210 610 170 585 Z");
  const cv::Mat mask = fill_mask(picture.size(), shape);
  paint(picture, dragged(mask, 0, 12), plain(hex("#06323d")));
  paint(picture,
        mask,
        {{{0.0F, hex("#0d7d86")}, {0.5F, hex("#11a39c")}, {1.0F, hex("#0d7d86")}},
         {170, 0},
         {1370, 0},
         false});
  Path line = lettering("SPARKLING CITRUS", 34);
  line = transformed(line, scale(0.46F, 0.46F));
  line = arched(line, 330, 500, 16);
  line = transformed(line, translate(400, 592) * rotate(-5.2F));
  stroke(picture, line, 8.5F, plain(hex("#fff4d0")));
}

}  // namespace

cv::Mat citrus_slice(int side, Color rind, Color flesh, int segments) {
  cv::Mat picture = blank(side, side);
  const auto half = static_cast<float>(side) / 2;
  const float radius = half * 0.98F;
  const cv::Size size(side, side);
  fill(picture,
       circle(half, half, radius),
       around({half, half},
              radius,
              {{0.0F, rind}, {0.9F, rind}, {1.0F, mix(rind, {0, 0, 0, 1}, 0.15F)}}));
  fill(picture, circle(half, half, radius * 0.9F), plain(mix(flesh, {1, 1, 0.96F, 1}, 0.82F)));
  Path wedges;
  for (int i = 0; i < segments; ++i) {
    wedges.contours.push_back(
        transformed(
            parse_path("M 10 0 C 26 -16 56 -30 76 -24 C 84 -14 84 14 76 24 C 56 30 26 16 10 0 Z"),
            translate(half, half) *
                rotate(360.0F * static_cast<float>(i) / static_cast<float>(segments)) *
                scale(radius / 100, radius / 100 * 9.2F / static_cast<float>(segments)))
            .contours.front());
  }
  const cv::Mat mask = fill_mask(size, wedges);
  paint(picture,
        mask,
        around({half, half},
               radius * 0.85F,
               {{0.0F, mix(flesh, {1, 1, 1, 1}, 0.35F)},
                {0.55F, flesh},
                {1.0F, mix(flesh, rind, 0.75F)}}));
  // Juice vesicles: fine light streaks that run outwards.
  Random random(82ULL + static_cast<std::uint64_t>(segments));
  Path streaks;
  for (int i = 0; i < 150; ++i) {
    const float angle = random.range(0, 2 * kPi);
    const float start = random.range(0.25F, 0.7F) * radius;
    const float end = start + random.range(0.05F, 0.12F) * radius;
    auto& points = streaks.contours.emplace_back().points;
    points.emplace_back(half + start * std::cos(angle), half + start * std::sin(angle));
    points.emplace_back(half + end * std::cos(angle), half + end * std::sin(angle));
  }
  cv::Mat glints = stroke_mask(size, streaks, radius * 0.016F);
  cv::multiply(glints, mask, glints);
  paint(picture, glints, plain({1, 1, 0.9F, 0.5F}));
  return picture;
}

cv::Mat fizzolo_logo() {
  cv::Mat picture = blank(kFizzoloSize.width, kFizzoloSize.height);
  const Wordmark mark = fizzolo_placed();
  swoosh(picture);
  const cv::Mat outer = wordmark_mask(kFizzoloSize, mark, kFizzoloScale, kPen, 13);
  paint(picture, dragged(outer, 7, 22), plain(hex("#06323d")));
  paint(picture, outer, vertical(90, 640, {{0.0F, hex("#0f6f7c")}, {1.0F, hex("#0a4a57")}}));
  paint(
      picture, wordmark_mask(kFizzoloSize, mark, kFizzoloScale, kPen, 4.5F), plain(hex("#ffffff")));
  const cv::Mat body = wordmark_mask(kFizzoloSize, mark, kFizzoloScale, kPen, 0);
  paint(picture,
        body,
        vertical(120,
                 600,
                 {{0.0F, hex("#fff1b8")},
                  {0.35F, hex("#ffd84a")},
                  {0.7F, hex("#ff9d1e")},
                  {1.0F, hex("#f4601c")}}));
  cv::Mat shine = stroke_mask(kFizzoloSize, transformed(mark.strokes, translate(-13, -13)), 8);
  cv::multiply(shine, body, shine);
  paint(picture, shine, plain({1, 1, 1, 0.85F}));
  const int side = cvRound(2 * kSliceRadius * kFizzoloScale);
  const cv::Mat slice = orange_slice(side);
  float turn = 8;
  for (const auto& center : mark.slices) {
    stamp(picture, slice, center, static_cast<float>(side), turn);
    turn += 17;
  }
  bubble(picture, 150, 190, 34, hex("#ffd84a", 0.8F));
  bubble(picture, 92, 270, 20, hex("#ffd84a", 0.8F));
  bubble(picture, 1420, 90, 26, hex("#ffd84a", 0.8F));
  bubble(picture, 1466, 152, 16, hex("#ffd84a", 0.8F));
  return trimmed(picture, 8);
}

cv::Mat fizzolo_logo_one_color(Color color) {
  cv::Mat picture = blank(kFizzoloSize.width, kFizzoloSize.height);
  const Wordmark mark = fizzolo_placed();
  paint(picture, wordmark_mask(kFizzoloSize, mark, kFizzoloScale, kPen, 0), plain(color));
  // The segments of the slices stay open.
  for (const auto& center : mark.slices) {
    Path segments;
    for (int i = 0; i < 8; ++i) {
      append(
          segments,
          transformed(
              parse_path("M 9 0 C 24 -13 50 -24 66 -20 C 72 -12 72 12 66 20 C 50 24 24 13 9 0 Z"),
              translate(center.x, center.y) * rotate(45.0F * static_cast<float>(i)) *
                  scale(1.14F, 1.14F)));
    }
    cv::Mat open = 1.0 - fill_mask(kFizzoloSize, segments);
    for (int y = 0; y < picture.rows; ++y) {
      auto* row = picture.ptr<cv::Vec4f>(y);
      const auto* keep = open.ptr<float>(y);
      for (int x = 0; x < picture.cols; ++x) {
        row[x] *= keep[x];
      }
    }
  }
  stroke(picture, parse_path("M 200 640 C 520 560 980 520 1340 540"), 22, plain(color));
  return trimmed(picture, 8);
}

cv::Mat quellino_emblem() {
  constexpr int kSide = 620;
  cv::Mat picture = blank(kSide, kSide);
  const cv::Size size(kSide, kSide);
  const Path drop = parse_path(
      "M 310 20 C 380 150 520 260 520 400 O 310 400 210 200 0 180 C 100 260 240 150 310 20 Z");
  const cv::Mat mask = fill_mask(size, drop);
  stroke(picture, drop, 34, plain(hex("#0c2f6b")));
  paint(
      picture,
      mask,
      vertical(40, 600, {{0.0F, hex("#e9fbff")}, {0.4F, hex("#6fd3ef")}, {1.0F, hex("#1570c4")}}));
  const auto inside = [&](std::string_view shape, const Paint& with) {
    cv::Mat part = fill_mask(size, parse_path(shape));
    cv::multiply(part, mask, part);
    paint(picture, part, with);
  };
  inside("M 60 420 L 190 270 L 250 330 L 330 215 L 470 390 L 580 440 L 580 620 L 60 620 Z",
         vertical(
             210, 440, {{0.0F, hex("#ffffff")}, {0.35F, hex("#4a83c9")}, {1.0F, hex("#204f9e")}}));
  inside("M 60 440 C 160 390 230 480 320 440 C 410 400 470 470 580 430 L 580 640 L 60 640 Z",
         plain(hex("#0f5fb8")));
  inside("M 60 490 C 160 440 230 530 320 490 C 410 450 470 520 580 480 L 580 640 L 60 640 Z",
         plain(hex("#29a9df")));
  inside("M 60 545 C 160 495 230 585 320 545 C 410 505 470 575 580 535 L 580 640 L 60 640 Z",
         plain(hex("#bdf0fb")));
  cv::Mat glint = stroke_mask(size, parse_path("M 180 300 C 210 240 250 200 275 160"), 20);
  paint(picture, glint, plain({1, 1, 1, 0.85F}));
  return trimmed(picture, 6);
}

cv::Mat quellino_logo() {
  cv::Mat picture = blank(1500, 900);
  const cv::Size size = picture.size();
  stamp(picture, quellino_emblem(), {750, 280}, 420, 0);
  const Path line = transformed(lettering("QUELLINO", 44), translate(171, 580) * scale(1.5F, 1.5F));
  paint(picture, dragged(stroke_mask(size, line, 44), 4, 8), plain(hex("#071b40")));
  stroke(
      picture,
      line,
      40,
      vertical(575, 735, {{0.0F, hex("#1e63c4")}, {0.5F, hex("#123f92")}, {1.0F, hex("#0c2f6b")}}));
  stroke(picture, transformed(line, translate(-7, -8)), 5, plain(hex("#9fe4ff", 0.8F)));
  stroke(picture,
         parse_path("M 250 812 C 420 772 560 842 750 807 C 940 772 1080 842 1250 802"),
         20,
         plain(hex("#29a9df")));
  return trimmed(picture, 8);
}

cv::Mat grannoka_logo() {
  constexpr int kSide = 1200;
  cv::Mat picture = blank(kSide, kSide);
  const cv::Size size(kSide, kSide);
  Path scallop;
  auto& edge = scallop.contours.emplace_back();
  edge.closed = true;
  for (int i = 0; i < 720; ++i) {
    const float angle = 2 * kPi * static_cast<float>(i) / 720;
    const float radius = 520 + 16 * std::cos(angle * 28);
    edge.points.emplace_back(600 + radius * std::cos(angle), 600 + radius * std::sin(angle));
  }
  paint(picture, dragged(fill_mask(size, scallop), 0, 14), plain(hex("#14261a")));
  fill(picture, scallop, vertical(80, 1120, {{0.0F, hex("#2f7a45")}, {1.0F, hex("#174a2c")}}));
  stroke(picture, circle(600, 600, 470), 8, plain(hex("#f3e3b8")));
  const cv::Mat window = fill_mask(size, circle(600, 600, 445));
  paint(
      picture,
      window,
      vertical(160, 700, {{0.0F, hex("#f6b042")}, {0.6F, hex("#fbe3a1")}, {1.0F, hex("#fff5d8")}}));
  const auto inside = [&](const Path& shape, const Paint& with) {
    cv::Mat part = fill_mask(size, shape);
    cv::multiply(part, window, part);
    paint(picture, part, with);
  };
  for (int i = 0; i < 18; ++i) {
    inside(transformed(parse_path("M 0 0 L 700 -42 L 700 42 Z"),
                       translate(600, 480) * rotate(20.0F * static_cast<float>(i))),
           plain(hex("#f08a24", 0.4F)));
  }
  inside(circle(600, 480, 130),
         around({600, 480}, 130, {{0.0F, hex("#fff3b0")}, {1.0F, hex("#f5941d")}}));
  inside(parse_path("M 100 760 L 330 430 L 440 560 L 600 360 L 780 590 L 880 470 L 1100 780 L 1100 "
                    "1100 L 100 1100 Z"),
         vertical(360,
                  760,
                  {{0.0F, hex("#ffffff")},
                   {0.22F, hex("#b9c9b0")},
                   {0.5F, hex("#5d8a62")},
                   {1.0F, hex("#2d5f3c")}}));
  inside(parse_path("M 100 900 C 300 800 460 930 640 880 C 820 830 960 900 1100 850 L 1100 1200 L "
                    "100 1200 Z"),
         plain(hex("#d99a35")));
  for (const float side : {-1.0F, 1.0F}) {
    for (int i = 0; i < 6; ++i) {
      const float t = static_cast<float>(i);
      const Path grain = parse_path("M 0 0 C 26 -22 66 -22 92 0 C 66 22 26 22 0 0 Z");
      for (const float turn : {-34.0F, 34.0F}) {
        inside(transformed(grain,
                           translate(600 + side * (70 + 22 * t), 1010 - 46 * t) *
                               rotate(-90 + side * (24 + turn))),
               vertical(700, 1040, {{0.0F, hex("#fbe7ae")}, {1.0F, hex("#b06d1c")}}));
      }
    }
  }
  const Path banner = parse_path(
      "M 10 640 C 380 560 820 560 1190 640 L 1150 730 L 1190 830 C 820 750 380 750 10 830 L 50 730 "
      "Z");
  paint(picture, dragged(fill_mask(size, banner), 0, 12), plain(hex("#3c1d0c")));
  fill(picture, banner, vertical(570, 830, {{0.0F, hex("#8a4a1e")}, {1.0F, hex("#5a2a10")}}));
  Path line = transformed(lettering("GRANNOKA", 46), scale(1.18F, 1.18F));
  line = arched(line, 500, 560, 60);
  line = transformed(line, translate(600 - lettering_width("GRANNOKA", 46) * 0.59F, 692));
  stroke(picture, transformed(line, translate(3, 6)), 34, plain(hex("#2b1206")));
  stroke(picture, line, 32, vertical(600, 820, {{0.0F, hex("#fffaf0")}, {1.0F, hex("#f7d98b")}}));
  return trimmed(picture, 8);
}

cv::Mat velvenne_logo() {
  cv::Mat picture = blank(1400, 900);
  const Paint gold = {{{0.0F, hex("#8c5a3c")},
                       {0.35F, hex("#d9a679")},
                       {0.5F, hex("#f6dcc0")},
                       {0.7F, hex("#c98d62")},
                       {1.0F, hex("#8c5a3c")}},
                      {200, 200},
                      {1200, 800},
                      false};
  for (const auto& [count, length, tone] : {std::tuple{12, 1.0F, "#b05a7a"},
                                            std::tuple{8, 0.66F, "#d88ba6"},
                                            std::tuple{6, 0.38F, "#f4c6d2"}}) {
    for (int i = 0; i < count; ++i) {
      const Path petal = transformed(
          parse_path("M 0 0 C 60 -90 190 -110 280 0 C 190 110 60 90 0 0 Z"),
          translate(700, 320) * rotate(360.0F * static_cast<float>(i) / static_cast<float>(count)) *
              scale(length, length * 0.62F));
      fill(picture,
           petal,
           around({700, 320}, 280 * length, {{0.0F, hex("#7a2f52")}, {1.0F, hex(tone, 0.9F)}}));
      stroke(picture, petal, 5, gold);
    }
  }
  fill(picture, circle(700, 320, 34), gold);
  const Path line = transformed(
      lettering("VELVENNE", 56),
      translate(700 - lettering_width("VELVENNE", 56) * 0.75F, 680) * scale(1.5F, 1.35F));
  stroke(picture, line, 15, gold);
  stroke(picture, parse_path("M 340 868 L 640 868 M 760 868 L 1060 868"), 5, gold);
  fill(picture,
       transformed(parse_path("M 0 -16 L 16 0 L 0 16 L -16 0 Z"), translate(700, 868)),
       gold);
  return trimmed(picture, 8);
}

}  // namespace muster
