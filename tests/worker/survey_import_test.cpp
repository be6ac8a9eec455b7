// What becomes of survey exports between a drop folder and the commands that show them, by the real
// program.

#include "tests/worker/campaign.h"

#include <algorithm>
#include <sstream>

#include <catch2/catch.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <sqlite3.h>

using namespace muster;
using namespace muster::testing;

namespace {

// The campaign's database, for reading.
class Rows {
 public:
  explicit Rows(const Campaign& campaign) {
    const auto file = campaign.folder() / "data/muster.db";
    REQUIRE(sqlite3_open_v2(file.c_str(), &handle_, SQLITE_OPEN_READONLY, nullptr) == SQLITE_OK);
  }
  ~Rows() { sqlite3_close(handle_); }
  Rows(const Rows&) = delete;
  Rows& operator=(const Rows&) = delete;

  // All cells of all rows, as text.
  std::vector<std::string> cells(const std::string& sql) const {
    sqlite3_stmt* statement = nullptr;
    INFO(sql);
    REQUIRE(sqlite3_prepare_v2(handle_, sql.c_str(), -1, &statement, nullptr) == SQLITE_OK);
    std::vector<std::string> found;
    while (sqlite3_step(statement) == SQLITE_ROW) {
      for (int column = 0; column < sqlite3_column_count(statement); ++column) {
        const auto* text = sqlite3_column_text(statement, column);
        found.emplace_back(text == nullptr ? "" : reinterpret_cast<const char*>(text));
      }
    }
    sqlite3_finalize(statement);
    return found;
  }

 private:
  sqlite3* handle_ = nullptr;
};

bool any_holds(const std::vector<std::string>& texts, const std::string& part) {
  return std::any_of(texts.begin(), texts.end(), [&](const std::string& text) {
    return text.find(part) != std::string::npos;
  });
}

}  // namespace

TEST_CASE("personal data in open answers is nowhere to be seen but in the restricted table") {
  const Campaign campaign;
  write_file(campaign.surveys() / "launch.csv",
             "Response ID,Submitted,Comment,contact,utm_source\n"
             "r1,2026-03-01T10:00:00Z,\"Loved it, write to anna.weber@mail.example\",x,ig\n"
             "r2,2026-03-01T11:00:00Z,\"my number: +49 171 2345678\",y,zoe@mail.example\n"
             "r3,2026-03-01T12:00:00Z,\"I only follow @mia\",z,ig\n");
  REQUIRE(campaign.json({"run", "--once"}).at("survey_rows").at("filed") == 3);
  const std::vector<std::string> secrets{"anna.weber", "mail.example", "2345678"};

  const Rows rows(campaign);
  CHECK(any_holds(rows.cells("SELECT text FROM answer"), "write to [email]"));
  CHECK(any_holds(rows.cells("SELECT text FROM answer"), "my number: [phone]"));
  CHECK(rows.cells("SELECT text FROM answer_raw ORDER BY text") ==
        std::vector<std::string>{"Loved it, write to anna.weber@mail.example",
                                 "my number: +49 171 2345678"});
  CHECK(rows.cells("SELECT value FROM respondent WHERE name = 'utm_source'") ==
        std::vector<std::string>{"zoe@mail.example"});
  const auto views = rows.cells("SELECT name FROM sqlite_master WHERE type = 'view'");
  REQUIRE(views.size() > 10);
  for (const std::string& secret : secrets) {
    INFO(secret);
    for (const std::string& view : views) {
      INFO(view);
      CHECK_FALSE(any_holds(rows.cells("SELECT * FROM " + view), secret));
    }
    CHECK_FALSE(any_holds(rows.cells("SELECT text, other_text FROM answer_text"), secret));
    CHECK_FALSE(any_holds(rows.cells("SELECT body FROM response_version"), secret));
  }

  const auto hits = [&](const std::string& text) {
    return campaign.json({"insights", "text", text}).at("hits").size();
  };
  CHECK(hits("loved") == 1);
  CHECK(hits("mia") == 1);
  CHECK(hits("anna") == 0);
  CHECK(hits("weber") == 0);
  CHECK(hits("2345678") == 0);

  std::vector<std::string> shown{
      campaign.muster({"insights", "text", "number"}).out,
      campaign.muster({"insights", "terms", "--question", "Comment", "--min-cell", "1"}).out,
      run_muster({"parse",
                  (campaign.surveys() / ".done/launch.csv").string(),
                  "--responses",
                  "--format",
                  "json"})
          .out};
  for (const std::string format : {"csv", "jsonl"}) {
    const auto file = campaign.folder() / ("out." + format);
    const Finished exported =
        campaign.muster({"survey", "export", "launch", "--as", format, "--to", file.string()});
    INFO(exported.err);
    REQUIRE(exported.status == 0);
    shown.push_back(read_file(file));
    CHECK(shown.back().find("[email]") != std::string::npos);
  }
  for (const std::string& secret : secrets) {
    INFO(secret);
    CHECK_FALSE(any_holds(shown, secret));
  }
}

