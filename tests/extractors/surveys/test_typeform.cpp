#include "extractors/surveys/typeform.h"
#include "tests/extractors/surveys/parse_helpers.h"

#include <string>

using namespace muster;

namespace {

std::string page(const std::string& items) {
  return "{\"total_items\":1,\"page_count\":1,\"items\":[" + items + "]}";
}

std::string item(const std::string& token,
                 const std::string& answers,
                 const std::string& submitted = "2026-03-01T12:03:00Z",
                 const std::string& more = "") {
  return R"({"landing_id":")" + token + R"(","token":")" + token +
         R"(","landed_at":"2026-03-01T12:00:00Z","submitted_at":")" + submitted +
         R"(","metadata":{"user_agent":"Browser/1","network_id":"af1c","referer":"https://example.org/?x=1"},"answers":)" +
         answers + more + "}";
}

const char* kForm = R"({
  "id": "abc123", "title": "Spring *launch*", "hidden": ["utm_source", "creator"],
  "fields": [
    {"id": "f0", "type": "statement", "title": "Hello"},
    {"id": "f1", "ref": "nps", "type": "opinion_scale", "title": "How likely are you to *recommend* us,\n{{field:name}}?",
     "properties": {"steps": 11, "start_at_one": false}},
    {"id": "f2", "ref": "stars", "type": "rating", "title": "Stars", "properties": {"steps": 5}},
    {"id": "f3", "type": "multiple_choice", "title": "Colors", "properties": {"allow_multiple_selection": true,
     "choices": [{"id": "c1", "ref": "red", "label": "Red"}, {"id": "c2", "ref": "blue", "label": "Blue"}]}},
    {"id": "g1", "type": "group", "title": "About you", "properties": {"fields": [
      {"id": "f4", "type": "yes_no", "title": "Seen it?"},
      {"id": "m1", "type": "matrix", "title": "Rate", "properties": {"fields": [
        {"id": "f5", "type": "multiple_choice", "title": "Speed", "properties": {"choices": [{"id": "m1c1", "label": "Good"}]}}]}}]}},
    {"id": "f6", "type": "ranking", "title": "Rank", "properties": {"choices": [{"id": "r1", "label": "A"}, {"id": "r2", "label": "B"}]}},
    {"id": "f7", "type": "opinion_scale", "title": "Would you recommend it?", "properties": {"steps": 10, "start_at_one": true}}
  ],
  "thankyou_screens": []
})";

}  // namespace

TEST_CASE(
    "a form definition gives questions with kinds, scales, choices and parents, and no rows") {
  const auto parsed = parse_good(kForm);
  CHECK(parsed.rows_seen == 0);
  CHECK(parsed.definition.provider == "typeform");
  CHECK(parsed.definition.external_id == "abc123");
  CHECK(parsed.definition.title == "Spring launch");
  CHECK(parsed.definition.hidden_fields == std::vector<std::string>{"utm_source", "creator"});
  CHECK(parsed.definition.questions.size() == 9);
  const Question& nps = question(parsed, "f1");
  CHECK(nps.kind == QuestionKind::nps);
  CHECK(nps.title == "How likely are you to recommend us, …?");
  CHECK(nps.scale_min == 0.0);
  CHECK(nps.scale_max == 10.0);
  CHECK(question(parsed, "f2").kind == QuestionKind::scale);
  CHECK(question(parsed, "f2").scale_min == 1.0);
  CHECK(question(parsed, "f2").scale_max == 5.0);
  CHECK(question(parsed, "f3").kind == QuestionKind::multiple_choice);
  CHECK(question(parsed, "f3").choices == std::vector<Choice>{{"c1", "Red"}, {"c2", "Blue"}});
  CHECK(question(parsed, "f4").kind == QuestionKind::boolean);
  CHECK(question(parsed, "f4").parent_id == "g1");
  CHECK(question(parsed, "m1").kind == QuestionKind::matrix);
  CHECK(question(parsed, "f5").parent_id == "m1");
  CHECK(question(parsed, "f6").kind == QuestionKind::ranking);
  CHECK(question(parsed, "f7").kind == QuestionKind::scale);  // 1 to 10 gives no net promoter score
}

