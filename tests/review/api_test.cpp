#include "review/api.h"

#include "core/json.h"
#include "core/text.h"
#include "tests/review/desk.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace muster;

TEST_CASE("a path, a method or a parameter that does not exist is named") {
  Desk desk;
  CHECK(desk.call("GET", "/api/v1/nothing").status == 404);
  CHECK(desk.call("GET", "/api/v1/submissions/12x").status == 404);
  CHECK(desk.call("GET", "/api/v1/submissions/999").status == 404);
  CHECK(desk.call("DELETE", "/api/v1/submissions").status == 405);
  const auto mistyped = desk.call("GET", "/api/v1/submissions?stat=in_review");
  CHECK(mistyped.status == 400);
  CHECK(desk.message(mistyped).find("did you mean 'state'?") != std::string::npos);
  CHECK(desk.call("GET", "/api/v1/submissions?state=aproved").status == 400);
  CHECK(desk.call("GET", "/api/v1/submissions?limit=0").status == 400);
  CHECK(desk.call("GET", "/api/v1/submissions?limit=9999999").status == 400);
}

TEST_CASE("a body that is no object, or has unknown members, is refused") {
  Desk desk;
  CHECK(desk.call("POST", "/api/v1/pauses", Json::array()).status == 400);
  const auto unknown = desk.call(
      "POST", "/api/v1/pauses", Json{{"scope", "all"}, {"owner", "dana"}, {"reson", "x"}});
  CHECK(unknown.status == 400);
  CHECK(desk.message(unknown).find("did you mean 'reason'?") != std::string::npos);
  CHECK(desk.call("POST", "/api/v1/pauses", Json{{"scope", 3}, {"owner", "dana"}, {"reason", "x"}})
            .status == 400);
}

TEST_CASE("the same submission twice is one, another content is a new revision") {
  Desk desk;
  const auto first = desk.submit("one", "x1");
  CHECK(first.status == 201);
  CHECK(first.body.at("receipt") == "added");
  CHECK(first.body.at("creator") == "mia");
  CHECK(desk.woken() == 1);
  const auto again = desk.submit("one", "x1");
  CHECK(again.status == 200);
  CHECK(again.body.at("receipt") == "unchanged");
  CHECK(again.body.at("id") == first.body.at("id"));
  const auto revised = desk.submit("two", "x1");
  CHECK(revised.body.at("receipt") == "revised");
  CHECK(revised.body.at("revision") == 2);
  CHECK(desk.call("GET", "/api/v1/status").body.at("submissions").at("seen") == 1);
}

TEST_CASE("media must have been uploaded, and nobody's text becomes a path") {
  Desk desk;
  for (const std::string& hash :
       {std::string(64, 'a'), std::string("../../etc/passwd"), std::string()}) {
    const auto refused = desk.call(
        "POST",
        "/api/v1/submissions",
        Json{{"manifest", {{"creator", "mia"}}}, {"media", {{{"sha256", hash}, {"name", "x"}}}}});
    INFO(hash);
    CHECK(refused.status == 400);
  }
  CHECK(desk.call("POST", "/api/v1/submissions", Json{{"manifest", {{"creator", "mia"}}}}).status ==
        400);
  CHECK(desk.call("GET", "/api/v1/status").body.at("submissions").at("seen") == 0);
}

TEST_CASE("a file may come with a transcript, which must have been uploaded") {
  Desk desk;
  const auto submit = [&](const Json& transcript) {
    Json media{{"sha256", desk.upload("video")}, {"name", "reel.mp4"}};
    media["transcript"] = transcript;
    return desk.call("POST",
                     "/api/v1/submissions",
                     Json{{"manifest", {{"creator", "mia"}, {"external_id", "one"}}},
                          {"media", Json::array({media})}});
  };
  CHECK(submit(nullptr).status == 201);
  const Json said{{"sha256", desk.upload("this is an ad")}, {"name", "reel.srt"}};
  CHECK(submit(said).body.at("receipt") == "revised");
  CHECK(submit(said).body.at("receipt") == "unchanged");
  CHECK(submit(Json{{"sha256", std::string(64, 'a')}, {"name", "x.srt"}}).status == 400);
  CHECK(submit("reel.srt").status == 400);
}

