#include "core/error.h"
#include "storage/survey_quality.h"
#include "tests/storage/world.h"

#include <catch2/catch.hpp>

using namespace muster;

namespace {

Timestamp at_hour(int hours) {
  return Timestamp(std::chrono::hours(24 * 365 * 50 + hours));
}

// A survey of one scale and one text, with responses r1 to r3.
class Survey {
 public:
  explicit Survey(const StoreBackend& backend) : world_(backend) {
    const std::vector<FoundExport> items{{"a.json", "v1", "a.json", "abc", 100}};
    world_.intake().record_exports("surveys", items, std::nullopt);
    ImportOutcome outcome;
    outcome.blob = sha256("a");
    outcome.definition.provider = "typeform";
    outcome.definition.external_id = "abc";
    outcome.definition.questions = {{"q1", "", "How was it?", QuestionKind::scale, "", {}, 1, 5},
                                    {"q2", "", "Why?", QuestionKind::text, "", {}, {}, {}}};
    for (int i = 1; i <= 3; ++i) {
      PlacedResponse placed;
      placed.response.id = "r" + std::to_string(i);
      placed.response.started_at = at_hour(i);
      placed.response.submitted_at = at_hour(i + 1);
      placed.response.hidden = {{"utm_source", "ig"}};
      placed.response.respondent = {{"email", "x@example.org"}};
      placed.response.answers = {{"q1", AnswerState::answered, {}, 1.0 * i, "", ""},
                                 {"q2", AnswerState::answered, {}, std::nullopt, "fine", ""}};
      outcome.responses.add(placed);
    }
    outcome.rows_seen = 3;
    const ExportId id = world_.surveys().exports("").front().id;
    world_.surveys().finish_parse(world_.claim(JobKind::parse), id, outcome);
    survey_ = world_.surveys().find_survey("abc")->id;
  }

  SurveyQuality& quality() { return world_.store->quality(); }
  SurveyId id() const { return survey_; }
  World& world() { return world_; }
  std::int64_t counted() { return world_.surveys().find_survey("abc")->responses; }

  QualityBaseline freeze() {
    QualityBaseline baseline;
    baseline.rules_version = 1;
    baseline.responses = 3;
    baseline.median_seconds = 60;
    baseline.matrix_rows = 7;
    return quality().freeze(survey_, baseline, "dana", "soft launch");
  }
  std::vector<StoredResponse> responses() {
    std::vector<StoredResponse> all;
    quality().responses(survey_, [&](const StoredResponse& stored) { all.push_back(stored); });
    return all;
  }
  void flag(const std::vector<std::size_t>& which, QualityRule rule, int baseline) {
    const auto all = responses();
    std::vector<std::pair<ResponseId, QualityFlag>> flags;
    for (const auto i : which) {
      flags.push_back({all[i].row, {rule, "", "5 s", "20 s", "took 5 s"}});
    }
    quality().store_flags(survey_, baseline, flags);
  }

 private:
  World world_;
  SurveyId survey_{};
};

}  // namespace

TEST_CASE("responses come back whole, without personal references") {
  Survey survey(GENERATE(from_range(kStoreBackends)));
  const auto all = survey.responses();
  REQUIRE(all.size() == 3);
  CHECK(all[0].response.id == "r1");
  CHECK(all[0].response.submitted_at == at_hour(2));
  CHECK(all[0].response.hidden.front().second == "ig");
  CHECK(all[0].response.respondent.empty());
  REQUIRE(all[2].response.answers.size() == 2);
  CHECK(all[2].response.answers[0].number == 3.0);
}

TEST_CASE("a baseline is numbered, kept with its limits, and never changes") {
  Survey survey(GENERATE(from_range(kStoreBackends)));
  CHECK(survey.quality().baselines(survey.id()).empty());
  CHECK(survey.freeze().number == 1);
  CHECK(survey.freeze().number == 2);
  const auto baselines = survey.quality().baselines(survey.id());
  REQUIRE(baselines.size() == 2);
  CHECK(baselines[1].median_seconds == 60.0);
  CHECK(baselines[1].matrix_rows == 7);
  CHECK(baselines[1].made_by == "dana");
  CHECK(baselines[1].note == "soft launch");
  CHECK(survey.world().log().entries(1, "", 10).back().action == "quality.baseline_frozen");
  CHECK_THROWS_AS(survey.quality().freeze(survey.id(), baselines[0], " ", ""), PermanentError);
}

