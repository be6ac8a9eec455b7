#include "extractors/registry.h"
#include "extractors/surveys/csv_header_names.h"
#include "extractors/surveys/csv_survey.h"
#include "tests/extractors/surveys/parse_helpers.h"

#include <random>

using namespace muster;

namespace {

// `rows` lines made by `line(i)`, under a header.
template <typename Line>
std::string table(std::string header, int rows, Line line) {
  for (int i = 0; i < rows; ++i) {
    header += "\n" + line(i);
  }
  return header + "\n";
}

const char* kQualtrics =
    "StartDate,EndDate,Status,IPAddress,Progress,Finished,RecordedDate,ResponseId,RecipientEmail,"
    "UserLanguage,Q1,Q2_1,Q2_2,Q3,Q3_4_TEXT,creator\n"
    "Start Date,\"End\nDate\",Response Type,IP Address,Progress,Finished,Recorded Date,Response "
    "ID,Recipient Email,User Language,"
    "How likely are you to recommend us?,Pick all-Red,Pick all-Blue,<b>Which</b> shop&nbsp;was "
    "it?,Which shop was it? - Other - Text,creator\n"
    "\"{\"\"ImportId\"\":\"\"startDate\"\",\"\"timeZone\"\":\"\"America/"
    "Denver\"\"}\",\"{\"\"ImportId\"\":\"\"endDate\"\"}\",{'ImportId': 'status'},"
    "{'ImportId': 'ipAddress'},{'ImportId': 'progress'},{'ImportId': 'finished'},{'ImportId': "
    "'recordedDate'},{'ImportId': '_recordId'},"
    "{'ImportId': 'recipientEmail'},{'ImportId': 'userLanguage'},{'ImportId': "
    "'QID1_NPS_GROUP'},{'ImportId': 'QID2-1'},{'ImportId': 'QID2-2'},"
    "{'ImportId': 'QID3'},{'ImportId': 'QID3_4_TEXT'},{'ImportId': 'creator'}\n"
    "2026-03-01 08:00:00,2026-03-01 08:05:00,0,203.0.113.7,100,1,2026-03-01 "
    "08:05:01,R_1,a@example.org,EN,10,1,,Corner,By the sea,lena.fits\n"
    "2026-03-01 09:00:00,2026-03-01 09:05:00,0,203.0.113.8,40,0,2026-03-01 "
    "09:05:01,R_2,,EN,0,,1,-99,,lena.fits\n"
    "2026-03-01 09:00:00,2026-03-01 09:05:00,1,,100,1,2026-03-01 09:05:01,R_3,,EN,5,,1,Corner,,\n"
    "2026-03-01 09:00:00,2026-03-01 09:05:00,2,,100,1,2026-03-01 09:05:01,R_4,,EN,5,,1,Corner,,\n"
    "2026-03-01 09:00:00,2026-03-01 09:05:00,8,,100,1,2026-03-01 09:05:01,R_5,,EN,5,,1,Corner,,\n";

}  // namespace

