#include "core/error.h"
#include "tests/storage/world.h"

#include <catch2/catch.hpp>

using namespace muster;
using namespace std::chrono_literals;

namespace {

Timestamp at(int hours) {
  return Timestamp(std::chrono::hours(24 * 365 * 50 + hours));
}

SurveyDefinition definition() {
  SurveyDefinition definition;
  definition.provider = "typeform";
  definition.external_id = "abc";
  definition.title = "Spring wave";
  definition.hidden_fields = {"utm_source"};
  Question nps{
      "q1", "nps", "How likely are you to recommend us?", QuestionKind::nps, "", {}, 0, 10};
  Question pick{"q2",
                "",
                "Which post did you see?",
                QuestionKind::single_choice,
                "",
                {{"c1", "Reel"}, {"c2", "Story"}},
                {},
                {}};
  Question why{"q3", "", "Why?", QuestionKind::text, "", {}, {}, {}};
  definition.questions = {nps, pick, why};
  return definition;
}

PlacedResponse response(const std::string& id,
                        int hour,
                        double score,
                        const std::string& why,
                        const std::string& creator = "mia.cooks") {
  PlacedResponse placed;
  placed.response.id = id;
  placed.response.submitted_at = at(hour);
  placed.response.hidden = {{"utm_source", "ig"}};
  placed.response.respondent = {{"email", id + "@example.org"}};
  placed.response.where = "/items/" + id;
  placed.response.answers = {{"q1", AnswerState::answered, {}, score, "", ""},
                             {"q2", AnswerState::answered, {{"c1", "Reel"}}, std::nullopt, "", ""},
                             {"q3",
                              why.empty() ? AnswerState::not_answered : AnswerState::answered,
                              {},
                              std::nullopt,
                              why,
                              ""}};
  placed.campaign = "spring";
  placed.creator = creator;
  placed.wave = "w1";
  return placed;
}

// Drives exports through the store.
struct Exports {
  World& world;

  ExportId found(const std::string& id, const std::string& fingerprint = "v1") {
    const std::vector<FoundExport> items{{id, fingerprint, id, "abc", 100}};
    world.intake().record_exports("surveys", items, std::nullopt);
    for (const ExportRow& row : world.surveys().exports("")) {
      if (row.external_id == id) {
        return row.id;
      }
    }
    throw std::runtime_error("the export is not there");
  }

  ImportCounts import(ExportId id,
                      std::vector<PlacedResponse> responses,
                      const SurveyDefinition& asked = definition()) {
    ImportOutcome outcome;
    outcome.blob = sha256("export " + std::to_string(raw(id)) + std::to_string(responses.size()));
    outcome.byte_size = 100;
    outcome.definition = asked;
    outcome.rows_seen = static_cast<std::int64_t>(responses.size());
    for (const PlacedResponse& placed : responses) {
      outcome.responses.add(placed);
    }
    return world.surveys().finish_parse(world.claim(JobKind::parse), id, outcome);
  }

  ImportCounts import_new(const std::string& id,
                          std::vector<PlacedResponse> responses,
                          const SurveyDefinition& asked = definition()) {
    return import(found(id), std::move(responses), asked);
  }
};

std::vector<AnswerRow> answers(World& world,
                               const AnswerFilter& filter,
                               std::string_view group_by = "") {
  std::vector<AnswerRow> rows;
  world.surveys().answers(filter, group_by, [&](const AnswerRow& row) { rows.push_back(row); });
  return rows;
}

AnswerFilter filter(const std::string& question = "") {
  AnswerFilter filter;
  filter.survey = "typeform/abc";
  filter.question_id = question;
  return filter;
}

}  // namespace

