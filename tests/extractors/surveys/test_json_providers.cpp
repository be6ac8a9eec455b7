// The JSON of every provider: what becomes of a response, and of what is odd in it.

#include "tests/extractors/surveys/parse_helpers.h"

using namespace muster;

namespace {

SurveyContext context_with(std::string_view definition) {
  auto context = survey_context();
  context.definition = parse_good(definition).definition;
  return context;
}

bool knows_choice(const Question& question, std::string_view id, std::string_view label) {
  return std::find(question.choices.begin(),
                   question.choices.end(),
                   Choice{std::string(id), std::string(label)}) != question.choices.end();
}

constexpr std::string_view kMonkeyDetails =
    R"({"id": "77", "title": "Can <b>test</b>", "page_count": 1,
  "pages": [{"id": "1", "questions": [
    {"id": "10", "family": "single_choice", "subtype": "vertical",
     "headings": [{"heading": "Which&nbsp;<span>can</span>"}],
     "answers": {"choices": [{"id": "11", "text": "Red"}, {"id": "12", "text": "Blue"}],
                 "other": {"id": "13", "text": "Other"}}},
    {"id": "20", "family": "matrix", "subtype": "rating",
     "headings": [{"heading": "How likely are you to recommend it?"}],
     "answers": {"rows": [{"id": "21", "text": ""}], "choices": [
       {"id": "200", "text": "0", "weight": 0}, {"id": "201", "text": "1", "weight": 1},
       {"id": "202", "text": "2", "weight": 2}, {"id": "203", "text": "3", "weight": 3},
       {"id": "204", "text": "4", "weight": 4}, {"id": "205", "text": "5", "weight": 5},
       {"id": "206", "text": "6", "weight": 6}, {"id": "207", "text": "7", "weight": 7},
       {"id": "208", "text": "8", "weight": 8}, {"id": "209", "text": "9", "weight": 9},
       {"id": "210", "text": "10", "weight": 10}]}},
    {"id": "30", "family": "matrix", "subtype": "ranking", "headings": [{"heading": "Rank"}],
     "answers": {"rows": [{"id": "31", "text": "Taste"}, {"id": "32", "text": "Price"}],
       "choices": [{"id": "301", "text": "1"}, {"id": "302", "text": "2"},
                   {"id": "303", "text": "N/A", "is_na": true}]}},
    {"id": "40", "family": "matrix", "subtype": "rating", "headings": [{"heading": "Rate"}],
     "answers": {"rows": [{"id": "41", "text": "Taste"}, {"id": "42", "text": "Price"}],
       "choices": [{"id": "401", "text": "Bad", "weight": -1}, {"id": "402", "text": "Good", "weight": 1},
                   {"id": "403", "text": "N/A", "is_na": true}]}}]}]})";

std::string monkey_response(std::string_view questions,
                            std::string_view id = "98765432101",
                            std::string_view status = "completed",
                            std::string_view modified = "2026-03-01T10:00:00+00:00") {
  return std::string(R"({"per_page": 100, "total": 1, "data": [{"id": ")") + std::string(id) +
         R"(", "survey_id": "77", "response_status": ")" + std::string(status) +
         R"(", "date_modified": ")" + std::string(modified) +
         R"(", "ip_address": "203.0.113.9", "custom_variables": {"utm": "x"}, "pages": [{"id": "1", "questions": )" +
         std::string(questions) + "}]}]}";
}

}  // namespace

TEST_CASE("SurveyMonkey: answers are joined with the details by their ids") {
  const auto context = context_with(kMonkeyDetails);
  CHECK(context.definition->external_id == "77");
  CHECK(context.definition->title == "Can test");
  const auto parsed = parse_good(
      monkey_response(
          R"([{"id": "10", "answers": [{"choice_id": "12"}, {"other_id": "13", "text": "Mauve"}]},
                          {"id": "20", "answers": [{"row_id": "21", "choice_id": "209"}]}])"),
      context);
  REQUIRE(parsed.responses.size() == 1);
  const auto& response = parsed.responses[0];
  CHECK(response.id == "98765432101");
  CHECK(response.respondent ==
        std::vector<std::pair<std::string, std::string>>{{"ip_address", "203.0.113.9"}});
  CHECK(question(parsed, "10").title == "Which can");
  CHECK(answer(response, "10").choices.front() == Choice{"12", "Blue"});
  CHECK(answer(response, "10").other_text == "Mauve");
  CHECK(question(parsed, "20").kind == QuestionKind::nps);
  CHECK(answer(response, "20").number == 9);
}