TEST_CASE(
    "Qualtrics: three header rows, ids from the import row, tests and previews left out with a "
    "reason") {
  const auto parsed = parse_good(kQualtrics, survey_context("America/Denver"));
  CHECK(has_note(parsed, "Qualtrics, 3 header rows"));
  REQUIRE(parsed.responses.size() == 2);
  CHECK(parsed.rows_seen == 5);
  REQUIRE(parsed.excluded.size() == 3);
  CHECK(parsed.excluded[0].why.find("preview") != std::string::npos);
  CHECK(parsed.excluded[1].why.find("test") != std::string::npos);
  CHECK(parsed.excluded[2].why.find("spam") != std::string::npos);
  CHECK(parsed.excluded[0].where == "line 7");  // header rows may have line ends inside

  const Response& first = parsed.responses[0];
  CHECK(first.id == "R_1");
  CHECK(first.status == ResponseStatus::completed);
  CHECK(to_iso8601(*first.submitted_at) == "2026-03-01T15:05:00Z");
  CHECK(first.times_are_local);
  CHECK(first.language == "EN");
  CHECK(first.hidden.back() == std::pair<std::string, std::string>("creator", "lena.fits"));
  REQUIRE(first.respondent.size() == 2);
  CHECK(first.respondent[1].first == "RecipientEmail");
  CHECK(answer(first, "QID2").choices == std::vector<Choice>{{"1", "Red"}});

  const Response& second = parsed.responses[1];
  CHECK(second.status == ResponseStatus::partial);
  CHECK(answer(second, "QID3").state == AnswerState::not_answered);
  CHECK(answer(first, "QID3").other_text == "By the sea");
  CHECK(question(parsed, "QID3").title == "Which shop was it?");
  CHECK(question(parsed, "QID3").ref == "Q3");
  const Question& nps = question(parsed, "QID1_NPS_GROUP");
  CHECK(nps.kind == QuestionKind::nps);
  CHECK(nps.scale_min == 0.0);
  CHECK(question(parsed, "QID2").title == "Pick all");
}

TEST_CASE("Qualtrics' import row is read as JSON and as its imitation") {
  CHECK(import_id("{\"ImportId\":\"QID2_TEXT\",\"timeZone\":\"America/Denver\"}") == "QID2_TEXT");
  CHECK(import_id("{'ImportId': 'QID2-TEXT'}") == "QID2_TEXT");
  CHECK(import_id("{'ImportId': 'QID2--1'}") == "QID2_-1");
  CHECK_FALSE(import_id("{'ImportId': 'QID2"));
  CHECK_FALSE(import_id("ImportId"));
  CHECK_FALSE(import_id("{}"));
  CHECK(split_qualtrics("QID2_3_TEXT").part == "3");
  CHECK(split_qualtrics("QID2_3_TEXT").is_text);
  CHECK(split_qualtrics("QID2_-1").group == "QID2");
}

TEST_CASE("Qualtrics legacy: two header rows under a byte order mark") {
  const auto parsed = parse_good(
      "\xEF\xBB\xBFV1,V2,V3,V6,V7,V8,V9,V10,Q1,LocationLatitude,\n"
      "ResponseID,ResponseSet,Name,IPAddress,Status,StartDate,EndDate,Finished,Your "
      "age?,LocationLatitude,\n"
      "R_1,Default,Anonymous,203.0.113.9,0,2026-03-01 08:00:00,2026-03-01 08:05:00,1,41,12.34,\n"
      "R_2,Default,Anonymous,,0,2026-03-01 08:00:00,2026-03-01 08:05:00,0,12,12.34,\n");
  CHECK(has_note(parsed, "Qualtrics (legacy), 2 header rows"));
  CHECK(has_note(parsed, "byte order mark"));
  REQUIRE(parsed.responses.size() == 2);
  CHECK(parsed.responses[0].id == "R_1");
  CHECK(parsed.responses[1].status == ResponseStatus::partial);
  CHECK(answer(parsed.responses[0], "Q1").number == 41.0);
  REQUIRE(parsed.definition.questions.size() == 1);
  CHECK(parsed.responses[0].respondent.size() == 3);
}

