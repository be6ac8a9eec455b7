// What every reader of survey exports stumbles over, one test each. Those that belong to one
// provider alone stand with it, in test_json_providers.cpp and test_csv_survey.cpp.

#include "tests/extractors/surveys/parse_helpers.h"

#include <string>

using namespace muster;

namespace {

std::string typeform(const std::string& members) {
  return R"({"total_items":1,"page_count":1,"items":[{"token":"t1",)" + members + "}]}";
}

std::string scored(const std::string& value) {
  return typeform(
      R"("submitted_at":"2026-03-01T12:00:00Z","answers":[{"field":{"id":"f1","type":"opinion_scale"},"type":"number","number":)" +
      value + "}]");
}

const Response& only(const ParsedExport& parsed) {
  REQUIRE(parsed.responses.size() == 1);
  return parsed.responses.front();
}

}  // namespace

TEST_CASE("gotcha 1: ids of 19 digits keep every digit, as texts and as numbers") {
  const auto text = parse_good(R"([{"id":"4611686018427387905","Why?":"a"}])");
  CHECK(only(text).id == "4611686018427387905");
  const auto number = parse_good(R"([{"id":4611686018427387905,"Why?":"a"}])");
  CHECK(only(number).id == "4611686018427387905");
  const auto table = parse_good("id,Why?\n9223372036854775807,a\n");
  CHECK(only(table).id == "9223372036854775807");
}

TEST_CASE("gotcha 2: null, missing, [], {} and an empty text are no answers, and no errors") {
  for (const auto* answers : {R"("answers":[])", R"("answers":null)", R"("hidden":{})"}) {
    const auto parsed =
        parse_good(typeform(R"("submitted_at":"2026-03-01T12:00:00Z",)" + std::string(answers)));
    CHECK(only(parsed).answers.empty());
  }
  const auto records = parse_good(
      R"([{"id":"1","a":null,"b":"x"},{"id":"2","b":"y"},{"id":"3","a":"","b":"z"},{"id":"4","a":[],"b":"w"}])");
  REQUIRE(records.responses.size() == 4);
  for (const Response& response : records.responses) {
    CHECK(find_answer(response, "a") == nullptr);
  }
}

TEST_CASE("gotcha 3: dates that stand for none are none") {
  const auto never = parse_good(typeform(
      R"("landed_at":"2026-03-01T12:00:00Z","submitted_at":"0001-01-01T00:00:00Z","answers":null)"));
  CHECK(never.responses.empty());
  CHECK(never.excluded.size() == 1);
  for (const auto* none : {"1970-01-17 00:00:00", "1980-01-01 00:00:00", "0000-00-00 00:00:00"}) {
    INFO(none);
    const auto parsed = parse_good("id,submitted_at,Why?\n1," + std::string(none) +
                                   ",a\n2,2026-03-01 10:00:00,b\n");
    CHECK_FALSE(parsed.responses.at(0).submitted_at);
    CHECK(parsed.responses.at(1).submitted_at);
  }
}

TEST_CASE("gotcha 4: Z, an offset and no zone at all; an hour that came twice has one reading") {
  const auto at = [](const std::string& time) {
    const auto parsed =
        parse_good("id,submitted_at,Why?\n1," + time + ",a\n", survey_context("America/New_York"));
    REQUIRE(only(parsed).submitted_at);
    return std::pair(to_iso8601(*only(parsed).submitted_at), only(parsed).times_are_local);
  };
  CHECK(at("2026-07-01T12:00:00Z") == std::pair(std::string("2026-07-01T12:00:00Z"), false));
  CHECK(at("2026-07-01T12:00:00+02:00") == std::pair(std::string("2026-07-01T10:00:00Z"), false));
  CHECK(at("2026-07-01 12:00:00") == std::pair(std::string("2026-07-01T16:00:00Z"), true));
  CHECK(at("2026-11-01 01:30:00").second);  // an hour of the fold
}

TEST_CASE("gotcha 5: marks, separators, line ends and encodings are judged from the bytes") {
  const auto plain = parse_good("id,Why?\n1,gr\xC3\xBC\xC3\x9F\n");
  for (const std::string table : {"\xEF\xBB\xBFid,Why?\n1,gr\xC3\xBC\xC3\x9F\n",
                                  "id;Why?\r\n1;gr\xC3\xBC\xC3\x9F\r\n",
                                  "id\tWhy?\r1\tgr\xC3\xBC\xC3\x9F\r",
                                  "id,Why?\n1,gr\xFC\xDF\n"}) {
    const auto parsed = parse_good(table);
    CHECK(only(parsed).answers == only(plain).answers);
  }
}

