#include "extractors/surveys/comparison.h"
#include "extractors/surveys/insights.h"
#include "extractors/surveys/statistics.h"
#include "extractors/surveys/trend.h"
#include "extractors/surveys/weight_targets.h"

#include <cmath>

#include <catch2/catch.hpp>
#include <rapidcheck.h>

using namespace muster;

namespace {

GroupedAnswer scored(double number, double weight, std::string group = "") {
  GroupedAnswer grouped{std::move(group), {}, weight};
  grouped.answer.number = number;
  return grouped;
}

Question nps_question() {
  Question question;
  question.id = "q";
  question.kind = QuestionKind::nps;
  question.scale_min = 0;
  question.scale_max = 10;
  return question;
}

}  // namespace

TEST_CASE("Welch's test gives what R prints for its sleep data") {
  // t.test(extra ~ group, data = sleep) of R: t = -1.8608, df = 17.776, p-value = 0.07939.
  const std::vector<double> one = {0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0};
  const std::vector<double> two = {1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4};
  const auto a = estimate_mean(one, 0.95);
  const auto b = estimate_mean(two, 0.95);
  const auto test = welch_test(a.mean, *a.error, 10, b.mean, *b.error, 10);
  REQUIRE(test);
  CHECK(test->t == Approx(-1.8608).margin(5e-5));
  CHECK(test->degrees_of_freedom == Approx(17.776).margin(5e-4));
  CHECK(test->p_value == Approx(0.07939).margin(5e-6));
  CHECK_FALSE(welch_test(1, 0, 10, 1, 0, 10));
  CHECK_FALSE(welch_test(1, 1, 1, 1, 1, 10));
}

TEST_CASE("the chi-square test gives what R prints for Agresti's table of party and gender") {
  // chisq.test of R's help, from A. Agresti, An Introduction to Categorical Data Analysis, 2nd ed.
  // (2007), page 39: X-squared = 30.07, df = 2, p-value = 2.954e-07.
  const auto test = chi_square_test({{762, 327, 468}, {484, 239, 477}});
  CHECK(test.statistic == Approx(30.07).margin(0.005));
  CHECK(test.degrees_of_freedom == 2);
  CHECK(test.p_value == Approx(2.954e-07).margin(5e-11));
}

TEST_CASE("weighted figures have the closed forms") {
  // Promoters weigh 2, detractors 1: 2 * 30 against 40 of 100: NPS 20; Kish: 100^2 / (4 * 30 + 40).
  std::vector<GroupedAnswer> answers;
  for (int i = 0; i < 30; ++i) {
    answers.push_back(scored(9, 2));
  }
  for (int i = 0; i < 40; ++i) {
    answers.push_back(scored(3, 1));
  }
  InsightOptions options;
  options.weighted = true;
  const auto insight = net_promoter_score(nps_question(), answers, options);
  REQUIRE(insight);
  const Figure& figure = insight->rows[0].figure;
  const double n = 100.0 * 100 / 160;
  CHECK(figure.value == Approx(20).epsilon(1e-9));
  CHECK(figure.n == 70);
  CHECK(*figure.effective_n == Approx(n).epsilon(1e-9));
  CHECK(*figure.standard_error == Approx(100 * std::sqrt((1 - 0.04) / n)).epsilon(1e-9));
  CHECK(*figure.upper == Approx(20 + 1.959963984540054 * *figure.standard_error).epsilon(1e-9));

  const auto average = mean(nps_question(), answers, options);
  CHECK(average->rows[0].figure.value == Approx((9 * 60 + 3 * 40) / 100.0).epsilon(1e-9));
  // Variance (60 * 2.4^2 + 40 * 3.6^2) / 100 * n / (n - 1).
  const double variance = (60 * 2.4 * 2.4 + 40 * 3.6 * 3.6) / 100 * n / (n - 1);
  CHECK(*average->rows[0].figure.standard_error == Approx(std::sqrt(variance / n)).epsilon(1e-9));
  const auto boxes = top_box(nps_question(), answers, options);
  CHECK(boxes->rows[0].figure.value == Approx(0.6).epsilon(1e-9));
}

TEST_CASE("a scale that is stated is taken and said, not guessed") {
  Question question = nps_question();
  question.kind = QuestionKind::number;
  question.scale_min.reset();
  question.scale_max.reset();
  std::vector<GroupedAnswer> answers;
  for (int i = 1; i <= 10; ++i) {
    answers.push_back(scored(i, 1));
  }
  CHECK_FALSE(net_promoter_score(question, answers, {}));  // nobody answered 0
  InsightOptions stated;
  stated.stated_min = 1;
  stated.stated_max = 10;
  const auto insight = net_promoter_score(question, answers, stated);
  REQUIRE(insight);
  CHECK(insight->rows[0].figure.value == Approx(100 * (0.2 - 0.6)).epsilon(1e-9));
  CHECK(insight->notes.at(0).find("scale from 1 to 10 was stated") != std::string::npos);
  CHECK(insight->notes.at(1).find("detractors (1-6): 6") != std::string::npos);
  stated.stated_min = 0;
  CHECK(net_promoter_score(question, answers, stated));
  stated.stated_max = 7;
  CHECK_FALSE(net_promoter_score(question, answers, stated));
  stated.stated_min = 1;
  CHECK_FALSE(top_box(question, answers, stated));  // an answer is 8
  stated.stated_max = 10;
  CHECK(bottom_box(question, answers, stated)->rows[0].figure.value == Approx(0.2).epsilon(1e-9));
}