TEST_CASE("SurveyMonkey: words with weights are choices, N/A is no answer, rows hold their rank") {
  const auto context = context_with(kMonkeyDetails);
  const auto parsed = parse_good(
      monkey_response(
          R"([{"id": "40", "answers": [{"row_id": "41", "choice_id": "401"}, {"row_id": "42", "choice_id": "403"}]},
              {"id": "30", "answers": [{"row_id": "31", "choice_id": "302"}, {"row_id": "32", "choice_id": "301"}]}])"),
      context);
  const auto& response = parsed.responses[0];
  CHECK(answer(response, "40/41").choices.front().label == "Bad");
  CHECK(question(parsed, "40/41").kind == QuestionKind::single_choice);
  CHECK(question(parsed, "40/41").parent_id == "40");
  CHECK(answer(response, "40/42").state == AnswerState::not_applicable);
  CHECK(answer(response, "30/31").number == 2);
  CHECK(answer(response, "30/32").number == 1);
  CHECK(has_note(parse_good(kMonkeyDetails), "2 choices of ratings are words with weights"));
}

TEST_CASE("SurveyMonkey: an answer given twice counts once, an unknown choice keeps its id") {
  const auto context = context_with(kMonkeyDetails);
  const auto parsed = parse_good(
      monkey_response(
          R"([{"id": "10", "answers": [{"choice_id": "11"}, {"choice_id": "11"}, {"choice_id": "19"}]}])"),
      context);
  const auto& choices = answer(parsed.responses[0], "10").choices;
  REQUIRE(choices.size() == 2);
  CHECK(choices[1].id == "19");
  CHECK(has_note(parsed, "1 answers name choices that the details lack"));
}

TEST_CASE("SurveyMonkey: over quota and disqualified are not partial") {
  const auto status = [](std::string_view name) {
    return parse_good(monkey_response("[]", "1", name)).responses.at(0).status;
  };
  CHECK(status("partial") == ResponseStatus::partial);
  CHECK(status("overquota") == ResponseStatus::over_quota);
  CHECK(status("disqualified") == ResponseStatus::screened_out);
}

TEST_CASE("SurveyMonkey: what holds no answers says what to fetch") {
  CHECK(parse_bad(R"({"name": "x", "event_type": "response_completed", "object_type": "response",
                      "object_id": "1", "resources": {"survey_id": "77"}})")
            .what.find("holds no answers") != std::string::npos);
  const auto overview = parse_bad(
      R"({"per_page": 2, "data": [{"id": "1", "href": "https://api.surveymonkey.net/v3/x"}]})");
  CHECK(overview.where == "/data/0/pages");
}

TEST_CASE("SurveyMonkey: the webhook of a deleted response deletes it") {
  const auto parsed = parse_good(
      R"({"name":"hook","filter_type":"survey","filter_id":"45","event_type":"response_deleted","event_id":"1","event_datetime":"2026-03-02T10:00:00+00:00","object_type":"response","object_id":"10163253","resources":{"respondent_id":"10163253","survey_id":"45"}})");
  REQUIRE(parsed.responses.size() == 1);
  CHECK(parsed.responses[0].id == "10163253");
  CHECK(parsed.responses[0].status == ResponseStatus::deleted);
  CHECK(parsed.responses[0].answers.empty());
  CHECK(to_iso8601(parsed.responses[0].updated_at.value()) == "2026-03-02T10:00:00Z");
}

TEST_CASE("an export says whether it is whole, a part or a form") {
  const auto extent = [](std::string_view document) {
    CollectedRows rows;
    const auto facts = read_survey_export(document, survey_context(), rows);
    INFO(document);
    REQUIRE(facts);
    return facts->extent;
  };
  const std::string items =
      R"("items":[{"token":"a","submitted_at":"2026-03-01T12:00:00Z","answers":[]}]})";
  CHECK(extent(R"({"total_items":1,)" + items) == ExportExtent::whole);
  CHECK(extent(R"({"total_items":2,)" + items) == ExportExtent::part);
  CHECK(
      extent(
          R"({"id":"abc","title":"T","fields":[{"id":"f0","type":"short_text","title":"Why?","properties":{}}],"thankyou_screens":[]})") ==
      ExportExtent::form);
  const std::string google =
      R"({"responses":[{"responseId":"c","lastSubmittedTime":"2026-03-01T12:00:00Z","answers":{}}])";
  CHECK(extent(google + "}") == ExportExtent::whole);
  CHECK(extent(google + R"(,"nextPageToken":"x"})") == ExportExtent::part);
  CHECK(extent("id,Why?\n1,a\n") == ExportExtent::whole);
}