TEST_CASE("a publication is recorded once it has happened, in the zone of the rights") {
  Desk desk;
  const std::string target =
      "/api/v1/submissions/" + desk.submit("one", "x1").body.at("id").dump() + "/publication";
  const auto publish = [&](const std::string& at, const std::string& actor = "dana") {
    return desk.call("POST", target, Json{{"actor", actor}, {"published_at", at}});
  };
  CHECK(publish("2999-01-01").status == 400);
  CHECK(publish("1066-10-14").status == 400);
  CHECK(publish("soon").status == 400);
  CHECK(desk.message(publish("soon")).find("(UTC)") != std::string::npos);
  CHECK(publish("2026-02-30").status == 400);
  CHECK(desk.call("POST", target, Json{{"published_at", "2020-01-01"}}).status == 400);
  CHECK(desk.call("POST",
                  "/api/v1/submissions/99/publication",
                  Json{{"actor", "dana"}, {"published_at", "2020-01-01"}})
            .status == 404);
}

TEST_CASE("a decision needs a kind, a person and a known reason") {
  Desk desk;
  const std::string target =
      "/api/v1/submissions/" + desk.submit("one", "x1").body.at("id").dump() + "/decisions";
  CHECK(desk.call("POST", target, Json{{"kind", "reject"}, {"actor", "dana"}}).status == 400);
  const auto unknown = desk.call(
      "POST", target, Json{{"kind", "reject"}, {"actor", "dana"}, {"reason_code", "of_brief"}});
  CHECK(unknown.status == 400);
  CHECK(desk.message(unknown).find("did you mean 'off_brief'?") != std::string::npos);
  CHECK(desk.call("POST", target, Json{{"kind", "undo"}, {"actor", "dana"}}).status == 400);
  CHECK(desk.call("POST", target, Json{{"kind", "approve"}, {"actor", " "}}).status == 400);
  // It is not checked yet, so it can't be approved.
  CHECK(desk.call("POST", target, Json{{"kind", "approve"}, {"actor", "dana"}}).status == 409);
  const auto other = desk.call("POST",
                               target,
                               Json{{"kind", "withdraw"},
                                    {"actor", "dana"},
                                    {"reason_code", "other"},
                                    {"content", std::string(64, '1')}});
  CHECK(other.status == 409);
}

TEST_CASE(
    "only a filed asset leaves, and the whole dead letter is not re-driven by an empty wish") {
  Desk desk;
  desk.submit("one", "x1");
  CHECK(desk.call("POST", "/api/v1/assets/1/export", Json{{"actor", "dana"}}).status == 404);
  CHECK(desk.call("POST", "/api/v1/jobs/redrive", Json{{"actor", "dana"}}).status == 400);
  CHECK(desk.call("POST", "/api/v1/jobs/redrive", Json{{"actor", "dana"}, {"all", true}})
            .body.at("redriven") == 0);
}

TEST_CASE("what is searched for is text and never a query") {
  Desk desk;
  for (const char* text : {"'; DROP TABLE job; --",
                           "\"",
                           "a AND",
                           "NEAR(",
                           "caption:*",
                           "<script>",
                           "%00",
                           "%ff%fe"}) {
    INFO(text);
    std::string encoded;
    for (const char* c = text; *c != '\0'; ++c) {
      encoded += *c == ' ' ? std::string("%20") : std::string(1, *c);
    }
    CHECK(desk.call("GET", "/api/v1/assets?q=" + encoded).status == 200);
    CHECK(desk.call("GET", "/api/v1/insights/text?q=x" + encoded).status == 200);
  }
}