TEST_CASE("steps of a trend are tested and adjusted together") {
  std::vector<GroupedAnswer> answers;
  const auto wave = [&](const char* name, int promoters, int detractors) {
    for (int i = 0; i < promoters + detractors; ++i) {
      answers.push_back(scored(i < promoters ? 10 : 0, 1, name));
    }
  };
  wave("before", 50, 50);
  wave("after", 70, 30);
  wave("later", 71, 29);
  InsightOptions options;
  options.group_by = "wave";
  const auto insight = net_promoter_score(nps_question(), answers, options);
  const auto steps = trend_steps(*insight, {"before", "never", "after", "later"}, 0.95);
  REQUIRE(steps.size() == 2);
  CHECK(steps[0].from == "before");
  CHECK(steps[0].to == "after");
  CHECK(steps[0].difference == Approx(40).epsilon(1e-9));
  // Variances of the NPS: (1 - 0) / 100 and (1 - 0.16) / 100.
  const double error = 100 * std::sqrt(0.01 + 0.0084);
  CHECK(*steps[0].p_value == Approx(std::erfc(40 / error / std::sqrt(2.0))).epsilon(1e-9));
  CHECK(steps[0].interval->lower == Approx(40 - 1.959963984540054 * error).epsilon(1e-9));
  CHECK(*steps[0].adjusted_p == Approx(2 * *steps[0].p_value).epsilon(1e-9));
  CHECK(*steps[1].p_value > 0.5);
}

TEST_CASE("targets are read from a table, and what is wrong has its line") {
  const auto margins = read_weight_targets(
      "field;value;share\nhidden:age;18-34;0.4\nhidden:age;35+;0.6\ncreator.tier;mega;1\n");
  REQUIRE(margins);
  REQUIRE(margins->size() == 2);
  CHECK((*margins)[0].name == "hidden:age");
  CHECK((*margins)[0].targets.at("35+") == 0.6);
  const auto why = [](std::string_view text) {
    return to_string(read_weight_targets(text).error());
  };
  CHECK(why("field,value\na,b\n").find("line 1: has no column 'share'") == 0);
  CHECK(why("field,value,share\na,b,40\n").find("line 2: share '40' must be a number") == 0);
  CHECK(why("field,value,share\na,b,1\na,b,1\n") == "line 3: 'b' of a has a target already");
  CHECK(why("field,value,share\na,,1\n") == "line 2: names no value");
  CHECK(why("field,value,share\na,b\n").find("line 2: has 2 fields") == 0);
  CHECK(why("field,value,share\na,b,0.5\n") == "a: its shares add up to 0.5, not to 1");
  CHECK(why("field,value,share\n") == "holds no target");
}

TEST_CASE("raked weights meet their margins and are worth at most as many, for any sample") {
  rc::check([] {
    const auto n = *rc::gen::inRange(20, 200);
    std::vector<std::vector<std::string>> categories(2);
    for (int i = 0; i < n; ++i) {
      // Every category occurs: the first four respondents stand for all pairs.
      categories[0].push_back(i < 4 ? std::string(1, "ab"[i % 2])
                                    : std::string(1, "ab"[*rc::gen::inRange(0, 2)]));
      categories[1].push_back(i < 4 ? std::string(1, "xy"[i / 2])
                                    : std::string(1, "xy"[*rc::gen::inRange(0, 2)]));
    }
    const double a = *rc::gen::inRange(10, 91) / 100.0;
    const double x = *rc::gen::inRange(10, 91) / 100.0;
    const std::vector<Margin> margins = {{"first", {{"a", a}, {"b", 1 - a}}},
                                         {"second", {{"x", x}, {"y", 1 - x}}}};
    const auto weights = rake(margins, categories, 0);
    RC_ASSERT(weights.has_value());
    double sum = 0;
    double of_a = 0;
    double of_x = 0;
    for (std::size_t i = 0; i < weights->values.size(); ++i) {
      RC_ASSERT(weights->values[i] > 0);
      sum += weights->values[i];
      of_a += categories[0][i] == "a" ? weights->values[i] : 0;
      of_x += categories[1][i] == "x" ? weights->values[i] : 0;
    }
    RC_ASSERT(std::abs(of_a / sum - a) < 1e-8);
    RC_ASSERT(std::abs(of_x / sum - x) < 1e-8);
    RC_ASSERT(weights->effective_base <= n * (1 + 1e-12));
    RC_ASSERT(weights->effective_base >= 1);
  });
}

TEST_CASE("intervals hold their estimate, and no weight at all is the plain figure") {
  rc::check([] {
    const auto n = *rc::gen::inRange(2, 300);
    std::vector<GroupedAnswer> answers;
    for (int i = 0; i < n; ++i) {
      answers.push_back(scored(*rc::gen::inRange(0, 11), 1));
    }
    InsightOptions weighted;
    weighted.weighted = true;
    for (const auto metric : {net_promoter_score, top_box, mean}) {
      const auto plain = metric(nps_question(), answers, {});
      const auto same = metric(nps_question(), answers, weighted);
      RC_ASSERT(plain.has_value() && same.has_value());
      const Figure& a = plain->rows[0].figure;
      const Figure& b = same->rows[0].figure;
      RC_ASSERT(std::abs(a.value - b.value) < 1e-9);
      RC_ASSERT(a.lower.has_value() == b.lower.has_value());
      RC_ASSERT(!a.lower || (*a.lower <= a.value && a.value <= *a.upper));
      RC_ASSERT(!a.lower || std::abs(*a.lower - *b.lower) < 1e-9);
      RC_ASSERT(std::abs(*b.effective_n - n) < 1e-9);
    }
  });
}
