#include "samples/render/settings.h"

#include "samples/render/grounds.h"
#include "samples/render/noise.h"
#include "samples/render/paint.h"

#include <cmath>

#include <opencv2/imgproc.hpp>

namespace muster {

namespace {

float to_linear(float v) {
  return std::pow(std::max(v, 0.0F), 2.2F);
}

// Backgrounds are painted in sRGB at half size, out of focus, on a sheet of 540 x 540 * height /
// width.
struct Sheet {
  cv::Mat picture;
  float width;
  float height;
  float horizon;  // its row

  void fill(std::vector<std::pair<float, Color>> stops) {
    paint(picture, cv::Mat::ones(picture.size(), CV_32F), vertical(0, height, std::move(stops)));
  }
  void box(float x, float y, float w, float h, Color color) {
    Path path;
    path.contours.push_back({{{x, y}, {x + w, y}, {x + w, y + h}, {x, y + h}}, true});
    muster::fill(picture, path, plain(color));
  }
  void spot(float x, float y, float rx, float ry, Color inner) {
    const Path path = transformed(parse_path("O 0 0 1 1 0 360 Z"), translate(x, y) * scale(rx, ry));
    paint(picture, soft(fill_mask(picture.size(), path), rx * 0.25F), plain(inner));
  }
  void blur(float sigma) {
    cv::GaussianBlur(picture, picture, cv::Size(), sigma, 0, cv::BORDER_REPLICATE);
  }
};

Sheet sheet(const Camera& camera, cv::Size size) {
  const float scale_down = 540.0F / static_cast<float>(size.width);
  const float height = static_cast<float>(size.height) * scale_down;
  const Vec3 along = normalize(camera.to - camera.from);
  const float pitch = std::asin(std::clamp(-along.y, -1.0F, 1.0F));
  const float tangent = std::tan(camera.field_of_view * kPi / 360);
  const float horizon = height * (0.5F - 0.5F * std::tan(pitch) / tangent);
  return {blank(540, static_cast<int>(height), {0, 0, 0, 1}), 540, height, horizon};
}

cv::Mat finished(const Sheet& painted, cv::Size size) {
  cv::Mat large;
  cv::resize(painted.picture, large, size, 0, 0, cv::INTER_CUBIC);
  cv::Mat result(size, CV_32FC3);
  for (int y = 0; y < size.height; ++y) {
    const auto* from = large.ptr<cv::Vec4f>(y);
    auto* to = result.ptr<cv::Vec3f>(y);
    for (int x = 0; x < size.width; ++x) {
      to[x] = {to_linear(from[x][0]), to_linear(from[x][1]), to_linear(from[x][2])};
    }
  }
  return result;
}

// Lights far out of focus: flat discs with a slightly brighter rim, added to what is there.
void bokeh(cv::Mat& background, float x, float y, float radius, Vec3 color, float strength) {
  const int left = std::max(0, static_cast<int>(x - radius - 2));
  const int right = std::min(background.cols, static_cast<int>(x + radius + 3));
  for (int row = std::max(0, static_cast<int>(y - radius - 2));
       row < std::min(background.rows, static_cast<int>(y + radius + 3));
       ++row) {
    auto* pixels = background.ptr<cv::Vec3f>(row);
    for (int column = left; column < right; ++column) {
      const float distance =
          std::hypot(static_cast<float>(column) - x, static_cast<float>(row) - y) / radius;
      const float cover = (1 - smoothstep(1 - 2.5F / radius, 1 + 1.0F / radius, distance)) *
                          (0.75F + 0.4F * distance * distance);
      pixels[column] += cv::Vec3f(color.z, color.y, color.x) * (cover * strength);
    }
  }
}

Surroundings daylight(Vec3 window_from, float strength) {
  Surroundings s;
  s.above = {0.50F, 0.52F, 0.55F};
  s.level = {0.40F, 0.40F, 0.40F};
  s.below = {0.20F, 0.18F, 0.16F};
  s.lights = {{window_from, Vec3{1.0F, 0.97F, 0.92F} * strength, 0.42F, 0.75F},
              {{0.9F, 0.35F, 0.5F}, Vec3{1.0F, 0.9F, 0.78F} * (strength * 0.18F), 0.25F, 0.9F}};
  return s;
}

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

}  // namespace

Stage set_stage(Setting setting, const Camera& camera, cv::Size size, std::uint32_t seed) {
  Stage stage;
  stage.camera = camera;
  Sheet painted = sheet(camera, size);
  switch (setting) {
    case Setting::kitchen:
      kitchen(stage, painted, size, seed);
      break;
    case Setting::beach:
      beach(stage, painted, size, seed);
      break;
    case Setting::gym:
      gym(stage, painted, size, seed);
      break;
    case Setting::picnic:
      picnic(stage, painted, size, seed);
      break;
    case Setting::night:
      night(stage, painted, size, seed);
      break;
    case Setting::desk:
      desk(stage, painted, size, seed);
      break;
    case Setting::pool:
      pool(stage, painted, size, seed);
      break;
    case Setting::sunset:
      sunset(stage, painted, size, seed);
      break;
    case Setting::studio:
      studio(stage, painted, size, seed);
      break;
    case Setting::marble:
      marble_top(stage, painted, size, seed);
      break;
  }
  return stage;
}

}  // namespace muster
