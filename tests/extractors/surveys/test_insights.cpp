#include "extractors/surveys/insights.h"
#include "extractors/surveys/statistics.h"

#include <cmath>
#include <numeric>
#include <random>

#include <catch2/catch.hpp>

using namespace muster;

namespace {

Question scale_question(QuestionKind kind, std::optional<double> low, std::optional<double> high) {
  Question question;
  question.id = "q";
  question.title = "Q?";
  question.kind = kind;
  question.scale_min = low;
  question.scale_max = high;
  return question;
}

GroupedAnswer number_answer(double number, std::string group = "") {
  GroupedAnswer grouped{std::move(group), {}};
  grouped.answer.question_id = "q";
  grouped.answer.number = number;
  return grouped;
}

GroupedAnswer choice_answer(std::vector<std::string> labels, std::string group = "") {
  GroupedAnswer grouped{std::move(group), {}};
  for (auto& label : labels) {
    grouped.answer.choices.push_back({label, label});
  }
  return grouped;
}

GroupedAnswer state_answer(AnswerState state) {
  GroupedAnswer grouped;
  grouped.answer.state = state;
  return grouped;
}

std::vector<GroupedAnswer> repeated(double number, int times, std::string group = "") {
  return std::vector<GroupedAnswer>(static_cast<std::size_t>(times),
                                    number_answer(number, std::move(group)));
}

std::vector<GroupedAnswer> operator+(std::vector<GroupedAnswer> a,
                                     const std::vector<GroupedAnswer>& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

const Question kNps = scale_question(QuestionKind::nps, 0, 10);

}  // namespace

TEST_CASE("Wilson's interval gives the values that Newcombe published") {
  // R. G. Newcombe, Statistics in Medicine 17 (1998) 857, table I, method 3.
  struct Case {
    std::int64_t hits, n;
    double lower, upper;
  };
  for (const auto& c : {Case{81, 263, 0.2553, 0.3662},
                        Case{15, 148, 0.0624, 0.1605},
                        Case{0, 20, 0.0, 0.1611},
                        Case{1, 29, 0.0061, 0.1718}}) {
    const auto interval = wilson_interval(c.hits, c.n, 0.95);
    REQUIRE(interval);
    CHECK(interval->lower == Approx(c.lower).margin(0.00005));
    CHECK(interval->upper == Approx(c.upper).margin(0.00005));
  }
  CHECK(wilson_interval(20, 20, 0.95)->upper == 1.0);
  CHECK_FALSE(wilson_interval(0, 0, 0.95));
}

TEST_CASE("Wilson's interval stays within 0 and 1, holds the share and narrows with n") {
  std::mt19937 random(5);
  for (int i = 0; i < 2000; ++i) {
    const auto n = static_cast<std::int64_t>(1 + random() % 5000);
    const auto hits = static_cast<std::int64_t>(random() % static_cast<unsigned>(n + 1));
    const auto interval = wilson_interval(hits, n, 0.9);
    const double share = static_cast<double>(hits) / static_cast<double>(n);
    REQUIRE(interval->lower >= 0);
    REQUIRE(interval->upper <= 1);
    REQUIRE(interval->lower <= share);
    REQUIRE(interval->upper >= share);
    const auto larger = wilson_interval(hits * 10, n * 10, 0.9);
    REQUIRE(larger->upper - larger->lower < interval->upper - interval->lower);
  }
}

TEST_CASE("Student's t quantiles are those of the tables") {
  CHECK(student_t_quantile(0.975, 1) == Approx(12.706).margin(0.0005));
  CHECK(student_t_quantile(0.975, 9) == Approx(2.262).margin(0.0005));
  CHECK(student_t_quantile(0.95, 30) == Approx(1.697).margin(0.0005));
}

TEST_CASE("NPS is the difference of the shares with the variance of a multinomial") {
  // 50 promoters, 30 passives, 20 detractors: 30 points; variance (0.5 + 0.2 - 0.09) / 100 =
  // 0.0061, standard error 7.81.
  const auto insight = net_promoter_score(kNps,
                                          repeated(10, 25) + repeated(9, 25) + repeated(8, 15) +
                                              repeated(7, 15) + repeated(6, 10) + repeated(0, 10),
                                          {});
  REQUIRE(insight);
  REQUIRE(insight->rows.size() == 1);
  const Figure& figure = insight->rows[0].figure;
  CHECK(figure.value == Approx(30));
  CHECK(figure.n == 100);
  CHECK(figure.base == 100);
  CHECK(figure.method == "normal");
  CHECK(*figure.lower == Approx(30 - 1.959964 * 7.810250).margin(0.001));
  CHECK(*figure.upper == Approx(30 + 1.959964 * 7.810250).margin(0.001));
  CHECK(insight->notes.at(0) == "promoters (9-10): 50, passives (7-8): 30, detractors (0-6): 20");
}

TEST_CASE("NPS has no interval where the approximation would have no width") {
  const auto all = net_promoter_score(kNps, repeated(10, 40), {});
  CHECK(all->rows[0].figure.value == 100);
  CHECK_FALSE(all->rows[0].figure.lower);
  const auto one = net_promoter_score(kNps, repeated(3, 1), {});
  CHECK(one->rows[0].figure.value == -100);
  CHECK_FALSE(one->rows[0].figure.lower);
}

TEST_CASE("NPS refuses what is no 0 to 10 scale and says why") {
  const auto why = [](const Question& question, const std::vector<GroupedAnswer>& answers) {
    const auto insight = net_promoter_score(question, answers, {});
    REQUIRE_FALSE(insight);
    CHECK(insight.error().where == "question 'q'");
    return insight.error().what;
  };
  CHECK(why(scale_question(QuestionKind::scale, 1, 10), repeated(9, 10)).find("begins at 1") !=
        std::string::npos);
  CHECK(why(scale_question(QuestionKind::nps, 0, 5), repeated(5, 10)).find("ends at 5") !=
        std::string::npos);
  CHECK(why(kNps, repeated(11, 1) + repeated(0, 5)).find("an answer is 11") != std::string::npos);
  CHECK(why(kNps, repeated(-1, 1)).find("an answer is -1") != std::string::npos);
  CHECK(why(kNps, repeated(7.5, 1)).find("an answer is 7.5") != std::string::npos);
  CHECK(why(scale_question(QuestionKind::text, {}, {}), repeated(9, 10)).find("kind text") !=
        std::string::npos);
  CHECK(why(kNps, {}).find("nobody") != std::string::npos);
  CHECK(why(scale_question(QuestionKind::nps, {}, 10), repeated(9, 10)).find("nobody answered 0") !=
        std::string::npos);
  CHECK(net_promoter_score(
      scale_question(QuestionKind::nps, {}, 10), repeated(9, 10) + repeated(0, 1), {}));
}

TEST_CASE("groups come after the whole, by name, and small ones are marked") {
  InsightOptions options;
  options.group_by = "creator.tier";
  const auto insight = net_promoter_score(
      kNps, repeated(10, 30, "micro") + repeated(0, 29, "macro") + repeated(5, 1), options);
  REQUIRE(insight);
  REQUIRE(insight->rows.size() == 4);
  CHECK(insight->rows[0].group.empty());
  CHECK(insight->rows[0].figure.n == 60);
  CHECK(insight->rows[1].group == "macro");
  CHECK(insight->rows[1].figure.value == -100);
  CHECK(insight->rows[1].small_base);
  CHECK(insight->rows[2].group == "micro");
  CHECK_FALSE(insight->rows[2].small_base);
  CHECK(insight->rows[3].group == "unknown");
  CHECK(insight->group_by == "creator.tier");
}

TEST_CASE("n counts the answers, the base those who were asked") {
  const auto insight =
      mean(scale_question(QuestionKind::scale, 1, 5),
           repeated(2, 3) + std::vector<GroupedAnswer>{state_answer(AnswerState::not_answered),
                                                       state_answer(AnswerState::empty),
                                                       state_answer(AnswerState::not_shown),
                                                       state_answer(AnswerState::not_applicable)},
           {});
  REQUIRE(insight);
  CHECK(insight->rows[0].figure.n == 3);
  CHECK(insight->rows[0].figure.base == 5);
}

TEST_CASE("the mean has Student's interval") {
  // 1..10: mean 5.5, standard deviation 3.02765, t(0.975, 9) = 2.26216: half width 2.16585.
  std::vector<GroupedAnswer> answers;
  for (int i = 1; i <= 10; ++i) {
    answers.push_back(number_answer(i));
  }
  const auto insight = mean(scale_question(QuestionKind::number, {}, {}), answers, {});
  REQUIRE(insight);
  CHECK(insight->rows[0].figure.value == Approx(5.5));
  CHECK(*insight->rows[0].figure.lower == Approx(5.5 - 2.16585).margin(0.0001));
  CHECK(*insight->rows[0].figure.upper == Approx(5.5 + 2.16585).margin(0.0001));
  CHECK(insight->rows[0].figure.method == "t");
  const auto one = mean(scale_question(QuestionKind::number, {}, {}), repeated(4, 1), {});
  CHECK(one->rows[0].figure.value == 4);
  CHECK_FALSE(one->rows[0].figure.lower);
  CHECK_FALSE(mean(scale_question(QuestionKind::text, {}, {}), answers, {}));
  CHECK_FALSE(mean(scale_question(QuestionKind::number, {}, {}), {}, {}));
}

TEST_CASE("the mean of large numbers close to each other keeps its interval") {
  const auto insight = mean(scale_question(QuestionKind::number, {}, {}),
                            repeated(1e9 + 1, 2) + repeated(1e9 + 3, 2),
                            {});
  // Standard deviation 1.1547, t(0.975, 3) = 3.18245, half width 1.83738.
  CHECK(*insight->rows[0].figure.upper - 1e9 == Approx(2 + 1.83738).margin(0.0001));
}

TEST_CASE("top boxes and satisfaction are shares of the upper end of the scale") {
  const auto answers = repeated(5, 30) + repeated(4, 20) + repeated(3, 30) + repeated(1, 20);
  const auto question = scale_question(QuestionKind::scale, 1, 5);
  const auto csat = customer_satisfaction(question, answers, {});
  REQUIRE(csat);
  CHECK(csat->metric == "csat");
  CHECK(csat->rows[0].figure.value == Approx(0.5));
  CHECK(*csat->rows[0].figure.lower == Approx(0.4038).margin(0.0001));
  CHECK(*csat->rows[0].figure.upper == Approx(0.5962).margin(0.0001));
  InsightOptions one;
  one.top_boxes = 1;
  CHECK(top_box(question, answers, one)->rows[0].figure.value == Approx(0.3));
  one.top_boxes = 5;
  CHECK_FALSE(top_box(question, answers, one));
  one.top_boxes = 0;
  CHECK_FALSE(top_box(question, answers, one));
  CHECK_FALSE(customer_satisfaction(kNps, repeated(9, 40), {}));
  CHECK_FALSE(top_box(scale_question(QuestionKind::scale, 1, 5), repeated(6, 1), {}));
  CHECK_FALSE(top_box(scale_question(QuestionKind::scale, {}, {}), repeated(3, 1), {}));
}

TEST_CASE("shares follow the definition's choices and keep what it lacks") {
  auto question = scale_question(QuestionKind::single_choice, {}, {});
  question.choices = {{"r", "Red"}, {"b", "Blue"}, {"n", "Never taken"}};
  const auto insight = shares(question,
                              std::vector<GroupedAnswer>{choice_answer({"Red"}),
                                                         choice_answer({"Red"}),
                                                         choice_answer({"Blue"}),
                                                         choice_answer({"Mauve"})},
                              {});
  REQUIRE(insight);
  REQUIRE(insight->rows.size() == 4);
  CHECK(insight->rows[0].label == "Red");
  CHECK(insight->rows[0].figure.value == Approx(0.5));
  CHECK(insight->rows[2].label == "Never taken");
  CHECK(insight->rows[2].figure.value == 0);
  CHECK(insight->rows[3].label == "Mauve");
  CHECK_FALSE(shares(scale_question(QuestionKind::text, {}, {}),
                     std::vector<GroupedAnswer>{choice_answer({"x"})},
                     {}));
}

TEST_CASE("shares of one choice each add up to 1, of several choices each counts once") {
  std::mt19937 random(3);
  const std::vector<std::string> labels = {"A", "B", "C", "D"};
  for (int round = 0; round < 200; ++round) {
    std::vector<GroupedAnswer> single;
    std::vector<GroupedAnswer> several;
    for (auto n = 1 + random() % 50; n > 0; --n) {
      const auto& one = labels[random() % 4];
      const auto& two = labels[random() % 4];
      single.push_back(choice_answer({one}));
      several.push_back(choice_answer({one, two, one}));
    }
    const auto of_single = shares(scale_question(QuestionKind::single_choice, {}, {}), single, {});
    const auto of_several =
        shares(scale_question(QuestionKind::multiple_choice, {}, {}), several, {});
    double sum = 0;
    for (const auto& row : of_single->rows) {
      sum += row.figure.value;
    }
    REQUIRE(sum == Approx(1));
    for (const auto& row : of_several->rows) {
      REQUIRE(row.figure.value <= 1);
      REQUIRE(*row.figure.lower <= row.figure.value);
      REQUIRE(*row.figure.upper >= row.figure.value);
    }
  }
}

TEST_CASE("a confidence that is none is refused") {
  InsightOptions options;
  for (const double bad : {0.0, 1.0, 95.0, std::nan("")}) {
    options.confidence = bad;
    CHECK_FALSE(mean(scale_question(QuestionKind::number, {}, {}), repeated(1, 3), options));
    CHECK_FALSE(net_promoter_score(kNps, repeated(1, 3), options));
  }
}

TEST_CASE("the chi-square test gives the tables' critical values") {
  // 50 + d, 50 - d against 50 - d, 50 + d: statistic 4 d^2 / 50; 3.8415 at d = 6.9296 is p = 0.05
  // for one degree.
  const auto test = chi_square_test({{60, 40}, {40, 60}});
  CHECK(test.statistic == Approx(8));
  CHECK(test.p_value == Approx(0.004678).margin(0.000005));
  CHECK(chi_square_test({{10, 10, 10}, {10, 10, 10}}).p_value == Approx(1));
  CHECK(chi_square_test({{10, 10, 10}, {10, 10, 10}}).degrees_of_freedom == 2);
}

TEST_CASE(
    "headlines give each question its figure, whole and by tier, and a reason where there is "
    "none") {
  SurveyDefinition definition;
  definition.questions = {kNps,
                          scale_question(QuestionKind::text, {}, {}),
                          scale_question(QuestionKind::single_choice, {}, {}),
                          scale_question(QuestionKind::number, {}, {})};
  definition.questions[0].scale_min = 1;
  const auto insights = headline_insights(
      definition, "typeform/abc", [](const Question& question, std::string_view group_by) {
        std::vector<GroupedAnswer> answers;
        for (int i = 0; i < 40; ++i) {
          const std::string group = group_by.empty() ? "" : i % 2 == 0 ? "mega" : "micro";
          answers.push_back(question.kind == QuestionKind::single_choice
                                ? choice_answer({"Red"}, group)
                                : number_answer(i % 11, group));
        }
        return answers;
      });
  REQUIRE(insights.size() == 6);
  CHECK(insights[0].metric == "nps");
  CHECK(insights[0].rows.empty());
  CHECK(insights[0].notes.at(0).find("begins at 1") != std::string::npos);
  CHECK(insights[2].metric == "share");
  CHECK(insights[3].group_by == "creator.tier");
  CHECK(insights[3].rows.size() == 3);
  CHECK(insights[5].metric == "mean");
  CHECK(insights[5].survey == "typeform/abc");
}
