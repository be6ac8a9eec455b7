// Tables and records that are read by a map, and maps that are proposed for them.

#include "extractors/surveys/map_proposal.h"
#include "tests/extractors/surveys/parse_helpers.h"

using namespace muster;

namespace {

ParsedExport parse_mapped(std::string_view document, std::string_view map_text) {
  const SurveyMap map = parse_survey_map(map_text, "map.toml");
  SurveyContext context = survey_context();
  context.map = &map;
  return parse_good(document, context);
}

ParseError refused_mapped(std::string_view document, std::string_view map_text) {
  const SurveyMap map = parse_survey_map(map_text, "map.toml");
  SurveyContext context = survey_context();
  context.map = &map;
  const auto parsed = parse_survey_export(document, context);
  REQUIRE_FALSE(parsed);
  return parsed.error();
}

MapProposal propose(std::string_view document) {
  auto proposal = propose_survey_map(document, survey_context());
  INFO((proposal ? std::string() : to_string(proposal.error())));
  REQUIRE(proposal);
  return std::move(*proposal);
}

const ColumnFinding& finding(const MapProposal& proposal, std::string_view column) {
  const auto found = std::find_if(proposal.columns.begin(),
                                  proposal.columns.end(),
                                  [&](const ColumnFinding& f) { return f.column == column; });
  INFO("column " << column);
  REQUIRE(found != proposal.columns.end());
  return *found;
}

constexpr std::string_view kGermanTable =
    "Nr;Abgeschickt;Empfehlung;Bildung;Gesehen;Sonstiges;Reel;Story;Quelle;Kontakt\n"
    "7;01.03.2026 10:00;10;1;Reel|Story;;1;0;ig;anna@mail.example\n"
    "8;01.03.2026 11:00;7;2;Reel|Plakat;im Kino;0;1;tt;\n"
    "9;13.03.2026 12:00;77;9;weiss nicht;;1;1;ig;leo@mail.example\n";

constexpr std::string_view kGermanMap = R"(title = "Frühjahr"
zone = "Europe/Berlin"

[columns]
id = "Nr"
submitted_at = "Abgeschickt"
hidden = ["Quelle"]
respondent = ["Kontakt"]

[[question]]
column = "Empfehlung"
id = "nps"
title = "Wie wahrscheinlich empfehlen Sie uns?"
kind = "nps"
scale_min = 0
scale_max = 10
not_applicable = ["77"]

[[question]]
column = "Bildung"
kind = "single_choice"
not_answered = ["9"]
choices = [{ id = "1", label = "Schule" }, { id = "2", label = "Studium" }]

[[question]]
column = "Gesehen"
kind = "multiple_choice"
separator = "|"
other_column = "Sonstiges"
choices = [{ id = "Reel" }, { id = "Story" }]

[[question]]
columns = ["Reel", "Story"]
id = "liked"
title = "Was gefiel?"
kind = "multiple_choice"
)";

}  // namespace

TEST_CASE("a map says what columns are for, and their values have no say") {
  const auto parsed = parse_mapped(kGermanTable, kGermanMap);
  CHECK(parsed.definition.title == "Frühjahr");
  REQUIRE(parsed.responses.size() == 3);
  const Response& first = parsed.responses[0];
  CHECK(first.id == "7");
  CHECK(to_iso8601(first.submitted_at.value()) == "2026-03-01T09:00:00Z");
  CHECK(first.hidden.front() == std::pair<std::string, std::string>("Quelle", "ig"));
  CHECK(first.respondent.front().second == "anna@mail.example");

  const Question& nps = question(parsed, "nps");
  CHECK(nps.kind == QuestionKind::nps);
  CHECK(nps.scale_min == 0.0);  // nobody answered 0: the map says that one could
  CHECK(nps.title == "Wie wahrscheinlich empfehlen Sie uns?");
  CHECK(answer(first, "nps").number == 10.0);
  CHECK(answer(parsed.responses[2], "nps").state == AnswerState::not_applicable);
  CHECK_FALSE(answer(parsed.responses[2], "nps").number);

  CHECK(answer(first, "Bildung").choices == std::vector<Choice>{{"1", "Schule"}});
  CHECK(answer(parsed.responses[2], "Bildung").state == AnswerState::not_answered);

  CHECK(answer(first, "Gesehen").choices ==
        std::vector<Choice>{{"Reel", "Reel"}, {"Story", "Story"}});
  // What the map does not list was typed; the column beside it too.
  CHECK(answer(parsed.responses[1], "Gesehen").choices.front() == Choice{"Reel", "Reel"});
  CHECK(answer(parsed.responses[1], "Gesehen").other_text == "Plakat, im Kino");
  CHECK(answer(parsed.responses[2], "Gesehen").other_text == "weiss nicht");

  CHECK(answer(first, "liked").choices == std::vector<Choice>{{"Reel", "Reel"}});
  CHECK(answer(parsed.responses[2], "liked").choices.size() == 2);
  CHECK(has_note(parsed, "none of those that the map lists"));
}

