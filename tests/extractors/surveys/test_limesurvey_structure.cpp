#include "extractors/surveys/limesurvey_structure.h"
#include "tests/extractors/surveys/parse_helpers.h"

#include <string>

using namespace muster;

namespace {

std::string row(std::initializer_list<std::pair<const char*, const char*>> fields) {
  std::string text = "<row>";
  for (const auto& [name, value] : fields) {
    text += std::string("<") + name + "><![CDATA[" + value + "]]></" + name + ">";
  }
  return text + "</row>";
}

std::string section(const std::string& name, const std::string& rows) {
  return "<" + name + "><rows>" + rows + "</rows></" + name + ">";
}

std::string ask(const char* qid,
                const char* group,
                const char* type,
                const char* code,
                const char* text,
                const char* order,
                const char* other = "N") {
  return row({{"qid", qid},
              {"parent_qid", "0"},
              {"gid", group},
              {"type", type},
              {"title", code},
              {"question", text},
              {"other", other},
              {"question_order", order},
              {"language", "en"}});
}

std::string sub(const char* qid,
                const char* parent,
                const char* code,
                const char* text,
                const char* order,
                const char* scale = "0") {
  return row({{"qid", qid},
              {"parent_qid", parent},
              {"title", code},
              {"question", text},
              {"question_order", order},
              {"scale_id", scale},
              {"language", "en"}});
}

std::string answer_row(const char* qid,
                       const char* code,
                       const char* text,
                       const char* order,
                       const char* language = "en") {
  return row({{"qid", qid},
              {"code", code},
              {"answer", text},
              {"sortorder", order},
              {"language", language},
              {"scale_id", "0"}});
}

// A structure of our own: two groups, in the order that the groups say.
std::string structure() {
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!-- ours -->\n<document>"
         "<LimeSurveyDocType>Survey</LimeSurveyDocType><DBVersion>261</DBVersion>" +
         section("answers",
                 answer_row("1", "A2", "Story", "2") + answer_row("1", "A1", "Reel", "1") +
                     answer_row("1", "A1", "Das Reel", "1", "de") +
                     answer_row("3", "1", "Agree", "1") + answer_row("3", "2", "Disagree", "2")) +
         section("groups",
                 row({{"gid", "7"}, {"group_order", "2"}}) +
                     row({{"gid", "8"}, {"group_order", "1"}})) +
         section("questions",
                 ask("1", "7", "L", "seen", "<b>Which&nbsp;post</b> did you see?", "1", "Y") +
                     ask("2", "7", "M", "brands", "Which brands?", "2") +
                     ask("3", "8", "F", "agree", "How much do you agree?", "1") +
                     ask("4", "8", "5", "stars", "How many stars?", "2") +
                     ask("5", "8", "X", "intro", "Welcome", "0") +
                     ask("6", "8", "1", "dual", "Now and then", "3") +
                     ask("9", "8", ";", "cells", "Tell us", "4")) +
         section("subquestions",
                 sub("21", "2", "SQ2", "Bravo", "2") + sub("22", "2", "SQ1", "Alpha", "1") +
                     sub("31", "3", "SQ1", "It is good", "1") +
                     sub("61", "6", "SQ1", "Taste", "1") + sub("91", "9", "Y1", "Monday", "1") +
                     sub("92", "9", "X1", "Meal", "1", "1")) +
         section("surveys", row({{"sid", "4711"}, {"language", "en"}})) +
         section("surveys_languagesettings",
                 row({{"surveyls_language", "de"}, {"surveyls_title", "Frühling"}}) +
                     row({{"surveyls_language", "en"}, {"surveyls_title", "Spring <i>wave</i>"}})) +
         "</document>";
}

}  // namespace

