#include "extractors/surveys/comparison.h"

#include <cmath>
#include <random>

#include <catch2/catch.hpp>

using namespace muster;

TEST_CASE("the two-proportion test gives the closed form") {
  // 60 of 100 against 40 of 100: z = 0.2 / sqrt(0.5 * 0.5 * 2 / 100).
  const auto test = two_proportion_test({60, 100}, {40, 100});
  REQUIRE(test);
  CHECK(test->z == Approx(0.2 / std::sqrt(0.005)).epsilon(1e-9));
  CHECK(test->p_value == Approx(std::erfc(test->z / std::sqrt(2.0))).epsilon(1e-9));
  CHECK_FALSE(two_proportion_test({0, 10}, {0, 10}));
  CHECK_FALSE(two_proportion_test({1, 1}, {0, 0}));
}

TEST_CASE("the interval of a difference is that of Newcombe's published example") {
  // Newcombe 1998, table II: 56/70 against 48/80, method 10: 0.0524 to 0.3339.
  const auto interval = difference_interval({56, 70}, {48, 80}, 0.95);
  REQUIRE(interval);
  CHECK(interval->lower == Approx(0.0524).margin(5e-5));
  CHECK(interval->upper == Approx(0.3339).margin(5e-5));
}

TEST_CASE("Cohen's h is antisymmetric, and 0 for equal shares") {
  CHECK(cohens_h(0.5, 0.5) == 0);
  CHECK(cohens_h(0.7, 0.4) == Approx(-cohens_h(0.4, 0.7)));
  CHECK(cohens_h(1, 0) == Approx(std::acos(-1.0)).epsilon(1e-9));
}

TEST_CASE("adjusted p values follow Benjamini and Hochberg, in the order given") {
  const std::vector<double> p = {0.01, 0.04, 0.03, 0.005};
  const auto adjusted = adjust_false_discovery(p);
  CHECK(adjusted[0] == Approx(0.02).epsilon(1e-9));
  CHECK(adjusted[1] == Approx(0.04).epsilon(1e-9));
  CHECK(adjusted[2] == Approx(0.04).epsilon(1e-9));
  CHECK(adjusted[3] == Approx(0.02).epsilon(1e-9));
  CHECK(adjust_false_discovery({}).empty());
}

TEST_CASE("a lift that comes from who was exposed vanishes within the strata") {
  // Fans answer yes to 80 %, others to 20 %, exposed or not; fans are exposed more often.
  std::vector<LiftRespondent> people;
  const auto add = [&](bool exposed, const std::string& stratum, int yes, int no) {
    for (int i = 0; i < yes + no; ++i) {
      people.push_back({exposed, i < yes, exposed ? "mega" : "", stratum});
    }
  };
  add(true, "fan", 160, 40);
  add(true, "other", 20, 80);
  add(false, "fan", 80, 20);
  add(false, "other", 40, 160);
  const auto lift = brand_lift(people, 0.95, 30);
  REQUIRE(lift.cells.size() == 2);
  CHECK(lift.cells[0].absolute == Approx(0.2).epsilon(1e-9));
  CHECK(*lift.cells[0].relative == Approx(0.5).epsilon(1e-9));
  CHECK(*lift.cells[0].p_value < 0.001);
  REQUIRE(lift.stratified);
  CHECK(*lift.stratified == Approx(0).margin(1e-9));
  REQUIRE(lift.notes.size() == 1);
  CHECK(lift.notes[0].find("made up differently") != std::string::npos);
  CHECK(lift.cells[1].group == "mega");
  CHECK(*lift.cells[1].adjusted_p == Approx(*lift.cells[1].p_value));
}

TEST_CASE("a side without respondents gives no test and no interval") {
  const std::vector<LiftRespondent> people = {{true, true, "", ""}, {true, false, "", ""}};
  const auto lift = brand_lift(people, 0.95, 30);
  CHECK_FALSE(lift.cells[0].interval);
  CHECK_FALSE(lift.cells[0].p_value);
  CHECK_FALSE(lift.cells[0].relative);
  CHECK(lift.cells[0].small_base);
}

TEST_CASE("raked weights meet every margin, whatever the sample") {
  std::mt19937 random(7);
  for (int round = 0; round < 20; ++round) {
    std::vector<std::vector<std::string>> categories(2);
    for (int i = 0; i < 300; ++i) {
      categories[0].push_back(random() % 10 < 7 ? "f" : "m");
      categories[1].push_back(std::string(1, static_cast<char>('a' + random() % 3)));
    }
    const std::vector<Margin> margins = {{"sex", {{"f", 0.5}, {"m", 0.5}}},
                                         {"age", {{"a", 0.2}, {"b", 0.3}, {"c", 0.5}}}};
    const auto weights = rake(margins, categories, 0);
    REQUIRE(weights);
    double women = 0;
    double oldest = 0;
    double sum = 0;
    for (std::size_t i = 0; i < 300; ++i) {
      CHECK(weights->values[i] > 0);
      sum += weights->values[i];
      women += categories[0][i] == "f" ? weights->values[i] : 0;
      oldest += categories[1][i] == "c" ? weights->values[i] : 0;
    }
    CHECK(sum == Approx(300).epsilon(1e-9));
    CHECK(women / sum == Approx(0.5).margin(1e-8));
    CHECK(oldest / sum == Approx(0.5).margin(1e-8));
    CHECK(weights->effective_base <= 300 + 1e-9);
    CHECK(weights->efficiency > 0.5);
  }
}

TEST_CASE("weights of one margin are target over sample, and their effective base is Kish's") {
  // 3 f and 1 m, to be half and half: weights 2/3 and 2; (3 * 2/3 + 2)^2 / (3 * 4/9 + 4) = 3.
  const std::vector<Margin> margins = {{"sex", {{"f", 0.5}, {"m", 0.5}}}};
  const auto weights = rake(margins, {{"f", "f", "f", "m"}}, 0);
  REQUIRE(weights);
  CHECK(weights->values[0] == Approx(2.0 / 3).epsilon(1e-9));
  CHECK(weights->values[3] == Approx(2.0).epsilon(1e-9));
  CHECK(weights->effective_base == Approx(3.0).epsilon(1e-9));
}

TEST_CASE("margins that can't be met are refused with the reason") {
  CHECK(
      rake(std::vector<Margin>{{"sex", {{"f", 0.5}, {"m", 0.5}}}}, {{"f", "f"}}, 0).error().what ==
      "nobody is 'm', which has a target");
  CHECK(rake(std::vector<Margin>{{"sex", {{"f", 1}}}}, {{"f", "x"}}, 0).error().what ==
        "'x' has no target");
  CHECK(rake(std::vector<Margin>{{"sex", {{"f", 0.9}}}}, {{"f"}}, 0).error().where == "sex");
  CHECK_FALSE(rake({}, {}, 0));
}