TEST_CASE("responses carry answers of every type, hidden fields and what points to a person") {
  const auto parsed = parse_good(page(item(
      "t1",
      R"([
    {"field":{"id":"a","type":"short_text","ref":"ra"},"type":"text","text":"fine"},
    {"field":{"id":"b","type":"email"},"type":"email","email":"a@example.org"},
    {"field":{"id":"c","type":"website"},"type":"url","url":"https://example.org"},
    {"field":{"id":"d","type":"number"},"type":"number","number":12.5},
    {"field":{"id":"e","type":"yes_no"},"type":"boolean","boolean":false},
    {"field":{"id":"f","type":"multiple_choice"},"type":"choice","choice":{"id":"c1","ref":"r1","label":"Red"}},
    {"field":{"id":"g","type":"multiple_choice"},"type":"choices","choices":{"ids":["x","y"],"refs":["rx","ry"],"labels":["X","Y"],"other":"Z"}},
    {"field":{"id":"h","type":"date"},"type":"date","date":"2026-01-02"},
    {"field":{"id":"i","type":"file_upload"},"type":"file_url","file_url":"https://example.org/f.png"},
    {"field":{"id":"j","type":"payment"},"type":"payment","payment":{"amount":"9.50","last4":"1234","name":"Jo Doe"}},
    {"field":{"id":"k","type":"phone_number"},"type":"phone_number","phone_number":"+4930"},
    {"field":{"id":"l","type":"multiple_choice"},"type":"choice","choice":{"other":"mine"}},
    {"field":{"id":"m","type":"hologram"},"type":"hologram","hologram":{"depth":3}}])",
      "2026-03-01T12:03:00Z",
      R"(,"hidden":{"utm_source":"instagram","n":7},"calculated":{"score":3},"variables":[{"key":"score","type":"number","number":3},{"key":"seg","type":"text","text":"A"}])")));
  REQUIRE(parsed.responses.size() == 1);
  const Response& r = parsed.responses[0];
  CHECK(r.id == "t1");
  CHECK(r.where == "/items/0");
  CHECK(to_iso8601(*r.submitted_at) == "2026-03-01T12:03:00Z");
  CHECK(answer(r, "a").text == "fine");
  CHECK(question(parsed, "a").ref == "ra");
  CHECK(answer(r, "b").text == "[email]");
  CHECK(answer(r, "d").number == 12.5);
  CHECK(answer(r, "e").number == 0.0);
  CHECK(answer(r, "e").choices == std::vector<Choice>{{"false", "No"}});
  CHECK(answer(r, "f").choices == std::vector<Choice>{{"c1", "Red"}});
  CHECK(answer(r, "g").choices == std::vector<Choice>{{"x", "X"}, {"y", "Y"}, {"other", "Other"}});
  CHECK(answer(r, "g").other_text == "Z");
  CHECK(answer(r, "h").text == "2026-01-02");
  CHECK(answer(r, "j").number == 9.5);
  CHECK(answer(r, "j").text == "9.50");  // neither the name nor the card
  CHECK(answer(r, "l").other_text == "mine");
  CHECK(answer(r, "m").text == R"({"depth":3})");
  CHECK(has_note(parsed, "hologram"));
  CHECK(r.hidden == std::vector<std::pair<std::string, std::string>>{{"utm_source", "instagram"},
                                                                     {"n", "7"},
                                                                     {"calculated.score", "3"},
                                                                     {"calculated.seg", "A"}});
  CHECK(r.respondent.size() == 3);
  CHECK(has_note(parsed, "known only from their answers"));
}

TEST_CASE("choices are found by id, by reference and by label") {
  auto context = survey_context();
  context.definition = parse_good(kForm).definition;
  const auto parsed = parse_good(
      page(item("t1",
                R"([{"field":{"id":"f3"},"type":"choices","choices":{"labels":["Blue","Green"]}},
    {"field":{"id":"f5"},"type":"choice","choice":{"id":"m1c1"}}])")),
      context);
  CHECK(answer(parsed.responses[0], "f3").choices ==
        std::vector<Choice>{{"c2", "Blue"}, {"Green", "Green"}});
  CHECK(answer(parsed.responses[0], "f5").choices == std::vector<Choice>{{"m1c1", "Good"}});
  CHECK(question(parsed, "f3").choices.size() == 3);  // the one that the form lacks is added
  CHECK(question(parsed, "f1").kind == QuestionKind::nps);
}