TEST_CASE("Qualtrics: shown and skipped, and never shown, are told apart") {
  const auto parsed = parse_good(R"({"responses": [
    {"responseId": "R_1", "values": {"startDate": "2026-03-01T10:00:00Z", "endDate": "2026-03-01T10:05:00Z",
       "recordedDate": "2026-03-01T10:05:01Z", "status": 0, "finished": 1, "ipAddress": "203.0.113.9",
       "userLanguage": "DE", "creator": "lena", "QID1": 5, "QID2": ["2", "3"], "QID3_TEXT": "hi",
       "QID5_4_TEXT": "mine", "QID5": 4, "QID9": 10, "QID9_NPS_GROUP": 3, "QID7_DO": ["1"], "1_QID8": 2},
     "labels": {"QID1": "Good", "QID2": ["Tue", "Wed"], "QID5": "Other", "1_QID8": "Two"},
     "displayedFields": ["QID1", "QID2", "QID3_TEXT", "QID4", "QID5", "QID9"]},
    {"responseId": "R_2", "values": {"status": 1, "QID1": 5}},
    {"responseId": "R_3", "values": {"status": 8, "QID1": 5}},
    {"responseId": "R_4", "values": {"finished": 0, "QID1": -99}, "labels": {}, "displayedFields": ["QID1"]}]})");
  REQUIRE(parsed.responses.size() == 2);
  CHECK(parsed.excluded.size() == 2);
  const auto& first = parsed.responses[0];
  CHECK(first.language == "DE");
  CHECK(first.hidden == std::vector<std::pair<std::string, std::string>>{{"creator", "lena"}});
  CHECK(answer(first, "QID1").choices == std::vector<Choice>{{"5", "Good"}});
  CHECK(answer(first, "QID2").choices == std::vector<Choice>{{"2", "Tue"}, {"3", "Wed"}});
  CHECK(answer(first, "QID3").text == "hi");
  CHECK(answer(first, "QID4").state == AnswerState::not_answered);
  CHECK(answer(first, "QID5").other_text == "mine");
  CHECK(answer(first, "QID9").number == 10);
  CHECK(question(parsed, "QID9").kind == QuestionKind::nps);
  CHECK(answer(first, "1_QID8").choices == std::vector<Choice>{{"2", "Two"}});
  CHECK(find_answer(first, "QID7") == nullptr);
  const auto& last = parsed.responses[1];
  CHECK(last.status == ResponseStatus::partial);
  CHECK(answer(last, "QID1").state == AnswerState::not_answered);
  CHECK(answer(last, "QID2").state == AnswerState::not_shown);
}

TEST_CASE("Qualtrics: one bad line of many is set aside with its number") {
  const auto parsed = parse_good(
      "{\"responseId\": \"R_1\", \"values\": {\"QID1\": 1}}\n"
      "{\"responseId\": \"R_2\", \"values\": \n"
      "\n"
      "{\"responseId\": \"R_3\", \"values\": {\"QID1\": 2}}\n");
  CHECK(parsed.responses.size() == 2);
  REQUIRE(parsed.rejected.size() == 1);
  CHECK(parsed.rejected[0].where == "line 2");
}

TEST_CASE("Qualtrics: choices may be a map or a list, and recoded") {
  const auto parsed =
      parse_good(R"({"SurveyEntry": {"SurveyID": "SV_1", "SurveyName": "Pulse"}, "SurveyElements": [
    {"Element": "SQ", "Payload": {"QuestionID": "QID1", "DataExportTag": "Q1", "QuestionText": "<b>Which</b>&amp; why ${e://Field/creator}?",
       "QuestionType": "MC", "Selector": "SAVR", "Choices": {"1": {"Display": "Red"}, "4": {"Display": "Not applicable"}},
       "RecodeValues": {"1": 7, "4": "9"}}},
    {"Element": "SQ", "Payload": {"QuestionID": "QID2", "QuestionText": "NPS", "QuestionType": "MC", "Selector": "NPS",
       "Choices": [{"Display": "0"}, {"Display": "1"}]}},
    {"Element": "SQ", "Payload": {"QuestionID": "QID3", "QuestionText": "Rate", "QuestionType": "Matrix", "Selector": "Likert",
       "SubSelector": "SingleAnswer", "Choices": {"1": {"Display": "Taste"}, "2": {"Display": "Price"}},
       "Answers": {"1": {"Display": "Bad"}, "2": {"Display": "Good"}}}},
    {"Element": "SQ", "Payload": {"QuestionID": "QID4", "QuestionText": "Empty", "QuestionType": "MC", "Selector": "SAVR", "Choices": []}},
    {"Element": "FL", "Payload": {"Flow": [{"Type": "EmbeddedData", "EmbeddedData": [{"Field": "creator"}]}]}},
    {"Element": "BL", "Payload": [{"Type": "Trash", "BlockElements": [{"QuestionID": "QID4"}]}]}]})");
  CHECK(parsed.definition.external_id == "SV_1");
  CHECK(parsed.definition.hidden_fields == std::vector<std::string>{"creator"});
  const auto& first = question(parsed, "QID1");
  CHECK(first.title == "Which & why …?");
  CHECK(knows_choice(first, "7", "Red"));
  CHECK(question(parsed, "QID2").kind == QuestionKind::nps);
  CHECK(question(parsed, "QID3_2").title == "Rate: Price");
  CHECK(knows_choice(question(parsed, "QID3_2"), "2", "Good"));
  CHECK(question(parsed, "QID4").choices.empty());
  CHECK(has_note(parsed, "1 deleted questions"));
  // "Not applicable" is no answer.
  auto context = survey_context();
  context.definition = parsed.definition;
  const auto answered = parse_good(
      R"({"responses": [{"responseId": "R_1", "values": {"QID1": 9}, "labels": {"QID1": "Not applicable"}}]})",
      context);
  CHECK(answer(answered.responses[0], "QID1").state == AnswerState::not_applicable);
}

