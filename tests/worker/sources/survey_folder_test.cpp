#include "worker/sources/survey_folder.h"

#include "core/error.h"
#include "tests/support/fake_clock.h"
#include "tests/support/fake_intake.h"
#include "tests/support/no_http.h"
#include "tests/support/temporary_folder.h"

#include <catch2/catch.hpp>

using namespace muster;
using namespace std::chrono_literals;

namespace {

struct SurveyDrop {
  SurveyDrop() {
    config.name = "exports";
    config.kind = SourceKind::survey_folder;
    config.directory = folder.path();
    config.quiet_period = 2s;
    restart();
  }
  void restart() { source = make_source(config, {clock, http, 1'000'000}); }
  PollReport poll_until_quiet() {
    source->poll(intake, {});
    clock.advance(5s);
    return source->poll(intake, {});
  }

  TemporaryFolder folder;
  FakeClock clock;
  NoHttp http;
  FakeIntake intake;
  SourceConfig config;
  std::unique_ptr<Source> source;
};

}  // namespace

TEST_CASE("a file names its survey") {
  const std::pair<const char*, const char*> rows[] = {
      {"nps.json", "nps"},
      {"nps/2026-03.json", "nps"},
      {"nps/wave 2/responses.csv", "nps"},
      {"spring-responses.json", "spring"},
      {"spring_responses.csv", "spring"},
      {"Spring-Responses.CSV", "Spring"},
      {"spring.form.json", "spring"},
      {"spring-form.json", "spring"},
      {"spring-responses-2026-03-01.csv", "spring"},
      {"spring-2026-03-01-responses.csv", "spring"},
      {"spring_2026-03-01T10:00:00.csv", "spring"},
      {"spring-responses (1).csv", "spring"},
      {"spring-responses-2026-03-01 (12).csv", "spring"},
      {"2026-03-01.csv", "2026-03-01"},
      {"responses.csv", "responses"},
      {"-responses.csv", "-responses"},
      {"(1).csv", "(1)"},
      {"form-82637462.json", "form-82637462"},
      {"brand lift (EU).csv", "brand lift (EU)"},
      {"no-ending", "no-ending"},
      {".csv", ".csv"},
  };
  for (const auto& [path, survey] : rows) {
    CAPTURE(path);
    CHECK(survey_of_path(path) == survey);
  }
}

TEST_CASE("definitions are known by their names") {
  for (const char* path : {"spring.form.json",
                           "spring-form.json",
                           "a/form.json",
                           "x/definition.json",
                           "nps.qsf",
                           "nps.LSS",
                           "spring-definition (1).json"}) {
    CAPTURE(path);
    CHECK(is_definition_name(path));
  }
  for (const char* path :
       {"spring.json", "platform.json", "form/a.json", "spring-responses.json"}) {
    CAPTURE(path);
    CHECK_FALSE(is_definition_name(path));
  }
}

TEST_CASE("exports are recorded by survey, definitions before responses") {
  SurveyDrop drop;
  drop.folder.write("spring-a.json", "1");
  drop.folder.write("nps/a-responses.csv", "12");
  drop.folder.write("nps/z.form.json", "1");
  drop.folder.write("summer-responses.csv", "1");
  drop.folder.write("summer.form.json", "1");
  const PollReport report = drop.poll_until_quiet();
  CHECK(report.counts.added == 5);
  CHECK(drop.intake.order == std::vector<std::string>{"nps/z.form.json",
                                                      "nps/a-responses.csv",
                                                      "spring-a.json",
                                                      "summer.form.json",
                                                      "summer-responses.csv"});
  const FoundExport& found = drop.intake.items.at("nps/a-responses.csv").found_export;
  CHECK(found.survey == "nps");
  CHECK(found.byte_size == 2);
  MemoryWriter writer;
  drop.source->fetch({found.locator, "a", found.byte_size}, writer, {});
  CHECK(writer.bytes == "12");
  CHECK(drop.source->poll(drop.intake, {}).counts.unchanged == 5);
}

TEST_CASE("the configured survey comes before names") {
  SurveyDrop drop;
  drop.config.survey = "brand-lift";
  drop.restart();
  drop.folder.write("nps/a.csv", "1");
  drop.poll_until_quiet();
  CHECK(drop.intake.items.at("nps/a.csv").found_export.survey == "brand-lift");
}

TEST_CASE("an export that is written anew is read again, and what was read is put away") {
  SurveyDrop drop;
  drop.folder.write("nps.csv", "1");
  drop.poll_until_quiet();
  drop.folder.write("nps.csv", "1\n2");
  CHECK(drop.poll_until_quiet().counts.revised == 1);
  drop.intake.mark_all_fetched();
  drop.source->settle(drop.intake);
  CHECK(drop.folder.read(".done/nps.csv") == "1\n2");
  drop.folder.write("nps.csv", "1\n2\n3");
  drop.source->settle(drop.intake);
  CHECK(drop.folder.has("nps.csv"));
  CHECK(drop.poll_until_quiet().counts.revised == 1);
  drop.intake.mark_all_fetched();
  drop.source->settle(drop.intake);
  drop.source->settle(drop.intake);
  CHECK(drop.folder.read(".done/nps (2).csv") == "1\n2\n3");
}

TEST_CASE("an export that is still written waits") {
  SurveyDrop drop;
  drop.source->poll(drop.intake, {});
  std::string rows;
  for (int i = 0; i < 10; ++i) {
    rows += "1,2,3\n";
    drop.folder.write("nps.csv", rows);
    CHECK(drop.source->poll(drop.intake, {}).waiting == 1);
    drop.clock.advance(1s);
  }
  CHECK(drop.intake.items.empty());
  CHECK(drop.poll_until_quiet().counts.added == 1);
}
