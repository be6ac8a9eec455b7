#include "samples/render/scenes.h"

#include "samples/render/noise.h"
#include "samples/render/photo.h"
#include "samples/render/settings.h"
#include "samples/render/still_lifes.h"

#include <stdexcept>
#include <string>

#include <opencv2/imgproc.hpp>

namespace muster {

namespace {

// Shelves of cans, many brands in rows; `fizzolo` says whether ours is among them.
Stage shelf_stage(const Artwork& art, bool fizzolo, cv::Size size, std::uint32_t seed) {
  const Camera view{{-6, 26, 78}, {0, 22, 0}, 36, 0};
  Stage stage = set_stage(Setting::studio, view, size, seed);
  stage.surroundings.above = {0.6F, 0.62F, 0.64F};
  stage.surroundings.lights = {{{-0.2F, 0.8F, 0.9F}, {0.75F, 0.78F, 0.8F}, 1.2F, 0.15F}};
  stage.background = cv::Mat(size, CV_32FC3, cv::Scalar(0.1, 0.1, 0.1));
  stage.ground.albedo = nullptr;
  stage.focus_far = 40;
  stage.focus_near = 30;
  Random random(seed);
  const auto board = [&](float y) {
    Solid shelf;
    shelf.shape = Solid::Shape::box;
    shelf.half = {60, 0.8F, 14};
    shelf.origin = {0, y, -2};
    Material metal;
    metal.tint = {0.66F, 0.67F, 0.68F};
    Material edge;
    edge.tint = {0.8F, 0.12F, 0.1F};
    shelf.materials = {edge, metal, metal};
    stage.solids.push_back(shelf);
    for (int i = 0; i < 7; ++i) {
      Solid tag;
      tag.shape = Solid::Shape::card;
      tag.half = {2, 0.7F, 0.01F};
      tag.origin = {-30 + 10.0F * static_cast<float>(i), y, 12.05F};
      tag.materials = {Material{}};
      stage.solids.push_back(tag);
    }
  };
  for (int row = 0; row < 3; ++row) {
    const float y = 18.5F * static_cast<float>(row);
    board(y - 0.8F);
    for (int column = 0; column < 10; ++column) {
      const float x = -29 + 6.4F * static_cast<float>(column);
      const int block = (column / 3 + row) % 4;
      auto label = art.plain[static_cast<std::size_t>((block + row) % 5)];
      if (fizzolo && row == 1 && column >= 3 && column <= 6) {
        label = art.fizzolo[static_cast<std::size_t>(column % 3)];
      } else if (block == 1) {
        label = art.quellino;
      }
      for (int deep = 0; deep < 2; ++deep) {
        Solid item = can(label,
                         x + random.range(-0.15F, 0.15F),
                         6 - 6.3F * static_cast<float>(deep),
                         random.range(-0.05F, 0.05F));
        item.origin.y = y;
        stage.solids.push_back(item);
      }
    }
  }
  return stage;
}

// Rendered a little smaller: phones sharpen less than that, and it saves a third of the time.
cv::Mat traced(const Stage& stage, cv::Size size, std::uint32_t seed) {
  const cv::Mat small = render(stage, stage.background.size(), seed);
  cv::Mat result;
  cv::resize(small, result, size, 0, 0, cv::INTER_CUBIC);
  return result;
}

cv::Size render_size(cv::Size size, float detail) {
  return {cvRound(static_cast<float>(size.width) * detail),
          cvRound(static_cast<float>(size.height) * detail)};
}

cv::Vec3f cloth(float blue, float green, float red) {
  return {blue, green, red};
}

}  // namespace

const std::vector<std::string_view>& scene_names() {
  static const std::vector<std::string_view> kNames = [] {
    std::vector<std::string_view> names;
    for (const auto& life : still_lifes()) {
      names.push_back(life.name);
    }
    for (const auto name : {"shelf-fizzolo",
                            "shelf-others",
                            "shirt-white",
                            "shirt-teal",
                            "tote",
                            "billboard-day",
                            "billboard-night",
                            "billboard-competitor"}) {
      names.emplace_back(name);
    }
    return names;
  }();
  return kNames;
}

cv::Mat shoot(std::string_view name, const Artwork& art, float detail, std::uint32_t seed) {
  for (const auto& life : still_lifes()) {
    if (life.name == name) {
      Stage stage = set_stage(life.setting, life.camera, render_size(life.size, detail), seed);
      life.arrange(stage.solids, art);
      return develop(traced(stage, life.size, seed), life.film, seed);
    }
  }
  if (name == "shelf-fizzolo" || name == "shelf-others") {
    const Stage stage = shelf_stage(art, name == "shelf-fizzolo", render_size(kFeed, detail), seed);
    return develop(traced(stage, kFeed, seed), Film{}, seed);
  }
  if (name == "shirt-white") {
    return shirt_photo(art.fizzolo_logo, cloth(0.80F, 0.82F, 0.83F), kFeed, seed);
  }
  if (name == "shirt-teal") {
    return shirt_photo(art.fizzolo_white, cloth(0.16F, 0.14F, 0.03F), kFeed, seed);
  }
  if (name == "tote") {
    return tote_photo(art.fizzolo_dark, kFeed, seed);
  }
  if (name == "billboard-day") {
    return billboard_photo(poster_of(art), false, kFeed, seed);
  }
  if (name == "billboard-night") {
    return billboard_photo(poster_of(art), true, kStory, seed);
  }
  if (name == "billboard-competitor") {
    return billboard_photo(competitor_poster_of(art), false, kFeed, seed);
  }
  throw std::invalid_argument("no scene is called '" + std::string(name) + "'");
}

cv::Mat packshot(std::string_view product, const Artwork& art, std::uint32_t seed) {
  const cv::Size size(600, 800);
  const bool box = product == "grannoka";
  const float middle = box ? 9.1F : 7.4F;
  const float distance = box ? 62 : 54;
  Stage stage =
      set_stage(Setting::studio, {{0, middle + 3, distance}, {0, middle, 0}, 22, 0}, size, seed);
  if (product == "fizzolo-citrus") {
    stage.solids = {can(art.fizzolo[kCitrus], 0, 0, 0)};
  } else if (product == "fizzolo-mint") {
    stage.solids = {can(art.fizzolo[kMint], 0, 0, 0)};
  } else if (product == "fizzolo-berry") {
    stage.solids = {can(art.fizzolo[kBerry], 0, 0, 0)};
  } else if (product == "quellino") {
    stage.solids = {can(art.quellino, 0, 0, 0)};
  } else if (box) {
    stage.solids = {carton(art, 0, 0, 10)};
  } else if (product == "velvenne") {
    stage.solids = {lotion(art, 0, 0, 0)};
  } else {
    throw std::invalid_argument("no product is called '" + std::string(product) + "'");
  }
  Film clean;
  clean.vignette = 0;
  clean.grain = 0.003F;
  clean.exposure = 1.05F;
  return develop(render(stage, size, seed), clean, seed);
}

}  // namespace muster