TEST_CASE("Google Forms: typed text that is no option is other text, rows are questions") {
  const auto context = context_with(R"({"formId": "F1", "info": {"title": "Pulse"}, "items": [
    {"itemId": "00aa", "title": "Which?", "questionItem": {"question": {"questionId": "q1",
       "choiceQuestion": {"type": "CHECKBOX", "options": [{"value": "Red"}, {"value": "A, B"}, {"isOther": true}]}}}},
    {"itemId": "00bb", "title": "How likely are you to recommend us?", "questionItem": {"question": {"questionId": "q2",
       "scaleQuestion": {"low": 1, "high": 10}}}},
    {"itemId": "00cc", "title": "Rate", "questionGroupItem": {"grid": {"columns": {"type": "RADIO", "options": [{"value": "Good"}]}},
       "questions": [{"questionId": "q3", "rowQuestion": {"title": "Taste"}}]}},
    {"itemId": "00dd", "pageBreakItem": {}}]})");
  const auto parsed = parse_good(R"({"responses": [
    {"responseId": "A1", "createTime": "2026-03-01T10:00:00Z", "lastSubmittedTime": "2026-03-01T10:00:00.123456789Z",
     "respondentEmail": "a@example.org", "answers": {
      "q1": {"questionId": "q1", "textAnswers": {"answers": [{"value": "A, B"}, {"value": "Mauve"}]}},
      "q2": {"questionId": "q2", "textAnswers": {"answers": [{"value": "10"}]}},
      "q3": {"questionId": "q3", "textAnswers": {"answers": [{"value": "Good"}]}},
      "q9": {"questionId": "q9", "fileUploadAnswers": {"answers": [{"fileId": "x", "fileName": "a.png"}]}}}},
    {"responseId": "A2", "createTime": "2026-03-01T10:00:00Z", "lastSubmittedTime": "2026-03-01T10:00:00Z"}]})",
                                 context);
  REQUIRE(parsed.responses.size() == 2);
  const auto& first = parsed.responses[0];
  CHECK(answer(first, "q1").choices == std::vector<Choice>{{"A, B", "A, B"}, {"other", "Other"}});
  CHECK(answer(first, "q1").other_text == "Mauve");
  CHECK(answer(first, "q2").number == 10);
  // Asked from 1 to 10: a scale, never silently an NPS.
  CHECK(question(parsed, "q2").kind == QuestionKind::scale);
  CHECK(question(parsed, "q3").parent_id == "00cc");
  CHECK(answer(first, "q9").text == "a.png");
  CHECK(first.respondent.front().second == "a@example.org");
  CHECK(parsed.responses[1].answers.empty());
}

TEST_CASE("Google Forms: an edit is the same response in a later version") {
  const auto parsed = parse_good(R"({"responses": [
    {"responseId": "A1", "createTime": "2026-03-01T10:00:00Z", "lastSubmittedTime": "2026-03-02T10:00:00.5Z",
     "answers": {"q": {"textAnswers": {"answers": [{"value": "new"}]}}}},
    {"responseId": "A1", "createTime": "2026-03-01T10:00:00Z", "lastSubmittedTime": "2026-03-02T10:00:00Z",
     "answers": {"q": {"textAnswers": {"answers": [{"value": "old"}]}}}}]})");
  REQUIRE(parsed.responses.size() == 1);
  CHECK(answer(parsed.responses[0], "q").text == "new");
  CHECK(parsed.excluded.size() == 1);
}