TEST_CASE("a LimeSurvey structure gives the questionnaire under the codes of its exports") {
  const auto read = read_limesurvey_structure(structure());
  REQUIRE(read);
  CHECK(read->provider == "limesurvey");
  CHECK(read->external_id == "4711");
  CHECK(read->title == "Spring wave");
  std::vector<std::string> ids;
  for (const Question& question : read->questions) {
    ids.push_back(question.id);
  }
  CHECK(ids == std::vector<std::string>{"agree",
                                        "agree[SQ1]",
                                        "stars",
                                        "dual",
                                        "dual[SQ1/1]",
                                        "dual[SQ1/2]",
                                        "cells",
                                        "cells[Y1_X1]",
                                        "seen",
                                        "brands"});
  const auto at = [&](const char* id) {
    return *std::find_if(read->questions.begin(), read->questions.end(), [&](const Question& q) {
      return q.id == id;
    });
  };
  CHECK(at("seen").title == "Which post did you see?");
  CHECK(at("seen").kind == QuestionKind::single_choice);
  CHECK(at("seen").choices ==
        std::vector<Choice>{{"A1", "Reel"}, {"A2", "Story"}, {"other", "Other"}});
  CHECK(at("brands").choices == std::vector<Choice>{{"SQ1", "Alpha"}, {"SQ2", "Bravo"}});
  CHECK(at("agree").kind == QuestionKind::matrix);
  CHECK(at("agree[SQ1]").parent_id == "agree");
  CHECK(at("agree[SQ1]").kind == QuestionKind::single_choice);
  CHECK(at("agree[SQ1]").choices.size() == 2);
  CHECK(at("stars").scale_max == 5.0);
  CHECK(at("cells[Y1_X1]").title == "Monday, Meal");
}

TEST_CASE("structures of version 4 and later keep their texts apart") {
  const std::string document =
      "<document><LimeSurveyDocType>Survey</LimeSurveyDocType>" +
      section("answers", row({{"aid", "5"}, {"qid", "1"}, {"code", "A1"}, {"sortorder", "0"}})) +
      section("answer_l10ns",
              row({{"aid", "5"}, {"answer", "Ja"}, {"language", "de"}}) +
                  row({{"aid", "5"}, {"answer", "Yes"}, {"language", "en"}})) +
      section("question_l10ns",
              row({{"qid", "1"}, {"question", "Gesehen?"}, {"language", "de"}}) +
                  row({{"qid", "1"}, {"question", "Seen?"}, {"language", "en"}})) +
      section("questions", row({{"qid", "1"}, {"gid", "1"}, {"type", "!"}, {"title", "seen"}})) +
      section("surveys", row({{"sid", "1"}, {"language", "en"}})) + "</document>";
  const auto read = read_limesurvey_structure(document);
  REQUIRE(read);
  REQUIRE(read->questions.size() == 1);
  CHECK(read->questions[0].title == "Seen?");
  CHECK(read->questions[0].choices == std::vector<Choice>{{"A1", "Yes"}});
}

TEST_CASE("hostile and foreign XML is refused with its reason") {
  const auto refused = [](const std::string& document) {
    const auto read = read_limesurvey_structure(document);
    REQUIRE_FALSE(read);
    return to_string(read.error());
  };
  const std::string entity =
      "<?xml version=\"1.0\"?>\n<!DOCTYPE document [<!ENTITY a SYSTEM \"file:///etc/passwd\">]>\n" +
      structure().substr(structure().find("<document>"));
  CHECK(refused(entity).find("line 2: declares a document type") != std::string::npos);
  CHECK(refused("<document><LimeSurveyDocType>Group</LimeSurveyDocType></document>")
            .find("no LimeSurvey survey structure") != std::string::npos);
  CHECK(refused("<document>\n<a>\n</b></document>").find("line 3") != std::string::npos);
  std::string deep = "<document><LimeSurveyDocType>Survey</LimeSurveyDocType>";
  for (int i = 0; i < 100'000; ++i) {
    deep += "<a>";
  }
  for (int i = 0; i < 100'000; ++i) {
    deep += "</a>";
  }
  CHECK(refused(deep + "</document>").find("nested deeper") != std::string::npos);
  CHECK(refused("<document><LimeSurveyDocType>Survey</LimeSurveyDocType></document>")
            .find("without a question") != std::string::npos);
  std::string wide = structure();
  const std::string cut = wide.substr(0, wide.size() / 2);
  CHECK_FALSE(read_limesurvey_structure(cut));
}
