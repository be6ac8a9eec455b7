#include "extractors/surveys/masking.h"
#include "extractors/surveys/survey_parser.h"
#include "tests/extractors/surveys/parse_helpers.h"

using namespace muster;

namespace {

// Lines of a table with one open question, and what became of it.
ParsedExport with_comments(const std::vector<std::string>& comments) {
  std::string table = "id,Comment\n";
  for (std::size_t i = 0; i < comments.size(); ++i) {
    table += std::to_string(i) + ",\"" + comments[i] + "\"\n";
  }
  return parse_good(table);
}

}  // namespace

TEST_CASE("open text is masked, and kept apart as it was written") {
  const auto parsed = with_comments(
      {"ask anna@mail.example", "call +49 171 1234567", "like @lena.fits", "5 of 10"});
  CHECK(answer(parsed.responses[0], "Comment").text == "ask [email]");
  CHECK(parsed.responses[0].raw_texts == std::vector<RawText>{{0, "ask anna@mail.example", ""}});
  CHECK(answer(parsed.responses[1], "Comment").text == "call [phone]");
  // The name of a public account is what surveys about creators ask for.
  CHECK(answer(parsed.responses[2], "Comment").text == "like @lena.fits");
  CHECK(parsed.responses[2].raw_texts.empty());
  CHECK(parsed.responses[3].raw_texts.empty());
  CHECK(has_note(parsed, "email 1, phone 1"));
  CHECK_FALSE(has_note(with_comments({"nothing", "at all"}), "masked"));
}

TEST_CASE("text beside 'other' is masked, and so are choices that were typed") {
  const auto other = parse_good(
      R"({"total_items":1,"items":[{"token":"t1","submitted_at":"2026-03-01T12:00:00Z","answers":[{"field":{"id":"f","type":"multiple_choice"},"type":"choices","choices":{"labels":["Red"],"other":"ask a@b.example"}}]}]})");
  CHECK(answer(other.responses[0], "f").other_text == "ask [email]");
  REQUIRE(other.responses[0].raw_texts.size() == 1);
  CHECK(other.responses[0].raw_texts[0].other_text == "ask a@b.example");
  const auto typed = parse_good(
      R"({"total_items":1,"items":[{"token":"t1","submitted_at":"2026-03-01T12:00:00Z","answers":[{"field":{"id":"f","type":"multiple_choice"},"type":"choice","choice":{"label":"a@b.example"}}]}]})");
  CHECK(answer(typed.responses[0], "f").choices == std::vector<Choice>{{"[email]", "[email]"}});
  CHECK(typed.responses[0].raw_texts[0].other_text == "a@b.example");
  CHECK(question(typed, "f").choices == std::vector<Choice>{{"[email]", "[email]"}});
}

TEST_CASE("a column of addresses is text, not a list of choices") {
  std::string table = "id,Where can we reach you?\n";
  for (int i = 0; i < 40; ++i) {
    table += std::to_string(i) + (i % 2 == 0 ? ",a@b.example\n" : ",c@d.example\n");
  }
  const auto parsed = parse_good(table);
  CHECK(parsed.definition.questions.front().kind == QuestionKind::text);
  CHECK(parsed.definition.questions.front().choices.empty());
  CHECK(parsed.responses[7].answers.front().text == "[email]");
}

TEST_CASE("e-mail addresses leave hidden fields, ids stay") {
  const auto parsed = parse_good(
      R"({"total_items":1,"items":[{"token":"t1","submitted_at":"2026-03-01T12:00:00Z","hidden":{"contact":"a@b.example","panel":"+491711234567"},"answers":[]}]})");
  const Response& response = parsed.responses[0];
  CHECK(response.hidden == std::vector<std::pair<std::string, std::string>>{
                               {"contact", "[email]"}, {"panel", "+491711234567"}});
  CHECK(std::count(response.respondent.begin(),
                   response.respondent.end(),
                   std::pair<std::string, std::string>("contact", "a@b.example")) == 1);
}

TEST_CASE("dates and addresses of files are left as they are") {
  const auto parsed = parse_good(
      R"({"total_items":1,"items":[{"token":"t1","submitted_at":"2026-03-01T12:00:00Z","answers":[{"field":{"id":"f","type":"file_upload"},"type":"file_url","file_url":"https://files.example/4111111111111111"}]}]})");
  CHECK(answer(parsed.responses[0], "f").text == "https://files.example/4111111111111111");
  CHECK(parsed.responses[0].raw_texts.empty());
}
