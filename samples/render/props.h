#pragma once

#include "samples/render/brands.h"
#include "samples/render/stage.h"

#include <memory>

namespace muster {

// All artwork as textures, made once; read from several threads.
struct Artwork {
  Artwork();
  std::shared_ptr<const Texture> fizzolo[3];  // by Flavor
  std::shared_ptr<const Texture> quellino;
  std::shared_ptr<const Texture> plain[5];
  std::shared_ptr<const Texture> carton_front;
  std::shared_ptr<const Texture> carton_side;
  std::shared_ptr<const Texture> velvenne;
  std::shared_ptr<const Texture> orange;
  std::shared_ptr<const Texture> lemon;
  std::shared_ptr<const Texture> lime;
  std::shared_ptr<const Texture> leaf;
  cv::Mat fizzolo_logo;  // pictures as in paint.h
  cv::Mat fizzolo_white;
  cv::Mat fizzolo_dark;
  cv::Mat quellino_logo;
  cv::Mat grannoka_logo;
  cv::Mat velvenne_logo;
};

// Things for a still life; x and z say where they stand, in cm. `turn` is the share of a turn by
// which the label looks away from the camera.
Solid can(std::shared_ptr<const Texture> label, float x, float z, float turn, bool wet = false);
Solid bottle(std::shared_ptr<const Texture> label, float x, float z, float turn, Vec3 glass);
Solid lotion(const Artwork& art, float x, float z, float turn);
Solid carton(const Artwork& art, float x, float z, float face);
Solid fruit(float x, float z, float radius, Vec3 color, float stretch = 1);
Solid slice(std::shared_ptr<const Texture> face,
            float x,
            float z,
            float radius,
            float turn,
            float lean = 0);
Solid leaf(const Artwork& art, float x, float y, float z, float size, float face, float tip);
Solid mug(float x, float z, Vec3 color);
Solid bowl(float x, float z, Vec3 color);
Solid book(float x, float y, float z, float face, Vec3 color);
Solid phone(float x, float z, float face);
std::vector<Solid> dumbbell(float x, float z, float face);
// Lays a standing solid on its side.
void lay_down(Solid& solid, float radius, float face);

}  // namespace muster