TEST_CASE("flags name their baseline, and those of an older one are not taken") {
  Survey survey(GENERATE(from_range(kStoreBackends)));
  survey.freeze();
  survey.flag({0, 2}, QualityRule::speeding, 1);
  const auto flags = survey.quality().flags(survey.id(), std::nullopt, 10);
  REQUIRE(flags.size() == 2);
  CHECK(flags[1].response_id == "r3");
  CHECK(flags[1].baseline == 1);
  CHECK(flags[1].rules_version == 1);
  CHECK(flags[1].flag.why == "took 5 s");
  CHECK(survey.quality().flags(survey.id(), QualityRule::gibberish, 10).empty());
  CHECK(survey.quality().flags(survey.id(), std::nullopt, 1).size() == 1);
  CHECK(survey.quality().flag_counts(survey.id()) ==
        std::vector<std::pair<QualityRule, std::int64_t>>{{QualityRule::speeding, 2}});
  survey.freeze();
  survey.flag({1}, QualityRule::gibberish, 1);
  CHECK(survey.quality().flags(survey.id(), std::nullopt, 10).size() == 2);
  survey.flag({1}, QualityRule::gibberish, 2);
  CHECK(survey.quality().flags(survey.id(), std::nullopt, 10).size() == 1);
}

TEST_CASE("an exclusion names rule, version and person, and can be taken back (T34)") {
  Survey survey(GENERATE(from_range(kStoreBackends)));
  survey.freeze();
  survey.flag({0, 2}, QualityRule::speeding, 1);
  CHECK(survey.counted() == 3);
  CHECK(survey.quality().exclude(survey.id(), {{}, QualityRule::speeding}, "dana", "too fast") ==
        2);
  CHECK(survey.counted() == 1);
  CHECK(survey.quality().exclude(survey.id(), {{"r1"}, {}}, "dana", "again") == 0);
  const LeftOut left = survey.quality().left_out(survey.id());
  CHECK(left.excluded == 2);
  CHECK(left.excluded_by_rule ==
        std::vector<std::pair<std::string, std::int64_t>>{{"speeding", 2}});
  const auto rows = survey.quality().exclusions(survey.id(), false);
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].response_id == "r1");
  CHECK(rows[0].rule == "speeding");
  CHECK(rows[0].rules_version == 1);
  CHECK(rows[0].baseline == 1);
  CHECK(rows[0].actor == "dana");
  CHECK(rows[0].note == "too fast");
  // Excluded, not deleted: it is still judged, and comes back.
  CHECK(survey.responses().size() == 3);
  CHECK(survey.quality().restore(survey.id(), {{"r1"}, {}}, "lee", "a fast reader") == 1);
  CHECK(survey.counted() == 2);
  CHECK(survey.quality().exclusions(survey.id(), false).size() == 1);
  const auto all = survey.quality().exclusions(survey.id(), true);
  REQUIRE(all.size() == 2);
  CHECK(all[0].restored_by == "lee");
  CHECK(all[0].restore_note == "a fast reader");
  const auto log = survey.world().log().entries(1, "", 100);
  REQUIRE(log.size() == 3);
  CHECK(log[1].action == "response.excluded");
  CHECK(log[1].actor == "person:dana");
  CHECK(log[2].action == "response.restored");
  CHECK(survey.world().log().verify().empty());
  // By rule: what was excluded by it, though the flags are gone by now.
  survey.flag({}, QualityRule::speeding, 1);
  CHECK(survey.quality().restore(survey.id(), {{}, QualityRule::speeding}, "lee", "all") == 1);
  CHECK(survey.counted() == 3);
}

TEST_CASE("unknown responses are named, and nothing changes") {
  Survey survey(GENERATE(from_range(kStoreBackends)));
  CHECK_THROWS_WITH(survey.quality().exclude(survey.id(), {{"r1", "r9"}, {}}, "dana", ""),
                    Catch::Contains("no response 'r9'"));
  CHECK(survey.counted() == 3);
  CHECK_THROWS_AS(survey.quality().exclude(survey.id(), {{"r1"}, {}}, "", ""), PermanentError);
  CHECK_THROWS_AS(survey.quality().accept_drift(survey.id(), "q1", "dana", " "), PermanentError);
}
