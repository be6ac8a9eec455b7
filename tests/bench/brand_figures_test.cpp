#include "bench/brand_figures.h"

#include "bench/brand_report.h"
#include "core/error.h"

#include <string>
#include <vector>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

namespace muster {
namespace {

BrandResult picture(std::vector<std::string> brands, std::vector<BrandClaim> claims) {
  BrandResult result{"set", "p.jpg", {100, 100}, std::move(brands), {}, std::move(claims)};
  for (const std::string& brand : result.brands) {
    result.boxes.push_back({brand, 0, {10, 10, 20, 20}});
  }
  return result;
}

const cv::Rect2d kRight{10, 10, 20, 18};
const cv::Rect2d kElsewhere{60, 60, 20, 20};

TEST_CASE("pairs of picture and brand are counted once, by their best claim") {
  const std::vector<BrandResult> results{
      picture({"a"}, {{"a", 0.4, kElsewhere}, {"a", 0.9, kRight}, {"b", 0.7, kElsewhere}}),
      picture({"a", "b"}, {{"b", 0.3, kRight}}),
      picture({}, {{"a", 0.6, kElsewhere}, {"a", 0.55, kRight}})};
  const BrandFigures figures = figures_at(results, 0.5);
  CHECK(figures.pairs.true_hits == 1);
  CHECK(figures.pairs.false_hits == 2);
  CHECK(figures.pairs.missed == 2);
  CHECK(figures.pairs.precision() == Approx(1.0 / 3));
  CHECK(figures.pairs.recall() == Approx(1.0 / 3));
  CHECK(figures.recall_by_brand.at("a").hits == 1);
  CHECK(figures.recall_by_brand.at("a").all == 2);
  CHECK(figures.false_alarms.at("set").hits == 2);
  CHECK(figures.boxes.hits == 1);
  CHECK(figures.boxes.all == 1);
  CHECK(figures.instances.all == 3);
  CHECK(figures.recall_by_size[1].all == 3);  // 4 % of the picture
  CHECK(figures.false_hits.front().find("b in p.jpg") == 0);
}

TEST_CASE("a claim in the wrong place is a hit without its box") {
  const BrandFigures figures = figures_at({picture({"a"}, {{"a", 0.9, kElsewhere}})}, 0.5);
  CHECK(figures.pairs.true_hits == 1);
  CHECK(figures.boxes.all == 1);
  CHECK(figures.boxes.hits == 0);
  CHECK(figures.instances.hits == 0);
}

TEST_CASE("no claims at all is precision 1 and recall 0, and no claim reaches a threshold of 0") {
  const BrandFigures figures = figures_at({picture({"a"}, {}), picture({}, {})}, 0);
  CHECK(figures.pairs.precision() == 1);
  CHECK(figures.pairs.recall() == 0);
  CHECK(figures.pairs.f1() == 0);
}

TEST_CASE("a brand has no say in its own threshold") {
  // Brand a is right from 0.3 on; brand b has a false claim at 0.8.
  const std::vector<BrandResult> results{picture({"a"}, {{"a", 0.3, kRight}}),
                                         picture({"b"}, {{"b", 0.9, kRight}}),
                                         picture({}, {{"b", 0.8, kRight}})};
  const auto thresholds = cross_validated_thresholds(results, {"a", "b"}, 0.98, 2);
  CHECK(thresholds.at("a") == Approx(0.9));  // by b, whose 0.8 is wrong
  CHECK(thresholds.at("b") == Approx(0.3));  // by a
  const BrandFigures figures = figures_at(results, thresholds);
  CHECK(figures.pairs.true_hits == 1);
  CHECK(figures.pairs.false_hits == 1);
  CHECK(figures.pairs.missed == 1);
}

TEST_CASE("where the other brands never reach the precision nothing is reported") {
  const std::vector<BrandResult> results{picture({}, {{"a", 0.9, kRight}}),
                                         picture({"b"}, {{"b", 0.9, kRight}})};
  CHECK(cross_validated_thresholds(results, {"a", "b"}, 0.98, 2).at("b") > 1);
}

TEST_CASE("the calibration error is the weighted gap between score and share right") {
  std::vector<BrandResult> results;
  for (int i = 0; i < 10; ++i) {  // said 0.95, right 5 of 10 times
    results.push_back(picture(i < 5 ? std::vector<std::string>{"a"} : std::vector<std::string>{},
                              {{"a", 0.95, kRight}}));
  }
  CHECK(reliability(results, 10).error == Approx(0.45));
  for (int i = 0; i < 10; ++i) {  // said 0.1 and never right
    results.push_back(picture({}, {{"a", 0.1, kRight}}));
  }
  const Reliability both = reliability(results, 10);
  CHECK(both.error == Approx((0.45 + 0.1) / 2));
  CHECK(both.bins[9].pairs == 10);
  CHECK(both.bins[1].pairs == 10);
  // Missed brands have no score to be wrong about.
  CHECK(reliability({picture({"a"}, {})}, 10).error == 0);
  // A score of 1 falls into the last bin.
  CHECK(reliability({picture({"a"}, {{"a", 1.0, kRight}})}, 10).bins[9].pairs == 1);
}

TEST_CASE("a claim of a brand that the labels leave out counts neither way") {
  const std::vector<BrandResult> results{
      picture({"a"}, {{"a", 0.9, kRight}, {"b", 0.8, kElsewhere}})};
  const BrandFigures figures = figures_at(without_unlabelled(results, {{"p.jpg", "b"}}), 0.5);
  CHECK(figures.pairs.true_hits == 1);
  CHECK(figures.pairs.false_hits == 0);
  CHECK(figures_at(without_unlabelled(results, {{"q.jpg", "b"}}), 0.5).pairs.false_hits == 1);
}

TEST_CASE("thin claims are left out, the picture and its truth are not") {
  const std::vector<BrandResult> results{
      picture({"a"}, {{"a", 0.9, kRight, true}, {"b", 0.9, kRight, false}})};
  const auto counted = without_thin(results);
  REQUIRE(counted.size() == 1);
  REQUIRE(counted[0].claims.size() == 1);
  CHECK(counted[0].claims[0].brand == "b");
  CHECK(figures_at(counted, 0.5).pairs.missed == 1);
}

TEST_CASE("saved results are read again as they were") {
  const std::vector<BrandResult> results{picture({"a"}, {{"a", 0.25, kRight, true}}),
                                         picture({}, {})};
  const std::vector<BrandResult> again = read_results(results_json(results).dump());
  REQUIRE(again.size() == 2);
  CHECK(again[0].brands == results[0].brands);
  CHECK(again[0].claims[0].score == 0.25);
  CHECK(again[0].claims[0].box == kRight);
  CHECK(again[0].claims[0].thin);
  CHECK(again[0].boxes[0].box == results[0].boxes[0].box);
  CHECK(again[1].claims.empty());
  CHECK_THROWS_AS(read_results("{"), PermanentError);
  CHECK_THROWS_AS(read_results(R"([{"set": 3}])"), PermanentError);
}

}  // namespace
}  // namespace muster
