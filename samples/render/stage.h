#pragma once

#include "samples/render/vec.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include <opencv2/core/mat.hpp>

namespace muster {

// Artwork in linear light with smaller copies of itself, for mapping without flicker.
class Texture {
 public:
  explicit Texture(const cv::Mat& picture);  // as in paint.h

  struct Sample {
    Vec3 color;
    float alpha = 1;
  };
  // u, v in 0..1, v downwards; u wraps around, v is clamped. `level` halves the size each.
  Sample at(float u, float v, float level) const;
  int width() const { return levels_.front().cols; }

 private:
  std::vector<cv::Mat> levels_;  // CV_32FC4, premultiplied
};

struct Material {
  std::shared_ptr<const Texture> texture;  // shared: one label is on many cans
  bool planar = false;  // revolved solids: the texture lies on top instead of being wrapped around
  float turn = 0;       // share of a turn by which a wrapped label is rotated
  float texels_per_cm = 0;
  Vec3 tint{1, 1, 1};  // color, or a factor on the texture
  bool metal = false;
  float roughness = 0.3F;
  float shine = 0.04F;     // mirror share at right angles
  float bumps = 0;         // depth of noise in the normal: citrus peel, cloth
  float bump_size = 0.1F;  // cm
  bool droplets = false;   // cold and wet
};

struct Solid {
  enum class Shape { revolved, ellipsoid, box, card };
  struct Ring {
    float radius = 0;
    float y = 0;
    int material = 0;  // of the piece from here to the next ring
  };

  Shape shape = Shape::revolved;
  std::vector<Ring> profile;        // revolved: from bottom to top, cm
  std::vector<Material> materials;  // box: front and back, sides, top and bottom
  Vec3 half{1, 1, 1};               // half sizes of the others, cm
  Vec3 origin;                      // bottom center of revolved solids, else the center
  Vec3 axes[3] = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}};  // local x, y, z in the world; orthonormal
  bool foreground = false;                           // out of focus in front
};

// Turns a solid about its own origin: first about z (lean), then x (tip), then y (face). Degrees.
void orient(Solid& solid, float face, float tip, float lean);

// A far rectangular light: window, softbox, sun. Sizes are tangents of half angles.
struct Light {
  Vec3 direction;  // towards it
  Vec3 color;      // irradiance of a surface that faces it
  float half_width = 0.2F;
  float half_height = 0.2F;
};

struct Surroundings {
  Vec3 above;
  Vec3 level;
  Vec3 below;
  std::vector<Light> lights;
};

struct Ground {
  std::function<Vec3(float x, float z)> albedo;  // linear; empty: there is no ground
  float shine = 0.04F;
  float roughness = 0.2F;
  float min_z = -60;  // its far edge; z grows towards the camera
  float max_z = 200;
  float reach = 22;  // cm around the origin where shadows are worked out
};

struct Camera {
  Vec3 from{0, 14, 48};
  Vec3 to{0, 6, 0};
  float field_of_view = 32;  // degrees, over the height
  float roll = 0;            // degrees
};

// A small still life and what it stands in.
struct Stage {
  Camera camera;
  Surroundings surroundings;
  Ground ground;
  std::vector<Solid> solids;
  cv::Mat background;    // CV_32FC3, linear, of the picture's size
  float focus_near = 4;  // cm in front of and behind the target that are sharp
  float focus_far = 9;
  float blur = 9;  // px at 1080 px width, far behind
};

// CV_32FC3 in linear light, blue first.
cv::Mat render(const Stage& stage, cv::Size size, std::uint32_t seed);

}  // namespace muster
