#include "extractors/surveys/terms.h"

#include <cmath>

#include <catch2/catch.hpp>

using namespace muster;

TEST_CASE("words are lower-case runs of letters, neighbours where a script parts none") {
  CHECK(words_of("Too SWEET, isn't it? 🙄 a 12") ==
        std::vector<std::string>{"too", "sweet", "isn't", "it", "12"});
  CHECK(words_of("Zu süß; ÄRGER-lich- Łódź Привет") ==
        std::vector<std::string>{"zu", "süß", "ärger-lich", "łódź", "привет"});
  CHECK(words_of("缶がか") == std::vector<std::string>{"缶が", "がか"});
  CHECK(words_of("").empty());
  CHECK(words_of("\xFF\xC3").empty());
}

TEST_CASE("the z of a term is the closed form of Monroe, Colaresi and Quinn") {
  // 20 of 100 against 5 of 100, prior 25 of 200 worth 50 answers: 6.25.
  const double prior = 25.0 / 200 * 50;
  const double difference = std::log((20 + prior) / (100 + 50 - 20 - prior)) -
                            std::log((5 + prior) / (100 + 50 - 5 - prior));
  const double z = difference / std::sqrt(1 / (20 + prior) + 1 / (5 + prior));
  CHECK(log_odds_z(20, 100, 5, 100, 25.0 / 200, 50) == Approx(z).epsilon(1e-9));
  CHECK(log_odds_z(5, 100, 20, 100, 25.0 / 200, 50) == Approx(-z).epsilon(1e-9));
  CHECK(log_odds_z(10, 100, 10, 100, 0.1, 50) == Approx(0).margin(1e-12));
  CHECK(log_odds_z(100, 100, 100, 100, 1, 50) == 0);
}

TEST_CASE("a group's own words are distinctive, words of all and of one person are not") {
  std::vector<GroupedText> texts;
  for (int i = 0; i < 60; ++i) {
    texts.push_back({"mega", i % 2 == 0 ? "the ad was everywhere" : "nice can"});
    texts.push_back({"micro", i % 2 == 0 ? "tastes like lemon" : "nice can"});
  }
  texts.push_back({"micro", "pricey pricey pricey pricey"});
  texts.push_back({"micro", "🙄"});
  const auto groups = find_terms(texts, {});
  REQUIRE(groups.size() == 3);
  CHECK(groups[0].group.empty());
  CHECK(groups[0].n == 121);
  CHECK(groups[0].frequent.at(0).term == "nice");  // "can" is a common word
  CHECK(groups[0].frequent.at(0).answers == 60);
  CHECK(groups[0].distinctive.empty());
  REQUIRE(groups[1].group == "mega");
  std::vector<std::string> own;
  for (const Term& term : groups[1].distinctive) {
    own.push_back(term.term);
  }
  CHECK(own == std::vector<std::string>{"ad", "everywhere", "the", "was"});
  for (const Term& term : groups[1].frequent) {
    CHECK(term.term != "the");  // a stop word
  }
  for (const Term& term : groups[2].distinctive) {
    CHECK(term.term != "nice");
    CHECK(term.term != "pricey");
  }
}