TEST_CASE("an export becomes responses, and what was said comes back") {
  World world(GENERATE(from_range(kStoreBackends)));
  Exports exports{world};
  const ExportId id = exports.found("page-1.json");
  const ParseWork work = world.surveys().parse_work(id).value();
  CHECK(work.source == "surveys");
  CHECK(work.survey == "abc");
  CHECK_FALSE(work.definition);
  CHECK(world.intake().exports_identity().waiting == 1);

  const ImportCounts counts =
      exports.import(id, {response("r1", 1, 9, "tasty noodles"), response("r2", 2, 3, "")});
  CHECK(counts.holds());
  CHECK(counts.added == 2);
  const ExportRow row = world.surveys().find_export(id).value();
  CHECK(row.state == "parsed");
  CHECK(row.survey == "typeform/abc");
  CHECK(row.counts.filed == 2);
  CHECK(world.intake().exports_identity() == Identity{1, 1, 0, 0, 0, 0, 0});
  CHECK(world.intake()
            .known("surveys", std::vector<std::string>{"page-1.json"})["page-1.json"]
            .fetched);

  const SurveyRow survey = world.surveys().find_survey("abc").value();
  CHECK(survey.definition == definition());
  CHECK(survey.responses == 2);
  CHECK(survey.first_at == at(1));
  CHECK(survey.last_at == at(2));
  CHECK(world.surveys().parse_work(id)->definition == definition());

  const auto all = answers(world, filter());
  REQUIRE(all.size() == 6);
  CHECK(all[0].answer == response("r1", 1, 9, "").response.answers[0]);
  CHECK(all[1].answer.choices == std::vector<Choice>{{"c1", "Reel"}});
  CHECK(all[2].answer.text == "tasty noodles");
  CHECK(all[0].where == "/items/r1");
  CHECK(all[0].wave == "w1");
  CHECK(world.jobs().list({.kind = JobKind::insight}).size() == 1);
  CHECK(world.catalog().needed_blobs().size() == 1);
  CHECK(world.store->check_integrity().empty());
}

TEST_CASE("the same export twice, and the same responses in another export, change nothing") {
  World world(GENERATE(from_range(kStoreBackends)));
  Exports exports{world};
  const std::vector<PlacedResponse> responses{response("r1", 1, 9, "a"), response("r2", 2, 3, "b")};
  exports.import_new("one", responses);
  const ImportCounts again = exports.import_new("two", responses);
  CHECK(again.unchanged == 2);
  CHECK(again.filed == 2);
  CHECK(answers(world, filter()).size() == 6);
  CHECK(world.surveys().find_survey("abc")->responses == 2);
}

TEST_CASE("a newer version replaces the whole answer set; an older one and the same one do not") {
  World world(GENERATE(from_range(kStoreBackends)));
  Exports exports{world};
  exports.import_new("one", {response("r1", 5, 9, "first")});
  PlacedResponse newer = response("r1", 5, 2, "second");
  newer.response.updated_at = at(6);
  newer.response.answers.pop_back();
  CHECK(exports.import_new("two", {newer}).updated == 1);
  auto now = answers(world, filter());
  REQUIRE(now.size() == 2);
  CHECK(now[0].answer.number == 2.0);
  CHECK(world.surveys().search_text("first", filter(), 10).empty());

  CHECK(
      exports.import_new("three", {response("r1", 5, 7, "late arrival of the first")}).unchanged ==
      1);
  CHECK(answers(world, filter("q1"))[0].answer.number == 2.0);
  PlacedResponse same_time = newer;
  same_time.response.answers[0].number = 10;
  CHECK(exports.import_new("four", {same_time}).unchanged == 1);
  CHECK(answers(world, filter("q1"))[0].answer.number == 2.0);
}

TEST_CASE(
    "a partial response is replaced when it is completed, and one without any time by other "
    "contents") {
  World world(GENERATE(from_range(kStoreBackends)));
  Exports exports{world};
  PlacedResponse partial = response("r1", 0, 4, "");
  partial.response.status = ResponseStatus::partial;
  partial.response.submitted_at.reset();
  exports.import_new("one", {partial});
  CHECK(exports.import_new("two", {response("r1", 3, 8, "done")}).updated == 1);
  CHECK(exports.import_new("three", {partial}).unchanged == 1);

  PlacedResponse timeless = response("r2", 0, 4, "x");
  timeless.response.submitted_at.reset();
  exports.import_new("four", {timeless});
  CHECK(exports.import_new("five", {timeless}).unchanged == 1);
  timeless.response.answers[0].number = 5;
  CHECK(exports.import_new("six", {timeless}).updated == 1);
}

