// Real exports of the providers, where MUSTER_TEST_DATA names a folder with them.

#include "extractors/surveys/json_records.h"
#include "extractors/surveys/map_proposal.h"
#include "extractors/surveys/out/survey_writer.h"
#include "tests/extractors/surveys/parse_helpers.h"

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

using namespace muster;
namespace fs = std::filesystem;

namespace {

std::string slurp(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream content;
  content << file.rdbuf();
  return content.str();
}

// Files below "surveys" of the test data with one of the extensions; empty without test data.
std::vector<fs::path> files_below(const std::string& folder,
                                  std::initializer_list<const char*> extensions) {
  std::vector<fs::path> files;
  const char* data = std::getenv("MUSTER_TEST_DATA");
  if (data == nullptr || !fs::is_directory(fs::path(data) / "surveys" / folder)) {
    WARN("no test data for surveys/" << folder << ": nothing is checked");
    return files;
  }
  for (const auto& entry : fs::recursive_directory_iterator(fs::path(data) / "surveys" / folder)) {
    for (const char* extension : extensions) {
      if (entry.path().extension() == extension) {
        files.push_back(entry.path());
      }
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

// Rows below the headers, counted with another CSV reader.
const std::map<std::string, std::int64_t> kRows = {
    {"2016 New Coders Survey Part 1.csv", 15653},
    {"Learning R Internet Survey - Form Responses 1.tsv", 3062},
    {"Learning R Internet Survey (Spanish Version) - Form Responses 1.tsv", 295},
    {"results-survey673185.csv", 10},
    {"2017_nl_public_data.csv", 77},
    {"2018_public_data.csv", 997},
    {"StarWars.csv", 1186},
    {"comma-survey.csv", 1129},
    {"flying-etiquette.csv", 1040},
    {"food-world-cup-data.csv", 1373},
    {"Long_Exhaustive_Sample_Survey.csv", 31},
    {"SidebySide_Questions (Legacy).csv", 25},
    {"sample.csv", 1},
    {"sample_legacy.csv", 1},
};

}  // namespace

TEST_CASE("every table of the test data is read, and its rows are accounted for") {
  std::size_t counted = 0;
  const auto files = files_below("", {".csv", ".tsv"});
  for (const auto& path : files) {
    INFO(path.filename());
    const auto parsed = parse_good(slurp(path));
    CHECK(parsed.rejected.empty());
    CHECK_FALSE(parsed.definition.questions.empty());
    if (const auto known = kRows.find(path.filename().string()); known != kRows.end()) {
      ++counted;
      CHECK(parsed.rows_seen == known->second);
    }
  }
  CHECK((files.empty() || counted >= kRows.size()));
}

TEST_CASE("every Typeform document of the test data is read or refused with its reason") {
  for (const auto& path : files_below("typeform", {".json"})) {
    INFO(path.filename());
    const auto parsed = parse_survey_export(slurp(path), survey_context());
    const auto name = path.filename().string();
    // A list of forms and two translations hold neither responses nor a form.
    const bool refused = name == "forms.json" || name == "translated_typeform.json" ||
                         name == "TranslationForm(es).json";
    REQUIRE(parsed.has_value() == !refused);
    if (refused) {
      CHECK_FALSE(parsed.error().where.empty());
      continue;
    }
    CHECK(account_holds(*parsed));
    CHECK(parsed->rejected.empty());
    if (name == "db.json") {
      CHECK(parsed->rows_seen == 85);
      CHECK(parsed->responses.size() == 28);
      CHECK(parsed->excluded.size() == 57);
    }
    if (name == "responses.json") {
      CHECK(parsed->responses.size() == 7);
    }
  }
}

TEST_CASE("every JSON document of the test data is read or refused with its reason") {
  std::size_t read = 0;
  std::size_t refused = 0;
  const auto files = files_below("", {".json", ".ndjson", ".qsf"});
  for (const auto& path : files) {
    INFO(path);
    const auto document = slurp(path);
    const auto parsed = parse_survey_export(document, survey_context());
    if (!parsed) {
      ++refused;
      CHECK_FALSE(parsed.error().what.empty());
      continue;
    }
    ++read;
    CHECK(account_holds(*parsed));
  }
  WARN(read << " documents read, " << refused << " refused");
}

TEST_CASE("real JSON of the providers gives the answers that stand in it") {
  std::map<std::string, ParsedExport> parsed;
  for (const auto& path : files_below("", {".json", ".ndjson", ".qsf"})) {
    auto one = parse_survey_export(slurp(path), survey_context());
    if (one) {
      parsed.emplace(path.parent_path().filename().string() + "/" + path.filename().string(),
                     std::move(*one));
    }
  }
  if (parsed.empty()) {
    return;
  }
  const auto& monkey =
      parsed.at("bcemmett/GetResponseTests.01.GetSurveyResponseDetailListIsDeserialised.json");
  CHECK(monkey.definition.provider == "surveymonkey");
  CHECK(monkey.responses.size() == 3);
  CHECK(answer(monkey.responses[2], "1013185659").text == "The second!");
  const auto& qualtrics = parsed.at("json/export_one.ndjson");
  CHECK(qualtrics.definition.provider == "qualtrics");
  CHECK(answer(qualtrics.responses.at(0), "QID3").choices.front().label ==
        "Slightly uncomfortable");
  CHECK(answer(qualtrics.responses[0], "QID4_3").state == AnswerState::not_answered);
  const auto& qsf = parsed.at("Better_Sample_Survey/Better_Sample_Survey.qsf");
  CHECK(qsf.definition.external_id == "SV_4ILRhqlGA79u2Md");
  CHECK(qsf.definition.questions.size() > 10);
  CHECK(parsed.at("api/responses_list_sv.json").responses.size() == 4);
  CHECK(parsed.at("examples/get_api_v1_management_responses.json").definition.provider ==
        "formbricks");
  CHECK(parsed.at("examples/webhook_3_responseFinished.json").responses.size() == 1);
  CHECK(parsed.at("tally/webhook_form_response_scale.json").responses.size() == 1);
  CHECK(parsed.at("jotform/user_submissions_2016.json").responses.at(0).id == "337106593342614273");
  const auto& kobo = parsed.at("or_other/v1.json");
  CHECK(kobo.responses.size() == 3);
  CHECK(answer(kobo.responses[0], "fav_emperor").other_text == "Nero");
}

TEST_CASE("details of real exports are as their authors meant them") {
  for (const auto& path : files_below("", {".csv", ".tsv"})) {
    const auto name = path.filename().string();
    if (name == "StarWars.csv") {
      const auto parsed = parse_good(slurp(path));
      CHECK(
          question(
              parsed,
              "Which of the following Star Wars films have you seen? Please select all that apply.")
              .kind == QuestionKind::multiple_choice);
      CHECK(has_note(parsed, "SurveyMonkey, 2 header rows"));
    } else if (name == "food-world-cup-data.csv") {
      CHECK(has_note(parse_good(slurp(path)), "Mac Roman"));
    } else if (name == "results-survey673185.csv") {
      CHECK(has_note(parse_good(slurp(path)), "LimeSurvey, 1 header row, separated by semicolon"));
    } else if (name == "Learning R Internet Survey - Form Responses 1.tsv") {
      const auto parsed = parse_good(slurp(path));
      const auto& nps = question(
          parsed, "How likely are you to recommend R to a colleague, friend, or family member?");
      CHECK(nps.kind == QuestionKind::nps);
      CHECK_FALSE(nps.scale_min);  // asked from 1 to 10: nobody answered 0
      CHECK(has_note(parsed, "nobody answered 0"));
    }
  }
}

namespace {

std::string file_called(const std::string& name) {
  for (const auto& path : files_below("", {".csv", ".tsv"})) {
    if (path.filename() == name) {
      return slurp(path);
    }
  }
  return {};
}

// How many responses chose each label of the question.
std::map<std::string, int> chosen(const ParsedExport& parsed, const std::string& question_id) {
  std::map<std::string, int> counts;
  for (const Response& response : parsed.responses) {
    if (const Answer* given = find_answer(response, question_id)) {
      for (const Choice& choice : given->choices) {
        ++counts[choice.label];
      }
    }
  }
  return counts;
}

// Promoters, passives and detractors of the question, by a map that says that it goes from 0 to 10.
std::array<std::int64_t, 3> recommended(const std::string& document, const std::string& column) {
  SurveyMap map;
  map.file = "r.toml";
  SurveyMap::MappedQuestion asked;
  asked.columns = {column};
  asked.id = "nps";
  asked.kind = QuestionKind::nps;
  asked.scale_min = 0;
  asked.scale_max = 10;
  map.questions.push_back(asked);
  SurveyContext context = survey_context();
  context.map = &map;
  const auto parsed = parse_good(document, context);
  CHECK(question(parsed, "nps").kind == QuestionKind::nps);
  CHECK(question(parsed, "nps").scale_min == 0.0);
  std::array<std::int64_t, 3> counts{};
  for (const Response& response : parsed.responses) {
    const Answer* given = find_answer(response, "nps");
    if (given != nullptr && given->number) {
      ++counts[*given->number >= 9 ? 0 : *given->number >= 7 ? 1 : 2];
    }
  }
  return counts;
}

}  // namespace

TEST_CASE("known answers: the Learning R survey of 2018, English and Spanish") {
  const auto english = file_called("Learning R Internet Survey - Form Responses 1.tsv");
  if (english.empty()) {
    return;
  }
  CHECK(
      recommended(english,
                  "How likely are you to recommend R to a colleague, friend, or family member?") ==
      std::array<std::int64_t, 3>{2294, 577, 130});
  CHECK(recommended(
            file_called("Learning R Internet Survey (Spanish Version) - Form Responses 1.tsv"),
            "¿Qué tan probable es que recomiendes R a un colega, amiga/o o un familiar?") ==
        std::array<std::int64_t, 3>{184, 58, 18});
}

TEST_CASE("known answers: freeCodeCamp's New Coder Survey of 2016") {
  const auto document = file_called("2016 New Coders Survey Part 1.csv");
  if (document.empty()) {
    return;
  }
  const auto parsed = parse_good(document);
  CHECK(parsed.responses.size() == 15'653);
  const auto bootcamp = chosen(
      parsed, "Based on your experience, would you recommend this bootcamp to your friends?");
  CHECK(bootcamp == std::map<std::string, int>{{"Yes", 738}, {"No", 201}});
  int coursera = 0;
  int udacity = 0;
  for (const Question& asked : parsed.definition.questions) {
    if (asked.kind == QuestionKind::multiple_choice) {
      const auto counts = chosen(parsed, asked.id);
      coursera += counts.contains("Coursera") ? counts.at("Coursera") : 0;
      udacity += counts.contains("Udacity") ? counts.at("Udacity") : 0;
    }
  }
  CHECK(coursera == 4855);
  CHECK(udacity == 3310);
}

TEST_CASE("known answers: who shot first") {
  const auto document = file_called("StarWars.csv");
  if (document.empty()) {
    return;
  }
  const auto parsed = parse_good(document);
  CHECK(parsed.responses.size() == 1186);
  CHECK(chosen(parsed, "Which character shot first?") ==
        std::map<std::string, int>{
            {"Han", 325}, {"Greedo", 197}, {"I don't understand this question", 306}});
}

TEST_CASE("every export of the test data goes out as JSONL and comes back as it was") {
  std::size_t compared = 0;
  for (const auto& path : files_below("", {".csv", ".tsv", ".json", ".ndjson"})) {
    INFO(path);
    auto parsed = parse_survey_export(slurp(path), survey_context());
    if (!parsed || parsed->responses.empty()) {
      continue;
    }
    std::string text;
    const auto writer =
        make_jsonl_writer(parsed->definition, [&](std::string_view part) { text += part; });
    for (Response& response : parsed->responses) {
      // What points to a person never leaves.
      response.respondent.clear();
      response.raw_texts.clear();
      writer->add({response, "", "", "", "", true});
      response.where.clear();
    }
    writer->end();
    auto again = parse_survey_export(text, survey_context());
    REQUIRE(again);
    for (Response& response : again->responses) {
      response.where.clear();
    }
    CHECK(again->rejected.empty());
    CHECK(again->definition == parsed->definition);
    CHECK(again->responses == parsed->responses);
    ++compared;
  }
  WARN(compared << " exports compared");
}

TEST_CASE("every table of the test data gets a map that reads it") {
  for (const auto& path : files_below("", {".csv", ".tsv"})) {
    INFO(path.filename());
    const auto document = slurp(path);
    const auto proposal = propose_survey_map(document, survey_context());
    REQUIRE(proposal);
    const SurveyMap map = parse_survey_map(to_toml(proposal->map), "proposed.toml");
    SurveyContext context = survey_context();
    context.map = &map;
    const auto alone = parse_good(document);
    const auto mapped = parse_good(document, context);
    CHECK(mapped.rows_seen == alone.rows_seen);
    CHECK(mapped.rejected.size() == alone.rejected.size());
  }
}

TEST_CASE("every file of the test data is read, or refused with a reason") {
  std::size_t files = 0;
  for (const auto& path : files_below("",
                                      {".csv",
                                       ".tsv",
                                       ".json",
                                       ".ndjson",
                                       ".qsf",
                                       ".lss",
                                       ".txt",
                                       ".md",
                                       ".mdx",
                                       ".yml",
                                       ".yaml"})) {
    INFO(path);
    ++files;
    const auto parsed = parse_survey_export(slurp(path), survey_context());
    if (parsed) {
      CHECK(account_holds(*parsed));
    } else {
      CHECK_FALSE(parsed.error().what.empty());
    }
  }
  WARN(files << " files");
}

TEST_CASE("JSON that must be accepted is, and JSON that must be refused is") {
  const char* data = std::getenv("MUSTER_TEST_DATA");
  const auto folder =
      data == nullptr ? fs::path() : fs::path(data) / "hostile/json-testsuite/test_parsing";
  if (!fs::is_directory(folder)) {
    WARN("no JSONTestSuite: nothing is checked");
    return;
  }
  const JsonRecordsParser parser;
  std::size_t accepted = 0;
  std::size_t refused = 0;
  for (const auto& entry : fs::directory_iterator(folder)) {
    const auto name = entry.path().filename().string();
    // The same document small, and so large that it is read record by record.
    for (const std::size_t spaces : {0, 100'000}) {
      INFO(name << " and " << spaces << " spaces");
      const auto parsed =
          collect(parser, slurp(entry.path()) + std::string(spaces, ' '), survey_context());
      const bool is_json = parsed || (!parsed.error().what.starts_with("not valid JSON") &&
                                      !parsed.error().what.starts_with("not UTF-8") &&
                                      !parsed.error().what.starts_with("not readable"));
      if (name.starts_with("y_")) {
        CHECK(is_json);
        ++accepted;
      } else if (name.starts_with("n_")) {
        CHECK_FALSE(parsed);
        ++refused;
      }
    }
  }
  CHECK(accepted >= 2 * 90);
  CHECK(refused > 2 * 180);
}

TEST_CASE("hostile JSON is explained") {
  const char* data = std::getenv("MUSTER_TEST_DATA");
  const auto folder = data == nullptr ? fs::path() : fs::path(data) / "hostile/generated/json";
  if (!fs::is_directory(folder)) {
    WARN("no generated JSON: nothing is checked");
    return;
  }
  for (const auto& entry : fs::directory_iterator(folder)) {
    INFO(entry.path().filename());
    const auto parsed = collect(JsonRecordsParser(), slurp(entry.path()), survey_context());
    if (parsed) {
      CHECK(account_holds(*parsed));
    } else {
      CHECK_FALSE(parsed.error().what.empty());
    }
  }
}
