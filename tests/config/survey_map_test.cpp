#include "config/survey_map.h"

#include "tests/config/support.h"

#include <catch2/catch.hpp>

using namespace muster;
using muster::testing::problems_of;

namespace {

std::vector<std::string> problems_in(std::string_view text) {
  return problems_of([&] { parse_survey_map(text, "map.toml"); });
}

constexpr std::string_view kGood = R"(title = "Spring wave"
zone = "Europe/Madrid"
full_export = true

[columns]
id = "Nr"
submitted_at = "Marca temporal"
hidden = ["utm_source"]
respondent = ["Correo"]

[[question]]
column = "¿Recomendarías?"
id = "nps"
kind = "nps"
scale_min = 0
scale_max = 10

[[question]]
columns = ["Reel", "Story"]
title = "Where did you see it?"
kind = "multiple_choice"

[[question]]
column = "Bildung"
kind = "single_choice"
not_applicable = ["99"]
choices = [{ id = "1", label = "School" }, { id = "2" }]
)";

}  // namespace

TEST_CASE("a map says what columns are") {
  const SurveyMap map = parse_survey_map(kGood, "map.toml");
  CHECK(map.title == "Spring wave");
  CHECK(map.zone == "Europe/Madrid");
  CHECK(map.full_export);
  REQUIRE(map.columns.size() == 4);
  CHECK(map.columns[0].column == "Nr");
  CHECK(map.columns[0].role == SurveyMap::Role::id);
  REQUIRE(map.questions.size() == 3);
  CHECK(map.questions[0].kind == QuestionKind::nps);
  CHECK(map.questions[0].scale_min == 0.0);
  CHECK(map.questions[1].columns == std::vector<std::string>{"Reel", "Story"});
  CHECK(map.questions[2].choices == std::vector<Choice>{{"1", "School"}, {"2", "2"}});
}

TEST_CASE("a map written as TOML reads back to the same") {
  SurveyMap map = parse_survey_map(kGood, "map.toml");
  map.questions[2].kind = QuestionKind::multiple_choice;
  map.questions[2].separator = "; \"or\" ";
  map.questions[2].other_column = "Other\\#2";
  const std::string text = to_toml(map);
  CHECK(to_toml(parse_survey_map(text, "map.toml")) == text);
  map.columns[0].comment = "different in all rows\nand never empty";
  map.questions[0].comment = "judged from 3 values";
  CHECK(to_toml(map).find("# different in all rows\n# and never empty\nid = ") !=
        std::string::npos);
  CHECK(to_toml(parse_survey_map(to_toml(map), "map.toml")) == text);
  CHECK(problems_in(text).empty());
}

TEST_CASE("an ambiguous scale is not accepted silently") {
  const auto nps = [](const std::string& more) {
    return problems_in("[[question]]\ncolumn = \"a\"\nkind = \"nps\"\n" + more);
  };
  CHECK(nps("scale_min = 0\nscale_max = 10\n").empty());
  REQUIRE(nps("").size() == 1);
  CHECK(nps("").front().find("needs scale_min and scale_max") != std::string::npos);
  REQUIRE(nps("scale_min = 1\nscale_max = 10\n").size() == 1);
  CHECK(nps("scale_min = 1\nscale_max = 10\n").front().find("from 0 to 10") != std::string::npos);
  CHECK(
      problems_in("[[question]]\ncolumn = \"a\"\nkind = \"scale\"\nscale_min = 5\nscale_max = 1\n")
          .front()
          .find("must be above scale_min") != std::string::npos);
}

TEST_CASE("what is wrong with a map is told with its line") {
  CHECK(problems_in("").front().find("maps nothing") != std::string::npos);
  CHECK(problems_in("[columns]\nid = \"a\"\nignord = [\"b\"]\n")
            .front()
            .find("did you mean 'ignored'") != std::string::npos);
  const auto kind = problems_in("[[question]]\ncolumn = \"a\"\nkind = \"npss\"\n");
  REQUIRE_FALSE(kind.empty());
  CHECK(kind.front().starts_with("map.toml:3"));
  CHECK(problems_in("[columns]\nid = \"a\"\nhidden = [\"a\"]\n").front().find("named twice") !=
        std::string::npos);
  CHECK(problems_in("[[question]]\nkind = \"text\"\n").front().find("either column or columns") !=
        std::string::npos);
  CHECK(problems_in("[[question]]\ncolumns = [\"a\", \"b\"]\nkind = \"text\"\n")
            .front()
            .find("has one column") != std::string::npos);
  CHECK(problems_in("[[question]]\ncolumn = \"a\"\nkind = \"text\"\nscale_min = 1\n")
            .front()
            .find("have a scale") != std::string::npos);
  CHECK(problems_in("[[question]]\ncolumn = \"a\"\nkind = \"text\"\nseparator = \";\"\n")
            .front()
            .find("hold lists") != std::string::npos);
  CHECK(problems_in("[[question]]\ncolumns = [\"a\", \"b\"]\nkind = \"multiple_choice\"\nchoices = "
                    "[{ id = \"1\" }]\n")
            .front()
            .find("in their cells") != std::string::npos);
  CHECK(problems_in("[[question]]\ncolumn = \"a\"\nkind = \"text\"\nother_column = \"b\"\n")
            .front()
            .find("'other'") != std::string::npos);
  CHECK(problems_in("zone = \"Mars\"\n[columns]\nid = \"a\"\n").size() == 1);
}