TEST_CASE("gotcha 6: one, two and three header rows, blank cells that inherit, names that repeat") {
  CHECK(parse_good("id,Why?\n1,a\n").rows_seen == 1);
  const auto monkey = parse_good(
      "RespondentID,Which have you seen?,,,Why?\n,Reel,Story,Post,Open-Ended "
      "Response\n10000000001,Reel,,Post,fun\n");
  CHECK(monkey.rows_seen == 1);
  const auto three = parse_good(
      "ResponseId,Q1\nResponse ID,Why?\n\"{\"\"ImportId\"\":\"\"_recordId\"\"}\",\"{'ImportId': "
      "'QID1_TEXT'}\"\nR_1,because\n");
  CHECK(three.rows_seen == 1);
  CHECK(only(three).id == "R_1");
  const auto repeated = parse_good("id,Colour,Colour\n1,a,b\n");
  CHECK(repeated.definition.questions.size() == 2);
  const auto broken = parse_good("id,\"How\nwas\tit?\"\n1,fine\n");
  CHECK(broken.definition.questions.front().title == "How was it?");
}

TEST_CASE("gotcha 7: markup and entities leave titles, a no-break space is a space") {
  const auto parsed = parse_good(
      R"({"id":"abc","title":"T","fields":[{"id":"f1","type":"short_text","title":"How *good* is it?","properties":{}}],"thankyou_screens":[]})");
  CHECK(question(parsed, "f1").title == "How good is it?");
}

TEST_CASE("gotcha 8: piped references are no part of a title") {
  const auto parsed = parse_good(
      R"({"id":"abc","title":"T","fields":[{"id":"f1","type":"short_text","title":"Hello {{field:abc}}, why?","properties":{}}],"thankyou_screens":[]})");
  CHECK(question(parsed, "f1").title.find("{{") == std::string::npos);
}

TEST_CASE("gotcha 9: choices by id, by label and joined by commas") {
  const auto by_id = parse_good(typeform(
      R"("submitted_at":"2026-03-01T12:00:00Z","answers":[{"field":{"id":"f","type":"multiple_choice"},"type":"choice","choice":{"id":"c1","label":"Red"}}])"));
  CHECK(only(by_id).answers.front().choices == std::vector<Choice>{{"c1", "Red"}});
  const auto by_label = parse_good(typeform(
      R"("submitted_at":"2026-03-01T12:00:00Z","answers":[{"field":{"id":"f","type":"multiple_choice"},"type":"choice","choice":{"label":"Red"}}])"));
  CHECK(only(by_label).answers.front().choices == std::vector<Choice>{{"Red", "Red"}});
}

TEST_CASE("gotcha 10: what was typed beside 'other' is kept apart from the choices") {
  const auto parsed = parse_good(typeform(
      R"("submitted_at":"2026-03-01T12:00:00Z","answers":[{"field":{"id":"f","type":"multiple_choice"},"type":"choices","choices":{"labels":["Red"],"other":"Teal"}}])"));
  const Answer& given = only(parsed).answers.front();
  CHECK(given.other_text == "Teal");
  CHECK(given.choices == std::vector<Choice>{{"Red", "Red"}, {"other", "Other"}});
}

TEST_CASE("gotcha 11: an answer to a question that the form lost is kept, and said") {
  auto context = survey_context();
  context.definition =
      parse_good(
          R"({"id":"abc","title":"T","fields":[{"id":"f0","type":"short_text","title":"Why?","properties":{}}],"thankyou_screens":[]})")
          .definition;
  const auto parsed = parse_good(scored("7"), context);
  CHECK(answer(only(parsed), "f1").number == 7);
  CHECK(has_note(parsed, "known only from their answers"));
}

