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

TEST_CASE("a header that was renamed is told as the same question asked anew (T32)") {
  SurveyDefinition before = with({make("How likely are you to recommend us?",
                                       "How likely are you to recommend us?",
                                       QuestionKind::nps),
                                  make("Country", "Country")});
  SurveyDefinition after = with({make("How likely are you to recommend us to a friend?",
                                      "How likely are you to recommend us to a friend?",
                                      QuestionKind::nps),
                                 make("Country", "Country")});
  before.provider = after.provider = "csv";
  const auto found = find_drift(before, after);
  REQUIRE(found.size() == 1);
  CHECK(found[0].kind == DriftKind::question_replaced);
  CHECK(found[0].before == "How likely are you to recommend us?");
  CHECK(found[0].breaks_comparison);
  // Another kind is another question, and so are other words.
  after.questions[0].kind = QuestionKind::text;
  CHECK(find_drift(before, after).size() == 2);
  after.questions[0] = make("x", "Where do you live?", QuestionKind::nps);
  CHECK(find_drift(before, after)[0].kind == DriftKind::question_vanished);
}

TEST_CASE("a question that became several is split") {
  const auto before = with({make("Brands", "Brands", QuestionKind::multiple_choice)});
  const auto after = with({make("Brands [Alpha]", "Brands [Alpha]", QuestionKind::boolean),
                           make("Brands [Bravo]", "Brands [Bravo]", QuestionKind::boolean)});
  const auto found = find_drift(before, after);
  REQUIRE(found.size() == 1);
  CHECK(found[0].kind == DriftKind::question_split);
  CHECK(found[0].after == "Brands [Alpha], Brands [Bravo]");
}

TEST_CASE("choices and scales that were judged from answers are told and break nothing") {
  auto before = make("q", "Which?", QuestionKind::single_choice);
  before.choices = {{"Red", "Red"}};
  auto after = before;
  after.choices.push_back({"Blue", "Blue"});
  auto narrow = make("s", "How much?", QuestionKind::scale);
  narrow.scale_min = 1;
  narrow.scale_max = 5;
  auto wide = narrow;
  wide.scale_max = 7;
  SurveyDefinition one = with({before, narrow});
  SurveyDefinition two = with({after, wide});
  const auto given = find_drift(one, two);
  REQUIRE(given.size() == 2);
  CHECK(given[0].breaks_comparison);
  CHECK(given[1].breaks_comparison);
  one.provider = two.provider = "csv";
  const auto judged = find_drift(one, two);
  REQUIRE(judged.size() == 2);
  CHECK_FALSE(judged[0].breaks_comparison);
  CHECK_FALSE(judged[1].breaks_comparison);
}

TEST_CASE("a form that comes after its responses breaks nothing") {
  auto bare = make("q1", "q1", QuestionKind::text);
  auto asked = make("q1", "How likely?", QuestionKind::nps);
  asked.scale_min = 0;
  asked.scale_max = 10;
  SurveyDefinition before = with({bare});
  SurveyDefinition after = with({asked});
  before.provider = after.provider = "typeform";
  for (const Drift& one : find_drift(before, after)) {
    CHECK_FALSE(one.breaks_comparison);
  }
  CHECK(find_drift(after, before).size() == 3);
  CHECK(find_drift(after, before)[0].breaks_comparison);
}

TEST_CASE("a form that shares next to nothing with the one before is another survey") {
  const auto titled = [](const std::string& prefix, int count) {
    std::vector<Question> questions;
    for (int i = 0; i < count; ++i) {
      const std::string name = prefix + std::to_string(i);
      questions.push_back(make(name, "Is " + name + " " + prefix + "-like?"));
    }
    return with(std::move(questions));
  };
  const auto drinks = titled("drink", 12);
  CHECK_FALSE(tell_apart(drinks, drinks));
  const auto why = tell_apart(drinks, titled("shoe", 9));
  REQUIRE(why);
  CHECK(why->find("0 of its 9 questions") != std::string::npos);
  CHECK(why->find("'Is shoe0") != std::string::npos);

  // One question of both is chance, several are the same survey that changed.
  auto mixed = titled("shoe", 9);
  mixed.questions.push_back(drinks.questions[0]);
  CHECK(tell_apart(drinks, mixed));
  mixed.questions.push_back(drinks.questions[1]);
  mixed.questions.push_back(drinks.questions[2]);
  CHECK_FALSE(tell_apart(drinks, mixed));
  // Ids that moved with titles that stayed are the same questions.
  auto renumbered = drinks;
  for (Question& question : renumbered.questions) {
    question.id = "new-" + question.id;
  }
  CHECK_FALSE(tell_apart(drinks, renumbered));
  // Too few to tell.
  CHECK_FALSE(tell_apart(titled("a", 2), titled("b", 2)));
}
