#include "extractors/surveys/muster_jsonl.h"
#include "extractors/surveys/out/sav_names.h"
#include "extractors/surveys/out/survey_columns.h"
#include "extractors/surveys/survey_parser.h"
#include "tests/support/temporary_folder.h"

#include <cstdlib>
#include <fstream>
#include <map>
#include <sstream>

#include <catch2/catch.hpp>
#include <readstat.h>

using namespace muster;

namespace {

Timestamp at(const char* text) {
  return parse_iso8601(text).value();
}

SurveyDefinition questionnaire() {
  SurveyDefinition definition;
  definition.provider = "typeform";
  definition.external_id = "abc";
  definition.title = "Frühling – spring";
  definition.hidden_fields = {"panel"};
  definition.questions = {
      {"nps", "", "How likely?", QuestionKind::nps, "", {}, 0, 10},
      {"pick",
       "",
       "Which post?",
       QuestionKind::single_choice,
       "",
       {{"c1", "Reel"}, {"c2", "Story"}},
       {},
       {}},
      {"heard of",
       "",
       "Which have you heard of?",
       QuestionKind::multiple_choice,
       "",
       {{"a", "Fizzolo"}, {"b", "=Quellino"}},
       {},
       {}},
      {"order", "", "Rank", QuestionKind::ranking, "", {{"x", "X"}, {"y", "Y"}}, {}, {}},
      {"grid", "", "Rate", QuestionKind::matrix, "", {}, {}, {}},
      {"grid_taste", "", "Taste", QuestionKind::scale, "grid", {}, 1, 5},
      {"fan", "", "A fan?", QuestionKind::boolean, "", {}, {}, {}},
      {"age", "", "Age", QuestionKind::number, "", {}, {}, {}},
      {"why", "", "Why?", QuestionKind::text, "", {}, {}, {}}};
  return definition;
}

Answer answer(const char* question,
              std::optional<double> number,
              std::vector<Choice> choices = {},
              const char* text = "") {
  Answer made;
  made.question_id = question;
  made.number = number;
  made.choices = std::move(choices);
  made.text = text;
  return made;
}

Answer no_answer(const char* question, AnswerState state) {
  Answer made;
  made.question_id = question;
  made.state = state;
  return made;
}

std::vector<Response> responses() {
  Response full;
  full.id = "r1";
  full.started_at = at("2026-04-08T10:00:00Z");
  full.submitted_at = at("2026-04-08T10:05:00.250Z");
  full.language = "de";
  full.hidden = {{"panel", "seen"}, {"panel", "twice"}, {"utm", "ig"}};
  full.answers = {answer("nps", 9),
                  answer("pick", {}, {{"c2", "Story"}}),
                  answer("heard of", {}, {{"a", "Fizzolo"}, {"", "Homebrew"}}),
                  answer("order", {}, {{"y", "Y"}, {"x", "X"}}),
                  answer("grid_taste", 4),
                  answer("fan", 1),
                  answer("age", -3.5),
                  answer("why", {}, {}, "=cmd|' /C calc'!A0, \"süß\"\nand 日本")};
  full.answers[2].other_text = "Mamma's";
  full.where = "line 2";
  Response gaps;
  gaps.id = "r2";
  gaps.status = ResponseStatus::partial;
  gaps.updated_at = at("2026-04-09T00:00:00Z");
  gaps.times_are_local = true;
  gaps.answers = {no_answer("nps", AnswerState::not_shown),
                  no_answer("pick", AnswerState::not_applicable),
                  no_answer("heard of", AnswerState::empty),
                  answer("why", {}, {}, "")};
  gaps.where = "line 3";
  return {full, gaps};
}

using MakeWriter = std::function<std::unique_ptr<SurveyWriter>(ExportSink)>;

// What a writer makes of the responses.
std::string write(const MakeWriter& make, const std::vector<Response>& list) {
  std::string bytes;
  const auto writer = make([&](std::string_view piece) { bytes += piece; });
  for (int pass = 0; pass < writer->passes(); ++pass) {
    for (const Response& response : list) {
      const WrittenResponse exported{response, "spring", "mia", "mega", "w1", true};
      pass + 1 < writer->passes() ? writer->see(exported) : writer->add(exported);
    }
  }
  writer->end();
  return bytes;
}

std::string write_csv(bool labels, const std::vector<Response>& list) {
  const SurveyDefinition definition = questionnaire();
  return write(
      [&](ExportSink sink) {
        return make_csv_writer(definition, {labels, {"panel", "utm"}}, std::move(sink));
      },
      list);
}

std::string write_sav(const SurveyDefinition& definition, const std::vector<Response>& list) {
  return write(
      [&](ExportSink sink) {
        return make_sav_writer(definition, {false, {"panel"}}, std::move(sink));
      },
      list);
}

// A system file as readstat reads it.
struct ReadSav {
  struct Variable {
    std::string label;
    std::string set;
    int missing = 0;
    bool is_text = false;
  };
  std::vector<std::string> names;
  std::map<std::string, Variable> variables;
  std::map<std::string, std::map<double, std::string>> labels;  // by set
  std::vector<std::map<std::string, std::string>> rows;         // "." for a missing number
  std::map<std::string, std::vector<std::string>> sets;         // multiple response
  std::string file_label;
  long row_count = -1;
  readstat_error_t error = READSTAT_OK;
};

ReadSav read_sav(const std::string& bytes) {
  TemporaryFolder folder;
  const std::string path = (folder.path() / "x.sav").string();
  std::ofstream(path, std::ios::binary) << bytes;
  ReadSav read;
  readstat_parser_t* parser = readstat_parser_init();
  readstat_set_metadata_handler(parser, [](readstat_metadata_t* metadata, void* context) {
    auto& out = *static_cast<ReadSav*>(context);
    out.row_count = readstat_get_row_count(metadata);
    out.file_label = readstat_get_file_label(metadata);
    return static_cast<int>(READSTAT_HANDLER_OK);
  });
  readstat_set_variable_handler(
      parser, [](int, readstat_variable_t* variable, const char* set, void* context) {
        auto& out = *static_cast<ReadSav*>(context);
        const std::string name = readstat_variable_get_name(variable);
        out.names.push_back(name);
        const char* label = readstat_variable_get_label(variable);
        out.variables[name] = {label != nullptr ? label : "",
                               set != nullptr ? set : "",
                               readstat_variable_get_missing_ranges_count(variable),
                               readstat_variable_get_type(variable) == READSTAT_TYPE_STRING};
        return static_cast<int>(READSTAT_HANDLER_OK);
      });
  readstat_set_value_label_handler(
      parser, [](const char* set, readstat_value_t value, const char* label, void* context) {
        static_cast<ReadSav*>(context)->labels[set][readstat_double_value(value)] = label;
        return static_cast<int>(READSTAT_HANDLER_OK);
      });
  readstat_set_value_handler(
      parser, [](int row, readstat_variable_t* variable, readstat_value_t value, void* context) {
        auto& out = *static_cast<ReadSav*>(context);
        out.rows.resize(std::max(out.rows.size(), static_cast<std::size_t>(row) + 1));
        std::string text;
        if (readstat_value_type(value) == READSTAT_TYPE_STRING) {
          const char* read_text = readstat_string_value(value);
          text = read_text != nullptr ? read_text : "";
        } else {
          std::ostringstream number;
          number << readstat_double_value(value);
          text = readstat_value_is_system_missing(value) ? "." : number.str();
        }
        out.rows.back()[readstat_variable_get_name(variable)] = text;
        return static_cast<int>(READSTAT_HANDLER_OK);
      });
  read.error = readstat_parse_sav(parser, path.c_str(), &read);
  readstat_parser_free(parser);
  return read;
}

}  // namespace