TEST_CASE("Formbricks: the latest of created, updated and finished counts") {
  const auto body = [](std::string_view event,
                       std::string_view updated,
                       std::string_view finished) {
    return std::string(R"({"event": ")") + std::string(event) +
           R"(", "data": {"id": "r1", "surveyId": "s1", "finished": )" + std::string(finished) +
           R"(, "createdAt": "2026-03-01T10:00:00Z", "updatedAt": ")" + std::string(updated) +
           R"(", "contact": null, "meta": {"url": "https://x", "country": "DE"}, "data": {"q1": "Ocean", "q2": ["a", "b"], "q3": "", "q4": {"Taste": "Good"}}}})";
  };
  const auto parsed = parse_good(body("responseFinished", "2026-03-01T10:01:00Z", "true"));
  const auto& response = parsed.responses.at(0);
  CHECK(response.status == ResponseStatus::completed);
  CHECK(answer(response, "q1").text == "Ocean");
  CHECK(answer(response, "q2").choices.size() == 2);
  CHECK(answer(response, "q3").state == AnswerState::not_answered);
  CHECK(answer(response, "q4/Taste").choices.front().label == "Good");
  CHECK(response.updated_at > response.started_at);
  CHECK(
      parse_good(body("responseUpdated", "2026-03-01T10:00:30Z", "false")).responses.at(0).status ==
      ResponseStatus::partial);
}

TEST_CASE("Formbricks: answers carry labels, which the survey turns into choices") {
  const auto context = context_with(
      R"({"data": {"id": "s1", "name": "Pulse", "endings": [], "hiddenFields": {"fieldIds": ["utm"]},
    "questions": [{"id": "q1", "type": "multipleChoiceSingle", "headline": {"default": "<p>What?</p>"},
      "choices": [{"id": "c1", "label": {"default": "Ocean"}}, {"id": "other", "label": {"default": "Other"}}]},
      {"id": "q2", "type": "nps", "headline": {"default": "Recommend?"}},
      {"id": "q3", "type": "cta", "headline": {"default": "Go?"}}]}})");
  const auto parsed = parse_good(
      R"({"data": [{"id": "r1", "surveyId": "s1", "finished": true, "updatedAt": "2026-03-01T10:00:00Z",
      "data": {"q1": "Ocean", "q2": 0, "q3": "dismissed", "utm": "insta"}},
     {"id": "r2", "surveyId": "s1", "finished": true, "updatedAt": "2026-03-01T10:00:00Z", "data": {"q1": "A lake"}}]})",
      context);
  CHECK(answer(parsed.responses[0], "q1").choices == std::vector<Choice>{{"c1", "Ocean"}});
  CHECK(answer(parsed.responses[0], "q2").number == 0);
  CHECK(answer(parsed.responses[0], "q3").number == 0);
  CHECK(parsed.responses[0].hidden.front().first == "utm");
  CHECK(answer(parsed.responses[1], "q1").other_text == "A lake");
}

TEST_CASE("Tally: options come as ids, null was skipped, flags of checkboxes are no answers") {
  const auto parsed = parse_good(
      R"([{"eventId": "e", "eventType": "FORM_RESPONSE", "createdAt": "2026-03-01T10:00:00Z",
   "data": {"responseId": "R", "submissionId": "S", "respondentId": "P", "formId": "F", "formName": "Pulse",
    "createdAt": "2026-03-01T10:00:00Z", "fields": [
     {"key": "question_a", "label": "Which?", "type": "CHECKBOXES", "value": ["o1", "typed"],
      "options": [{"id": "o1", "text": "Red"}]},
     {"key": "question_a_o1", "label": "Which? Red", "type": "CHECKBOXES", "value": true},
     {"key": "question_b", "label": "Rate", "type": "LINEAR_SCALE", "value": 7},
     {"key": "question_c", "label": "Say", "type": "TEXTAREA", "value": null},
     {"key": "question_d_u", "label": "utm", "type": "HIDDEN_FIELDS", "value": "x"},
     {"key": "question_e", "label": "Mail", "type": "INPUT_EMAIL", "value": "a@example.org"},
     {"key": "question_f", "label": "Grid", "type": "MATRIX", "value": {"r1": ["c1"]},
      "rows": [{"id": "r1", "text": "Taste"}], "columns": [{"id": "c1", "text": "Good"}]}]
}
}])");
  const auto& response = parsed.responses.at(0);
  CHECK(response.id == "S");
  CHECK(answer(response, "question_a").choices.front() == Choice{"o1", "Red"});
  CHECK(answer(response, "question_a").other_text == "typed");
  CHECK(find_answer(response, "question_a_o1") == nullptr);
  CHECK(answer(response, "question_b").number == 7);
  CHECK(answer(response, "question_c").state == AnswerState::not_answered);
  CHECK(response.hidden.front() == std::pair<std::string, std::string>{"utm", "x"});
  CHECK(find_answer(response, "question_e") == nullptr);
  CHECK(answer(response, "question_f/r1").choices.front().label == "Good");
  CHECK(question(parsed, "question_f/r1").title == "Grid: Taste");
}

