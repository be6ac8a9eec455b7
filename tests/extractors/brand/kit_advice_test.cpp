#include "extractors/brand/kit_advice.h"

#include "tests/extractors/brand/drawn_brands.h"

#include <algorithm>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

namespace muster {
namespace {

std::vector<KitRemark> advice_on(const std::vector<BrandKit>& kits) {
  InProcessDecoder decoder;
  const auto index = BrandIndex::build(kits, decoder, {}, nullptr);
  return advise(kits, *index);
}

bool says(const std::vector<KitRemark>& remarks, const std::string& kit, const std::string& what) {
  return std::any_of(remarks.begin(), remarks.end(), [&](const KitRemark& remark) {
    return remark.kit == kit && remark.what.find(what) != std::string::npos;
  });
}

TEST_CASE("one brand inside another's name is said, and only to the shorter one") {
  BrandKit mini = kit_of("mini", {draw_fizzo()});
  mini.brand = "MINI";
  BrandKit maxi = kit_of("maxi", {draw_kwalli()});
  maxi.brand = "Maxi";
  maxi.spellings = {"Mini-Max"};
  const auto remarks = advice_on({mini, maxi});
  CHECK(says(remarks, "mini", "'MINI' is part of 'Mini-Max' of kit 'maxi'"));
  CHECK_FALSE(says(remarks, "maxi", "is part of"));
}

TEST_CASE("a kit without a usable picture, and a competitor without a kit, are said") {
  BrandKit lost = kit_of("lost", {draw_fizzo()});
  lost.pictures[0].bytes = "nothing";
  lost.competitors = {"nobody"};
  const auto remarks = advice_on({lost});
  CHECK(says(remarks, "lost", "has no usable picture"));
  CHECK(says(remarks, "lost", "'nobody' has no kit here"));
  CHECK(std::any_of(remarks.begin(), remarks.end(), [](const auto& r) { return r.unusable; }));
}

TEST_CASE("drawn logos alone are fine but could be better; crops need no such word") {
  BrandKit crops = kit_of("crops", {draw_kwalli()});
  crops.pictures[0].role = "crop";
  const auto remarks = advice_on({kit_of("drawn", {draw_fizzo()}), crops});
  CHECK(says(remarks, "drawn", "only drawn logos"));
  CHECK_FALSE(says(remarks, "crops", "only drawn logos"));
}

}  // namespace
}  // namespace muster