namespace {

// 40 respondents of each side: 30 of the exposed say yes, 10 of the control.
void import_lift(World& world) {
  SurveyDefinition definition;
  definition.provider = "typeform";
  definition.external_id = "abc";
  Question aware;
  aware.id = "q";
  aware.title = "Do you know it?";
  aware.kind = QuestionKind::boolean;
  aware.choices = {{"true", "Yes"}, {"false", "No"}};
  definition.questions = {aware};
  ImportOutcome outcome;
  outcome.blob = sha256("lift");
  outcome.definition = definition;
  for (int i = 0; i < 81; ++i) {
    PlacedResponse placed;
    placed.response.id = std::to_string(i);
    placed.response.submitted_at = Timestamp(std::chrono::hours(500'000 + i));
    const bool exposed = i < 40;
    const bool yes = exposed ? i < 30 : i < 50;
    if (i < 80) {
      placed.response.hidden = {{"panel", exposed ? "seen" : "unseen"}};
    }
    Answer answer;
    answer.question_id = "q";
    answer.number = yes ? 1 : 0;
    answer.choices = {yes ? Choice{"true", "Yes"} : Choice{"false", "No"}};
    placed.response.answers = {answer};
    placed.creator = exposed ? (i % 2 == 0 ? "mia.cooks" : "leo") : "";
    outcome.responses.add(placed);
  }
  outcome.rows_seen = 81;
  const std::vector<FoundExport> items{{"x", "v1", "x", "abc", 100}};
  world.intake().record_exports("surveys", items, std::nullopt);
  const ExportId id = world.surveys().exports("").front().id;
  world.surveys().finish_parse(world.claim(JobKind::parse), id, outcome);
}

}  // namespace

TEST_CASE("a lift compares those who saw it with those who did not") {
  Desk desk;
  import_lift(desk.world());
  const auto lift = desk.call(
      "GET",
      "/api/v1/insights/lift?question=q&exposed=hidden%3Apanel%3Dseen&by=creator&min_cell=5");
  REQUIRE(lift.status == 200);
  const Json& rows = lift.body.at("rows");
  REQUIRE(rows.size() == 3);
  CHECK(rows[0].at("exposed").at("hits") == 30);
  CHECK(rows[0].at("control").at("n") == 40);
  CHECK(rows[0].at("absolute").get<double>() == Approx(0.5).epsilon(1e-9));
  CHECK(rows[0].at("relative").get<double>() == Approx(2.0).epsilon(1e-9));
  CHECK(rows[1].at("group") == "leo");
  CHECK(rows[1].at("adjusted_p_value").get<double>() >= rows[1].at("p_value").get<double>());
  // The one that names neither side is left out, and said.
  REQUIRE(lift.body.at("notes").size() == 1);
  CHECK(lift.body.at("notes")[0] == "1 answers name neither side and were left out");
}

TEST_CASE("a lift that can't be made says what is missing") {
  Desk desk;
  import_lift(desk.world());
  CHECK(desk.call("GET", "/api/v1/insights/lift?question=q").status == 400);
  CHECK(desk.call("GET", "/api/v1/insights/lift?question=q&exposed=panel").status == 400);
  const auto nobody =
      desk.call("GET", "/api/v1/insights/lift?question=q&exposed=hidden%3Apanel%3Dnever");
  CHECK(nobody.status >= 400);
  CHECK(desk.message(nobody).find("0 respondents") != std::string::npos);
}

TEST_CASE("a question for a survey that is not there names those that are") {
  Desk desk;
  const auto none = desk.call("GET", "/api/v1/insights/figures/nps");
  CHECK(none.status == 400);
  CHECK(desk.message(none) == "there are no surveys yet");
  CHECK(desk.call("GET", "/api/v1/insights/figures/nsp").status == 404);
  CHECK(desk.call("GET", "/api/v1/insights/figures/nps?survey=x").status == 404);
  CHECK(desk.call("GET", "/api/v1/insights/figures/nps?hidden=x").status == 400);
}

namespace {

// Imports responses of one scale question with times, the first `fast` of them within 5 s.
void import_timed(Desk& desk, int count, int fast) {
  World& world = desk.world();
  const std::vector<FoundExport> items{{"a.json", "v1", "a.json", "abc", 100}};
  world.intake().record_exports("surveys", items, std::nullopt);
  ImportOutcome outcome;
  outcome.blob = sha256("a");
  outcome.definition.provider = "typeform";
  outcome.definition.external_id = "abc";
  outcome.definition.questions = {{"q1", "", "How was it?", QuestionKind::scale, "", {}, 1, 5}};
  for (int i = 0; i < count; ++i) {
    PlacedResponse placed;
    placed.response.id = "r" + std::to_string(i);
    placed.response.started_at = Timestamp(std::chrono::hours(400'000));
    placed.response.submitted_at =
        *placed.response.started_at + std::chrono::seconds(i < fast ? 5 : 120);
    placed.response.answers = {{"q1", AnswerState::answered, {}, i < fast ? 1.0 : 5.0, "", ""}};
    outcome.responses.add(placed);
  }
  outcome.rows_seen = count;
  world.surveys().finish_parse(
      world.claim(JobKind::parse), world.surveys().exports("").front().id, outcome);
}

}  // namespace

TEST_CASE("doubtful responses are flagged, left out of figures and taken back") {
  Desk desk;
  import_timed(desk, 40, 4);
  const auto before = desk.call("GET", "/api/v1/surveys/quality");
  CHECK(before.status == 200);
  CHECK(before.body.at("baseline").is_null());
  CHECK(before.body.at("notes").size() == 1);

  const auto frozen = desk.call(
      "POST", "/api/v1/surveys/quality/baselines", Json{{"survey", "abc"}, {"actor", "dana"}});
  CHECK(frozen.status == 201);
  CHECK(frozen.body.at("baseline").at("number") == 1);
  CHECK(frozen.body.at("baseline").at("median_seconds") == 120.0);
  const auto quality = desk.call("GET", "/api/v1/surveys/quality?rule=speeding");
  REQUIRE(quality.body.at("flags").size() == 4);
  CHECK(quality.body.at("flags")[0].at("baseline") == 1);
  CHECK(quality.body.at("flags")[0].at("rules_version") == 1);
  CHECK(quality.body.at("rules")[1].at("off_because") == "the survey has no matrix");
  // The same data and baseline: the same flags.
  CHECK(desk.call("GET", "/api/v1/surveys/quality?rule=speeding").body == quality.body);

  const auto mean = [&] {
    return desk.call("GET", "/api/v1/insights/figures/mean?question=q1").body;
  };
  CHECK(mean().at("rows")[0].at("figure").at("n") == 40);
  CHECK(desk.call("POST",
                  "/api/v1/surveys/exclusions",
                  Json{{"survey", "abc"}, {"rule", "speeding"}, {"actor", "dana"}})
            .status == 400);  // why?
  const auto excluded = desk.call(
      "POST",
      "/api/v1/surveys/exclusions",
      Json{{"survey", "abc"}, {"rule", "speeding"}, {"actor", "dana"}, {"note", "too fast"}});
  CHECK(excluded.body.at("excluded") == 4);
  const Json without = mean();
  CHECK(without.at("rows")[0].at("figure").at("n") == 36);
  CHECK(without.at("rows")[0].at("figure").at("value") == 5.0);
  CHECK(dump(without.at("notes")).find("4 responses of the survey were excluded") !=
        std::string::npos);
  CHECK(desk.call("GET", "/api/v1/surveys/exclusions").body.at("exclusions").size() == 4);

  const auto restored = desk.call(
      "POST",
      "/api/v1/surveys/exclusions/restore",
      Json{{"survey", "abc"}, {"responses", {"r0"}}, {"actor", "lee"}, {"note", "a fast reader"}});
  CHECK(restored.body.at("restored") == 1);
  CHECK(mean().at("rows")[0].at("figure").at("n") == 37);
  CHECK(desk.call("GET", "/api/v1/surveys/exclusions?all=1").body.at("exclusions").size() == 4);
}

TEST_CASE("decisions on responses refuse what they can't mean") {
  Desk desk;
  import_timed(desk, 3, 0);
  const auto exclude = [&](Json body) {
    body.update(Json{{"survey", "abc"}, {"actor", "dana"}, {"note", "why"}});
    return desk.call("POST", "/api/v1/surveys/exclusions", body);
  };
  CHECK(exclude(Json::object()).status == 400);
  CHECK(exclude({{"rule", "speeding"}, {"responses", {"r0"}}}).status == 400);
  CHECK(desk.message(exclude({{"rule", "speding"}})).find("did you mean 'speeding'") !=
        std::string::npos);
  CHECK(exclude({{"responses", {1}}}).status == 400);
  const auto unknown = exclude({{"responses", {"nobody"}}});
  CHECK(unknown.status == 422);
  CHECK(desk.message(unknown).find("'nobody'") != std::string::npos);
  CHECK(desk.call("POST",
                  "/api/v1/surveys/drift/accept",
                  Json{{"survey", "abc"}, {"question", "q7"}, {"actor", "d"}, {"note", "w"}})
            .status == 404);
  CHECK(desk.call("GET", "/api/v1/surveys/drift").body.at("drift").empty());
}