TEST_CASE("CSV has a column for each question and choice, whatever was answered") {
  const std::string none = write_csv(false, {});
  CHECK(none ==
        "response_id,status,counts,started_at,submitted_at,updated_at,language,campaign,creator,"
        "tier,wave,hidden.panel,hidden.utm,nps,pick,pick.other,heard of/a,heard of/b,heard "
        "of.other,order/x,order/y,grid_taste,fan,age,why\r\n");
  const std::string csv = write_csv(false, responses());
  CHECK(csv.substr(0, none.size()) == none);
  CHECK(csv.substr(none.size()) ==
        "r1,completed,1,2026-04-08T10:00:00Z,2026-04-08T10:05:00.250Z,,de,spring,mia,mega,w1,seen; "
        "twice,ig,9,c2,,1,0,Mamma's; Homebrew,2,1,4,1,-3.5,\"'=cmd|' /C calc'!A0, "
        "\"\"süß\"\"\nand 日本\"\r\n"
        "r2,partial,1,,,2026-04-09T00:00:00Z,,spring,mia,mega,w1,,,,,,,,,,,,,,\r\n");
}

TEST_CASE("CSV with labels has titles, told apart, and what was chosen in words") {
  SurveyDefinition definition = questionnaire();
  definition.questions[7].title = "Why?";
  const std::string csv = write(
      [&](ExportSink sink) {
        return make_csv_writer(definition, {true, {}}, std::move(sink));
      },
      responses());
  const std::string header = csv.substr(0, csv.find('\r'));
  CHECK(header.find("Which have you heard of?: =Quellino") != std::string::npos);
  CHECK(header.find("Rate - Taste") != std::string::npos);
  CHECK(header.find("Why? [age],Why? [why]") != std::string::npos);
  CHECK(csv.find(",9,Story,") != std::string::npos);
}

