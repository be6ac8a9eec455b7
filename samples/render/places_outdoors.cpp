#include "samples/render/backdrop.h"
#include "samples/render/grounds.h"
#include "samples/render/noise.h"

namespace muster {

void beach(Stage& stage, Sheet& s, cv::Size size, std::uint32_t seed) {
  Random random(seed);
  const float h = s.horizon / s.height;
  s.fill({{0.0F, hex("#5fa9dd")},
          {h * 0.7F, hex("#a9d7ef")},
          {h, hex("#e4f3f6")},
          {h + 0.002F, hex("#2d8fb0")},
          {h + 0.1F, hex("#4fc0c4")},
          {1.0F, hex("#a8e3d8")}});
  for (int i = 0; i < 12; ++i) {
    s.spot(random.range(0, 540),
           s.horizon * random.range(0.25F, 0.85F),
           random.range(40, 110),
           random.range(8, 26),
           {1, 1, 1, 0.35F});
  }
  for (int i = 0; i < 9; ++i) {
    s.box(random.range(-100, 300),
          s.horizon + random.range(14, 90),
          random.range(150, 380),
          random.range(2, 6),
          {1, 1, 1, 0.7F});
  }
  // A palm at the side.
  for (int i = 0; i < 9; ++i) {
    const Path frond =
        transformed(parse_path("M 0 0 C 60 -40 140 -40 210 40 C 140 0 60 -6 0 0 Z"),
                    translate(500, s.horizon * 0.3F) * rotate(100 + 26.0F * static_cast<float>(i)));
    muster::fill(s.picture, frond, plain(mix(hex("#1f5a3a"), hex("#5d9a4c"), random.unit())));
  }
  s.blur(6);
  stage.background = finished(s, size);
  const float scale_up = static_cast<float>(size.width) / 540;
  for (int i = 0; i < 60; ++i) {
    bokeh(stage.background,
          random.range(0, 540) * scale_up,
          (s.horizon + random.range(6, 70)) * scale_up,
          random.range(4, 11) * scale_up,
          {1, 0.98F, 0.9F},
          random.range(0.05F, 0.35F));
  }
  stage.surroundings = {{0.42F, 0.55F, 0.72F},
                        {0.62F, 0.68F, 0.70F},
                        {0.35F, 0.28F, 0.2F},
                        {{{0.65F, 0.8F, 0.35F}, {1.15F, 1.08F, 0.92F}, 0.05F, 0.05F},
                         {{-0.9F, 0.4F, 0.6F}, {0.12F, 0.13F, 0.15F}, 0.4F, 0.8F}}};
  stage.ground.albedo = [seed](float gx, float gz) { return sand(gx, gz, seed); };
  stage.ground.shine = 0;
  stage.ground.min_z = -95;
}

void picnic(Stage& stage, Sheet& s, cv::Size size, std::uint32_t seed) {
  Random random(seed);
  s.fill({{0.0F, hex("#b9d98a")}, {0.35F, hex("#6fa14d")}, {1.0F, hex("#3f7a35")}});
  for (int i = 0; i < 90; ++i) {
    s.spot(random.range(-20, 560),
           s.height * random.range(-0.02F, 0.55F),
           random.range(14, 60),
           random.range(14, 50),
           mix(hex("#2d5f2a", 0.7F), hex("#c9e27f", 0.7F), random.unit()));
  }
  s.box(80, -10, 34, s.height * 0.5F, hex("#5b4632"));
  s.box(430, -10, 22, s.height * 0.46F, hex("#6b543c"));
  s.blur(11);
  stage.background = finished(s, size);
  const float scale_up = static_cast<float>(size.width) / 540;
  for (int i = 0; i < 46; ++i) {
    bokeh(stage.background,
          random.range(0, 540) * scale_up,
          s.height * random.range(0.0F, 0.42F) * scale_up,
          random.range(10, 30) * scale_up,
          mix(Vec3{0.85F, 1.0F, 0.5F}, Vec3{1, 1, 0.85F}, random.unit()),
          random.range(0.05F, 0.26F));
  }
  stage.surroundings = {{0.45F, 0.56F, 0.55F},
                        {0.36F, 0.46F, 0.28F},
                        {0.2F, 0.16F, 0.1F},
                        {{{-0.6F, 0.75F, 0.1F}, {1.0F, 0.94F, 0.76F}, 0.1F, 0.1F},
                         {{0.4F, 0.6F, 0.8F}, {0.35F, 0.38F, 0.38F}, 0.6F, 0.6F}}};
  stage.ground.albedo = [seed](float gx, float gz) { return checked_cloth(gx, gz, seed); };
  stage.ground.shine = 0;
  stage.ground.min_z = -32;
}

void night(Stage& stage, Sheet& s, cv::Size size, std::uint32_t seed) {
  Random random(seed);
  s.fill({{0.0F, hex("#0b0d1c")}, {0.55F, hex("#1c1530")}, {1.0F, hex("#0a0910")}});
  for (int i = 0; i < 10; ++i) {
    s.box(random.range(0, 520),
          s.height * random.range(0.05F, 0.4F),
          random.range(20, 70),
          random.range(40, 200),
          mix(hex("#131a33"), hex("#3a2440"), random.unit()));
  }
  s.blur(8);
  stage.background = finished(s, size);
  const float scale_up = static_cast<float>(size.width) / 540;
  const Vec3 tints[] = {{1.0F, 0.55F, 0.2F},
                        {1.0F, 0.2F, 0.3F},
                        {0.2F, 0.6F, 1.0F},
                        {1.0F, 0.85F, 0.5F},
                        {0.85F, 0.25F, 0.9F},
                        {0.3F, 0.95F, 0.7F}};
  for (int i = 0; i < 62; ++i) {
    bokeh(stage.background,
          random.range(-10, 550) * scale_up,
          s.height * random.range(0.0F, 0.62F) * scale_up,
          random.range(9, 27) * scale_up,
          tints[random.below(6)],
          random.range(0.08F, 0.6F));
  }
  stage.surroundings = {{0.05F, 0.05F, 0.09F},
                        {0.12F, 0.09F, 0.14F},
                        {0.03F, 0.02F, 0.03F},
                        {{{-0.7F, 0.55F, 0.6F}, {0.85F, 0.52F, 0.26F}, 0.25F, 0.5F},
                         {{0.85F, 0.4F, 0.2F}, {0.22F, 0.3F, 0.75F}, 0.2F, 0.8F}}};
  stage.ground.albedo = [seed](float gx, float gz) {
    return wood(gx, gz, seed, {0.075F, 0.04F, 0.025F}, {0.028F, 0.014F, 0.009F});
  };
  stage.ground.shine = 0.09F;
  stage.ground.roughness = 0.1F;
  stage.ground.min_z = -34;
}

void pool(Stage& stage, Sheet& s, cv::Size size, std::uint32_t seed) {
  Random random(seed);
  s.fill({{0.0F, hex("#e9f6f4")},
          {0.2F, hex("#7fd0dc")},
          {0.6F, hex("#2aa5c4")},
          {1.0F, hex("#187fa8")}});
  for (int i = 0; i < 240; ++i) {
    const float y = s.height * random.range(0.1F, 0.95F);
    s.box(random.range(-40, 540),
          y,
          random.range(12, 60),
          random.range(1, 4),
          {1, 1, 1, random.range(0.1F, 0.5F)});
  }
  s.spot(410, s.height * 0.2F, 70, 22, hex("#f06a7a"));
  s.spot(410, s.height * 0.197F, 34, 10, hex("#62c4d6"));
  s.blur(5);
  stage.background = finished(s, size);
  const float scale_up = static_cast<float>(size.width) / 540;
  for (int i = 0; i < 70; ++i) {
    bokeh(stage.background,
          random.range(0, 540) * scale_up,
          s.height * random.range(0.08F, 0.6F) * scale_up,
          random.range(3, 12) * scale_up,
          {1, 1, 0.95F},
          random.range(0.05F, 0.4F));
  }
  stage.surroundings = {{0.5F, 0.62F, 0.75F},
                        {0.55F, 0.66F, 0.70F},
                        {0.2F, 0.3F, 0.32F},
                        {{{-0.55F, 0.8F, 0.25F}, {1.1F, 1.05F, 0.92F}, 0.06F, 0.06F},
                         {{0.8F, 0.4F, 0.6F}, {0.14F, 0.16F, 0.18F}, 0.3F, 0.8F}}};
  stage.ground.albedo = [seed](float gx, float gz) { return wet_tiles(gx, gz, seed); };
  stage.ground.shine = 0.06F;
  stage.ground.roughness = 0.12F;
  stage.ground.min_z = -22;
}

void sunset(Stage& stage, Sheet& s, cv::Size size, std::uint32_t seed) {
  Random random(seed);
  const float h = s.horizon / s.height;
  s.fill({{0.0F, hex("#3b3a6e")},
          {h * 0.55F, hex("#c2567a")},
          {h * 0.9F, hex("#ff9a4d")},
          {h, hex("#ffd58a")},
          {1.0F, hex("#6b3a4d")}});
  s.spot(170, s.horizon * 0.86F, 60, 60, hex("#fff2c4"));
  float x = -20;
  while (x < 560) {
    const float width = random.range(24, 64);
    const float tall = random.range(20, 120);
    s.box(
        x, s.horizon - tall, width, tall + 240, mix(hex("#2a1d3a"), hex("#5a2f4c"), random.unit()));
    x += width;
  }
  s.blur(6);
  stage.background = finished(s, size);
  const float scale_up = static_cast<float>(size.width) / 540;
  for (int i = 0; i < 40; ++i) {
    bokeh(stage.background,
          random.range(0, 540) * scale_up,
          (s.horizon + random.range(-70, 120)) * scale_up,
          random.range(5, 13) * scale_up,
          {1.0F, 0.7F, 0.32F},
          random.range(0.1F, 0.5F));
  }
  stage.surroundings = {{0.22F, 0.19F, 0.33F},
                        {0.42F, 0.27F, 0.22F},
                        {0.12F, 0.07F, 0.07F},
                        {{{-0.75F, 0.34F, 0.05F}, {1.15F, 0.62F, 0.28F}, 0.12F, 0.12F},
                         {{0.35F, 0.5F, 0.9F}, {0.36F, 0.34F, 0.42F}, 0.6F, 0.7F}}};
  stage.ground.albedo = [seed](float gx, float gz) {
    return wood(gx, gz, seed, {0.30F, 0.22F, 0.17F}, {0.14F, 0.09F, 0.07F});
  };
  stage.ground.shine = 0.05F;
  stage.ground.roughness = 0.2F;
  stage.ground.min_z = -24;
}

}  // namespace muster