TEST_CASE("Jotform: ids beyond 2^53 keep every digit, entities and JSON in texts are read") {
  const auto parsed = parse_good(
      R"({"content": [{"id": "5371065933426142739", "form_id": "61005935839359", "ip": "203.0.113.27",
    "created_at": "2026-03-01 10:00:00", "updated_at": "2026-03-02 10:00:00", "status": "ACTIVE", "answers": {
     "1": {"name": "say", "text": "Say", "type": "control_textarea", "answer": "I&#039;ll\r\nbe back"},
     "2": {"text": "<h1>Hi</h1>", "type": "control_text"},
     "3": {"text": "Pick", "type": "control_checkbox", "answer": ["Red", "Blue"]},
     "4": {"text": "Name", "type": "control_fullname", "answer": {"first": "A", "last": "B"}, "prettyFormat": "A B"},
     "5": {"text": "Crew", "type": "control_matrix", "answer": {"Cook<br />": "[\"1\",\"8\"]", "Taste\t": "Good"}},
     "6": {"text": "When", "type": "control_datetime", "answer": {"year": "2026", "month": "7", "day": "9"}},
     "7": {"text": "Files", "type": "control_fileupload", "answer": []},
     "8": {"text": "Skipped", "type": "control_radio"}}},
    {"id": "5371065933426142740", "form_id": "61005935839359", "status": "DELETED", "answers": []}]})");
  REQUIRE(parsed.responses.size() == 2);
  const auto& response = parsed.responses[0];
  CHECK(response.id == "5371065933426142739");
  CHECK(parsed.responses[1].id == "5371065933426142740");
  CHECK(parsed.responses[1].status == ResponseStatus::deleted);
  CHECK(response.times_are_local);
  CHECK(answer(response, "1").text == "I'll\nbe back");
  CHECK(find_answer(response, "2") == nullptr);
  CHECK(answer(response, "3").choices.size() == 2);
  CHECK(find_answer(response, "4") == nullptr);
  CHECK(answer(response, "5/Cook").choices.size() == 2);
  CHECK(answer(response, "5/Taste").choices.front().label == "Good");
  CHECK(answer(response, "6").text == "2026-07-09");
  CHECK(answer(response, "7").state == AnswerState::not_answered);
  CHECK(answer(response, "8").state == AnswerState::not_answered);
}

TEST_CASE("Kobo: names of choices stand apart by spaces, groups and rounds keep their place") {
  const auto parsed = parse_good(R"({"content": {"survey": [
     {"type": "begin_group", "name": "g"}, {"type": "select_multiple food or_other", "name": "eats", "label": ["What?", "Was?"]},
     {"type": "end_group"}, {"type": "integer", "name": "age", "label": "Age"},
     {"type": "begin_repeat", "name": "kids"}, {"type": "text", "name": "kid", "label": "Name"}, {"type": "end_repeat"}],
     "choices": [{"list_name": "food", "name": "pizza", "label": ["Pizza!", null]}, {"list_name": "food", "name": "rice", "label": [null, "Reis"]}]},
   "submissions": [{"_id": 5, "_uuid": "a", "meta/instanceID": "uuid:zz", "_submission_time": "2026-03-01T10:00:00",
     "g/eats": "pizza other", "g/eats_other": "fog", "age": "31", "_submitted_by": "bob",
     "kids": [{"kids/kid": "Ann"}, {"kids/kid": "Ben"}]}]})");
  const auto& response = parsed.responses.at(0);
  CHECK(response.id == "5");
  CHECK_FALSE(response.times_are_local);  // UTC, though it does not say so
  CHECK(answer(response, "g/eats").choices ==
        std::vector<Choice>{{"pizza", "Pizza!"}, {"other", "Other"}});
  CHECK(answer(response, "g/eats").other_text == "fog");
  CHECK(knows_choice(question(parsed, "g/eats"), "rice", "Reis"));
  CHECK(answer(response, "age").number == 31);
  CHECK(answer(response, "kids/kid").text == "Ann");
  CHECK(answer(response, "kids/kid#2").text == "Ben");
  CHECK(response.respondent.front().second == "bob");
}

