#include "tests/review/desk.h"

#include <catch2/catch.hpp>

using namespace muster;

namespace {

// Answers of 40 who saw a post of mia, 40 who saw one of leo, 40 who saw none. Yes: 30, 20, 10.
void import_answers(World& world) {
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
  outcome.blob = sha256("answers");
  outcome.definition = definition;
  for (int i = 0; i < 120; ++i) {
    PlacedResponse placed;
    placed.response.id = std::to_string(i);
    placed.response.submitted_at = Timestamp(std::chrono::hours(500'000 + i));
    placed.response.where = "row " + std::to_string(i);
    const bool exposed = i < 80;
    const bool yes = i % 40 < (i < 40 ? 30 : i < 80 ? 20 : 10);
    placed.response.hidden = {{"panel", exposed ? "seen" : "unseen"}};
    Answer answer;
    answer.question_id = "q";
    answer.number = yes ? 1 : 0;
    answer.choices = {yes ? Choice{"true", "Yes"} : Choice{"false", "No"}};
    placed.response.answers = {answer};
    placed.creator = i < 40 ? "mia.cooks" : exposed ? "leo" : "";
    placed.campaign = "spring";
    outcome.responses.add(placed);
  }
  outcome.rows_seen = 120;
  const std::vector<FoundExport> items{{"x", "v1", "x", "abc", 100}};
  world.intake().record_exports("surveys", items, std::nullopt);
  world.surveys().finish_parse(
      world.claim(JobKind::parse), world.surveys().exports("").back().id, outcome);
}

// A filed video of mia.cooks in which the brand is visible for at least 3.5 s.
void file_video(World& world) {
  Finding seconds = finding("brand.seconds", Outcome::pass);
  seconds.measured_value = 3.5;
  Finding size = finding("brand.size", Outcome::pass);
  size.measured_value = 0.12;
  const SubmissionId id = world.submit("one");
  world.fetch(id);
  world.check(id, VerdictKind::clear, true, {seconds, size});
  world.file(id);
}

const std::string kLift = "/api/v1/insights/lift?question=q&exposed=hidden%3Apanel%3Dseen&by=";

}  // namespace

TEST_CASE("a lift by seconds visible groups the exposed by what was filed of their creator") {
  Desk desk;
  import_answers(desk.world());
  file_video(desk.world());
  const auto lift = desk.call("GET", kLift + "asset.seconds_visible");
  REQUIRE(lift.status == 200);
  const Json& rows = lift.body.at("rows");
  REQUIRE(rows.size() == 3);
  CHECK(rows[0].at("absolute").get<double>() == Approx(50.0 / 80 - 0.25).epsilon(1e-9));
  CHECK(rows[1].at("group") == "2 to below 5 s");
  CHECK(rows[1].at("exposed").at("n") == 40);
  CHECK(rows[1].at("absolute").get<double>() == Approx(0.5).epsilon(1e-9));
  CHECK(rows[2].at("group") == "not measured");
  CHECK(dump(lift.body.at("notes")).find("at least visible") != std::string::npos);

  const auto bands = desk.call("GET", kLift + "asset.seconds_visible&bands=3.5,8");
  CHECK(bands.body.at("rows")[1].at("group") == "3.5 to below 8 s");
  const auto above = desk.call("GET", kLift + "asset.seconds_visible&bands=3.6");
  CHECK(above.body.at("rows")[1].at("group") == "below 3.6 s");
  const auto share = desk.call("GET", kLift + "asset.share_of_frame");
  CHECK(share.body.at("rows")[1].at("group") == "5 to below 15 %");
  const auto placement = desk.call("GET", kLift + "asset.placement");
  CHECK(placement.body.at("rows")[1].at("group") == "instagram-reel");
  for (const char* bad : {"asset.seconds_visible&bands=5,3",
                          "asset.seconds_visible&bands=x",
                          "creator.tier&bands=3",
                          "asset.placement&bands=1",
                          "metric:clicks"}) {
    CAPTURE(bad);
    CHECK(desk.call("GET", kLift + bad).status == 400);
  }
}

TEST_CASE("an uploaded metric export is filed, summed and traced to its lines") {
  Desk desk;
  const std::string file =
      "creator,post,date,likes,clicks\n"
      "mia.cooks,p1,2026-04-08,100,7\n"
      "mia.cooks,p1,2026-04-09,50,oops\n"
      "leo,p2,2026-04-08,10,1\n";
  const Json body{{"sha256", desk.upload(file)}, {"name", "posts.csv"}, {"campaign", "spring"}};
  const auto first = desk.call("POST", "/api/v1/metrics", body);
  REQUIRE(first.status == 201);
  CHECK(first.body.at("rows").at("added") == 2);
  CHECK(first.body.at("rows").at("rejected") == 1);
  CHECK(first.body.at("skipped")[0].at("where") == "line 3");
  CHECK(desk.call("POST", "/api/v1/metrics", body).body.at("rows").at("unchanged") == 2);

  const auto sums = desk.call("GET", "/api/v1/metrics?by=creator&metric=likes");
  REQUIRE(sums.body.at("rows").size() == 2);
  CHECK(sums.body.at("rows")[1].at("value") == 100.0);
  const auto values = desk.call("GET", "/api/v1/metrics/values?creator=leo&metric=clicks");
  REQUIRE(values.body.at("values").size() == 1);
  CHECK(values.body.at("values")[0].at("where") == "line 4");
  CHECK(values.body.at("values")[0].at("until") == "2026-04-09T00:00:00Z");
  CHECK(desk.call("GET", "/api/v1/metrics?by=mood").status == 422);

  import_answers(desk.world());
  file_video(desk.world());
  const auto journey = desk.call("GET", "/api/v1/insights/journey?by=creator");
  REQUIRE(journey.body.at("rows").size() == 3);
  const Json& mia = journey.body.at("rows")[2];
  CHECK(mia.at("group") == "mia.cooks");
  CHECK(mia.at("assets_filed") == 1);
  CHECK(mia.at("engagements") == 100.0);
  CHECK(mia.at("responses") == 40);
  CHECK(mia.at("nps").is_null());
  // And as groups of a lift: thirds of the creators, or bounds as given.
  const auto lift = desk.call("GET", kLift + "metric:likes&bands=50");
  REQUIRE(lift.body.at("rows").size() == 3);
  CHECK(lift.body.at("rows")[1].at("group") == "below 50");
  CHECK(lift.body.at("rows")[2].at("group") == "50 and above");
}

TEST_CASE("a metric export that can't be read is refused with the place") {
  Desk desk;
  const auto refused = desk.call(
      "POST", "/api/v1/metrics", Json{{"sha256", desk.upload("a,b\n1,2\n")}, {"name", "x.csv"}});
  CHECK(refused.status == 422);
  CHECK(desk.message(refused).find("x.csv: header: no column is a metric") == 0);
  CHECK(desk.call("POST", "/api/v1/metrics", Json{{"sha256", std::string(64, 'a')}, {"name", "x"}})
            .status == 400);
  CHECK(desk.call("POST",
                  "/api/v1/metrics",
                  Json{{"sha256", desk.upload("x")}, {"name", "x"}, {"objective", "fame"}})
            .status == 400);
}