TEST_CASE("response ids are strings: neighbors beyond 2^53 stay apart") {
  World world(GENERATE(from_range(kStoreBackends)));
  Exports exports{world};
  const ImportCounts counts = exports.import_new("one",
                                                 {response("9007199254740993", 1, 9, ""),
                                                  response("9007199254740992", 1, 9, ""),
                                                  response("01", 1, 9, ""),
                                                  response("1", 1, 9, "")});
  CHECK(counts.added == 4);
}

TEST_CASE("a reading of another fingerprint counts anew, and the earlier raw export stays needed") {
  World world(GENERATE(from_range(kStoreBackends)));
  Exports exports{world};
  exports.import_new("one", {response("r1", 1, 9, "")});
  const ExportId id = exports.found("one", "v2");
  CHECK(world.surveys().find_export(id)->state == "waiting");
  const ImportCounts counts =
      exports.import(id, {response("r1", 1, 9, ""), response("r2", 2, 5, "")});
  CHECK(counts.unchanged == 1);
  CHECK(counts.added == 1);
  CHECK(world.catalog().needed_blobs().size() == 2);
}

TEST_CASE("a parse of an export that changed meanwhile is refused") {
  World world(GENERATE(from_range(kStoreBackends)));
  Exports exports{world};
  const ExportId id = exports.found("one", "v1");
  const Claim stale = world.claim(JobKind::parse);
  exports.found("one", "v2");
  ImportOutcome outcome;
  outcome.definition = definition();
  CHECK_THROWS_AS(world.surveys().finish_parse(stale, id, outcome), LeaseLost);
  CHECK(world.surveys().surveys().empty());
  CHECK(exports.import(id, {response("r1", 1, 9, "")}).added == 1);
}

TEST_CASE("an import that does not account for every row is refused as a whole") {
  World world(GENERATE(from_range(kStoreBackends)));
  Exports exports{world};
  const ExportId id = exports.found("one");
  ImportOutcome outcome;
  outcome.definition = definition();
  outcome.responses.add(response("r1", 1, 9, ""));
  outcome.rows_seen = 2;
  const Claim claim = world.claim(JobKind::parse);
  CHECK_THROWS_AS(world.surveys().finish_parse(claim, id, outcome), PermanentError);
  CHECK(world.surveys().surveys().empty());
  outcome.rejected.add({"row 2", "no id"});
  CHECK(world.surveys().finish_parse(claim, id, outcome).holds());
  CHECK(world.surveys().find_export(id)->skipped == outcome.rejected.first);
}

TEST_CASE("an unreadable export is an explained result, and a redrive reads it again") {
  World world(GENERATE(from_range(kStoreBackends)));
  Exports exports{world};
  const ExportId id = exports.found("one");
  world.surveys().finish_unreadable(
      world.claim(JobKind::parse), id, sha256("raw"), {"line 3", "not JSON"});
  ExportRow row = world.surveys().find_export(id).value();
  CHECK(row.state == "failed");
  CHECK(row.error == "line 3: not JSON");
  CHECK(world.intake().exports_identity().failed == 1);

  const ExportId other = exports.found("two");
  world.jobs().discard(world.claim(JobKind::parse), "parser is missing");
  CHECK(world.surveys().find_export(other)->state == "failed");
  CHECK(world.jobs().redrive({}, "dana") == 1);
  CHECK(world.surveys().find_export(other)->state == "waiting");
  CHECK(exports.import(other, {response("r1", 1, 9, "")}).added == 1);
  CHECK(world.intake().exports_identity().holds());
}

TEST_CASE("insights are computed once more when answers arrive while they are computed") {
  World world(GENERATE(from_range(kStoreBackends)));
  Exports exports{world};
  exports.import_new("one", {response("r1", 1, 9, "")});
  const SurveyId survey = world.surveys().find_survey("abc")->id;
  const Claim running = world.claim(JobKind::insight);
  exports.import_new("two", {response("r2", 1, 9, "")});
  Insight insight{
      "nps",
      "typeform/abc",
      "q1",
      "How likely?",
      "",
      {{"", "", {50, 2, 2, std::nullopt, 70.0, 0.95, "normal", std::nullopt, std::nullopt}, true}},
      {"small"}};
  world.surveys().finish_insights(running, survey, {insight});
  CHECK(world.surveys().filed_insights("abc") == std::vector{insight});
  const Claim again = world.claim(JobKind::insight);
  insight.rows[0].figure.n = 3;
  world.surveys().finish_insights(again, survey, {insight, insight});
  CHECK(world.surveys().filed_insights("").size() == 2);
  CHECK_THROWS_AS(world.surveys().finish_insights(again, survey, {}), LeaseLost);
  CHECK(world.jobs().list({.state = JobState::available}).empty());
}