TEST_CASE("Kobo: an edit changes the uuid, the id stays") {
  const auto parsed = parse_good(R"({"results": [
    {"_id": 5, "_uuid": "old", "meta/rootUuid": "uuid:root", "_submission_time": "2026-03-01T10:00:00", "q": "a"},
    {"_id": 5, "_uuid": "new", "meta/rootUuid": "uuid:root", "_submission_time": "2026-03-01T10:00:00", "q": "b"}]})");
  REQUIRE(parsed.responses.size() == 1);
  CHECK(parsed.responses[0].id == "root");
  CHECK(answer(parsed.responses[0], "q").text == "b");
}

TEST_CASE("ODK Central: a soft-deleted submission is deleted") {
  const auto parsed = parse_good(
      R"({"value": [{"__id": "uuid:1", "__system": {"submissionDate": "2026-03-01T10:00:00Z",
     "updatedAt": null, "deletedAt": "2026-03-02T10:00:00Z"}, "g": {"q": "a"}}]})");
  CHECK(parsed.responses.at(0).status == ResponseStatus::deleted);
  CHECK(answer(parsed.responses[0], "g/q").text == "a");
}

TEST_CASE("Alchemer: Eastern time is told by its name, empty maps come as lists, tests stay out") {
  const auto parsed = parse_good(R"({"result_ok": true, "data": [
    {"id": "1", "status": "Complete", "is_test_data": "0", "date_submitted": "2026-07-01 10:00:00 EDT",
     "date_started": "2026-01-01 10:00:00 EST", "url_variables": [], "survey_data": {
      "2": {"id": 2, "type": "RADIO", "question": "Which?", "answer": "Red", "answer_id": 10001, "shown": true},
      "3": {"id": 3, "type": "parent", "question": "Pick", "shown": true, "options": {
        "10": {"id": 10, "option": "A", "answer": "A"}, "11": {"id": "11-other", "option": "Other", "answer": "mine"}}},
      "4": {"id": 4, "type": "TEXTBOX", "question": "Never", "shown": false},
      "5": {"id": 5, "type": "TEXTBOX", "question": "Empty", "shown": true}}},
    {"id": "2", "status": "Complete", "is_test_data": "1", "survey_data": []}]})");
  REQUIRE(parsed.responses.size() == 1);
  const auto& response = parsed.responses[0];
  CHECK(response.submitted_at == parse_iso8601("2026-07-01T14:00:00Z"));
  CHECK(response.started_at == parse_iso8601("2026-01-01T15:00:00Z"));
  CHECK_FALSE(response.times_are_local);
  CHECK(answer(response, "2").choices == std::vector<Choice>{{"10001", "Red"}});
  CHECK(answer(response, "3").other_text == "mine");
  CHECK(answer(response, "4").state == AnswerState::not_shown);
  CHECK(answer(response, "5").state == AnswerState::not_answered);
  CHECK(parsed.excluded.size() == 1);
}

TEST_CASE("SurveyJS: results are read by their model, numbers match choices given as texts") {
  const auto context =
      context_with(R"({"title": {"default": "Pulse"}, "pages": [{"name": "p", "elements": [
    {"type": "panel", "name": "x", "elements": [{"type": "checkbox", "name": "eats", "title": "What?",
      "choices": ["rice", {"value": 2, "text": "Pizza"}]}]},
    {"type": "matrix", "name": "rate", "columns": [{"value": 1, "text": "Bad"}], "rows": ["taste"]},
    {"type": "file", "name": "pic"}]}]})");
  const auto parsed =
      parse_good(R"([{"eats": [2, "other"], "eats-Comment": "fog", "rate": {"taste": "1"},
    "pic": [{"name": "a.png", "type": "image/png", "content": "data:image/png;base64,AAAA"}]}])",
                 context);
  const auto& response = parsed.responses.at(0);
  CHECK(parsed.definition.provider == "surveyjs");
  CHECK(answer(response, "eats").choices ==
        std::vector<Choice>{{"2", "Pizza"}, {"other", "Other"}});
  CHECK(answer(response, "eats").other_text == "fog");
  CHECK(answer(response, "rate/taste").choices.front().label == "Bad");
  CHECK(answer(response, "pic").text == "a.png");
}