TEST_CASE("JSONL comes back through our own parser as it was, whatever it holds") {
  const SurveyDefinition definition = questionnaire();
  const std::string text = write(
      [&](ExportSink sink) { return make_jsonl_writer(definition, std::move(sink)); }, responses());
  const auto parsed = parse_survey_export(text, {});
  REQUIRE(parsed);
  CHECK(parsed->definition == definition);
  CHECK(parsed->responses == responses());
  CHECK(parsed->rows_seen == 2);

  const auto cut = parse_survey_export(text.substr(0, text.size() - 1), {});
  REQUIRE_FALSE(cut);
  CHECK(cut.error().what.find("was cut") != std::string::npos);
  const std::size_t second = text.find("\n", text.find("\n") + 1) + 1;
  const auto bad =
      parse_survey_export(text.substr(0, second) + "{\"id\": \"r9\", \"status\": \"new\"}\n" +
                              text.substr(second) + text.substr(second),
                          {});
  REQUIRE(bad);
  CHECK(bad->responses.size() == 2);
  REQUIRE(bad->rejected.size() == 1);
  CHECK(bad->rejected[0].where == "line 3");
  REQUIRE(bad->excluded.size() == 1);
  CHECK(bad->excluded[0].where == "line 5");
  CHECK(parse_survey_export("{\"muster_survey_export\": 2, \"definition\": {}}\n", {})
            .error()
            .where == "line 1");
}

TEST_CASE("a system file has labels, missing values that say why, and texts in full") {
  const ReadSav read = read_sav(write_sav(questionnaire(), responses()));
  REQUIRE(read.error == READSTAT_OK);
  CHECK(read.row_count == 2);
  CHECK(read.file_label == "Frühling – spring");
  REQUIRE(read.rows.size() == 2);
  auto full = read.rows[0];
  auto gaps = read.rows[1];
  CHECK(full["response_id"] == "r1");
  CHECK(full["nps"] == "9");
  CHECK(full["pick"] == "2");
  CHECK(full["heard_of_a"] == "1");
  CHECK(full["heard_of_b"] == "0");
  CHECK(full["order_y"] == "1");
  CHECK(full["grid_taste"] == "4");
  CHECK(full["age"] == "-3.5");
  CHECK(full["why"] == "=cmd|' /C calc'!A0, \"süß\"\nand 日本");
  CHECK(full["hidden.panel"] == "seen; twice");
  CHECK(gaps["nps"] == "-98");
  CHECK(gaps["pick"] == "-97");
  CHECK(gaps["heard_of_a"] == "-99");
  CHECK(gaps["grid_taste"] == "-99");
  CHECK(gaps["age"] == ".");  // any number may be an age: no room for a code
  CHECK(gaps["order_x"] == ".");
  CHECK(gaps["started_at"] == ".");
  const auto& pick = read.variables.at("pick");
  CHECK(pick.label == "Which post?");
  CHECK(pick.missing == 3);
  const auto& labels = read.labels.at(pick.set);
  CHECK(labels.at(1) == "Reel");
  CHECK(labels.at(2) == "Story");
  CHECK(labels.at(-98) == "Not shown");
  CHECK(read.variables.at("fan").missing == 3);
  CHECK(read.variables.at("age").missing == 0);
}