TEST_CASE(
    "an export of bare answers does not spoil what a definition said, and loses no question") {
  World world(GENERATE(from_range(kStoreBackends)));
  Exports exports{world};
  SurveyDefinition bare;
  bare.provider = "typeform";
  bare.external_id = "abc";
  bare.questions = {{"q1", "", "q1", QuestionKind::text, "", {}, {}, {}},
                    {"q9", "", "q9", QuestionKind::text, "", {}, {}, {}}};
  exports.import_new("answers", {response("r1", 1, 9, "x")}, bare);
  CHECK(world.surveys().find_survey("abc")->definition.questions.size() == 4);
  exports.import_new("definition", {}, definition());
  exports.import_new("more answers", {}, bare);
  const SurveyDefinition merged = world.surveys().find_survey("abc")->definition;
  CHECK(merged.title == "Spring wave");
  REQUIRE(merged.questions.size() == 4);
  for (const Question& question : definition().questions) {
    CHECK(std::count(merged.questions.begin(), merged.questions.end(), question) == 1);
  }
  CHECK(merged.hidden_fields == std::vector<std::string>{"utm_source"});
}

TEST_CASE("answers are filtered and grouped by what the response carries") {
  World world(GENERATE(from_range(kStoreBackends)));
  world.store->creators().upsert(
      std::vector<Creator>{{"mia.cooks", "instagram", "", 2'000'000, Tier::mega, ""},
                           {"leo", "tiktok", "", 900, Tier::micro, ""}});
  Exports exports{world};
  PlacedResponse other = response("r2", 50, 2, "", "leo");
  other.response.hidden = {{"utm_source", "tt"}};
  other.response.answers[1].choices = {{"c2", "Story"}};
  PlacedResponse test = response("r3", 1, 10, "");
  test.response.status = ResponseStatus::test;
  exports.import_new("one", {response("r1", 1, 9, ""), other, test});

  const auto scores = [&](auto change) {
    AnswerFilter wanted = filter("q1");
    change(wanted);
    std::vector<double> numbers;
    for (const AnswerRow& row : answers(world, wanted)) {
      numbers.push_back(row.answer.number.value());
    }
    return numbers;
  };
  using Numbers = std::vector<double>;
  CHECK(scores([](auto&) {}) == Numbers{9, 2});
  CHECK(scores([](auto& f) { f.tier = Tier::mega; }) == Numbers{9});
  CHECK(scores([](auto& f) { f.tier = Tier::macro; }).empty());
  CHECK(scores([](auto& f) { f.creator = "leo"; }) == Numbers{2});
  CHECK(scores([](auto& f) { f.hidden = {{"utm_source", "tt"}}; }) == Numbers{2});
  CHECK(scores([](auto& f) { f.hidden = {{"utm_source", "tt"}, {"x", "y"}}; }).empty());
  CHECK(scores([](auto& f) { f.from = at(50); }) == Numbers{2});
  CHECK(scores([](auto& f) { f.until = at(50); }) == Numbers{9});
  CHECK(scores([](auto& f) { f.wave = "w2"; }).empty());
  CHECK(scores([](auto& f) { f.survey = "abc"; }).size() == 2);

  const auto groups = [&](std::string_view group_by) {
    std::vector<std::string> values;
    for (const AnswerRow& row : answers(world, filter("q1"), group_by)) {
      values.push_back(row.group);
    }
    return values;
  };
  using Texts = std::vector<std::string>;
  CHECK(groups("") == Texts{"", ""});
  CHECK(groups("creator") == Texts{"mia.cooks", "leo"});
  CHECK(groups("creator.tier") == Texts{"mega", "micro"});
  CHECK(groups("campaign") == Texts{"spring", "spring"});
  CHECK(groups("wave") == Texts{"w1", "w1"});
  CHECK(groups("hidden:utm_source") == Texts{"ig", "tt"});
  CHECK(groups("hidden:none") == Texts{"", ""});
  CHECK(groups("question:q2") == Texts{"Reel", "Story"});
  CHECK(groups("question:q1") == Texts{"9", "2"});
  CHECK_THROWS_AS(groups("creator'; --"), PermanentError);
  CHECK_THROWS_AS(answers(world, AnswerFilter{}), PermanentError);
}