TEST_CASE(
    "SurveyMonkey: blank header cells inherit from the left, the second row names the choices") {
  const auto parsed = parse_good(table(
      "RespondentID,Seen any?,Which have you seen?,,,Rank them,,,How do you feel about,,Why?\n"
      ",Response,Episode  I,Episode II,Other (please specify),Red,Green,Blue,Han,Leia,Open-Ended "
      "Response",
      12,
      [](int i) {
        const bool odd = i % 2 == 1;
        return std::to_string(3292880000LL + i) +
               (odd ? ",Yes,Episode  I,,a film of mine,2,1,3,Good,Bad,42"
                    : ",No,,Episode II,,3,1,2,Bad,Bad,7");
      }));
  CHECK(has_note(parsed, "SurveyMonkey, 2 header rows"));
  REQUIRE(parsed.responses.size() == 12);
  CHECK(parsed.responses[0].id == "3292880000");
  const Question& seen = question(parsed, "Which have you seen?");
  CHECK(seen.kind == QuestionKind::multiple_choice);
  CHECK(seen.choices ==
        std::vector<Choice>{{"Episode I", "Episode I"}, {"Episode II", "Episode II"}});
  CHECK(answer(parsed.responses[1], "Which have you seen?").other_text == "a film of mine");
  CHECK(answer(parsed.responses[1], "Which have you seen?").choices.size() == 2);
  CHECK(question(parsed, "Rank them").kind == QuestionKind::ranking);
  CHECK(answer(parsed.responses[1], "Rank them").choices[0].label == "Green");
  CHECK(answer(parsed.responses[1], "Rank them").choices[2].label == "Blue");
  CHECK(question(parsed, "How do you feel about").kind == QuestionKind::matrix);
  CHECK(question(parsed, "How do you feel about [Leia]").parent_id == "How do you feel about");
  CHECK(question(parsed, "Seen any?").kind == QuestionKind::single_choice);
  CHECK(question(parsed, "Why?").kind == QuestionKind::text);  // open-ended, whatever is typed
}

TEST_CASE("Typeform's table: choices without their question, times in UTC") {
  const auto parsed = parse_good(
      table("#,Would you buy it?,Red,Blue,None,Other,None,Green,How likely would you recommend "
            "it?,Which one?,Other,Start Date (UTC),Submit Date (UTC),Network ID",
            8,
            [](int i) {
              const std::string token = "t" + std::to_string(i);
              return token + (i % 2 == 0 ? ",1,Red,,,mauve,,Green,0,Left,,2026-03-01 "
                                           "10:00:00,2026-03-01 10:01:00,abc"
                                         : ",0,,Blue,,,None,,10,,up there,2026-03-01 "
                                           "10:00:00,2026-03-01 10:02:00,abc");
            }),
      survey_context("Europe/Berlin"));
  CHECK(has_note(parsed, "Typeform, 1 header row"));
  CHECK(has_note(parsed, "check the borders"));
  REQUIRE(parsed.responses.size() == 8);
  const Response& first = parsed.responses[0];
  CHECK(first.id == "t0");
  CHECK(to_iso8601(*first.submitted_at) == "2026-03-01T10:01:00Z");
  CHECK_FALSE(first.times_are_local);
  CHECK(first.respondent ==
        std::vector<std::pair<std::string, std::string>>{{"Network ID", "abc"}});
  CHECK(question(parsed, "Would you buy it?").kind == QuestionKind::boolean);
  CHECK(answer(first, "Red").choices == std::vector<Choice>{{"Red", "Red"}, {"other", "Other"}});
  CHECK(answer(first, "Red").other_text == "mauve");
  CHECK(question(parsed, "Red").choices.size() == 3);  // Red, Blue, None
  CHECK(question(parsed, "None#2").choices.size() ==
        2);  // a repeated label begins another question
  CHECK(question(parsed, "How likely would you recommend it?").kind == QuestionKind::nps);
  CHECK(answer(parsed.responses[1], "Which one?").other_text == "up there");
}