TEST_CASE("gotcha 12: choices as an object or a list, numbered by texts or numbers, are the same") {
  const auto definition = [](const std::string& choices, const std::string& order) {
    return parse_good(
        R"({"SurveyEntry":{"SurveyID":"SV_1","SurveyName":"Pulse"},"SurveyElements":[{"Element":"SQ","Payload":{"QuestionID":"QID1","QuestionText":"Which?","QuestionType":"MC","Selector":"SAVR","Choices":)" +
        choices + R"(,"ChoiceOrder":)" + order + "}}]}");
  };
  const auto map = definition(R"({"1":{"Display":"Red"},"2":{"Display":"Blue"}})", R"(["1",2])");
  const auto list = definition(R"([{"Display":"Red"},{"Display":"Blue"}])", R"([0,"1"])");
  REQUIRE(question(map, "QID1").choices.size() == 2);
  CHECK(question(map, "QID1").choices[0] == Choice{"1", "Red"});
  REQUIRE(question(list, "QID1").choices.size() == 2);
  CHECK(question(list, "QID1").choices[1].label == "Blue");
  CHECK(question(definition("[]", "[]"), "QID1").choices.empty());

  // The answer names its choice as a number, a text, or a text in a list.
  auto context = survey_context();
  context.definition = map.definition;
  for (const auto* value : {"2", R"("2")", R"(["2"])"}) {
    INFO(value);
    const auto parsed = parse_good(
        R"({"responses":[{"responseId":"R_1","values":{"QID1":)" + std::string(value) + "}}]}",
        context);
    CHECK(answer(only(parsed), "QID1").choices == std::vector<Choice>{{"2", "Blue"}});
  }
}

TEST_CASE("gotcha 13: an answer that is given twice counts once, the last") {
  const auto parsed = parse_good(typeform(
      R"("submitted_at":"2026-03-01T12:00:00Z","answers":[{"field":{"id":"f","type":"number"},"type":"number","number":1},{"field":{"id":"f","type":"number"},"type":"number","number":2}])"));
  REQUIRE(only(parsed).answers.size() == 1);
  CHECK(only(parsed).answers.front().number == 2);
}

TEST_CASE("gotchas 14 to 16: pages overlap, edits come later, a late part undoes nothing") {
  const auto row = [](const std::string& time, int score, const std::string& more = "") {
    return R"({"token":"t1",)" + more + R"("submitted_at":")" + time +
           R"(","answers":[{"field":{"id":"f","type":"number"},"type":"number","number":)" +
           std::to_string(score) + "}]}";
  };
  const auto score = [](const std::string& items) {
    const auto parsed = parse_good(R"({"total_items":2,"items":[)" + items + "]}");
    CHECK(parsed.excluded.size() == 1);
    return only(parsed).answers.front().number.value();
  };
  const auto early = row("2026-03-01T12:00:00Z", 1);
  const auto late = row("2026-03-02T12:00:00Z", 2);
  CHECK(score(early + "," + late) == 2);
  CHECK(score(late + "," + early) == 2);
  const auto part = row("2026-03-03T12:00:00Z", 3, R"("response_type":"partial",)");
  CHECK(score(late + "," + part) == 2);
  CHECK(score(part + "," + late) == 2);
}

TEST_CASE("gotchas 17 and 18: previews and tests stay out; over quota is not partial") {
  const auto parsed = parse_good(
      "id,status,Why?\n1,Completed,a\n2,Preview,b\n3,Test,c\n4,Spam,d\n5,Over "
      "quota,e\n6,Partial,f\n");
  CHECK(parsed.excluded.size() == 3);
  REQUIRE(parsed.responses.size() == 3);
  CHECK(parsed.responses[1].status == ResponseStatus::over_quota);
  CHECK(parsed.responses[2].status == ResponseStatus::partial);
}

TEST_CASE("gotcha 19: a recommendation from 1 to 10 is not scored as one from 0 to 10") {
  std::string table = "id,How likely are you to recommend us to a friend?\n";
  for (int i = 1; i <= 40; ++i) {
    table += std::to_string(i) + "," + std::to_string(1 + i % 10) + "\n";
  }
  const auto parsed = parse_good(table);
  CHECK_FALSE(parsed.definition.questions.front().scale_min);
  CHECK(has_note(parsed, "nobody answered 0"));
}

TEST_CASE("gotcha 20: N/A and -99 are no numbers, and each its own kind of no answer") {
  const auto parsed = parse_good("id,Rate it\n1,5\n2,N/A\n3,-99\n4,3\n5,4\n6,1\n7,2\n");
  const auto& asked = parsed.definition.questions.front();
  CHECK(answer(parsed.responses[1], asked.id).state == AnswerState::not_applicable);
  CHECK(answer(parsed.responses[2], asked.id).state == AnswerState::not_answered);
  CHECK_FALSE(answer(parsed.responses[1], asked.id).number);
  CHECK_FALSE(answer(parsed.responses[2], asked.id).number);
}

