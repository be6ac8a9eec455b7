#include "extractors/surveys/drift.h"

#include <catch2/catch.hpp>

using namespace muster;

namespace {

Question make(std::string id, std::string title, QuestionKind kind = QuestionKind::single_choice) {
  Question question;
  question.id = std::move(id);
  question.title = std::move(title);
  question.kind = kind;
  return question;
}

SurveyDefinition with(std::vector<Question> questions) {
  SurveyDefinition definition;
  definition.questions = std::move(questions);
  return definition;
}

}  // namespace

TEST_CASE("the same questionnaire has no drift") {
  auto question = make("q", "Which?");
  question.choices = {{"1", "Red"}, {"2", "Blue"}};
  CHECK(find_drift(with({question}), with({question})).empty());
}

TEST_CASE("renamed, retyped and rescaled questions break the comparison, added ones don't") {
  auto before = make("q", "How likely?", QuestionKind::scale);
  before.scale_min = 1;
  before.scale_max = 5;
  auto after = make("q", "How very likely?", QuestionKind::nps);
  after.scale_min = 0;
  after.scale_max = 10;
  const auto found = find_drift(with({before}), with({after, make("r", "New")}));
  REQUIRE(found.size() == 4);
  CHECK(found[0].kind == DriftKind::question_renamed);
  CHECK(found[1].kind == DriftKind::kind_changed);
  CHECK(found[2].before == "1 to 5");
  CHECK(found[2].after == "0 to 10");
  CHECK(found[3].kind == DriftKind::question_added);
  CHECK(found[2].breaks_comparison);
  CHECK_FALSE(found[3].breaks_comparison);
}

TEST_CASE("choices that vanish, are split, relabeled or recoded are told apart") {
  auto before = make("q", "Where?");
  before.choices = {{"1", "Shop"}, {"2", "Online"}, {"3", "Friend"}};
  auto after = make("q", "Where?");
  after.choices = {{"1", "In a shop"}, {"4", "Friend"}, {"5", "Web shop"}, {"6", "App"}};
  std::vector<DriftKind> kinds;
  for (const auto& one : find_drift(with({before}), with({after}))) {
    kinds.push_back(one.kind);
    CHECK(one.breaks_comparison);
  }
  CHECK(kinds == std::vector<DriftKind>{DriftKind::choice_renamed,
                                        DriftKind::choice_vanished,
                                        DriftKind::choice_recoded,
                                        DriftKind::choice_added,
                                        DriftKind::choice_added});
}

TEST_CASE("a question asked anew under another id is a replacement, once") {
  const auto found =
      find_drift(with({make("a", "Why?"), make("b", "Why?")}), with({make("c", "Why?")}));
  REQUIRE(found.size() == 2);
  CHECK(found[0].kind == DriftKind::question_replaced);
  CHECK(found[0].before == "a");
  CHECK(found[1].kind == DriftKind::question_vanished);
}