TEST_CASE("answers keep all their choices, also where no definition names any") {
  World world(GENERATE(from_range(kStoreBackends)));
  Exports exports{world};
  SurveyDefinition asked = definition();
  asked.questions[1].kind = QuestionKind::multiple_choice;
  asked.questions[1].choices.clear();
  PlacedResponse both = response("r1", 1, 9, "");
  both.response.answers[1].choices = {{"c2", "Story"}, {"c1", "Reel"}};
  PlacedResponse without = response("r2", 2, 6.5, "");
  without.response.answers[1].choices.clear();
  without.response.answers[1].state = AnswerState::not_answered;
  exports.import_new("one", {both, without, response("r3", 3, 10, "")}, asked);
  const auto labels = [](const AnswerRow& row) {
    std::string text;
    for (const Choice& choice : row.answer.choices) {
      text += choice.label + ";";
    }
    return text;
  };
  std::vector<std::string> chosen;
  for (const AnswerRow& row : answers(world, filter("q2"), "question:q1")) {
    chosen.push_back(row.group + " " + labels(row));
  }
  using Texts = std::vector<std::string>;
  CHECK(chosen == Texts{"9 Story;Reel;", "6.5 ", "10 Reel;"});
  Texts groups;
  for (const AnswerRow& row : answers(world, filter("q1"), "question:q2")) {
    groups.push_back(row.group + labels(row));
  }
  CHECK(groups == Texts{"Story, Reel", "", "Reel"});
  // All questions of the survey, response by response.
  Texts all;
  for (const AnswerRow& row : answers(world, filter(), "question:q2")) {
    all.push_back(row.response_id + row.answer.question_id + labels(row) + row.group);
  }
  CHECK(all == Texts{"r1q1Story, Reel",
                     "r1q2Story;Reel;Story, Reel",
                     "r1q3Story, Reel",
                     "r2q1",
                     "r2q2",
                     "r2q3",
                     "r3q1Reel",
                     "r3q2Reel;Reel",
                     "r3q3Reel"});
}

TEST_CASE("personal references are never found by a search, answers are") {
  World world(GENERATE(from_range(kStoreBackends)));
  Exports exports{world};
  exports.import_new("one", {response("canary", 1, 9, "The noodles were \"great\", truly")});
  CHECK(world.surveys().search_text("canary", AnswerFilter{}, 10).empty());
  CHECK(world.surveys().search_text("example", AnswerFilter{}, 10).empty());
  const auto hits = world.surveys().search_text("noodles great", AnswerFilter{}, 10);
  REQUIRE(hits.size() == 1);
  CHECK(hits[0].survey == "typeform/abc");
  CHECK(hits[0].snippet.find("[noodles]") != std::string::npos);
  CHECK(world.surveys().search_text("noodles", filter("q1"), 10).empty());
  CHECK_NOTHROW(world.surveys().search_text("text: OR \" NEAR(", AnswerFilter{}, 10));
}

TEST_CASE("an id alone names a survey only while no other provider has it") {
  World world(GENERATE(from_range(kStoreBackends)));
  Exports exports{world};
  exports.import_new("one", {});
  SurveyDefinition other = definition();
  other.provider = "csv";
  CHECK(world.surveys().find_survey("abc"));
  exports.import_new("two", {}, other);
  CHECK_FALSE(world.surveys().find_survey("abc"));
  CHECK(world.surveys().find_survey("csv/abc"));
  CHECK(world.surveys().surveys().size() == 2);
  CHECK(world.surveys().exports("csv/abc").size() == 1);
}