TEST_CASE("columns that a map does not name are judged, and lose roles that it gives away") {
  const auto parsed =
      parse_mapped("id,Case,Rating\nx,1,3\ny,2,5\nz,3,4\n", "[columns]\nid = \"Case\"\n");
  CHECK(parsed.responses[0].id == "1");
  CHECK(parsed.responses[0].respondent.front().second == "x");
  CHECK(question(parsed, "Rating").kind == QuestionKind::scale);
}

TEST_CASE("a map reads records, with names that not every export has") {
  constexpr std::string_view map =
      "[columns]\nid = \"key\"\nhidden = [\"utm/source\", \"utm/medium\"]\n"
      "[[question]]\ncolumn = \"a/score\"\nkind = \"nps\"\nscale_min = 0\nscale_max = 10\n"
      "[[question]]\ncolumn = \"b\"\nkind = \"text\"\n";
  const auto parsed = parse_mapped(
      R"([{"key":"k1","a":{"score":9},"utm":{"source":"ig"}},{"key":"k2","a":{"score":3}}])", map);
  REQUIRE(parsed.responses.size() == 2);
  CHECK(answer(parsed.responses[0], "a/score").number == 9.0);
  CHECK(parsed.responses[0].hidden.size() == 1);
  CHECK(has_note(parsed, "no record has: 'utm/medium', 'b'"));
  // An id is never just not there.
  const ParseError error = refused_mapped(R"([{"kee":"k1","b":"x"}])", map);
  CHECK(error.where == "map.toml");
  CHECK(error.what.find("[columns] names column 'key'") != std::string::npos);
}

TEST_CASE("a map that does not fit its table names every column that is missing, and the nearest") {
  const ParseError error = refused_mapped(
      "Number,Sent,Score\n1,2026-03-01,9\n",
      "[columns]\nid = \"Numbr\"\n[[question]]\ncolumn = \"Scor\"\nid = \"s\"\nkind = \"text\"\n");
  CHECK(error.where == "map.toml");
  CHECK(error.what.find("'Numbr'") != std::string::npos);
  CHECK(error.what.find("did you mean 'Number'") != std::string::npos);
  CHECK(error.what.find("question 's' names column 'Scor'") != std::string::npos);
  CHECK(refused_mapped("%PDF-1.7", "[columns]\nid = \"a\"\n").what.find("with a map") !=
        std::string::npos);
}

TEST_CASE("rows of a matrix and ranks are read as the map says") {
  constexpr std::string_view map =
      "[columns]\nid = \"n\"\n"
      "[[question]]\ncolumns = [\"fast\", \"kind\"]\nid = \"m\"\ntitle = \"Rate us\"\nkind = "
      "\"matrix\"\nscale_min = 1\nscale_max = 5\n"
      "[[question]]\ncolumns = [\"A\", \"B\", \"C\"]\nid = \"r\"\nkind = \"ranking\"\n";
  const auto parsed = parse_mapped("n,fast,kind,A,B,C\n1,5,9,2,1,3\n2,1,,3,2,1\n", map);
  CHECK(question(parsed, "m").kind == QuestionKind::matrix);
  CHECK(question(parsed, "fast").parent_id == "m");
  CHECK(question(parsed, "fast").scale_max == 5.0);
  CHECK(answer(parsed.responses[0], "fast").number == 5.0);
  CHECK(answer(parsed.responses[0], "r").choices ==
        std::vector<Choice>{{"B", "B"}, {"A", "A"}, {"C", "C"}});
  CHECK(has_note(parsed, "1 answers lie outside of the scale"));
}