TEST_CASE("gotcha 21: a matrix whose answers are typed otherwise than its definition has them") {
  auto context = survey_context();
  context.definition =
      parse_good(
          R"({"title":"T","pages":[{"elements":[{"type":"matrix","name":"quality","title":"Rate us","columns":[{"value":1,"text":"Bad"},{"value":2,"text":"Good"}],"rows":["taste","price"]}]}]})")
          .definition;
  for (const auto* value : {"2", R"("2")"}) {
    INFO(value);
    const auto parsed = parse_good(
        R"([{"id":"a","quality":{"taste":)" + std::string(value) + R"(,"price":"1"}}])", context);
    const Response& response = only(parsed);
    std::size_t good = 0;
    for (const Answer& given : response.answers) {
      for (const Choice& choice : given.choices) {
        good += choice.label == "Good" ? 1 : 0;
      }
    }
    CHECK(good == 1);
  }
}

TEST_CASE("gotcha 22: cells of megabytes are read whole") {
  const std::string essay(10'000'000, 'x');
  const auto table = parse_good("id,Why?\n1,\"" + essay + "\"\n2,b\n");
  CHECK(table.responses.at(0).answers.front().text.size() == essay.size());
  const auto json = parse_good(R"([{"id":"1","Why?":")" + essay + R"("},{"id":"2","Why?":"b"}])");
  CHECK(json.responses.at(0).answers.front().text.size() == essay.size());
}

TEST_CASE("gotcha 23: text that a spreadsheet would run is kept as it was written") {
  const auto parsed = parse_good("id,Why?\n1,=1+2\n2,@x\n3,-y\n4,+z\n");
  CHECK(parsed.responses.at(0).answers.front().text == "=1+2");
  CHECK(parsed.responses.at(1).answers.front().text == "@x");
}

TEST_CASE("gotcha 24: addresses and mail stand apart from the answers") {
  const auto parsed = parse_good("id,email,ip_address,Why?\n1,a@example.org,203.0.113.9,b\n");
  CHECK(only(parsed).respondent.size() == 2);
  CHECK(only(parsed).answers.size() == 1);
}

TEST_CASE("gotcha 25: hidden fields are those of all responses, not of the newest") {
  const auto parsed = parse_good(
      R"({"total_items":2,"items":[{"token":"a","submitted_at":"2026-03-01T12:00:00Z","hidden":{"utm_source":"x"},"answers":[]},{"token":"b","submitted_at":"2026-03-02T12:00:00Z","hidden":{"utm_medium":"y"},"answers":[]}]})");
  CHECK(parsed.definition.hidden_fields == std::vector<std::string>{"utm_source", "utm_medium"});
  const auto records = parse_good(
      R"([{"id":"1","Why?":"a","utm_source":"x"},{"id":"2","Why?":"b","utm_medium":"y"}])");
  CHECK(records.definition.hidden_fields == std::vector<std::string>{"utm_source", "utm_medium"});
}

TEST_CASE("gotcha 26: a total that is more than the page holds is said, and no error") {
  const auto parsed = parse_good(
      R"({"total_items":26,"items":[{"token":"a","submitted_at":"2026-03-01T12:00:00Z","answers":[]}]})");
  CHECK(parsed.responses.size() == 1);
  CHECK(has_note(parsed, "1 of 26"));
}

TEST_CASE("an id that is given twice could be read as either, so the record is set aside alone") {
  const auto google = parse_good(
      R"({"responses":[{"responseId":"a","responseId":"b","lastSubmittedTime":"2026-03-01T12:00:00Z","answers":{}},{"responseId":"c","lastSubmittedTime":"2026-03-01T12:00:00Z","answers":{}}]})");
  CHECK(google.responses.size() == 1);
  REQUIRE(google.rejected.size() == 1);
  CHECK(google.rejected[0].where == "/responses/0/responseId");
  const auto records = parse_good(R"([{"id":"1","id":"2","Why?":"a"},{"id":"3","Why?":"b"}])");
  CHECK(records.responses.size() == 1);
  REQUIRE(records.rejected.size() == 1);
  CHECK(records.rejected[0].where == "/0");
}