TEST_CASE("Google's sheet: lists in a cell, grids in brackets, ids made from the content") {
  const std::string text = table(
      "Timestamp\tEmail Address\tWhich tools?\tRate [Speed]\tRate [Price]\tWhy?\tWhen do you post?",
      40,
      [](int i) {
        const char* tools[] = {
            "Excel, Python", "Python", "Excel, SPSS", "Excel, Python, SPSS, an abacus"};
        const char* when[] = {"In the morning, at breakfast", "Never"};
        return "3/" + std::to_string(1 + i % 28) + "/2026 9:05:07\tp" + std::to_string(i) +
               "@example.org\t" + tools[i % 4] + "\t" + std::to_string(1 + i % 5) + "\t" +
               std::to_string(1 + (i * 3) % 5) + "\tBecause of reason " + std::to_string(i) + "\t" +
               when[i % 2];
      });
  const auto parsed = parse_good(text, survey_context("America/New_York"));
  CHECK(has_note(parsed, "Google Forms sheet"));
  CHECK(has_note(parsed, "no column holds response ids"));
  CHECK(has_note(parsed, "parted at"));
  REQUIRE(parsed.responses.size() == 40);
  CHECK(to_iso8601(*parsed.responses[0].submitted_at) == "2026-03-01T14:05:07Z");
  CHECK(question(parsed, "Which tools?").kind == QuestionKind::multiple_choice);
  CHECK(answer(parsed.responses[1], "Which tools?").choices ==
        std::vector<Choice>{{"Python", "Python"}});
  CHECK(answer(parsed.responses[2], "Which tools?").choices.size() == 2);
  CHECK(question(parsed, "When do you post?").kind == QuestionKind::single_choice);
  CHECK(question(parsed, "Rate").kind == QuestionKind::matrix);
  CHECK(question(parsed, "Rate [Speed]").scale_max == 5.0);
  CHECK(question(parsed, "Why?").kind == QuestionKind::text);
  CHECK(parsed.responses[0].respondent[0].second == "p0@example.org");
}

TEST_CASE("made ids stay the same when rows move, and equal rows get different ones") {
  const auto ids = [](std::string_view text) {
    std::vector<std::string> out;
    for (const auto& response : parse_good(text).responses) {
      out.push_back(response.id);
    }
    std::sort(out.begin(), out.end());
    return out;
  };
  const auto one = ids("Timestamp,A\n3/1/2026 9:00,x\n3/2/2026 9:00,y\n3/1/2026 9:00,x\n");
  CHECK(one == ids("Timestamp,A\n3/1/2026 9:00,x\n3/1/2026 9:00,x\n3/2/2026 9:00,y\n"));
  CHECK(std::adjacent_find(one.begin(), one.end()) == one.end());
  CHECK(one != ids("Timestamp,A\n3/1/2026 9:00,x\n3/2/2026 9:00,z\n3/1/2026 9:00,x\n"));
}

TEST_CASE("LimeSurvey: semicolons, codes, other text, unfinished responses") {
  const auto parsed =
      parse_good(table("\xEF\xBB\xBF\"id. Response ID\";\"submitdate. Date submitted\";\"lastpage. "
                       "Last page\";\"startlanguage. Start language\";\"token. Token\";"
                       "\"Q1. Your\tview?\";\"Q2[SQ001]. Which? [Red [dark]]\";\"Q2[SQ002]. Which? "
                       "[Blue]\";\"Q2[other]. Which? [Other]\";\"Q3[1]. Rank [Rank 1]\";"
                       "\"Q3[2]. Rank [Rank 2]\";\"Q3[3]. Rank [Rank 3]\"",
                       6,
                       [](int i) {
                         return "\"" + std::to_string(i + 1) + "\";\"" +
                                (i == 3   ? ""
                                 : i == 4 ? "1980-01-01 00:00:00"
                                          : "2026-03-01 10:00:00") +
                                "\";\"3\";\"en\";\"secret\";\"N/A\";\"Y\";\"" +
                                (i % 2 == 0 ? "Y" : "") + "\";\"mauve\";\"cat\";\"dog\";\"eel\"";
                       }) +
                 "\n");
  CHECK(has_note(parsed, "LimeSurvey, 1 header row, separated by semicolon"));
  REQUIRE(parsed.responses.size() == 6);
  CHECK(parsed.responses[3].status == ResponseStatus::partial);
  CHECK(parsed.responses[4].status == ResponseStatus::completed);
  CHECK_FALSE(parsed.responses[4].submitted_at);
  const Response& first = parsed.responses[0];
  CHECK(first.id == "1");
  CHECK(first.respondent == std::vector<std::pair<std::string, std::string>>{{"token", "secret"}});
  CHECK(question(parsed, "Q1").title == "Your view?");
  CHECK(answer(first, "Q1").state == AnswerState::not_applicable);
  const Question& which = question(parsed, "Q2");
  CHECK(which.title == "Which?");
  CHECK(which.choices[0] == Choice{"SQ001", "Red [dark]"});
  CHECK(answer(first, "Q2").other_text == "mauve");
  CHECK(question(parsed, "Q3").kind == QuestionKind::ranking);
  CHECK(answer(first, "Q3").choices[1].label == "dog");
}