TEST_CASE(
    "of rows with one id in one export the one that counts is filed, the others are excluded") {
  World world(GENERATE(from_range(kStoreBackends)));
  Exports exports{world};
  const ImportCounts counts = exports.import_new("one",
                                                 {response("r1", 3, 9, "latest"),
                                                  response("r1", 1, 1, "earlier"),
                                                  response("r2", 1, 5, "older"),
                                                  response("r2", 2, 6, "newer")});
  CHECK(counts.holds());
  CHECK(counts.filed == 2);
  CHECK(counts.added == 2);
  CHECK(counts.excluded == 2);
  const auto scores = answers(world, filter("q1"));
  REQUIRE(scores.size() == 2);
  CHECK(scores[0].answer.number == 9.0);
  CHECK(scores[1].answer.number == 6.0);
  CHECK(world.surveys().search_text("older", filter(), 10).empty());
  CHECK(world.surveys().search_text("newer", filter(), 10).size() == 1);
  const auto skipped = world.surveys().exports("").front().skipped;
  REQUIRE(skipped.size() == 2);
  CHECK(skipped[0].why == "repeated id: another row with r1 counts");
  CHECK(world.store->check_integrity().empty());
}

TEST_CASE("a repeated row that is newer than what another export brought keeps that version") {
  World world(GENERATE(from_range(kStoreBackends)));
  Exports exports{world};
  exports.import_new("one", {response("r1", 5, 1, "first")});
  const ImportCounts counts =
      exports.import_new("two", {response("r1", 5, 1, "first"), response("r1", 6, 2, "second")});
  CHECK(counts.holds());
  CHECK(counts.updated == 1);
  CHECK(counts.unchanged == 0);
  CHECK(counts.excluded == 1);
  CHECK(answers(world, filter("q1"))[0].answer.number == 2.0);
}

TEST_CASE("what is kept aside comes back as it was, in memory and from a file") {
  const auto count = GENERATE(3, 60'000);
  ResponseSpool spool;
  const auto made = [](int i) {
    PlacedResponse placed =
        response("r" + std::to_string(i), i % 24, i % 11, "why " + std::to_string(i));
    placed.response.times_are_local = i % 2 == 0;
    placed.response.language = i % 3 == 0 ? "de" : "";
    placed.response.updated_at =
        i % 5 == 0 ? std::optional(Timestamp(Milliseconds(-i))) : std::nullopt;
    placed.response.answers[0].number = i * 0.25 - 7;
    placed.response.answers[1].other_text = i % 4 == 0 ? "else" : "";
    placed.response.answers[2].state = static_cast<AnswerState>(i % 5);
    if (i % 7 == 0) {
      placed.response.answers.pop_back();
    }
    return placed;
  };
  for (int i = 0; i < count; ++i) {
    spool.add(made(i));
  }
  CHECK(spool.size() == count);
  for (int round = 0; round < 2; ++round) {
    int next = 0;
    int wrong = 0;
    spool.for_each([&](const PlacedResponse& placed) {
      const PlacedResponse expected = made(next++);
      wrong += placed.response == expected.response && placed.creator == expected.creator &&
                       placed.campaign == expected.campaign && placed.wave == expected.wave
                   ? 0
                   : 1;
    });
    CHECK(next == count);
    CHECK(wrong == 0);
  }
}

TEST_CASE("texts of a spool beyond what it keeps once come back too") {
  ResponseSpool spool;
  PlacedResponse placed;
  placed.response.answers.resize(1);
  constexpr int kCount = 70'000;
  for (int i = 0; i < kCount; ++i) {
    placed.response.answers[0].question_id = "q" + std::to_string(i);
    placed.creator = std::string(300, 'a' + i % 26);
    spool.add(placed);
  }
  int next = 0;
  int wrong = 0;
  spool.for_each([&](const PlacedResponse& back) {
    wrong += back.response.answers.front().question_id == "q" + std::to_string(next) &&
                     back.creator == std::string(300, 'a' + next % 26)
                 ? 0
                 : 1;
    ++next;
  });
  CHECK(next == kCount);
  CHECK(wrong == 0);
}