namespace {

const char* const kFullSource = R"(
[[source]]
name = "panel"
kind = "survey_folder"
directory = "panel"
quiet_period = "0s"
every = "100ms"
survey = "panel"
full_export = true
)";

std::string numbered_table(int count, const std::string& question = "How was it?") {
  std::string table = "id,submitted_at," + question + ",Which colour?,What else?\n";
  for (int i = 0; i < count; ++i) {
    table += fmt::format(
        "r{},2026-03-01T10:00:00Z,{},{},more {}\n", i, i % 5 + 1, i % 2 == 0 ? "Red" : "Blue", i);
  }
  return table;
}

Json export_row(const Campaign& campaign, const std::string& file) {
  const Json exports = campaign.json({"insights", "exports"});
  for (const Json& row : exports.at("exports")) {
    if (row.at("external_id") == file) {
      return row;
    }
  }
  FAIL("no export " << file);
  return {};
}

std::int64_t responses_of(const Campaign& campaign, const std::string& survey) {
  const Json surveys = campaign.json({"survey", "list"});
  for (const Json& row : surveys.at("surveys")) {
    if (row.at("survey") == "csv/" + survey) {
      return row.at("responses");
    }
  }
  return 0;
}

}  // namespace

TEST_CASE("a source of full exports takes what vanished for deleted, but not the loss of much") {
  const Campaign campaign(kFullSource);
  const auto panel = campaign.folder() / "panel";
  std::filesystem::create_directories(panel);
  write_file(panel / "1.csv", numbered_table(60));
  campaign.json({"run", "--once"});
  CHECK(responses_of(campaign, "panel") == 60);

  write_file(panel / "2.csv", numbered_table(57));
  campaign.json({"run", "--once"});
  CHECK(responses_of(campaign, "panel") == 57);
  CHECK(export_row(campaign, "2.csv").at("rows").at("gone") == 3);
  CHECK(Rows(campaign).cells("SELECT response_id FROM v_responses_gone ORDER BY response_id") ==
        std::vector<std::string>{"r57", "r58", "r59"});

  // A row that can't be read may be any response: nothing is swept.
  write_file(panel / "3.csv", numbered_table(50) + "r50,2026\n");
  campaign.json({"run", "--once"});
  CHECK(responses_of(campaign, "panel") == 57);
  CHECK(dump(export_row(campaign, "3.csv").at("notes")).find("1 rows could not be read") !=
        std::string::npos);

  for (const int left : {0, 20}) {
    INFO(left);
    const std::string file = fmt::format("left-{}.csv", left);
    write_file(panel / file, numbered_table(left));
    campaign.json({"run", "--once"});
    const Json refused = export_row(campaign, file);
    CHECK(refused.at("state") == "failed");
    CHECK(refused.at("doubt") == "much_smaller");
    CHECK(refused.at("error").get<std::string>().find(
              fmt::format("lacks {} of the 57", 57 - left)) != std::string::npos);
    CHECK(responses_of(campaign, "panel") == 57);
  }

  const std::string id = export_row(campaign, "left-20.csv").at("id").dump();
  CHECK(campaign.muster({"survey", "accept", id}).status == 2);
  const Finished accepted =
      campaign.muster({"survey", "accept", id, "--note", "the tests were deleted", "--as", "dana"});
  INFO(accepted.err);
  CHECK(accepted.status == 0);
  campaign.json({"run", "--once"});
  CHECK(responses_of(campaign, "panel") == 20);
  CHECK(export_row(campaign, "left-20.csv").at("accepted_by") == "dana");
  CHECK(dump(campaign.json({"review", "log"})).find("export.accepted") != std::string::npos);

  // What comes back counts again.
  write_file(panel / "9.csv", numbered_table(60));
  campaign.json({"run", "--once"});
  CHECK(responses_of(campaign, "panel") == 60);
  CHECK(export_row(campaign, "9.csv").at("rows").at("returned") == 40);
  CHECK(campaign.muster({"verify"}).status == 0);
}

