#include "extractors/brand/local_features.h"

#include "extractors/brand/descriptor_index.h"
#include "tests/extractors/brand/drawn_brands.h"

#include <cmath>
#include <numbers>

#include <catch2/catch.hpp>
#include <opencv2/imgproc.hpp>

namespace muster {
namespace {

cv::Mat grey_scene(unsigned seed) {
  cv::Mat grey;
  cv::cvtColor(draw_scene({400, 300}, seed), grey, cv::COLOR_BGR2GRAY);
  return grey;
}

double distance(const std::uint8_t* a, const std::uint8_t* b) {
  double sum = 0;
  for (int i = 0; i < kDescriptorSize; ++i) {
    sum += (a[i] - b[i]) * (a[i] - b[i]);
  }
  return std::sqrt(sum);
}

// Share of the features of `derived` that were also found by looking, at the same place and angle
// and with nearly the same descriptor.
double agreement(const LocalFeatures& derived, const LocalFeatures& found) {
  std::size_t agreeing = 0;
  for (std::size_t i = 0; i < derived.count(); ++i) {
    for (std::size_t k = 0; k < found.count(); ++k) {
      const LocalFeature& a = derived.points[i];
      const LocalFeature& b = found.points[k];
      if (std::hypot(a.x - b.x, a.y - b.y) < 1.5 &&
          std::abs(std::remainder(a.angle - b.angle, 2 * std::numbers::pi_v<float>)) < 0.2 &&
          distance(derived.descriptor(i), found.descriptor(k)) < 120) {
        ++agreeing;
        break;
      }
    }
  }
  return double(agreeing) / double(derived.count());
}

TEST_CASE("features of the negative are the features found in the negative") {
  const cv::Mat grey = grey_scene(1);
  const LocalFeatures upright = extract_features(grey, 500);
  REQUIRE(upright.count() > 100);
  CHECK(agreement(inverted(upright), extract_features(255 - grey, 500)) > 0.85);
  CHECK(agreement(upright, extract_features(255 - grey, 500)) < 0.2);
}

TEST_CASE("features of the mirror image are the features found in the mirror image") {
  const cv::Mat grey = grey_scene(2);
  const LocalFeatures upright = extract_features(grey, 500);
  cv::Mat flipped;
  cv::flip(grey, flipped, 1);
  CHECK(agreement(mirrored(upright, grey.cols), extract_features(flipped, 500)) > 0.8);
  CHECK(agreement(upright, extract_features(flipped, 500)) < 0.2);
}

TEST_CASE("inverting and mirroring twice changes nothing") {
  const LocalFeatures upright = extract_features(grey_scene(3), 300);
  CHECK(inverted(inverted(upright)).descriptors == upright.descriptors);
  CHECK(mirrored(mirrored(upright, 400), 400).descriptors == upright.descriptors);
}

std::vector<std::uint8_t> random_descriptors(std::size_t count, unsigned seed) {
  cv::Mat values(static_cast<int>(count), kDescriptorSize, CV_8UC1);
  cv::RNG(seed).fill(values, cv::RNG::UNIFORM, 0, 120);
  return {values.datastart, values.dataend};
}

TEST_CASE("the index gives the best owner's neighbours and the best of the others") {
  // Small enough to be exact, so it must agree with looking at every entry.
  constexpr std::size_t kCount = 900;
  const std::vector<std::uint8_t> entries = random_descriptors(kCount, 7);
  const std::vector<std::uint8_t> queries = random_descriptors(50, 8);
  DescriptorIndex index;
  for (std::size_t i = 0; i < kCount; ++i) {
    index.add(entries.data() + i * kDescriptorSize, static_cast<std::uint32_t>(i % 4));
  }
  index.build();
  DescriptorIndex::Scratch scratch;
  DescriptorIndex::Answer answer;
  for (std::size_t q = 0; q < 50; ++q) {
    const std::uint8_t* query = queries.data() + q * kDescriptorSize;
    const std::uint32_t except =
        q % 5 == 4 ? DescriptorIndex::kNone : static_cast<std::uint32_t>(q % 5);
    std::array<double, 4> best{1e9, 1e9, 1e9, 1e9};
    for (std::size_t i = 0; i < kCount; ++i) {
      if (i % 4 != except) {
        best[i % 4] = std::min(best[i % 4], distance(query, entries.data() + i * kDescriptorSize));
      }
    }
    index.search(query, 3, except, scratch, answer);
    REQUIRE(answer.nearest.size() == 3);
    const auto expected = std::min_element(best.begin(), best.end());
    CHECK(answer.owner == static_cast<std::uint32_t>(expected - best.begin()));
    CHECK(std::sqrt(double(answer.nearest[0].distance)) == Approx(*expected));
    *expected = 1e9;
    CHECK(std::sqrt(double(answer.other)) == Approx(*std::min_element(best.begin(), best.end())));
    CHECK(index.owner_of(answer.nearest[2].entry) == answer.owner);
  }
}

TEST_CASE("a large index finds nearly every descriptor that is a little changed") {
  constexpr std::size_t kCount = 12000;
  const std::vector<std::uint8_t> entries = random_descriptors(kCount, 9);
  DescriptorIndex index;
  for (std::size_t i = 0; i < kCount; ++i) {
    index.add(entries.data() + i * kDescriptorSize, static_cast<std::uint32_t>(i % 7));
  }
  index.build();
  cv::RNG random(10);
  DescriptorIndex::Scratch scratch;
  DescriptorIndex::Answer answer;
  int found = 0;
  for (std::size_t q = 0; q < 200; ++q) {
    const std::size_t wanted = q * 59;
    std::vector<std::uint8_t> query(
        entries.begin() + static_cast<std::ptrdiff_t>(wanted * kDescriptorSize),
        entries.begin() + static_cast<std::ptrdiff_t>((wanted + 1) * kDescriptorSize));
    for (std::uint8_t& value : query) {
      value = cv::saturate_cast<std::uint8_t>(value + random.uniform(-10, 11));
    }
    index.search(query.data(), 1, DescriptorIndex::kNone, scratch, answer);
    found += !answer.nearest.empty() && answer.nearest[0].entry == wanted;
  }
  CHECK(found >= 190);
}

TEST_CASE("an empty index answers with nothing") {
  DescriptorIndex index;
  index.build();
  DescriptorIndex::Scratch scratch;
  DescriptorIndex::Answer answer;
  const std::vector<std::uint8_t> query = random_descriptors(1, 1);
  index.search(query.data(), 5, DescriptorIndex::kNone, scratch, answer);
  CHECK(answer.nearest.empty());
  CHECK(answer.other == DescriptorIndex::kNone);
}

}  // namespace
}  // namespace muster
