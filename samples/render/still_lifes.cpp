#include "samples/render/still_lifes.h"

namespace muster {

namespace {

const cv::Size kSquare(1080, 1080);
const cv::Size kWide(1440, 810);

const Vec3 kOrange{0.85F, 0.30F, 0.02F};
const Vec3 kLemon{0.86F, 0.62F, 0.05F};
const Vec3 kLime{0.22F, 0.45F, 0.05F};
const Vec3 kRed{0.5F, 0.03F, 0.04F};

Camera camera(Vec3 from, Vec3 to, float field_of_view, float roll = 0) {
  return {from, to, field_of_view, roll};
}

Film film(float exposure, float warmth, float grain, float softness = 0, float motion = 0) {
  Film f;
  f.exposure = exposure;
  f.warmth = warmth;
  f.grain = grain;
  f.softness = softness;
  f.motion = motion;
  return f;
}

void add(std::vector<Solid>& solids, std::vector<Solid> more) {
  for (auto& solid : more) {
    solids.push_back(std::move(solid));
  }
}

Solid in_front(Solid solid) {
  solid.foreground = true;
  return solid;
}

void citrus_heap(std::vector<Solid>& s, const Artwork& a) {
  add(s,
      {slice(a.orange, 5.6F, 4.6F, 3.3F, 20),
       slice(a.lemon, 9.3F, 1.2F, 2.7F, 70),
       fruit(7.2F, -4, 3.7F, kOrange),
       fruit(-7.6F, 5.2F, 2.5F, kLemon, 1.3F),
       leaf(a, -4.6F, 0.5F, 7.2F, 2, 40, -78),
       leaf(a, -6.9F, 0.7F, 8.4F, 1.7F, -30, -74)});
}

}  // namespace

const std::vector<StillLife>& still_lifes() {
  static const std::vector<StillLife> kStillLifes = {
      {"kitchen-citrus",
       Setting::kitchen,
       kFeed,
       camera({1, 13, 46}, {0.4F, 6.4F, 0}, 31),
       film(1.15F, 0.1F, 0.008F),
       [](auto& s, const auto& a) {
         s.push_back(can(a.fizzolo[kCitrus], 0, 0, 0.02F, true));
         citrus_heap(s, a);
       }},
      {"kitchen-pair",
       Setting::kitchen,
       kFeed,
       camera({-6, 17, 44}, {0, 6, 0}, 32),
       film(1.2F, 0.15F, 0.008F),
       [](auto& s, const auto& a) {
         add(s,
             {can(a.fizzolo[kCitrus], -3.6F, 1, 0.02F, true),
              can(a.fizzolo[kMint], 4.2F, -2, -0.03F, true),
              bowl(-10, -9, {0.8F, 0.78F, 0.72F}),
              fruit(-10.5F, -9, 3, kLime),
              fruit(9.5F, 5, 2.6F, kLime, 1.2F),
              slice(a.lime, 3.4F, 6.4F, 2.5F, 0),
              leaf(a, 0.3F, 0.4F, 7.6F, 1.8F, 10, -76)});
       }},
      {"kitchen-trio",
       Setting::kitchen,
       kSquare,
       camera({0, 15, 48}, {0, 6.2F, 0}, 30),
       film(1.15F, 0.05F, 0.008F),
       [](auto& s, const auto& a) {
         add(s,
             {can(a.fizzolo[kMint], -7.2F, -2, 0.06F),
              can(a.fizzolo[kCitrus], 0, 1.5F, 0, true),
              can(a.fizzolo[kBerry], 7.2F, -2, -0.06F),
              slice(a.orange, -4, 7, 2.8F, 10),
              slice(a.lime, 4, 7.4F, 2.4F, 50)});
       }},
      {"breakfast-bars",
       Setting::kitchen,
       kFeed,
       camera({3, 19, 50}, {0, 8, 0}, 31),
       film(1.2F, 0.2F, 0.008F),
       [](auto& s, const auto& a) {
         add(s,
             {carton(a, -1.5F, -2, 14),
              mug(9.5F, 3, {0.75F, 0.72F, 0.66F}),
              bowl(-10.5F, 7, {0.16F, 0.28F, 0.36F}),
              fruit(7, 11, 1.1F, kRed),
              fruit(4.6F, 12, 1, kRed)});
       }},
      {"breakfast-bars-close",
       Setting::desk,
       kFeed,
       camera({-7, 15, 38}, {0, 9, 0}, 30, 2),
       film(1.15F, 0.1F, 0.008F),
       [](auto& s, const auto& a) {
         add(s,
             {carton(a, 0, 0, -12),
              mug(11, -7, {0.5F, 0.2F, 0.12F}),
              book(-12, 0, -10, 20, {0.2F, 0.3F, 0.35F})});
       }},
      {"beach-can",
       Setting::beach,
       kFeed,
       camera({-3, 9, 45}, {0.5F, 6.8F, 0}, 30, -1),
       film(1.1F, 0.05F, 0.007F),
       [](auto& s, const auto& a) {
         auto tipped = can(a.fizzolo[kCitrus], 0, 0, 0.03F, true);
         orient(tipped, 0, 0, 5);
         tipped.origin.y = -1.1F;
         add(s, {tipped, slice(a.orange, 6.6F, 3, 3, 10), fruit(-8, -5, 3.3F, kOrange)});
       }},
      {"beach-mint-story",
       Setting::beach,
       kStory,
       camera({4, 12, 50}, {0, 8, 0}, 38),
       film(1.1F, 0.1F, 0.007F),
       [](auto& s, const auto& a) {
         add(s,
             {can(a.fizzolo[kMint], -2.5F, 0, 0.03F, true),
              can(a.fizzolo[kBerry], 5, -5, -0.05F),
              slice(a.lime, 3.4F, 5.6F, 2.6F, 0),
              in_front(fruit(-8.5F, 24, 3.4F, kLemon, 1.3F))});
       }},
      {"beach-empty",
       Setting::beach,
       kFeed,
       camera({0, 11, 50}, {0, 8, 0}, 34),
       film(1.1F, 0.08F, 0.007F),
       [](auto& s, const auto& a) {
         add(s,
             {fruit(-3, 0, 3.6F, kOrange),
              fruit(4.2F, 2.5F, 2.6F, kLemon, 1.3F),
              slice(a.orange, 0.2F, 8, 3, 0),
              leaf(a, 6, 0.5F, 9, 2.4F, 50, -75)});
       }},
      {"gym-can",
       Setting::gym,
       kFeed,
       camera({3, 11, 50}, {1, 6.6F, 0}, 32),
       film(1.35F, -0.05F, 0.013F),
       [](auto& s, const auto& a) {
         s.push_back(can(a.fizzolo[kBerry], -2.5F, 2, 0.02F, true));
         add(s, dumbbell(9, -8, 30));
       }},
      {"gym-dark",
       Setting::gym,
       kFeed,
       camera({-6, 14, 62}, {0, 6, 0}, 34),
       film(0.42F, 0, 0.03F, 0.8F),
       [](auto& s, const auto& a) {
         s.push_back(can(a.fizzolo[kCitrus], 5, 2, 0.1F));
         add(s, dumbbell(-8, -3, -20));
       }},
      {"gym-tiny",
       Setting::gym,
       kFeed,
       camera({0, 74, 310}, {0, 32, 0}, 34),
       film(1.3F, 0, 0.014F, 0.6F),
       [](auto& s, const auto& a) {
         s.push_back(can(a.fizzolo[kCitrus], 21, 14, 0.05F));
         for (int i = 0; i < 4; ++i) {
           add(s, dumbbell(-34 + 19.0F * static_cast<float>(i), -8, 74));
         }
       }},
      {"gym-story",
       Setting::gym,
       kStory,
       camera({0, 14, 56}, {0, 8, 0}, 38),
       film(1.4F, 0.05F, 0.013F),
       [](auto& s, const auto& a) {
         add(s,
             {can(a.fizzolo[kBerry], 2.8F, 0, -0.02F, true),
              can(a.fizzolo[kCitrus], -4.4F, -4, 0.05F)});
         add(s, dumbbell(-9, -12, 40));
       }},
      {"picnic-cans",
       Setting::picnic,
       kFeed,
       camera({2, 18, 46}, {0, 5.6F, 0}, 32),
       film(1.1F, 0.1F, 0.007F),
       [](auto& s, const auto& a) {
         add(s,
             {can(a.fizzolo[kCitrus], -3.5F, 0, 0.03F, true),
              can(a.fizzolo[kBerry], 4.2F, -3, -0.02F),
              bowl(-11, -10, {0.75F, 0.7F, 0.6F}),
              fruit(-12.4F, -10, 2.7F, kRed),
              fruit(-9.6F, -9.4F, 2.6F, kOrange),
              slice(a.lemon, 3.5F, 6.4F, 2.6F, 0),
              fruit(9.6F, 4, 1.3F, kRed),
              fruit(7.8F, 6.6F, 1.2F, kRed)});
       }},
      {"picnic-occluded",
       Setting::picnic,
       kFeed,
       camera({0, 14, 46}, {0, 6, 0}, 31),
       film(1.1F, 0.12F, 0.008F),
       [](auto& s, const auto& a) {
         add(s,
             {can(a.fizzolo[kCitrus], 0, -5, 0.05F),
              fruit(3.8F, 2, 3.9F, kOrange),
              fruit(-4.6F, 4, 3.2F, kLemon, 1.35F),
              leaf(a, 0.2F, 3.3F, 6, 3.4F, 10, -8),
              in_front(leaf(a, -6, 6, 24, 5, 30, -20))});
       }},
      {"picnic-competitor",
       Setting::picnic,
       kFeed,
       camera({-3, 16, 46}, {0, 6, 0}, 32),
       film(1.1F, 0, 0.007F),
       [](auto& s, const auto& a) {
         add(s,
             {can(a.quellino, -3.4F, 1, 0.02F, true),
              can(a.fizzolo[kCitrus], 4.4F, -1, -0.02F),
              slice(a.lemon, 1.4F, 7, 2.5F, 0),
              fruit(10, -6, 3.4F, kOrange)});
       }},
      {"night-can",
       Setting::night,
       kFeed,
       camera({0, 12, 46}, {0, 6.6F, 0}, 31),
       film(1.6F, 0.05F, 0.016F),
       [](auto& s, const auto& a) {
         add(s,
             {can(a.fizzolo[kBerry], -1, 0, 0.01F, true),
              slice(a.orange, 5.6F, 4.6F, 2.9F, 0),
              phone(-9, 5, 30)});
       }},
      {"night-blur",
       Setting::night,
       kFeed,
       camera({-5, 13, 50}, {0, 6.5F, 0}, 32, 5),
       film(1.35F, 0.1F, 0.03F, 2.2F, 17),
       [](auto& s, const auto& a) {
         add(s, {can(a.fizzolo[kCitrus], 1, 0, -0.04F), can(a.plain[4], -7, -4, 0)});
       }},
      {"desk-can",
       Setting::desk,
       kFeed,
       camera({4, 17, 46}, {0, 6, 0}, 31),
       film(1.1F, 0.05F, 0.007F),
       [](auto& s, const auto& a) {
         add(s,
             {can(a.fizzolo[kMint], -2.5F, 1, 0.01F, true),
              book(8.6F, 0, -6, 24, {0.45F, 0.16F, 0.12F}),
              book(9, 2.2F, -6, 12, {0.14F, 0.26F, 0.3F}),
              phone(7, 9, -20)});
       }},
      {"desk-cream",
       Setting::desk,
       kFeed,
       camera({-2, 14, 46}, {0, 7, 0}, 31),
       film(1.12F, 0.12F, 0.007F),
       [](auto& s, const auto& a) {
         add(s,
             {lotion(a, -1, 1, 0.02F),
              book(9, 0, -6, -20, {0.5F, 0.3F, 0.3F}),
              leaf(a, 6, 0.4F, 7, 2, 20, -78),
              mug(-10, -8, {0.7F, 0.55F, 0.5F})});
       }},
      {"desk-notes",
       Setting::desk,
       kFeed,
       camera({0, 20, 42}, {0, 3, 0}, 33),
       film(1.1F, 0.1F, 0.008F),
       [](auto& s, const auto& a) {
         add(s,
             {mug(-5, -1, {0.16F, 0.3F, 0.33F}),
              book(6, 0, -3, 14, {0.4F, 0.34F, 0.24F}),
              phone(4, 9, 10),
              leaf(a, -8, 0.4F, 9, 1.6F, 0, -76)});
       }},
      {"pool-can",
       Setting::pool,
       kFeed,
       camera({2, 13, 46}, {0.5F, 6.5F, 0}, 31),
       film(1.1F, -0.02F, 0.007F),
       [](auto& s, const auto& a) {
         add(s,
             {can(a.fizzolo[kCitrus], -1, 0, 0.02F, true),
              slice(a.lime, 5.6F, 4, 2.7F, 0),
              slice(a.lemon, 8.6F, 0.5F, 2.4F, 30),
              in_front(leaf(a, -9, 5, 26, 5.5F, 40, -30))});
       }},
      {"pool-story",
       Setting::pool,
       kStory,
       camera({-3, 15, 54}, {0, 8, 0}, 37),
       film(1.1F, 0, 0.007F),
       [](auto& s, const auto& a) {
         add(s,
             {can(a.fizzolo[kBerry], 0, 0, 0.02F, true),
              slice(a.orange, 5.8F, 4.4F, 3, 0),
              fruit(-8, -3, 3.4F, kOrange)});
       }},
      {"pool-wide",
       Setting::pool,
       kWide,
       camera({-7, 13, 48}, {-5, 6.5F, 0}, 26),
       film(1.1F, 0, 0.007F),
       [](auto& s, const auto& a) {
         add(s,
             {can(a.fizzolo[kCitrus], 0, 0, 0.02F, true),
              can(a.fizzolo[kMint], 7, -3, -0.03F),
              fruit(-10, 2, 3, kLemon, 1.3F),
              slice(a.orange, -4.5F, 5, 2.8F, 0)});
       }},
      {"sunset-bottle",
       Setting::sunset,
       kFeed,
       camera({2, 14, 52}, {0, 9, 0}, 32),
       film(1.3F, 0.1F, 0.01F),
       [](auto& s, const auto& a) {
         add(s,
             {bottle(a.fizzolo[kCitrus], -2.6F, 0, 0.03F, {0.30F, 0.12F, 0.02F}),
              can(a.fizzolo[kBerry], 5.2F, 2, -0.03F, true),
              slice(a.orange, 0.8F, 8, 2.6F, 0)});
       }},
      {"sunset-story",
       Setting::sunset,
       kStory,
       camera({-4, 15, 58}, {0, 9, 0}, 38),
       film(1.35F, 0.1F, 0.01F),
       [](auto& s, const auto& a) {
         add(s,
             {bottle(a.fizzolo[kMint], 0.5F, 0, 0.02F, {0.03F, 0.16F, 0.06F}),
              slice(a.lime, 6.4F, 4, 2.7F, 0),
              fruit(-7, 2, 2.6F, kLime, 1.15F)});
       }},
      {"sunset-tiny",
       Setting::sunset,
       kFeed,
       camera({0, 40, 170}, {0, 26, 0}, 34),
       film(1.25F, 0.1F, 0.012F, 0.7F),
       [](auto& s, const auto& a) {
         add(s, {can(a.fizzolo[kCitrus], -16, 6, 0.12F), book(12, 0, 0, 10, {0.3F, 0.2F, 0.2F})});
       }},
      {"marble-top",
       Setting::marble,
       kSquare,
       camera({0, 58, 7}, {0, 0, 1}, 30),
       film(1.15F, 0.02F, 0.006F),
       [](auto& s, const auto& a) {
         auto lying = can(a.fizzolo[kMint], 6.8F, 0.5F, 0.24F);
         lay_down(lying, 2.85F, 12);
         add(s,
             {lying,
              slice(a.lime, -8.6F, -7, 2.8F, 10),
              slice(a.lemon, 6.6F, 9, 2.7F, 0),
              slice(a.lime, -3.5F, 9.6F, 2.5F, 40),
              leaf(a, 9.6F, 0.4F, -7.4F, 2.4F, 30, -86),
              leaf(a, 7, 0.4F, -9, 2, -40, -86),
              leaf(a, -10, 0.4F, 8.4F, 2.3F, 80, -86),
              fruit(-11.4F, 2.2F, 2.4F, kLime, 1.15F)});
       }},
      {"marble-citrus",
       Setting::marble,
       kFeed,
       camera({3, 16, 44}, {0.5F, 6, 0}, 31),
       film(1.12F, 0.04F, 0.006F),
       [](auto& s, const auto& a) {
         s.push_back(can(a.fizzolo[kCitrus], -1, 0, 0.01F, true));
         citrus_heap(s, a);
       }},
      {"marble-produce",
       Setting::marble,
       kFeed,
       camera({-2, 18, 44}, {0, 4, 0}, 31),
       film(1.1F, 0.04F, 0.006F),
       [](auto& s, const auto& a) {
         citrus_heap(s, a);
         add(s, {bowl(-1.5F, -1, {0.3F, 0.42F, 0.45F}), fruit(-1.5F, -1, 3.9F, kLime)});
       }},
      {"competitor-only",
       Setting::kitchen,
       kFeed,
       camera({-2, 14, 46}, {0, 6.5F, 0}, 31),
       film(1.15F, -0.02F, 0.008F),
       [](auto& s, const auto& a) {
         add(s,
             {can(a.quellino, 0, 0, 0.02F, true),
              slice(a.lime, 5.6F, 4, 2.7F, 0),
              fruit(-7.4F, 2, 2.8F, kLime, 1.15F)});
       }},
      {"plain-drinks",
       Setting::night,
       kFeed,
       camera({0, 13, 48}, {0, 6.5F, 0}, 32),
       film(1.6F, 0.1F, 0.015F),
       [](auto& s, const auto& a) {
         add(s,
             {can(a.plain[1], -4, 0, 0.02F),
              can(a.plain[3], 4, -1, -0.03F),
              slice(a.lime, 0, 7, 2.5F, 0)});
       }},
  };
  return kStillLifes;
}

}  // namespace muster
