#include "samples/render/props.h"

#include <cmath>

namespace muster {

namespace {

constexpr float kCanRadius = 2.85F;
const Vec3 kAluminium{0.86F, 0.87F, 0.88F};

std::shared_ptr<const Texture> texture(const cv::Mat& picture) {
  return std::make_shared<const Texture>(picture);
}

// A mint leaf with its veins.
cv::Mat leaf_picture() {
  cv::Mat picture = blank(300, 420);
  const Path outline = parse_path(
      "M 150 410 C 60 370 10 270 24 180 C 40 90 110 40 150 8 C 190 40 260 90 276 180 C 290 270 240 "
      "370 150 410 Z");
  fill(picture,
       outline,
       {{{0.0F, hex("#2c6e2f")}, {0.5F, hex("#4f9e3d")}, {1.0F, hex("#2f7a35")}},
        {20, 0},
        {280, 0},
        false});
  Path veins = parse_path("M 150 400 L 150 20");
  for (int i = 0; i < 6; ++i) {
    const float y = 90 + 52.0F * static_cast<float>(i);
    for (const float side : {-1.0F, 1.0F}) {
      auto& points = veins.contours.emplace_back().points;
      points.emplace_back(150.0F, y + 40);
      points.emplace_back(150 + side * 95, y - 20);
    }
  }
  stroke(picture, veins, 4, plain(hex("#8cc772", 0.7F)));
  return picture;
}

Solid revolved(std::vector<Solid::Ring> profile,
               std::vector<Material> materials,
               float x,
               float z) {
  Solid solid;
  solid.profile = std::move(profile);
  solid.materials = std::move(materials);
  solid.origin = {x, 0, z};
  return solid;
}

Material colored(Vec3 color, float roughness, float shine) {
  Material material;
  material.tint = color;
  material.roughness = roughness;
  material.shine = shine;
  return material;
}

Material aluminium() {
  Material material = colored(kAluminium, 0.25F, 1);
  material.metal = true;
  return material;
}

Material printed(std::shared_ptr<const Texture> label, float turn, float circumference) {
  Material material = colored({0.96F, 0.96F, 0.96F}, 0.08F, 0.045F);
  material.texels_per_cm = static_cast<float>(label->width()) / circumference;
  material.texture = std::move(label);
  material.turn = turn;
  return material;
}

}  // namespace

Artwork::Artwork()
    : fizzolo{texture(fizzolo_label(Flavor::citrus)),
              texture(fizzolo_label(Flavor::mint)),
              texture(fizzolo_label(Flavor::berry))},
      quellino(texture(quellino_label())),
      plain{texture(plain_label(hex("#d6d9de"), hex("#8b929c"), 0)),
            texture(plain_label(hex("#7c4dbb"), hex("#3b1c6e"), 1)),
            texture(plain_label(hex("#e9e2cf"), hex("#3f8f7a"), 2)),
            texture(plain_label(hex("#c8323c"), hex("#6e0f1a"), 3)),
            texture(plain_label(hex("#23262e"), hex("#0b0c10"), 4))},
      carton_front(texture(grannoka_front())),
      carton_side(texture(grannoka_side())),
      velvenne(texture(velvenne_label())),
      orange(texture(citrus_slice(512, hex("#e9791c"), hex("#f7a23a"), 11))),
      lemon(texture(citrus_slice(512, hex("#e5bd2a"), hex("#f6e07a"), 10))),
      lime(texture(citrus_slice(512, hex("#64a33a"), hex("#cbe58e"), 12))),
      leaf(texture(leaf_picture())),
      fizzolo_logo(muster::fizzolo_logo()),
      fizzolo_white(fizzolo_logo_one_color({1, 1, 1, 1})),
      fizzolo_dark(fizzolo_logo_one_color(hex("#0a3a45"))),
      quellino_logo(muster::quellino_logo()),
      grannoka_logo(muster::grannoka_logo()),
      velvenne_logo(muster::velvenne_logo()) {}

Solid can(std::shared_ptr<const Texture> label, float x, float z, float turn, bool wet) {
  Material body = printed(std::move(label), turn, 2 * kPi * kCanRadius);
  body.droplets = wet;
  Material taper = body;
  taper.droplets = false;
  return revolved({{2.2F, 0.05F, 1},
                   {2.45F, 0.2F, 1},
                   {2.85F, 0.85F, 0},
                   {2.85F, 12.25F, 2},
                   {2.74F, 12.75F, 2},
                   {2.46F, 13.45F, 1},
                   {2.42F, 13.7F, 1},
                   {2.5F, 13.85F, 1},
                   {2.4F, 13.95F, 1},
                   {2.28F, 13.85F, 1},
                   {2.15F, 13.5F, 1},
                   {0, 13.5F, 1}},
                  {body, aluminium(), taper},
                  x,
                  z);
}

Solid bottle(std::shared_ptr<const Texture> label, float x, float z, float turn, Vec3 glass) {
  const Material body = printed(std::move(label), turn, 2 * kPi * 3.02F);
  const Material wall = colored(glass, 0.04F, 0.07F);
  return revolved({{2.8F, 0, 1},
                   {3, 0.4F, 1},
                   {3, 1.6F, 1},
                   {3.02F, 1.62F, 0},
                   {3.02F, 11.4F, 1},
                   {3, 11.42F, 1},
                   {3, 12.6F, 1},
                   {2.85F, 13.8F, 1},
                   {2.45F, 15, 1},
                   {1.85F, 16.4F, 1},
                   {1.42F, 17.8F, 1},
                   {1.3F, 19.4F, 1},
                   {1.3F, 21, 2},
                   {1.45F, 21.05F, 2},
                   {1.45F, 22.1F, 2},
                   {1.3F, 22.25F, 2},
                   {0, 22.3F, 2}},
                  {body, wall, aluminium()},
                  x,
                  z);
}

Solid lotion(const Artwork& art, float x, float z, float turn) {
  Material cap = aluminium();
  cap.tint = {0.83F, 0.6F, 0.42F};
  cap.roughness = 0.3F;
  return revolved({{2.3F, 0, 0},
                   {2.45F, 0.15F, 0},
                   {2.45F, 11.2F, 0},
                   {2.3F, 11.7F, 0},
                   {1.7F, 12.1F, 1},
                   {1.5F, 12.1F, 1},
                   {1.5F, 14.6F, 1},
                   {1.35F, 14.8F, 1},
                   {0, 14.85F, 1}},
                  {printed(art.velvenne, turn, 2 * kPi * 2.45F), cap},
                  x,
                  z);
}

Solid carton(const Artwork& art, float x, float z, float face) {
  Solid solid;
  solid.shape = Solid::Shape::box;
  solid.half = {6.5F, 9.1F, 3.1F};
  solid.origin = {x, 9.1F, z};
  Material front = printed(art.carton_front, 0, 13);
  Material side = printed(art.carton_side, 0, 6.2F);
  front.roughness = side.roughness = 0.35F;
  solid.materials = {front, side, colored({0.05F, 0.16F, 0.08F}, 0.4F, 0.04F)};
  orient(solid, face, 0, 0);
  return solid;
}

Solid fruit(float x, float z, float radius, Vec3 color, float stretch) {
  Solid solid;
  solid.shape = Solid::Shape::ellipsoid;
  solid.half = {radius * stretch, radius, radius};
  solid.origin = {x, radius * 0.98F, z};
  Material skin = colored(color, 0.38F, 0.05F);
  skin.bumps = 0.34F;
  skin.bump_size = 0.12F;
  solid.materials = {skin};
  orient(solid, x * 40, 0, 8);
  return solid;
}

Solid slice(
    std::shared_ptr<const Texture> face, float x, float z, float radius, float turn, float lean) {
  Material top = colored({0.95F, 0.95F, 0.95F}, 0.2F, 0.05F);
  top.texels_per_cm = static_cast<float>(face->width()) / (2 * radius);
  top.texture = std::move(face);
  top.planar = true;
  Material rind = colored({0.85F, 0.45F, 0.08F}, 0.4F, 0.04F);
  Solid solid =
      revolved({{radius * 0.98F, 0, 1}, {radius, 0.1F, 1}, {radius, 0.75F, 0}, {0, 0.75F, 0}},
               {top, rind},
               x,
               z);
  orient(solid, turn, 0, lean);
  if (lean != 0) {
    solid.origin.y = radius * std::abs(std::sin(lean * kPi / 180));
  }
  return solid;
}

Solid leaf(const Artwork& art, float x, float y, float z, float size, float face, float tip) {
  Solid solid;
  solid.shape = Solid::Shape::card;
  solid.half = {size * 0.7F, size, 0.01F};
  solid.origin = {x, y, z};
  Material material = colored({0.9F, 0.9F, 0.9F}, 0.35F, 0.04F);
  material.texture = art.leaf;
  material.texels_per_cm = 300 / (size * 1.4F);
  material.bumps = 0.5F;
  material.bump_size = 0.5F;
  solid.materials = {material};
  orient(solid, face, tip, 0);
  return solid;
}

Solid mug(float x, float z, Vec3 color) {
  const Material glaze = colored(color, 0.12F, 0.05F);
  const Material coffee = colored({0.05F, 0.022F, 0.01F}, 0.05F, 0.05F);
  return revolved({{3.2F, 0, 0},
                   {3.8F, 0.6F, 0},
                   {4, 8.6F, 0},
                   {3.9F, 8.8F, 0},
                   {3.7F, 8.6F, 0},
                   {3.6F, 7.6F, 1},
                   {0, 7.6F, 1}},
                  {glaze, coffee},
                  x,
                  z);
}

Solid bowl(float x, float z, Vec3 color) {
  const Material glaze = colored(color, 0.15F, 0.05F);
  return revolved({{2.6F, 0, 0},
                   {2.7F, 0.4F, 0},
                   {4.6F, 1.6F, 0},
                   {6.2F, 3.6F, 0},
                   {6.9F, 5.6F, 0},
                   {6.7F, 5.7F, 0},
                   {6, 3.8F, 0},
                   {4.2F, 2, 0},
                   {0, 1.2F, 0}},
                  {glaze},
                  x,
                  z);
}

Solid book(float x, float y, float z, float face, Vec3 color) {
  Solid solid;
  solid.shape = Solid::Shape::box;
  solid.half = {8, 1.1F, 5.6F};
  solid.origin = {x, y + 1.1F, z};
  const Material cover = colored(color, 0.5F, 0.04F);
  const Material pages = colored({0.86F, 0.82F, 0.72F}, 0.9F, 0.02F);
  solid.materials = {pages, cover, cover};
  orient(solid, face, 0, 0);
  return solid;
}

Solid phone(float x, float z, float face) {
  Solid solid;
  solid.shape = Solid::Shape::box;
  solid.half = {3.6F, 0.4F, 7.4F};
  solid.origin = {x, 0.4F, z};
  solid.materials = {colored({0.02F, 0.02F, 0.025F}, 0.03F, 0.06F)};
  orient(solid, face, 0, 0);
  return solid;
}

std::vector<Solid> dumbbell(float x, float z, float face) {
  const Material rubber = colored({0.03F, 0.03F, 0.033F}, 0.4F, 0.05F);
  Material steel = aluminium();
  steel.tint = {0.6F, 0.6F, 0.62F};
  // One piece along its own axis: weight, grip, weight.
  Solid solid = revolved({{0, -11, 0},
                          {4.6F, -11, 0},
                          {5.2F, -10.4F, 0},
                          {5.2F, -5.4F, 0},
                          {4.7F, -4.9F, 1},
                          {1.5F, -4.8F, 1},
                          {1.75F, 0, 1},
                          {1.5F, 4.8F, 1},
                          {4.7F, 4.9F, 0},
                          {5.2F, 5.4F, 0},
                          {5.2F, 10.4F, 0},
                          {4.6F, 11, 0},
                          {0, 11, 0}},
                         {rubber, steel},
                         x,
                         z);
  orient(solid, face, 0, 90);
  solid.origin.y = 5.2F;
  return {solid};
}

void lay_down(Solid& solid, float radius, float face) {
  orient(solid, face, 0, 90);
  solid.origin.y = radius;
}

}  // namespace muster