TEST_CASE("a proposed map says what it saw, and asks what the values can't tell") {
  std::string table = "Nr;Sent;How likely are you to recommend us?;Seen;Why;Mail;utm_source\n";
  for (int i = 0; i < 60; ++i) {
    table += std::to_string(100 + i) + ";2026-03-" + (i % 9 < 1 ? "1" : "0") +
             std::to_string(1 + i % 9) + " 10:00;" + std::to_string(1 + i % 10) + ";" +
             (i % 3 == 0 ? "Reel" : "Story") + ";because " + std::to_string(i) +
             ", call +49 171 12345" + std::to_string(10 + i) + ";p" + std::to_string(i) +
             "@mail.example;ig\n";
  }
  const MapProposal proposal = propose(table);
  CHECK(proposal.rows == 60);
  CHECK(finding(proposal, "Nr").use == "id");
  CHECK(finding(proposal, "Sent").use == "submitted_at");
  CHECK(finding(proposal, "Mail").use == "respondent");
  CHECK(finding(proposal, "utm_source").use == "hidden");
  CHECK(finding(proposal, "Seen").use == "single_choice");
  CHECK(finding(proposal, "Seen").seen == "'Story' 40, 'Reel' 20");
  CHECK(finding(proposal, "Seen").filled == 60);
  // A recommendation that nobody answered with 0 is no net promoter question until a person says
  // so.
  const ColumnFinding& score = finding(proposal, "How likely are you to recommend us?");
  CHECK(score.use == "scale");
  CHECK(score.doubt.find("nobody of 60 answered 0") != std::string::npos);

  const std::string text = to_toml(proposal.map);
  CHECK(text.find("# different in all 60 rows\nid = \"Nr\"") != std::string::npos);
  CHECK(text.find("# CHECK: asks for a recommendation") != std::string::npos);
  // Nothing personal is shown as evidence.
  std::string all = text;
  for (const ColumnFinding& one : proposal.columns) {
    all += one.seen;
  }
  CHECK(all.find("@mail.example") == std::string::npos);
  CHECK(all.find("12345") == std::string::npos);

  // The proposal is a map: what it was made of is read by it as without it.
  const auto parsed = parse_mapped(table, text);
  REQUIRE(parsed.responses.size() == 60);
  CHECK(parsed.responses[0].id == "100");
  CHECK(parsed.responses[0].submitted_at);
  CHECK(answer(parsed.responses[0], "Seen").choices.front().id == "Reel");
}

TEST_CASE("a proposed map of grids, lists and choices in columns reads like the table alone") {
  std::string table =
      "id,submitted_at,Rate [fast],Rate [kind],Liked [Reel],Liked [Story],Colours\n";
  for (int i = 0; i < 60; ++i) {
    table += "r" + std::to_string(i) + ",2026-03-01T10:00:00Z," + std::to_string(1 + i % 5) + "," +
             std::to_string(1 + (i * 7) % 5) + "," + (i % 2 == 0 ? "Reel" : "") + "," +
             (i % 3 == 0 ? "Story" : "") + ",\"" +
             (i % 4 == 0   ? "Red, Blue"
              : i % 4 == 1 ? "Blue, Green"
              : i % 4 == 2 ? "Red"
                           : "Green, Red") +
             "\"\n";
  }
  const auto alone = parse_good(table);
  const MapProposal proposal = propose(table);
  const auto mapped = parse_mapped(table, to_toml(proposal.map));
  REQUIRE(mapped.responses.size() == alone.responses.size());
  CHECK(question(mapped, "Rate").kind == QuestionKind::matrix);
  CHECK(question(mapped, "Liked").kind == QuestionKind::multiple_choice);
  for (std::size_t i = 0; i < alone.responses.size(); ++i) {
    INFO("row " << i);
    CHECK(mapped.responses[i].answers == alone.responses[i].answers);
    CHECK(mapped.responses[i].submitted_at == alone.responses[i].submitted_at);
  }
}

TEST_CASE("what is no table gets no map, and a reason") {
  CHECK(propose_survey_map("", survey_context()).error().what == "the file is empty");
  CHECK_FALSE(propose_survey_map("%PDF-1.7", survey_context()));
  CHECK_FALSE(propose_survey_map("{\"a\": 1}", survey_context()));
  CHECK(propose(R"([{"id":"1","Why?":"a"},{"id":"2","Why?":"b"}])").map.columns.size() == 1);
}