TEST_CASE("a plain table: hidden fields, personal columns, statuses and repeated ids") {
  const auto parsed = parse_good(
      "id,Status,submitted_at,utm_source,hidden:cell,Creator,Email,What did you like?\n"
      "900719925474099312,complete,2026-03-01T10:00:00Z,instagram,exposed,lena.fits,a@example.org,"
      "all of it\n"
      "2,disqualified,2026-03-01T10:00:00Z,,,,,\n"
      "900719925474099312,complete,2026-03-01T11:00:00Z,instagram,exposed,lena.fits,a@example.org,"
      "most of it\n"
      "3,test,2026-03-01T10:00:00Z,,,,,\n"
      ",complete,2026-03-01T10:00:00Z,,,,,no id\n"
      "4,complete,not a date,,,,,fine\n"
      "5,complete\n"
      ",,,,,,,\n");
  CHECK(parsed.rows_seen == 8);
  REQUIRE(parsed.responses.size() == 3);
  const Response& first = parsed.responses[0];
  CHECK(first.id == "900719925474099312");  // never through a double
  CHECK(answer(first, "What did you like?").text == "most of it");
  CHECK(first.hidden ==
        std::vector<std::pair<std::string, std::string>>{
            {"utm_source", "instagram"}, {"cell", "exposed"}, {"Creator", "lena.fits"}});
  CHECK(first.respondent ==
        std::vector<std::pair<std::string, std::string>>{{"Email", "a@example.org"}});
  CHECK(parsed.responses[1].status == ResponseStatus::screened_out);
  CHECK_FALSE(parsed.responses[2].submitted_at);  // an unreadable date is unknown, the row stays
  CHECK(has_note(parsed, "1 times could not be read"));
  CHECK(parsed.excluded.size() == 3);
  REQUIRE(parsed.rejected.size() == 2);
  CHECK(parsed.rejected[0].where == "line 6");
  CHECK(parsed.rejected[1].where == "line 8");
  CHECK(parsed.rejected[1].why == "has 2 cells where the header has 8");
}

TEST_CASE("a status column with other words is a question") {
  const auto parsed = parse_good("id,status\n1,single\n2,married\n");
  CHECK(question(parsed, "status").kind == QuestionKind::text);
  CHECK(parsed.responses.size() == 2);
}

