#include "samples/render/backdrop.h"
#include "samples/render/grounds.h"
#include "samples/render/noise.h"

namespace muster {

namespace {

Surroundings daylight(Vec3 window_from, float strength) {
  Surroundings s;
  s.above = {0.50F, 0.52F, 0.55F};
  s.level = {0.40F, 0.40F, 0.40F};
  s.below = {0.20F, 0.18F, 0.16F};
  s.lights = {{window_from, Vec3{1.0F, 0.97F, 0.92F} * strength, 0.42F, 0.75F},
              {{0.9F, 0.35F, 0.5F}, Vec3{1.0F, 0.9F, 0.78F} * (strength * 0.18F), 0.25F, 0.9F}};
  return s;
}

}  // namespace

void kitchen(Stage& stage, Sheet& s, cv::Size size, std::uint32_t seed) {
  Random random(seed);
  s.fill({{0.0F, hex("#d8cdbb")}, {1.0F, hex("#efe6d6")}});
  for (int row = 0; row < 16; ++row) {
    for (int column = -1; column < 8; ++column) {
      const float tone = 0.84F + 0.08F * random.unit();
      s.box(76.0F * static_cast<float>(column) + (row % 2 == 0 ? 0.0F : 38.0F),
            42.0F * static_cast<float>(row),
            73,
            39,
            {tone, tone * 0.97F, tone * 0.91F, 1});
    }
  }
  const float shelf = s.height * 0.3F;
  s.box(240, shelf, 320, 14, hex("#8a5a33"));
  const Color jars[] = {hex("#b5502e"),
                        hex("#e3b04b"),
                        hex("#5b7a46"),
                        hex("#d9d3c7"),
                        hex("#7b3f2a"),
                        hex("#2f5d62")};
  float x = 262;
  for (const Color& tone : jars) {
    const float width = random.range(30, 48);
    const float tall = random.range(56, 110);
    s.box(x, shelf - tall, width, tall, tone);
    s.box(x, shelf - tall, width, 12, mix(tone, {0.2F, 0.15F, 0.1F, 1}, 0.6F));
    x += width + random.range(4, 12);
  }
  for (int i = 0; i < 26; ++i) {
    s.spot(random.range(10, 120),
           s.height * random.range(0.34F, 0.6F),
           random.range(10, 30),
           random.range(18, 40),
           mix(hex("#2f5a2b"), hex("#86b35a"), random.unit()));
  }
  s.box(40, s.height * 0.55F, 70, 70, hex("#c26a43"));
  s.blur(7);
  s.spot(30, s.height * 0.15F, 210, 260, {1, 0.98F, 0.92F, 0.5F});
  stage.background = finished(s, size);
  const float scale_up = static_cast<float>(size.width) / 540;
  for (int i = 0; i < 3; ++i) {
    bokeh(stage.background,
          (330 + 78.0F * static_cast<float>(i)) * scale_up,
          s.height * 0.07F * scale_up,
          30 * scale_up,
          {1.0F, 0.72F, 0.38F},
          0.6F);
  }
  stage.surroundings = daylight({-0.75F, 0.7F, 0.45F}, 0.95F);
  stage.ground.albedo = [seed](float gx, float gz) {
    return wood(gx, gz, seed, {0.52F, 0.33F, 0.17F}, {0.25F, 0.13F, 0.055F});
  };
  stage.ground.shine = 0.05F;
  stage.ground.roughness = 0.16F;
  stage.ground.min_z = -26;
}

void gym(Stage& stage, Sheet& s, cv::Size size, std::uint32_t seed) {
  Random random(seed);
  s.fill({{0.0F, hex("#15181d")}, {0.6F, hex("#2b3138")}, {1.0F, hex("#14161a")}});
  for (int i = 0; i < 7; ++i) {
    const float x = 90.0F * static_cast<float>(i) - 30;
    s.box(x, s.height * 0.12F, 7, s.height * 0.55F, hex("#5b636c"));
    for (int k = 0; k < 4; ++k) {
      s.spot(x + random.range(12, 70),
             s.height * (0.28F + 0.11F * static_cast<float>(k)),
             26,
             26,
             mix(hex("#0c0d10"), hex("#343a42"), random.unit()));
      s.spot(x + random.range(12, 70),
             s.height * (0.28F + 0.11F * static_cast<float>(k)),
             9,
             9,
             hex("#9aa4ad"));
    }
  }
  s.box(-10, s.height * 0.42F, 560, 9, hex("#d8572a"));
  s.blur(6);
  stage.background = finished(s, size);
  const float scale_up = static_cast<float>(size.width) / 540;
  for (int i = 0; i < 5; ++i) {
    for (int k = 0; k < 10; ++k) {
      bokeh(stage.background,
            (40 + 120.0F * static_cast<float>(i) + 7.0F * static_cast<float>(k)) * scale_up,
            s.height * 0.08F * scale_up,
            12 * scale_up,
            {0.75F, 0.88F, 1.0F},
            0.22F);
    }
  }
  stage.surroundings = {{0.17F, 0.19F, 0.22F},
                        {0.14F, 0.15F, 0.17F},
                        {0.05F, 0.05F, 0.05F},
                        {{{-0.35F, 0.9F, 0.35F}, {0.85F, 0.92F, 1.0F}, 0.7F, 0.16F},
                         {{0.9F, 0.35F, 0.35F}, {0.75F, 0.36F, 0.16F}, 0.16F, 0.8F},
                         {{-0.8F, 0.3F, 0.7F}, {0.3F, 0.34F, 0.4F}, 0.25F, 0.9F}}};
  stage.ground.albedo = [seed](float gx, float gz) { return rubber_floor(gx, gz, seed); };
  stage.ground.shine = 0.03F;
  stage.ground.roughness = 0.7F;
  stage.ground.min_z = -70;
}

void desk(Stage& stage, Sheet& s, cv::Size size, std::uint32_t seed) {
  Random random(seed);
  s.fill({{0.0F, hex("#d7c9c0")}, {1.0F, hex("#eadfd6")}});
  s.box(300, s.height * 0.02F, 210, s.height * 0.28F, hex("#fbf8f2"));
  s.box(316, s.height * 0.035F, 178, s.height * 0.25F, hex("#9fb7ad"));
  s.spot(400, s.height * 0.17F, 50, 50, hex("#e4a186"));
  s.box(20, s.height * 0.22F, 250, 175, hex("#23262b"));
  s.box(29, s.height * 0.235F, 232, 150, hex("#8fb4d8"));
  for (int i = 0; i < 8; ++i) {
    s.box(44,
          s.height * 0.25F + 16.0F * static_cast<float>(i),
          random.range(60, 190),
          6,
          {1, 1, 1, 0.7F});
  }
  s.blur(7);
  s.spot(540, 0, 260, 300, {1, 0.97F, 0.9F, 0.4F});
  stage.background = finished(s, size);
  stage.surroundings = daylight({0.8F, 0.75F, 0.3F}, 0.9F);
  stage.surroundings.lights[1].direction = {-0.9F, 0.4F, 0.5F};
  stage.ground.albedo = [seed](float gx, float gz) {
    return wood(gx, gz, seed, {0.66F, 0.53F, 0.38F}, {0.47F, 0.34F, 0.21F});
  };
  stage.ground.shine = 0.04F;
  stage.ground.roughness = 0.3F;
  stage.ground.min_z = -24;
}

void studio(Stage& stage, Sheet& s, cv::Size size, std::uint32_t seed) {
  s.fill({{0.0F, hex("#f3efe9")}, {1.0F, hex("#ffffff")}});
  stage.background = finished(s, size);
  stage.surroundings = {{0.75F, 0.75F, 0.76F},
                        {0.6F, 0.6F, 0.6F},
                        {0.4F, 0.4F, 0.4F},
                        {{{-0.75F, 0.5F, 0.6F}, {0.62F, 0.62F, 0.62F}, 0.25F, 0.9F},
                         {{0.85F, 0.5F, 0.45F}, {0.4F, 0.4F, 0.4F}, 0.16F, 0.9F}}};
  stage.ground.albedo = [seed](float gx, float gz) {
    return paper(gx, gz, seed, {0.86F, 0.85F, 0.84F});
  };
  stage.ground.min_z = -400;
  stage.ground.shine = 0.02F;
}

void marble_top(Stage& stage, Sheet& s, cv::Size size, std::uint32_t seed) {
  s.fill({{0.0F, hex("#bcd3cb")}, {1.0F, hex("#dfe9e2")}});
  s.box(-10, s.height * 0.3F, 200, 240, hex("#e8b9a4"));
  s.spot(420, s.height * 0.2F, 90, 130, hex("#6f9a7c"));
  s.blur(14);
  stage.background = finished(s, size);
  stage.surroundings = daylight({-0.65F, 0.8F, -0.1F}, 0.85F);
  stage.ground.albedo = [seed](float gx, float gz) { return marble(gx, gz, seed); };
  stage.ground.shine = 0.05F;
  stage.ground.roughness = 0.1F;
  stage.ground.min_z = -30;
}

}  // namespace muster
