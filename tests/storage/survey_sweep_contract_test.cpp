#include "core/error.h"
#include "tests/storage/world.h"

#include <catch2/catch.hpp>
#include <fmt/format.h>

using namespace muster;

namespace {

SurveyDefinition form_of(std::vector<Question> questions) {
  SurveyDefinition definition;
  definition.provider = "typeform";
  definition.external_id = "abc";
  definition.questions = std::move(questions);
  return definition;
}

SurveyDefinition one_question() {
  return form_of({{"q1", "", "How was it?", QuestionKind::number, "", {}, {}, {}}});
}

// A survey whose exports are given by the ids of their responses.
struct Swept {
  World& world;

  ExportId found(const std::string& file, const std::string& source = "surveys") {
    const std::vector<FoundExport> items{
        {file, "v" + std::to_string(++versions), file, "abc", 100}};
    world.intake().record_exports(source, items, std::nullopt);
    for (const ExportRow& row : world.surveys().exports("")) {
      if (row.external_id == file && row.source == source) {
        return row.id;
      }
    }
    throw std::runtime_error("the export is not there");
  }

  ImportOutcome outcome(const std::vector<std::string>& ids, bool full) {
    ImportOutcome outcome;
    outcome.blob = sha256("export " + std::to_string(++versions));
    outcome.definition = one_question();
    outcome.is_full = full;
    outcome.rows_seen = static_cast<std::int64_t>(ids.size());
    for (const std::string& id : ids) {
      PlacedResponse placed;
      placed.response.id = id;
      placed.response.submitted_at = Timestamp(std::chrono::hours(500'000));
      placed.response.answers = {{"q1", AnswerState::answered, {}, 1.0, "", ""}};
      outcome.responses.add(placed);
    }
    return outcome;
  }

  ImportCounts finish(ExportId id, const ImportOutcome& outcome) {
    return world.surveys().finish_parse(world.claim(JobKind::parse), id, outcome);
  }
  ImportCounts full(const std::string& file, const std::vector<std::string>& ids) {
    return finish(found(file), outcome(ids, true));
  }
  ImportCounts part(const std::string& file, const std::vector<std::string>& ids) {
    return finish(found(file), outcome(ids, false));
  }
  ImportCounts deletion(const std::string& file, const std::string& id, Timestamp when) {
    ImportOutcome deleted = outcome({}, false);
    PlacedResponse placed;
    placed.response.id = id;
    placed.response.status = ResponseStatus::deleted;
    placed.response.updated_at = when;
    deleted.responses.add(placed);
    deleted.rows_seen = 1;
    return finish(found(file), deleted);
  }

  // Ids of the responses that count in figures.
  std::vector<std::string> counted() {
    std::vector<std::string> ids;
    AnswerFilter filter;
    filter.survey = "typeform/abc";
    filter.question_id = "q1";
    world.surveys().answers(
        filter, "", [&](const AnswerRow& row) { ids.push_back(row.response_id); });
    std::sort(ids.begin(), ids.end());
    return ids;
  }
  std::int64_t gone() {
    return world.store->quality()
        .left_out(world.surveys().find_survey("typeform/abc").value().id)
        .gone;
  }

  int versions = 0;
};

using Ids = std::vector<std::string>;

Ids numbered(int count, int from = 0) {
  Ids ids;
  for (int i = from; i < from + count; ++i) {
    ids.push_back(fmt::format("r{:03}", i));
  }
  return ids;
}

}  // namespace

TEST_CASE("what a full export lacks counts no more, and counts again when it comes back") {
  World world(GENERATE(from_range(kStoreBackends)));
  Swept swept{world};
  CHECK(swept.full("monday", {"a", "b", "c"}).gone == 0);
  const ImportCounts second = swept.full("tuesday", {"a", "c", "d"});
  CHECK(second.gone == 1);
  CHECK(second.added == 1);
  CHECK(second.holds());
  CHECK(swept.counted() == Ids{"a", "c", "d"});
  CHECK(swept.gone() == 1);
  const ExportRow row = world.surveys().exports("").back();
  CHECK(row.is_full);
  CHECK(row.counts.gone == 1);

  // The same export once more changes nothing.
  CHECK(swept.full("tuesday", {"a", "c", "d"}).gone == 0);
  CHECK(swept.counted() == Ids{"a", "c", "d"});

  const ImportCounts third = swept.part("wednesday", {"b"});
  CHECK(third.returned == 1);
  CHECK(third.added == 0);
  CHECK(swept.counted() == Ids{"a", "b", "c", "d"});
  CHECK(swept.full("thursday", {"a", "c", "d"}).gone == 1);
  CHECK(swept.counted() == Ids{"a", "c", "d"});
}

TEST_CASE("every sweep stands in the log, with the export that made it") {
  World world(GENERATE(from_range(kStoreBackends)));
  Swept swept{world};
  swept.full("monday", {"a", "b"});
  swept.full("tuesday", {"a"});
  const auto entries = world.log().entries(0, "", 1000);
  const auto found = std::find_if(entries.begin(), entries.end(), [](const auto& entry) {
    return entry.action == "responses.swept";
  });
  REQUIRE(found != entries.end());
  CHECK(found->actor == "rule:full_export");
  CHECK(found->detail.find("\"gone\":1") != std::string::npos);
}

TEST_CASE("only full exports sweep, and only what their own source brought before them") {
  World world(GENERATE(from_range(kStoreBackends)));
  Swept swept{world};
  swept.part("a", {"a", "b"});
  CHECK(swept.part("b", {"c"}).gone == 0);
  CHECK(swept.counted() == Ids{"a", "b", "c"});

  // Another source's responses are not its to miss.
  swept.finish(swept.found("other", "panel"), swept.outcome({"p"}, false));
  CHECK(swept.full("c", {"a", "c"}).gone == 1);
  CHECK(swept.counted() == Ids{"a", "c", "p"});

  // An export that was seen earlier and read later says nothing of what came after it.
  const ExportId early = swept.found("early");
  const Claim claim = world.claim(JobKind::parse);
  world.clock.advance(std::chrono::seconds(1));
  const ExportId late = swept.found("late");
  const Claim late_claim = world.claim(JobKind::parse);
  CHECK(
      world.surveys().finish_parse(late_claim, late, swept.outcome({"a", "c", "new"}, true)).gone ==
      0);
  CHECK(world.surveys().finish_parse(claim, early, swept.outcome({"a", "c"}, true)).gone == 0);
  CHECK(swept.counted() == Ids{"a", "c", "new", "p"});
}

TEST_CASE("a response that is said to be deleted is gone with its answers kept") {
  World world(GENERATE(from_range(kStoreBackends)));
  Swept swept{world};
  const Timestamp submitted(std::chrono::hours(500'000));
  swept.part("a", {"a", "b"});
  const ImportCounts deleted = swept.deletion("hook-1", "a", submitted + std::chrono::hours(1));
  CHECK(deleted.gone == 1);
  CHECK(deleted.holds());
  CHECK(swept.counted() == Ids{"b"});
  CHECK(swept.deletion("hook-1 again", "a", submitted + std::chrono::hours(1)).gone == 0);
  // A page that was fetched before the deletion does not bring it back; a full export does.
  CHECK(swept.part("old page", {"a", "b"}).returned == 0);
  CHECK(swept.counted() == Ids{"b"});
  CHECK(swept.full("all", {"a", "b"}).returned == 1);
  CHECK(swept.counted() == Ids{"a", "b"});
  // One that was never seen is stored as deleted, and counts nowhere.
  swept.deletion("hook-2", "z", submitted);
  CHECK(swept.counted() == Ids{"a", "b"});
}

TEST_CASE("a sweep is measured before it is made") {
  World world(GENERATE(from_range(kStoreBackends)));
  Swept swept{world};
  swept.full("a", numbered(100));
  const auto size = [&](const Ids& ids) {
    return world.surveys().measure_sweep(swept.found("b"), swept.outcome(ids, true));
  };
  CHECK(size(numbered(100)).missing == 0);
  CHECK(size(numbered(95)).missing == 5);
  CHECK(size(numbered(95)).known == 100);
  CHECK_FALSE(size(numbered(100)).is_doubtful());
  CHECK_FALSE(size(numbered(80)).is_doubtful());
  CHECK(size(numbered(79)).is_doubtful());
  CHECK(size({}).is_doubtful());
  CHECK(size(numbered(1000, 500)).is_doubtful());
  CHECK_FALSE(SweepSize{12, 10}.is_doubtful());
  CHECK(SweepSize{12, 12}.is_doubtful());
  CHECK_FALSE(SweepSize{0, 0}.is_doubtful());
}

TEST_CASE("an export that was refused for a doubt is read again when a person says so") {
  World world(GENERATE(from_range(kStoreBackends)));
  Swept swept{world};
  const ExportId id = swept.found("a");
  const ContentHash blob = sha256("bytes");
  world.surveys().finish_unreadable(
      world.claim(JobKind::parse), id, blob, {"", "too small"}, ExportDoubt::much_smaller);
  CHECK(world.surveys().find_export(id)->doubt == ExportDoubt::much_smaller);
  CHECK_FALSE(world.surveys().parse_work(id)->accepted);
  CHECK_THROWS_AS(world.surveys().accept_export(id, "dana", " "), PermanentError);
  CHECK_THROWS_AS(world.surveys().accept_export(id, "", "why"), PermanentError);
  world.surveys().accept_export(id, "dana", "tests were deleted");
  const ParseWork work = world.surveys().parse_work(id).value();
  CHECK(work.accepted);
  CHECK(work.blob == blob);
  CHECK(swept.finish(id, swept.outcome({"a"}, true)).added == 1);
  const ExportRow row = world.surveys().find_export(id).value();
  CHECK(row.state == "parsed");
  CHECK(row.accepted_by == "dana");
  CHECK(row.doubt == ExportDoubt::none);
  // What was not refused for a doubt can't be accepted, and other bytes are judged anew.
  CHECK_THROWS_AS(world.surveys().accept_export(id, "dana", "again"), PermanentError);
  swept.found("a");
  CHECK_FALSE(world.surveys().parse_work(id)->accepted);
  CHECK(world.surveys().find_export(id)->accepted_by.empty());
}

TEST_CASE("what changed in a questionnaire is kept with the export that brought it") {
  World world(GENERATE(from_range(kStoreBackends)));
  Swept swept{world};
  const auto import = [&](const std::string& file, const SurveyDefinition& form) {
    ImportOutcome outcome = swept.outcome({file}, false);
    outcome.definition = form;
    outcome.find_drift = [](const SurveyDefinition& before, const SurveyDefinition& after) {
      DriftRow row;
      row.kind = "scale_changed";
      row.question_id = "q1";
      row.question = after.questions.at(0).title;
      row.before = before.questions.at(0).title;
      row.after = after.questions.at(0).title;
      row.breaks_comparison = true;
      return std::vector<DriftRow>{row};
    };
    swept.finish(swept.found(file), outcome);
  };
  import("a", one_question());
  const SurveyId survey = world.surveys().find_survey("typeform/abc").value().id;
  CHECK(world.store->quality().drift(survey).empty());
  import("b", form_of({{ "q1", "", "How good was it?", QuestionKind::number, "", {}, {}, {} }}));
  const auto drift = world.store->quality().drift(survey);
  REQUIRE(drift.size() == 1);
  CHECK(drift[0].from_version == 1);
  CHECK(drift[0].to_version == 2);
  CHECK(drift[0].before == "How was it?");
  CHECK(drift[0].export_id == world.surveys().exports("").back().id);
  // A form that was there before is no new one.
  import("c", one_question());
  CHECK(world.store->quality().drift(survey).size() == 1);
  // Numbers of both sides are not mixed until a person says that they compare.
  CHECK_THROWS_AS(swept.counted(), ConflictError);
  world.store->quality().accept_drift(survey, "q1", "dana", "only the words changed");
  CHECK(swept.counted() == Ids{"a", "b", "c"});
}

TEST_CASE("a later form reads the same version anew, an earlier one does not") {
  World world(GENERATE(from_range(kStoreBackends)));
  Swept swept{world};
  const auto import = [&](const std::string& file, QuestionKind kind, double number) {
    ImportOutcome outcome = swept.outcome({}, false);
    outcome.definition = form_of({{"q1", "", "How was it?", kind, "", {}, {}, {}}});
    PlacedResponse placed;
    placed.response.id = "r";
    placed.response.submitted_at = Timestamp(std::chrono::hours(500'000));
    placed.response.answers = {{"q1", AnswerState::answered, {}, number, "", ""}};
    outcome.responses.add(placed);
    outcome.rows_seen = 1;
    return swept.finish(swept.found(file), outcome);
  };
  const auto number = [&] {
    AnswerFilter filter;
    filter.survey = "typeform/abc";
    std::optional<double> found;
    world.surveys().answers(filter, "", [&](const AnswerRow& row) { found = row.answer.number; });
    return found;
  };
  import("a", QuestionKind::text, 1);
  CHECK(import("b", QuestionKind::text, 2).unchanged == 1);  // the same time and form
  CHECK(number() == 1.0);
  CHECK(import("c", QuestionKind::number, 3).updated == 1);
  CHECK(number() == 3.0);
  CHECK(import("d", QuestionKind::number, 3).unchanged == 1);
  CHECK(import("e", QuestionKind::text, 1).unchanged == 1);
  CHECK(number() == 3.0);
}