TEST_CASE("integers become what their range and title say, and guesses are noted") {
  const auto kind_of = [](std::string title, int low, int high) {
    const auto parsed = parse_good(table("id," + title, 60, [&](int i) {
      return std::to_string(i) + "," + std::to_string(low + i % (high - low + 1));
    }));
    return std::pair(parsed.definition.questions.at(0), parsed);
  };
  CHECK(kind_of("How likely are you to recommend us?", 0, 10).first.kind == QuestionKind::nps);
  const auto [unsure, unsure_export] = kind_of("How likely are you to recommend us?", 1, 10);
  CHECK(unsure.kind == QuestionKind::nps);
  CHECK_FALSE(unsure.scale_min);
  CHECK(has_note(unsure_export, "nobody answered 0"));
  const auto [ten, ten_export] = kind_of("On a scale of 1 to 10: would you recommend us?", 1, 10);
  CHECK(ten.kind == QuestionKind::scale);
  CHECK(ten.scale_min == 1.0);
  CHECK(has_note(ten_export, "gives no net promoter score"));
  const auto [plain, plain_export] = kind_of("How hungry are you?", 0, 10);
  CHECK(plain.kind == QuestionKind::scale);
  CHECK(has_note(plain_export, "not taken for a net promoter question"));
  CHECK(kind_of("How good was it?", 1, 5).first.scale_max == 5.0);
  CHECK(kind_of("How good was it?", 1, 6).first.scale_max == 7.0);
  CHECK(kind_of("Year of birth", 1950, 2005).first.kind == QuestionKind::number);
  CHECK(kind_of("How many dogs?", 0, 3).first.kind == QuestionKind::number);
  CHECK(kind_of("Bought it", 0, 1).first.kind == QuestionKind::boolean);
  CHECK(kind_of("Would you recommend us?", 0, 1).first.kind == QuestionKind::boolean);
}

TEST_CASE("a definition from elsewhere gives kinds that the values can't") {
  auto context = survey_context();
  SurveyDefinition known;
  known.provider = "typeform";
  Question question_known;
  question_known.id = "Q1";
  question_known.kind = QuestionKind::single_choice;
  question_known.choices = {{"1", "Red"}, {"2", "Blue"}};
  Question nps;
  nps.id = "Q2";
  nps.kind = QuestionKind::nps;
  nps.scale_min = 0;
  nps.scale_max = 10;
  known.questions = {question_known, nps};
  context.definition = known;
  const auto parsed = parse_good("id,Q1,Q2\n1,2,9\n2,1,3\n", context);
  CHECK(question(parsed, "Q1").kind == QuestionKind::single_choice);
  CHECK(answer(parsed.responses[0], "Q1").choices == std::vector<Choice>{{"2", "Blue"}});
  CHECK(question(parsed, "Q2").kind == QuestionKind::nps);
  CHECK(question(parsed, "Q2").scale_min == 0.0);
}

TEST_CASE("mostly numbers are numbers, and what is none is kept as text") {
  const auto parsed = parse_good(table(
      "id,Hours?", 60, [](int i) { return std::to_string(i) + (i == 7 ? ",about 20" : ",12"); }));
  CHECK(question(parsed, "Hours?").kind == QuestionKind::number);
  CHECK(answer(parsed.responses[7], "Hours?").text == "about 20");
  CHECK_FALSE(answer(parsed.responses[7], "Hours?").number);
  CHECK(has_note(parsed, "1 answers to number questions are no numbers"));
}

TEST_CASE("encodings other than UTF-8 are converted and noted") {
  const auto mac = parse_good("RespondentID,Do you like caf\x8Es?\n1,tr\x8Fs\n2,oui\n");
  CHECK(has_note(mac, "Mac Roman"));
  CHECK(mac.definition.questions[0].title == "Do you like cafés?");
  const std::string utf16 = [] {
    std::string out = "\xFF\xFE";
    for (const char c : std::string_view("id,Why?\n1,x\n")) {
      out += c;
      out += '\0';
    }
    return out;
  }();
  CHECK(has_note(parse_good(utf16), "UTF-16LE"));
}

TEST_CASE("duplicate and missing headers get names of their own") {
  const auto parsed = parse_good("id,Other,Other,,Other#2\n1,a,b,c,d\n2,e,f,g,h\n");
  std::vector<std::string> ids;
  for (const auto& q : parsed.definition.questions) {
    ids.push_back(q.id);
  }
  std::sort(ids.begin(), ids.end());
  CHECK(ids.size() == 4);
  CHECK(std::adjacent_find(ids.begin(), ids.end()) == ids.end());
  CHECK(answer(parsed.responses[0], "column 4").text == "c");
}