TEST_CASE("what was never submitted is left out, what was submitted without answers counts") {
  const auto parsed = parse_good(page(
      item("t1", "null", "0001-01-01T00:00:00Z") + "," + item("t2", "null") + "," +
      item("t3", R"([{"field":{"id":"a"},"type":"text","text":"x"}])", "0001-01-01T00:00:00Z")));
  CHECK(parsed.rows_seen == 3);
  REQUIRE(parsed.excluded.size() == 1);
  CHECK(parsed.excluded[0] == SkippedRow{"/items/0", "not submitted"});
  REQUIRE(parsed.responses.size() == 2);
  CHECK(parsed.responses[0].status == ResponseStatus::completed);
  CHECK(parsed.responses[0].answers.empty());
  CHECK(parsed.responses[1].status == ResponseStatus::partial);
  CHECK_FALSE(parsed.responses[1].submitted_at);
}

TEST_CASE("of equal tokens the latest counts, also when the pages come in the wrong order") {
  const std::string old_one =
      item("t1", R"([{"field":{"id":"a"},"type":"text","text":"old"}])", "2026-03-01T12:00:00Z");
  const std::string new_one =
      item("t1", R"([{"field":{"id":"a"},"type":"text","text":"new"}])", "2026-03-01T13:00:00Z");
  const std::string partial =
      item("t1", R"([{"field":{"id":"a"},"type":"text","text":"half"}])", "0001-01-01T00:00:00Z");
  for (const auto& items : {old_one + "," + new_one,
                            new_one + "," + old_one,
                            new_one + "," + partial,
                            partial + "," + new_one}) {
    const auto parsed = parse_good(page(items));
    REQUIRE(parsed.responses.size() == 1);
    CHECK(answer(parsed.responses[0], "a").text == "new");
    REQUIRE(parsed.excluded.size() == 1);
    CHECK(parsed.excluded[0].why.starts_with("repeated id"));
  }
  // Equal network ids and answers are different people.
  CHECK(parse_good(page(item("t1", "[]") + "," + item("t2", "[]"))).responses.size() == 2);
}

TEST_CASE("webhook bodies carry their form; one, many and partial ones are read") {
  const std::string body =
      R"({"event_id":"e1","event_type":"form_response","form_response":{"form_id":"abc","token":"t1",
    "landed_at":"2026-03-01T12:00:00Z","submitted_at":"2026-03-01T12:01:00Z",
    "definition":{"id":"abc","title":"T","fields":[{"id":"q1","ref":"r","type":"nps","title":"Recommend?"},
      {"id":"q2","type":"multiple_choice","title":"Pick","allow_multiple_selections":true,"choices":[{"id":"c","label":"C"}]}]},
    "answers":[{"type":"number","number":9,"field":{"id":"q1","type":"nps"}},
      {"type":"text","text":"of a field deleted since","field":{"id":"gone","type":"short_text"}}]}})";
  const auto parsed = parse_good(body);
  REQUIRE(parsed.responses.size() == 1);
  CHECK(parsed.definition.external_id == "abc");
  CHECK(question(parsed, "q1").kind == QuestionKind::nps);
  CHECK(question(parsed, "q1").scale_max == 10.0);
  CHECK(question(parsed, "q2").kind == QuestionKind::multiple_choice);
  CHECK(question(parsed, "gone").kind == QuestionKind::text);
  const auto again = parse_good("[" + body + "," + body + "]");
  CHECK(again.rows_seen == 2);
  CHECK(again.responses.size() == 1);
  std::string partial = body;
  partial.replace(partial.find("\"form_response\""), 15, "\"form_response_partial\"");
  CHECK(parse_good(partial).responses[0].status == ResponseStatus::partial);
}