TEST_CASE("LimeSurvey: JSON in both shapes and the base64 of RemoteControl give the same") {
  const std::string plain =
      R"({"responses": [{"id": "1", "submitdate": "2026-03-01 10:00:00", "Q1": "5"}, {"id": "2", "submitdate": "2026-03-01 10:00:00", "Q1": "7"}]})";
  const std::string keyed =
      R"({"responses": [{"1": {"id": "1", "submitdate": "2026-03-01 10:00:00", "Q1": "5"}}, {"2": {"id": "2", "submitdate": "2026-03-01 10:00:00", "Q1": "7"}}]})";
  const auto a = parse_good(plain);
  const auto b = parse_good(keyed);
  REQUIRE(a.responses.size() == 2);
  CHECK(a.responses[0].where == "/responses/0");
  CHECK(b.responses[1].where == "/responses/1");
  CHECK(a.responses[1].answers == b.responses[1].answers);
  const auto c = parse_good(
      R"({"id": 1, "error": null, "result": "aWQ7UTEKMTs1CjI7NwoK"})");  // a table of two rows
  CHECK(c.responses.size() == 2);
  CHECK(
      parse_bad(
          R"({"id": 1, "error": null, "result": {"status": "No Data, survey table does not exist."}})")
          .what.find("No Data") != std::string::npos);
  CHECK(parse_bad(R"({"id": 1, "result": "***"})").where == "/result");
}

TEST_CASE("records of any origin: newline-delimited, nested, with a bad line") {
  const auto parsed = parse_good(
      "{\"id\": 9007199254740993, \"a\": {\"b\": 1}, \"why\": \"one\\ntwo\"}\n"
      "[1]\n"
      "{\"id\": 9007199254740994, \"a\": {\"b\": 2}, \"why\": \"x\"}\n");
  REQUIRE(parsed.responses.size() == 2);
  CHECK(parsed.responses[0].id == "9007199254740993");
  CHECK(parsed.responses[1].where == "line 3");
  REQUIRE(parsed.rejected.size() == 1);
  CHECK(parsed.rejected[0].where == "line 2");
}

TEST_CASE("records with a time that Typeform names too are records") {
  for (const auto* document :
       {"{\"id\":\"1\",\"submitted_at\":\"2026-03-01T10:00:00Z\",\"Why?\":\"a\"}\n"
        "{\"id\":\"2\",\"submitted_at\":\"2026-03-01T10:00:00Z\",\"Why?\":\"b\"}\n",
        R"([{"id":"1","submitted_at":"2026-03-01T10:00:00Z","Why?":"a"},{"id":"2","Why?":"b"}])"}) {
    INFO(document);
    const auto parsed = parse_good(document);
    CHECK(parsed.definition.provider == "json");
    CHECK(parsed.responses.size() == 2);
    CHECK(parsed.responses[0].submitted_at);
  }
}

TEST_CASE("a response without an id, or with a NUL in it, is set aside alone") {
  const auto parsed = parse_good(R"({"data": [
    {"surveyId": "s", "finished": true, "data": {}},
    {"id": "r1", "surveyId": "s", "finished": true, "data": {"q": "a\u0000b"}},
    {"id": "r2", "surveyId": "s", "finished": true, "data": {"q": "ok"}}, 7]})");
  CHECK(parsed.responses.size() == 1);
  REQUIRE(parsed.rejected.size() == 3);
  CHECK(parsed.rejected[0].where == "/data/0");
  CHECK(parsed.rejected[2].where == "/data/3");
}

TEST_CASE("times that stand for none are unknown, others without a zone are read in the zone") {
  auto context = survey_context("America/New_York");
  const auto parsed = parse_good(R"({"content": [
    {"id": "1", "form_id": "9", "created_at": "0000-00-00 00:00:00", "updated_at": "1970-01-17 10:00:00", "answers": {}},
    {"id": "2", "form_id": "9", "created_at": "2026-11-01 01:30:00", "answers": {}}]})",
                                 context);
  CHECK_FALSE(parsed.responses.at(0).submitted_at);
  CHECK_FALSE(parsed.responses[0].updated_at);
  // The clock is set back that night: the earlier of both instants.
  CHECK(parsed.responses.at(1).submitted_at == parse_iso8601("2026-11-01T05:30:00Z"));
  CHECK(parsed.responses[1].times_are_local);
}

TEST_CASE("documents that are broken, UTF-16 or too deep say where") {
  CHECK(parse_bad("{\"surveyId\": \"s\", \"finished\": true, \"data\": {").where.find("line 1") ==
        0);
  const std::string deep =
      "{\"survey_data\": " + std::string(100, '[') + std::string(100, ']') + "}";
  CHECK(parse_bad(deep).what.find("not valid JSON") != std::string::npos);
  CHECK_FALSE(parse_bad(std::string("{\"survey_data\": \"\xFF\"}")).where.empty());
}