TEST_CASE("text that looks like a formula is kept as it is") {
  const auto parsed =
      parse_good("id,Why?\n1,\"=HYPERLINK(\"\"http://example.org\"\")\"\n2,+1\n3,@home\n");
  CHECK(answer(parsed.responses[0], "Why?").text == "=HYPERLINK(\"http://example.org\")");
}

TEST_CASE("documents that are no table are refused in words") {
  CHECK(parse_bad("").what == "the file is empty");
  for (const char* other : {"%PDF-1.7, not a table",
                            "PK\x03\x04,,,",
                            "<html><body>a,b</body></html>",
                            "one column only\nof text\n"}) {
    CHECK(parse_bad(other).what.find("supported are") != std::string::npos);
  }
  CHECK(parse_bad(std::string_view("a,b\0c", 5)).what.find("supported are") != std::string::npos);
  CHECK(parse_bad("id,Why?\n1,\"never closed\n2,x\n").where == "line 2");
}

TEST_CASE("a header without rows is an export without responses") {
  const auto parsed = parse_good("id,Why?\n");
  CHECK(parsed.rows_seen == 0);
  CHECK(parsed.definition.questions.size() == 1);
}

TEST_CASE("rows with a NUL are rejected where they stand, and the others are read") {
  const auto parsed = collect(
      CsvSurveyParser(), std::string_view("id,Why?\n1,a\n2,b\0c\n3,d\n", 22), survey_context());
  REQUIRE(parsed);
  CHECK(account_holds(*parsed));
  CHECK(parsed->responses.size() == 2);
  REQUIRE(parsed->rejected.size() == 1);
  CHECK(parsed->rejected[0].where == "line 3");
}

TEST_CASE("the account of the rows holds for any table") {
  std::mt19937 random(99);
  const char* headers[] = {"id,Status,Q1,Q2",
                           "RespondentID,A,,\n,Response,Response,Other (please specify)",
                           "#,A,B,Network ID",
                           "Timestamp,A [x],A [y],B",
                           "Q1. a,Q2[1]. b [c],Q2[2]. b [d],id",
                           "V1,V2,Q1,V9\nResponseID,ResponseSet,a,EndDate"};
  const char* cells[] = {"",
                         "1",
                         "0",
                         "-99",
                         "N/A",
                         "A",
                         "B",
                         "Yes",
                         "test",
                         "2026-03-01",
                         "3/4/2026 9:00",
                         "x, y",
                         "\"q\"\"q\"",
                         "R_1",
                         "é",
                         "\xE9"};
  for (int round = 0; round < 2000; ++round) {
    std::string text = headers[random() % std::size(headers)];
    for (auto rows = random() % 12; rows > 0; --rows) {
      text += "\n";
      for (auto columns = 3 + random() % 3; columns > 0; --columns) {
        text += std::string(cells[random() % std::size(cells)]) + (columns > 1 ? "," : "");
      }
    }
    text += "\n";  // a table that ends within a row is refused as half-written
    const auto parsed = parse_survey_export(text, survey_context());
    INFO(text);
    REQUIRE(parsed);
    REQUIRE(account_holds(*parsed));
    std::vector<std::string> ids;
    for (const auto& response : parsed->responses) {
      ids.push_back(response.id);
      REQUIRE_FALSE(response.id.empty());
    }
    std::sort(ids.begin(), ids.end());
    REQUIRE(std::adjacent_find(ids.begin(), ids.end()) == ids.end());
  }
}

TEST_CASE("every parser has its own name") {
  const auto& parsers = all_survey_parsers();
  std::vector<std::string_view> names;
  for (const auto& parser : parsers) {
    names.push_back(parser->provider());
  }
  REQUIRE(names.size() > 2);
  // What takes everything comes last.
  CHECK(names[names.size() - 2] == "json");
  CHECK(names.back() == "csv");
  std::sort(names.begin(), names.end());
  CHECK(std::adjacent_find(names.begin(), names.end()) == names.end());
}