TEST_CASE("choices that only answers have get a code and a label") {
  auto list = responses();
  list[1].answers[1] = answer("pick", {}, {{"", "A billboard"}});
  const ReadSav read = read_sav(write_sav(questionnaire(), list));
  REQUIRE(read.error == READSTAT_OK);
  CHECK(read.rows[1].at("pick") == "3");
  CHECK(read.labels.at(read.variables.at("pick").set).at(3) == "A billboard");
  // Codes that people know stay what they are.
  SurveyDefinition coded = questionnaire();
  coded.questions[1].choices = {{"7", "Reel"}, {"3", "Story"}};
  list[0].answers[1] = answer("pick", {}, {{"3", "Story"}});
  CHECK(read_sav(write_sav(coded, list)).rows[0].at("pick") == "3");
}

TEST_CASE("long texts, long labels and no responses at all fit the limits of a system file") {
  SurveyDefinition definition = questionnaire();
  std::string title;
  for (int i = 0; i < 200; ++i) {
    title += "ü";  // two bytes each: 256 bytes are 128 of them
  }
  definition.questions[8].title = title;
  auto list = responses();
  std::string long_text;
  for (int i = 0; i < 20'000; ++i) {
    long_text += "日";  // three bytes each
  }
  list[0].answers[7].text = long_text;
  list[1].answers[3].text = std::string(300, 'x');
  const ReadSav read = read_sav(write_sav(definition, list));
  REQUIRE(read.error == READSTAT_OK);
  CHECK(read.variables.at("why").label == title.substr(0, 256));
  CHECK(read.rows[0].at("why") == long_text.substr(0, 32'766));  // whole characters
  CHECK(read.rows[1].at("why") == std::string(300, 'x'));

  const ReadSav none = read_sav(write_sav(definition, {}));
  CHECK(none.error == READSTAT_OK);
  CHECK(none.row_count == 0);
  CHECK(none.names.size() > 10);
}

TEST_CASE("names for SPSS begin with a letter, are short enough and unique in any case") {
  SavNames names;
  CHECK(names.name_of("q1") == "q1");
  CHECK(names.name_of("Q1") == "Q1_2");
  CHECK(names.name_of("1.5") == "Q1.5");
  CHECK(names.name_of("group/question") == "group_question");
  CHECK(names.name_of("with") == "with_1");
  CHECK(names.name_of("") == "Q");
  CHECK(names.name_of("日本") == "Q_2");
  CHECK(names.name_of("ends.") == "ends");
  const std::string long_name(100, 'x');
  CHECK(names.name_of(long_name) == std::string(64, 'x'));
  CHECK(names.name_of(long_name) == std::string(62, 'x') + "_2");
  CHECK(cut_bytes("süß", 2) == "s");
  CHECK(cut_bytes("süß", 3) == "sü");
}

// PSPP reads what readstat can't: the multiple response sets.
TEST_CASE("PSPP finds the multiple response sets, where it is installed") {
  if (std::system("command -v pspp >/dev/null 2>&1") != 0) {
    WARN("pspp is not installed");
    return;
  }
  TemporaryFolder folder;
  const std::string sav = (folder.path() / "x.sav").string();
  const std::string out = (folder.path() / "x.txt").string();
  std::ofstream(sav, std::ios::binary) << write_sav(questionnaire(), responses());
  std::ofstream(folder.path() / "x.sps")
      << "GET FILE='" << sav << "'.\nMRSETS /DISPLAY NAME=ALL.\nFREQUENCIES nps pick.\n";
  const std::string command =
      "pspp -O format=txt -o " + out + " " + (folder.path() / "x.sps").string() + " 2>&1";
  CHECK(std::system(command.c_str()) == 0);
  std::ifstream stream(out);
  const std::string text((std::istreambuf_iterator<char>(stream)), {});
  INFO(text);
  CHECK(text.find("$heard_of") != std::string::npos);
  CHECK(text.find("Which have you heard of?") != std::string::npos);
  CHECK(text.find("heard_of_b") != std::string::npos);
  CHECK(text.find("Story") != std::string::npos);
  CHECK(text.find("Not shown") != std::string::npos);
}
