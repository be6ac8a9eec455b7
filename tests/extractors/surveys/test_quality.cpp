#include "extractors/surveys/quality.h"

#include <algorithm>

#include <catch2/catch.hpp>

using namespace muster;

namespace {

Timestamp second(int s) {
  return Timestamp(std::chrono::seconds(1'700'000'000 + s));
}

Response timed(const std::string& id, int seconds) {
  Response response;
  response.id = id;
  response.started_at = second(0);
  response.submitted_at = second(seconds);
  return response;
}

SurveyDefinition survey() {
  SurveyDefinition definition;
  Question matrix{"m", "", "How much do you agree?", QuestionKind::matrix, "", {}, {}, {}};
  definition.questions.push_back(matrix);
  for (int i = 0; i < 6; ++i) {
    definition.questions.push_back(
        {"m" + std::to_string(i), "", "row", QuestionKind::scale, "m", {}, 1, 5});
  }
  definition.questions.push_back({"why", "", "Why?", QuestionKind::text, "", {}, {}, {}});
  definition.questions.push_back({"when", "", "When?", QuestionKind::date, "", {}, {}, {}});
  return definition;
}

Response with_rows(const std::string& id, std::vector<double> points) {
  Response response;
  response.id = id;
  for (std::size_t i = 0; i < points.size(); ++i) {
    response.answers.push_back(
        {"m" + std::to_string(i), AnswerState::answered, {}, points[i], "", ""});
  }
  return response;
}

Response with_text(const std::string& id, const std::string& text) {
  Response response;
  response.id = id;
  response.answers.push_back({"why", AnswerState::answered, {}, std::nullopt, text, ""});
  return response;
}

bool has(const std::vector<QualityFlag>& flags, QualityRule rule) {
  return std::any_of(
      flags.begin(), flags.end(), [&](const QualityFlag& f) { return f.rule == rule; });
}

QualityBaseline baseline_of(int responses, int seconds) {
  BaselineMaker maker;
  for (int i = 0; i < responses; ++i) {
    maker.add(timed(std::to_string(i), seconds));
  }
  return maker.finish();
}

}  // namespace

TEST_CASE("speeding is under a third of the frozen median, with enough timed responses") {
  const QualityBaseline baseline = baseline_of(30, 90);
  REQUIRE(baseline.median_seconds == 90.0);
  const SurveyDefinition definition = survey();
  QualityJudge judge(definition, baseline);
  CHECK(has(judge.judge(timed("a", 29)), QualityRule::speeding));
  CHECK_FALSE(has(judge.judge(timed("b", 30)), QualityRule::speeding));
  Response partial = timed("c", 5);
  partial.status = ResponseStatus::partial;
  CHECK_FALSE(has(judge.judge(partial), QualityRule::speeding));

  const QualityBaseline few = baseline_of(29, 90);
  CHECK_FALSE(few.median_seconds);
  QualityJudge blind(definition, few);
  CHECK_FALSE(has(blind.judge(timed("d", 1)), QualityRule::speeding));
  CHECK(off_because(QualityRule::speeding, definition, few) ==
        "29 completed responses say how long they took, 30 are needed");
}

TEST_CASE("the median of an even number lies between the middle two") {
  BaselineMaker maker;
  for (int i = 0; i < 30; ++i) {
    maker.add(timed(std::to_string(i), i < 15 ? 60 : 80));
  }
  CHECK(maker.finish().median_seconds == 70.0);
}

TEST_CASE("a hidden duration counts before the times, and what is none is passed over") {
  Response response = timed("a", 500);
  response.hidden = {{"Duration (in seconds)", "42"}};
  CHECK(seconds_taken(response) == 42.0);
  response.hidden = {{"duration", "1:30"}};
  CHECK(seconds_taken(response) == 500.0);
  response.submitted_at = second(-1);
  CHECK_FALSE(seconds_taken(response));
}

TEST_CASE("a straight line needs five rows alike, and every row") {
  const QualityBaseline baseline = baseline_of(30, 90);
  const SurveyDefinition definition = survey();
  QualityJudge judge(definition, baseline);
  const auto flagged = judge.judge(with_rows("a", {3, 3, 3, 3, 3}));
  REQUIRE(has(flagged, QualityRule::straight_lining));
  CHECK(flagged.front().question_id == "m");
  CHECK_FALSE(has(judge.judge(with_rows("b", {3, 3, 3, 3})), QualityRule::straight_lining));
  CHECK_FALSE(has(judge.judge(with_rows("c", {3, 3, 3, 3, 3, 4})), QualityRule::straight_lining));
}

TEST_CASE("gibberish is told from words of several languages") {
  for (const char* junk : {"asdfghjkl",
                           "sdfgsdfg",
                           "aaaaaaa",
                           "xkcdqwrt zzzzz",
                           "qwerty poiuy",
                           "asdasdasd",
                           "hjkl hjkl hjkl"}) {
    INFO(junk);
    CHECK(gibberish_share(junk) >= 0.6);
  }
  for (const char* words : {"I love the strength of this rhythm",
                            "Die Angstschweißproduktion war heftig",
                            "Trzeba przestrzegać wskazówek",
                            "hahahahaha so good",
                            "soooo tasty mmmm",
                            "jajaja me encantó",
                            "Šťastný štvrtok",
                            "とても美味しかったです",
                            "очень понравилось",
                            "SPF UVA HTTP",
                            "nope",
                            "10/10"}) {
    INFO(words);
    CHECK(gibberish_share(words) < 0.6);
  }
  const QualityBaseline baseline = baseline_of(30, 90);
  const SurveyDefinition definition = survey();
  QualityJudge judge(definition, baseline);
  CHECK(has(judge.judge(with_text("a", "asdfasdf")), QualityRule::gibberish));
  CHECK_FALSE(has(judge.judge(with_text("b", "asdf")), QualityRule::gibberish));  // too short
}

TEST_CASE("pasted text is flagged at the second one, whatever its blanks and capitals") {
  const QualityBaseline baseline = baseline_of(30, 90);
  const SurveyDefinition definition = survey();
  QualityJudge judge(definition, baseline);
  const std::string text = "A wonderful product with a really lovely smell";
  CHECK_FALSE(has(judge.judge(with_text("a", text)), QualityRule::pasted_text));
  const auto flags =
      judge.judge(with_text("b", "a WONDERFUL product  with a\nreally lovely smell"));
  REQUIRE(has(flags, QualityRule::pasted_text));
  CHECK(flags.front().why == "stands word for word in response a");
  CHECK_FALSE(has(judge.judge(with_text("c", text.substr(0, 39))), QualityRule::pasted_text));
  CHECK_FALSE(has(judge.judge(with_text("d", text.substr(0, 39))), QualityRule::pasted_text));
  // The same response twice (another version) copies nobody.
  CHECK_FALSE(has(judge.judge(with_text("a", text)), QualityRule::pasted_text));
}

TEST_CASE("equal answers are flagged from eight questions on") {
  const QualityBaseline baseline = baseline_of(30, 90);
  const SurveyDefinition definition = survey();
  const auto many = [](const std::string& id, int count, double last) {
    Response response;
    response.id = id;
    for (int i = 0; i < count; ++i) {
      response.answers.push_back(
          {"q" + std::to_string(i), AnswerState::answered, {}, i + 1 == count ? last : i, "", ""});
    }
    return response;
  };
  QualityJudge judge(definition, baseline);
  CHECK_FALSE(has(judge.judge(many("a", 8, 1)), QualityRule::duplicate_answers));
  CHECK(has(judge.judge(many("b", 8, 1)), QualityRule::duplicate_answers));
  CHECK_FALSE(has(judge.judge(many("c", 8, 2)), QualityRule::duplicate_answers));
  CHECK_FALSE(has(judge.judge(many("d", 7, 1)), QualityRule::duplicate_answers));
  CHECK_FALSE(has(judge.judge(many("e", 7, 1)), QualityRule::duplicate_answers));
}

TEST_CASE("numbers outside of the scale are flagged, its ends are not") {
  const QualityBaseline baseline = baseline_of(30, 90);
  const SurveyDefinition definition = survey();
  QualityJudge judge(definition, baseline);
  CHECK(has(judge.judge(with_rows("a", {6})), QualityRule::out_of_range));
  CHECK(has(judge.judge(with_rows("b", {0})), QualityRule::out_of_range));
  CHECK_FALSE(has(judge.judge(with_rows("c", {5, 1})), QualityRule::out_of_range));
}

TEST_CASE("the same responses and baseline give the same flags, whatever comes later (T33)") {
  const QualityBaseline frozen = baseline_of(30, 90);
  const SurveyDefinition definition = survey();
  const std::vector<Response> first = {
      timed("a", 10), with_rows("b", {1, 1, 1, 1, 1}), with_text("c", "asdfasdf")};
  const auto judge_all = [&](int later) {
    QualityJudge judge(definition, frozen);
    std::vector<std::vector<QualityFlag>> flags;
    for (const Response& response : first) {
      flags.push_back(judge.judge(response));
    }
    for (int i = 0; i < later; ++i) {
      judge.judge(timed("late" + std::to_string(i), 1));
    }
    return flags;
  };
  CHECK(judge_all(0) == judge_all(1000));
  // A baseline made anew would have moved.
  CHECK(baseline_of(30, 20).median_seconds != frozen.median_seconds);
}
