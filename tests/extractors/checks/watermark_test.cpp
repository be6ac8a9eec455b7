#include "tests/extractors/checks/check_bench.h"

#include <catch2/catch.hpp>

namespace muster {
namespace {

struct WatermarkBench : CheckBench {
  explicit WatermarkBench(std::vector<SeenText> texts) {
    placement.platform = "instagram";
    media = {decoded(jpeg_facts(1080, 1350))};
    media[0].texts_were_read = true;
    media[0].texts = std::move(texts);
  }
  Finding found() const { return only(run(make_watermark_check()), "watermark.platform"); }
};

SeenText text_at(std::string text, double y, double confidence = 0.9) {
  return {std::move(text), confidence, {0.1, y, 0.2, 0.03}, 8.0, {}};
}

TEST_CASE("an app's name over a handle is its mark") {
  const Finding finding =
      WatermarkBench({text_at("TikTok", 0.1), text_at("@mia.cooks", 0.14)}).found();
  CHECK(finding.outcome == Outcome::warn);
  CHECK(contains(finding.message, "mark of TikTok"));
  CHECK(finding.place.item == 0);
  CHECK(finding.place.box == Box{0.1, 0.1, 0.2, 0.03});
  CHECK(WatermarkBench({text_at("TikTok @mia.cooks", 0.1)}).found().outcome == Outcome::warn);
}

TEST_CASE("the name alone, in a sentence, far from a handle or badly read is no mark") {
  CHECK(WatermarkBench({text_at("TikTok", 0.1)}).found().outcome == Outcome::pass);
  CHECK(WatermarkBench({text_at("follow me on TikTok @mia.cooks", 0.1)}).found().outcome ==
        Outcome::pass);
  CHECK(WatermarkBench({text_at("TikTok", 0.1), text_at("@mia.cooks", 0.8)}).found().outcome ==
        Outcome::pass);
  CHECK(
      WatermarkBench({text_at("TikTok", 0.1, 0.5), text_at("@mia.cooks", 0.14)}).found().outcome ==
      Outcome::pass);
}

TEST_CASE("a platform's own mark is no one else's") {
  WatermarkBench bench({text_at("TikTok", 0.1), text_at("@mia.cooks", 0.14)});
  bench.placement.platform = "tiktok";
  CHECK(bench.found().outcome == Outcome::pass);
}

TEST_CASE("where no text was read nothing is passed") {
  WatermarkBench bench({});
  bench.media[0].texts_were_read = false;
  CHECK(bench.found().outcome == Outcome::not_applicable);
}

}  // namespace
}  // namespace muster