TEST_CASE("an archive of several forms can be read whole or by the name of one") {
  const std::string text =
      R"({"form_field":[{"id":"A","title":"First","fields":[{"id":"a","type":"short_text","title":"Why?"}]},
    {"id":"B","title":"Second","fields":[{"id":"b","type":"number","title":"How many?"}]}],
    "form_response":[{"id":"A","total_items":1,"items":[)" +
      item("t1", "[]") + R"(]},{"id":"B","total_items":1,"items":[)" + item("t2", "[]") + "]}]}";
  const auto both = parse_good(text);
  CHECK(both.responses.size() == 2);
  CHECK(has_note(both, "responses of 2 forms"));
  auto context = survey_context();
  context.survey = "B";
  const auto one = parse_good(text, context);
  REQUIRE(one.responses.size() == 1);
  CHECK(one.responses[0].id == "t2");
  CHECK(one.responses[0].where == "/form_response/1/items/0");
  CHECK(one.definition.title == "Second");
  CHECK(one.definition.questions.size() == 1);
  REQUIRE(one.excluded.size() == 1);
  CHECK(one.excluded[0].why == "belongs to the form A");
}

TEST_CASE("a bad response is rejected with its place, and the others are read") {
  const auto parsed = parse_good(
      page(item("t1", "[]") + ",7," + item("", "[]") + "," + item("t2", "{}") + "," +
           item("t3", R"([{"type":"text","text":"x"}])") + "," +
           item("t4", R"([{"field":{"id":"a"},"type":"number","number":"ten"}])") + "," +
           R"({"token":12,"answers":[]},)" + R"({"token":"x","token":"y","answers":[]},)" +
           R"({"token":"z","answers":[],"answers":null},)" +
           item("t5", R"([{"field":{"id":"a"},"type":"text","text":"a\u0000b"}])") + "," +
           item("t6", "[]")));
  CHECK(parsed.rows_seen == 11);
  CHECK(parsed.responses.size() == 2);
  const std::vector<std::string> places = {"/items/1",
                                           "/items/2/token",
                                           "/items/3/answers",
                                           "/items/4/answers/0/field/id",
                                           "/items/5/answers/0/number",
                                           "/items/6/token",
                                           "/items/7/token",
                                           "/items/8/answers",
                                           "/items/9"};
  REQUIRE(parsed.rejected.size() == places.size());
  for (std::size_t i = 0; i < places.size(); ++i) {
    CHECK(parsed.rejected[i].where == places[i]);
    CHECK_FALSE(parsed.rejected[i].why.empty());
  }
}

TEST_CASE("a field that is answered twice keeps its last answer") {
  const auto parsed = parse_good(page(item(
      "t1",
      R"([{"field":{"id":"a"},"type":"text","text":"x"},{"field":{"id":"a"},"type":"text","text":"y"}])")));
  REQUIRE(parsed.responses[0].answers.size() == 1);
  CHECK(parsed.responses[0].answers[0].text == "y");
  CHECK(has_note(parsed, "given twice"));
}

TEST_CASE("a page of a larger list says so, an empty page is no error, a list of forms is one") {
  CHECK(has_note(
      parse_good("{\"total_items\":26,\"page_count\":2,\"items\":[" + item("t", "[]") + "]}"),
      "1 of 26"));
  CHECK(parse_good(R"({"total_items":0,"page_count":0,"items":[]})").rows_seen == 0);
  CHECK(parse_bad(
            R"({"total_items":1,"page_count":1,"items":[{"id":"a","title":"Form","_links":{}}]})")
            .where == "/items");
}

TEST_CASE("an unreadable time is unknown and the response stays") {
  const auto parsed = parse_good(page(item("t1", "[]", "yesterday")));
  REQUIRE(parsed.responses.size() == 1);
  CHECK_FALSE(parsed.responses[0].submitted_at);
  CHECK(has_note(parsed, "1 times could not be read"));
}

TEST_CASE("broken JSON is refused with line and column") {
  CHECK(parse_bad("{\"total_items\": 1,\n \"items\": [{\"token\": }]}").where ==
        "line 2, column 22");
  CHECK(parse_bad(page(item("t1", "[]")) + " trailing").what.find("after the end") !=
        std::string::npos);
  CHECK(parse_bad("{\"items\":[],\"total_items\":\"\xff\"}").what.find("UTF-8") !=
        std::string::npos);
}

TEST_CASE("nesting beyond the limit is refused, however deep") {
  for (const std::size_t depth : {40UL, 1000UL, 200'000UL}) {
    const auto error = parse_bad("{\"total_items\":1,\"items\":" + std::string(depth, '[') +
                                 std::string(depth, ']') + "}");
    CHECK(error.what.find("within each other") != std::string::npos);
    CHECK(error.where.starts_with("line 1, column "));
  }
}

TEST_CASE("a byte order mark before JSON does no harm") {
  CHECK(parse_good("\xEF\xBB\xBF" + page(item("t1", "[]"))).responses.size() == 1);
}
