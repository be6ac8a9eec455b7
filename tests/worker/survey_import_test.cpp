// What becomes of survey exports between a drop folder and the commands that show them, by the real
// program.

#include "tests/worker/campaign.h"

#include <algorithm>

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
