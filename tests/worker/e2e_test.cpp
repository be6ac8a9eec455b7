// The real program over real files.

#include "tests/support/program.h"
#include "tests/worker/campaign.h"

#include <csignal>
#include <map>
#include <set>
#include <thread>

#include <catch2/catch.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

using namespace muster;
using namespace muster::testing;

namespace {

std::map<std::string, Json> by_external_id(const Json& answer) {
  std::map<std::string, Json> map;
  for (const Json& row : answer.at("submissions")) {
    map[row.at("external_id")] = row;
  }
  return map;
}

const char* const kGood = "#ad Fizzolo made my morning";

}  // namespace

TEST_CASE("a pass files, returns and explains, and its identity adds up") {
  const Campaign campaign;
  campaign.drop("good", make_photo(1), kGood);
  campaign.drop("silent", make_photo(2), "Fizzolo made my morning");
  campaign.drop("cut", make_photo(3).substr(0, 20'000), kGood);
  campaign.drop("empty", "", kGood);
  campaign.drop("wide", make_photo(4, 1600, 400), kGood);
  write_file(campaign.inbox() / "words.mp4", "this is no video\n");
  write_file(campaign.inbox() / "broken.json", "{\"creator\": \"mia\",\n \"caption\": }");
  write_file(campaign.inbox() / "broken.jpg", make_photo(5));

  const Json report = campaign.json({"run", "--once"});
  const Json& identity = report.at("submissions");
  CHECK(identity.at("holds") == true);
  CHECK(identity.at("seen") == 7);
  CHECK(identity.at("filed") == 1);
  CHECK(identity.at("returned") == 6);
  CHECK(identity.at("waiting") == 0);

  auto rows = by_external_id(campaign.json({"queue", "list"}));
  CHECK(rows.at("good.jpg").at("state") == "approved");
  CHECK(rows.at("good.jpg").at("filed") == true);
  CHECK(rows.at("good.jpg").at("tier") == "mega");
  for (const char* name :
       {"silent.jpg", "cut.jpg", "empty.jpg", "wide.jpg", "words.mp4", "broken.jpg"}) {
    INFO(name);
    CHECK(rows.at(name).at("state") == "needs_work");
    CHECK(rows.at(name).at("why") != "");
    const Json detail = campaign.json({"queue", "show", rows.at(name).at("id").dump()});
    bool explained = false;
    for (const Json& finding : detail.at("findings")) {
      explained =
          explained || (finding.at("outcome") == "fail" && !finding.value("remedy", "").empty());
    }
    CHECK(explained);
  }

  SECTION("a second pass changes nothing") {
    CHECK(campaign.json({"run", "--once"}).at("submissions") == identity);
  }
  SECTION("taken files are put away and never seen again") {
    CHECK(std::filesystem::exists(campaign.inbox() / ".done/good.jpg"));
    CHECK_FALSE(std::filesystem::exists(campaign.inbox() / "good.jpg"));
  }
  SECTION("everything verifies and every verdict replays") {
    const Finished verify = campaign.muster({"verify"});
    INFO(verify.out + verify.err);
    CHECK(verify.status == 0);
    for (const auto& [name, row] : rows) {
      const Finished replay = campaign.muster({"replay", row.at("id").dump()});
      INFO(name + ": " + replay.out + replay.err);
      CHECK(replay.status == 0);
    }
  }
  SECTION("the filed asset is found and leaves with its sidecar") {
    const Json found = campaign.json({"assets", "search", "morning"});
    REQUIRE(found.at("assets").size() == 1);
    const auto folder = campaign.folder() / "out";
    CHECK(campaign.muster({"assets", "export", "--to", folder.string()}).status == 0);
    int media = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
      media += entry.path().extension() == ".jpg" ? 1 : 0;
      if (entry.path().extension() == ".json") {
        const Json sidecar = Json::parse(read_file(entry.path()));
        CHECK(sidecar.at("creator").at("handle") == "mia");
        CHECK(sidecar.at("rights").at("ends_at") == "2099-12-31T23:59:59.999Z");
        CHECK(sidecar.at("decisions").at(0).at("actor").at("kind") == "rule");
      }
    }
    CHECK(media == 1);
  }
  SECTION("a byte that changed on the disk is found") {
    const auto blob = rows.at("good.jpg");
    const Json detail = campaign.json({"queue", "show", blob.at("id").dump()});
    const std::string hash = detail.at("assets").at(0).at("sha256");
    const auto file =
        campaign.folder() / "data/blobs" / hash.substr(0, 2) / hash.substr(2, 2) / hash;
    REQUIRE(std::filesystem::exists(file));
    std::filesystem::permissions(file, std::filesystem::perms::owner_all);
    std::string bytes = read_file(file);
    bytes[bytes.size() / 2] ^= 1;
    write_file(file, bytes);
    const Finished verify = campaign.muster({"verify"});
    CHECK(verify.status == 1);
    CHECK(verify.out.find(hash.substr(0, 12)) != std::string::npos);
  }
}

TEST_CASE("a resubmission is a new revision and voids the approval of the old one") {
  const Campaign campaign;
  campaign.drop("post", make_photo(1), kGood);
  campaign.json({"run", "--once"});
  campaign.drop("post", make_photo(1), "Fizzolo made my morning");
  const Json report = campaign.json({"run", "--once"});
  CHECK(report.at("submissions").at("seen") == 1);
  CHECK(report.at("submissions").at("returned") == 1);
  CHECK(report.at("submissions").at("filed") == 0);
  const Json detail = campaign.json({"queue", "show", "1"});
  CHECK(detail.at("revision") == 2);
  CHECK(detail.at("revisions").size() == 2);
  CHECK(detail.at("decisions").at(0).at("kind") == "approve");
  CHECK(detail.at("decisions").at(0).at("void") == true);
  CHECK(campaign.json({"assets", "search"}).at("assets").empty());
  CHECK(campaign.muster({"verify"}).status == 0);
}

TEST_CASE("survey exports become figures that lead back to their file") {
  const Campaign campaign;
  std::string csv =
      "Response ID,Submitted,How likely are you to recommend Fizzolo?,creator,Comment\n";
  for (int i = 0; i < 60; ++i) {
    csv += fmt::format("r{},2026-03-{:02}T10:00:00Z,{},{},\"fine, number {}\"\n",
                       i,
                       i % 28 + 1,
                       i % 11,
                       i % 2 == 0 ? "@Mia" : "leo",
                       i);
  }
  write_file(campaign.surveys() / "launch.csv", csv);
  write_file(campaign.surveys() / "broken.json", "{\"items\": [");
  const Json report = campaign.json({"run", "--once"});
  CHECK(report.at("survey_rows").at("seen") == 60);
  CHECK(report.at("survey_rows").at("filed") == 60);
  CHECK(report.at("survey_rows").at("holds") == true);
  CHECK(report.at("exports").at("failed") == 1);

  const Json nps = campaign.json({"insights", "nps", "--survey", "launch", "--by", "creator.tier"});
  std::map<std::string, std::int64_t> n;
  for (const Json& row : nps.at("rows")) {
    n[row.value("group", "")] = row.at("figure").at("n");
  }
  CHECK(n[""] == 60);
  CHECK(n["mega"] == 30);
  CHECK(n["micro"] == 30);
  CHECK(nps.at("exports").at(0).at("external_id") == "launch.csv");
  CHECK(campaign.json({"insights", "text", "fine", "--limit", "5"}).at("hits").size() == 5);
  CHECK_FALSE(campaign.json({"insights", "list"}).at("insights").empty());

  SECTION("the same export again changes nothing") {
    write_file(campaign.surveys() / "launch.csv", csv);
    const Json again = campaign.json({"run", "--once"});
    CHECK(campaign.json({"insights", "nps", "--survey", "launch"})
              .at("rows")
              .at(0)
              .at("figure")
              .at("n") == 60);
    CHECK(again.at("survey_rows").at("holds") == true);
  }
}

TEST_CASE("T25: of many decided at once some can't be: the others are, and all is taken back") {
  const Campaign campaign;
  const auto brief = campaign.folder() / "briefs/spring.toml";
  std::string rules = read_file(brief);
  const std::string by_rule = "approve_by_rule = true";
  write_file(brief, rules.replace(rules.find(by_rule), by_rule.size(), "approve_by_rule = false"));
  constexpr int kItems = 12;
  for (int i = 0; i < kItems; ++i) {
    campaign.drop(fmt::format("item-{:02}", i), make_photo(i), kGood);
  }
  REQUIRE(campaign.json({"run", "--once"}).at("submissions").at("flagged") == kItems);
  for (const char* id : {"3", "7"}) {
    REQUIRE(
        campaign.muster({"review", "withdraw", id, "--reason", "other", "--as", "mia"}).status ==
        0);
  }
  std::vector<std::string> reject = {"review", "reject", "--reason", "off_brief", "--as", "dana"};
  for (int id = 1; id <= kItems + 1; ++id) {  // one more than there are
    reject.push_back(std::to_string(id));
  }
  const Finished said = campaign.muster(reject);
  INFO(said.out + said.err);
  CHECK(said.status == 1);
  CHECK(said.out.find("refused: submission 3: ") != std::string::npos);
  CHECK(said.out.find("refused: submission 7: ") != std::string::npos);
  CHECK(said.out.find("refused: submission 13: ") != std::string::npos);
  CHECK(said.out.find("10 done, 3 refused") != std::string::npos);
  const auto rejected = [&] {
    return campaign.json({"queue", "list", "--state", "rejected"}).at("submissions").size();
  };
  CHECK(rejected() == 10);

  const std::string command = "muster review undo ";
  const auto at = said.out.find(command);
  REQUIRE(at != std::string::npos);
  const std::string range =
      said.out.substr(at + command.size(), said.out.find('\n', at) - at - command.size());
  CHECK(range == "3-12");
  const Json undone =
      campaign.json({"review", "undo", range, "--as", "dana", "--note", "wrong list"});
  CHECK(undone.at("decisions").size() == 10);
  CHECK(undone.at("refused").empty());
  CHECK(rejected() == 0);
  CHECK(campaign.muster({"review", "undo", "12-3", "--as", "dana"}).status == 2);
  const Json log = campaign.json({"review", "log", "--limit", "1000"});
  int entries = 0;
  for (const Json& entry : log.at("entries")) {
    entries += entry.at("actor").dump().find("dana") != std::string::npos ? 1 : 0;
  }
  CHECK(entries == 20);
  CHECK(campaign.muster({"verify"}).status == 0);
}

TEST_CASE("commands reach the daemon, and a person decides") {
  const Campaign campaign;
  const auto photo = campaign.folder() / "photo.jpg";
  write_file(photo, make_photo(9));
  RunningMuster daemon(campaign.with_config({"run"}), campaign.folder() / "log");
  campaign.await_daemon();
  const Json receipt = campaign.json({"submit",
                                      photo.string(),
                                      "--creator",
                                      "leo",
                                      "--campaign",
                                      "spring",
                                      "--caption",
                                      kGood,
                                      "--id",
                                      "x1"});
  CHECK(receipt.at("receipt") == "added");
  const Json again = campaign.json({"submit",
                                    photo.string(),
                                    "--creator",
                                    "leo",
                                    "--campaign",
                                    "spring",
                                    "--caption",
                                    kGood,
                                    "--id",
                                    "x1"});
  CHECK(again.at("receipt") == "unchanged");
  CHECK(again.at("id") == receipt.at("id"));

  const std::string id = receipt.at("id").dump();
  Json detail;
  for (int i = 0; i < 200; ++i) {
    detail = campaign.json({"queue", "show", id});
    if (detail.at("filed") == true) {
      break;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  REQUIRE(detail.at("filed") == true);

  const std::string decision = detail.at("decisions").at(0).at("id").dump();
  CHECK(campaign.muster({"review", "undo", decision, "--as", "dana", "--note", "look again"})
            .status == 0);
  CHECK(campaign.json({"assets", "search"}).at("assets").empty());
  const Json mine = campaign.json({"review", "next", "--as", "dana"});
  CHECK(mine.at("id").dump() == id);
  const Finished nobody = campaign.muster({"review", "next", "--as", "kim"});
  CHECK(nobody.out.find("nothing is left") != std::string::npos);
  CHECK(campaign.muster({"review", "approve", id, "--as", "kim"}).status == 1);
  CHECK(campaign.muster({"review", "reject", id, "--as", "dana"}).status ==
        2);  // a reason is required
  CHECK(campaign.muster({"review", "reject", id, "--as", "dana", "--reason", "off_brief"}).status ==
        0);
  CHECK(campaign.json({"queue", "show", id}).at("state") == "rejected");
  CHECK(campaign.json({"review", "log"}).at("entries").size() >= 3);

  daemon.signal(SIGTERM);
  CHECK(daemon.wait() == 0);
  CHECK(campaign.muster({"verify"}).status == 0);
  // Without a daemon the same commands serve themselves.
  CHECK(campaign.json({"queue", "show", id}).at("state") == "rejected");
}

TEST_CASE("a pause is lifted by its owner only, and holds the work back") {
  const Campaign campaign;
  CHECK(campaign.muster({"queue", "pause", "--reason", "packs change", "--as", "dana"}).status ==
        0);
  campaign.drop("post", make_photo(1), kGood);
  CHECK(campaign.json({"run", "--once"}).at("submissions").at("waiting") == 1);
  CHECK(campaign.muster({"queue", "resume", "--as", "kim"}).status == 1);
  CHECK(campaign.muster({"queue", "resume", "--as", "dana"}).status == 0);
  CHECK(campaign.json({"run", "--once"}).at("submissions").at("filed") == 1);
}

TEST_CASE("T5: bad files among good ones are returned, and the good ones filed") {
  const Campaign campaign;
  for (int i = 0; i < 12; ++i) {
    campaign.drop(fmt::format("good-{:02}", i), make_photo(i, 324, 405), kGood);
  }
  campaign.drop("truncated", make_photo(200).substr(0, 9'000), kGood);
  campaign.drop("empty", "", kGood);
  write_file(campaign.inbox() / "text.mp4", "hello");
  const Json report = campaign.json({"run", "--once"});
  CHECK(report.at("submissions").at("seen") == 15);
  CHECK(report.at("submissions").at("filed") == 12);
  CHECK(report.at("submissions").at("returned") == 3);
}

TEST_CASE("search and export obey what the rights cover") {
  const Campaign campaign;  // organic use, without a list of channels or countries
  campaign.drop("good", make_photo(1), kGood);
  campaign.json({"run", "--once"});
  const auto found = [&](std::vector<std::string> filter) {
    filter.insert(filter.begin(), {"assets", "search"});
    return campaign.json(filter).at("assets").size();
  };
  CHECK(found({"--usable"}) == 1);
  CHECK(found({"--usable", "--use", "organic", "--channel", "TikTok", "--territory", "de"}) == 1);
  CHECK(found({"--use", "paid"}) == 0);
  const std::string folder = campaign.folder() / "out";
  const Finished refused =
      campaign.muster({"assets", "export", "1", "--to", folder, "--use", "paid"});
  CHECK(refused.status == 1);
  CHECK(refused.out.find("do not cover paid use") != std::string::npos);
  CHECK(campaign.muster({"assets", "export", "1", "--to", folder, "--use", "organic"}).status == 0);
}
