#include "core/fingerprint.h"

#include <cmath>
#include <random>

#include <catch2/catch.hpp>

using namespace muster;

namespace {

using Light = std::array<float, kLightSide * kLightSide>;

// Blobs of light of several sizes, other ones for each seed.
Light blobs(unsigned seed) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<float> unit(0, 1);
  Light light{};
  light.fill(0.3F);
  for (int i = 0; i < 20; ++i) {
    const float x = unit(random) * kLightSide;
    const float y = unit(random) * kLightSide;
    const float size = 1 + 6 * unit(random);
    const float level = unit(random) - 0.4F;
    for (int row = 0; row < kLightSide; ++row) {
      for (int column = 0; column < kLightSide; ++column) {
        const float away = std::hypot(static_cast<float>(column) - x, static_cast<float>(row) - y);
        float& cell = light[static_cast<std::size_t>(row * kLightSide + column)];
        cell = std::clamp(cell + level * std::exp(-away * away / (size * size)), 0.0F, 1.0F);
      }
    }
  }
  return light;
}

}  // namespace

TEST_CASE("a picture's hash survives noise and brightness, and tells pictures apart") {
  std::mt19937 random(7);
  std::normal_distribution<float> noise(0, 0.001F);
  for (unsigned seed = 0; seed < 50; ++seed) {
    const Light light = blobs(seed);
    Light changed = light;
    for (float& cell : changed) {
      cell = 0.9F * cell + 0.05F + noise(random);
    }
    CHECK(distance(picture_hash(light), picture_hash(light)) == 0);
    CHECK(distance(picture_hash(light), picture_hash(changed)) <= 20);
    CHECK(distance(picture_hash(light), picture_hash(blobs(seed + 1000))) > 2 * kPictureRadius);
  }
}

TEST_CASE("half of the bits of a hash are set") {
  for (unsigned seed = 0; seed < 20; ++seed) {
    CHECK(distance(picture_hash(blobs(seed)), PictureHash{}) == 128);
  }
}

TEST_CASE("pictures with nothing in them have no quality, others do") {
  Light plain{};
  plain.fill(0.5F);
  CHECK(picture_quality(plain) == 0);
  Light ramp{};  // a fade from left to right
  for (std::size_t i = 0; i < ramp.size(); ++i) {
    ramp[i] = static_cast<float>(i % kLightSide) / kLightSide;
  }
  CHECK(picture_quality(blobs(3)) >= kLeastPictureQuality);
  CHECK(picture_quality(plain) < kLeastPictureQuality);
  CHECK(picture_quality(ramp) >= picture_quality(plain));
}