TEST_CASE("an export of another survey under a known name is refused, and can be accepted") {
  const Campaign campaign;
  write_file(campaign.surveys() / "launch.csv", numbered_table(30));
  campaign.json({"run", "--once"});
  std::string other = "id,submitted_at,Shoe size,Brand of boots,Laces or velcro\n";
  for (int i = 0; i < 30; ++i) {
    other += fmt::format("s{},2026-03-01T10:00:00Z,{},boot {},laces\n", i, 36 + i % 10, i);
  }
  write_file(campaign.surveys() / "launch-2026-04-01.csv", other);
  campaign.json({"run", "--once"});
  const Json refused = export_row(campaign, "launch-2026-04-01.csv");
  CHECK(refused.at("state") == "failed");
  CHECK(refused.at("doubt") == "another_survey");
  const std::string why = refused.at("error");
  CHECK(why.find("'Shoe size'") != std::string::npos);
  CHECK(why.find("'How was it?'") != std::string::npos);
  CHECK(why.find("muster survey accept " + refused.at("id").dump()) != std::string::npos);
  CHECK(responses_of(campaign, "launch") == 30);

  // A survey that only grew is the same one.
  write_file(campaign.surveys() / "launch-2026-05-01.csv", numbered_table(40));
  campaign.json({"run", "--once"});
  CHECK(responses_of(campaign, "launch") == 40);

  CHECK(campaign
            .muster({"survey", "accept", refused.at("id").dump(), "--note", "one panel, two waves"})
            .status == 0);
  campaign.json({"run", "--once"});
  CHECK(responses_of(campaign, "launch") == 70);
  const Finished drift = campaign.muster({"survey", "drift", "launch"});
  CHECK(drift.status == 3);  // numbers of both sides may not be compared
  CHECK(drift.out.find("question_vanished") != std::string::npos);
}

TEST_CASE("a source reads its tables by the map that survey map proposed and a person finished") {
  const Campaign campaign(R"(
[[source]]
name = "panel"
kind = "survey_folder"
directory = "panel"
quiet_period = "0s"
every = "100ms"
survey = "panel"
map = "panel.toml"
)");
  std::string table = "Nr;Sent;How likely are you to recommend us?\n";
  for (int i = 0; i < 60; ++i) {
    table += fmt::format("{};2026-03-{:02} 10:00;{}\n", 100 + i, 1 + i % 28, i < 40 ? 9 : 3);
  }
  const auto file = campaign.folder() / "example.csv";
  const auto map = campaign.folder() / "panel.toml";
  write_file(file, table);
  const Finished proposed = run_muster({"survey", "map", file.string(), "--out", map.string()});
  INFO(proposed.out + proposed.err);
  REQUIRE(proposed.status == 0);
  CHECK(proposed.out.find("'9' 40, '3' 20") != std::string::npos);
  CHECK(run_muster({"survey", "map", file.string(), "--out", map.string()}).status == 1);

  std::string text = read_file(map);
  const auto finish = [&](const std::string& before, const std::string& after) {
    REQUIRE(text.find(before) != std::string::npos);
    text.replace(text.find(before), before.size(), after);
  };
  finish("kind = \"scale\"", "kind = \"nps\"");
  finish("scale_min = 1", "scale_min = 0");
  write_file(map, text);
  CHECK(run_muster({"parse", file.string(), "--map", map.string()}).status == 0);

  std::filesystem::create_directories(campaign.folder() / "panel");
  write_file(campaign.folder() / "panel/wave.csv", table);
  campaign.json({"run", "--once"});
  const Json nps = campaign.json({"insights", "nps", "--survey", "panel"});
  CHECK(nps.at("rows").at(0).at("figure").at("n") == 60);
  CHECK(nps.at("rows").at(0).at("figure").at("value").get<double>() == Approx(100.0 / 3));

  // A map with a mistake is told with its line before anything starts.
  write_file(map, "[columns]\nid = \"Nr\"\nhiden = [\"x\"]\n");
  const Finished bad = campaign.muster({"run", "--once"});
  CHECK(bad.status == 2);
  CHECK(bad.err.find("panel.toml:3") != std::string::npos);
  CHECK(bad.err.find("did you mean 'hidden'") != std::string::npos);
}

TEST_CASE("an export as JSONL, read by another Muster, is exported as the same again") {
  const auto exported = [](const Campaign& campaign) {
    const auto file = campaign.folder() / "out.jsonl";
    const Finished done =
        campaign.muster({"survey", "export", "launch", "--as", "jsonl", "--to", file.string()});
    INFO(done.err);
    REQUIRE(done.status == 0);
    return read_file(file);
  };
  // Its place in the file that it came from is another one.
  const auto without_places = [](const std::string& text) {
    std::vector<Json> lines;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);) {
      lines.push_back(Json::parse(line));
      lines.back().erase("where");
    }
    return lines;
  };
  const Campaign first;
  write_file(first.surveys() / "launch.csv",
             "id,submitted_at,started_at,Why?,Which?,How many?,creator,utm_source\n"
             "r1,2026-03-01T10:00:00Z,,\"a \"\"b\"\",\nc\",Red,7,@mia,ig\n"
             "r2,2026-03-01T11:00:00.250Z,2026-03-01T10:59:00Z,,Blue,-99,,\n"
             "r3,2026-03-01 12:00:00,,=1+2 \xF0\x9F\x98\x80,Red,N/A,@leo,tt\n"
             "r4,2026-03-02T12:00:00Z,,mail me@mail.example,Blue,12,@leo,tt\n");
  first.json({"run", "--once"});
  const std::string text = exported(first);
  CHECK(without_places(text).size() == 5);

  const Campaign second;
  write_file(second.surveys() / "launch.jsonl", text);
  second.json({"run", "--once"});
  CHECK(without_places(exported(second)) == without_places(text));
}
