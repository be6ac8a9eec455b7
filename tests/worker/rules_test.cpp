// Changed rules over what was checked before, and what is the same as before, with the real
// program.

#include "tests/support/build_paths.h"
#include "tests/support/program.h"
#include "tests/worker/campaign.h"

#include <catch2/catch.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <opencv2/imgcodecs.hpp>

using namespace muster;
using namespace muster::testing;

namespace {

const char* const kLabelled = "#ad Fizzolo made my morning";

// The brief of this campaign with more at its end.
void change_brief(const Campaign& campaign, const std::string& more) {
  const auto file = campaign.folder() / "briefs/spring.toml";
  write_file(file, read_file(file) + more);
}

// With a comment behind its end: other bytes, the same pixels.
std::string with_comment(const std::string& jpeg) {
  const std::string comment = "made on a Sunday";
  std::string segment = "\xFF\xFE";
  segment.push_back('\0');
  segment.push_back(static_cast<char>(comment.size() + 2));
  return jpeg.substr(0, 2) + segment + comment + jpeg.substr(2);
}

// Scaled down and encoded again.
std::string encoded_again(const std::string& jpeg) {
  const cv::Mat picture =
      cv::imdecode(std::vector<unsigned char>(jpeg.begin(), jpeg.end()), cv::IMREAD_COLOR);
  std::vector<unsigned char> bytes;
  cv::imencode(".jpg", picture, bytes, {cv::IMWRITE_JPEG_QUALITY, 55});
  return {bytes.begin(), bytes.end()};
}

Json submission(const Campaign& campaign, int id) {
  return campaign.json({"queue", "show", std::to_string(id)});
}

}  // namespace

TEST_CASE("T15: changed rules mark old verdicts stale, and none is shown as current") {
  const Campaign campaign;
  campaign.drop("good", make_photo(1), kLabelled);
  campaign.drop("silent", make_photo(2), "Fizzolo made my morning");
  campaign.json({"run", "--once"});
  for (const int id : {1, 2}) {
    CHECK(submission(campaign, id).at("stale") == Json::array());
  }
  CHECK(campaign.json({"queue", "list", "--stale"}).at("submissions").empty());

  const auto file = campaign.folder() / "briefs/spring.toml";
  const std::string before = read_file(file);
  write_file(file, before + "\n[caption]\nrequired_hashtags = [\"fizz\"]\n");
  // Without a daemon in between.
  CHECK(submission(campaign, 1).at("stale") == Json::array({"brief"}));
  CHECK(campaign.json({"queue", "list", "--stale"}).at("submissions").size() == 2);
  CHECK(campaign.json({"assets", "search"}).at("assets").at(0).at("stale") ==
        Json::array({"brief"}));
  CHECK(campaign.muster({"queue", "show", "1"}).out.find("other rules than today's: brief") !=
        std::string::npos);

  SECTION("the old rules make them current again") {
    write_file(file, before);
    CHECK(submission(campaign, 1).at("stale") == Json::array());
  }
  SECTION("a verdict by the present rules is current, and what was decided stays") {
    campaign.drop("good", make_photo(1), "#ad #fizz Fizzolo made my morning");
    campaign.json({"run", "--once"});
    CHECK(submission(campaign, 1).at("stale") == Json::array());
    CHECK(submission(campaign, 1).at("state") == "approved");
    CHECK(submission(campaign, 2).at("stale") == Json::array({"brief"}));
  }
  SECTION("every old verdict still replays with its own rules") {
    CHECK(campaign.muster({"replay", "1"}).status == 0);
    CHECK(campaign.muster({"replay", "2"}).status == 0);
  }
}

TEST_CASE("what waits for a person is checked again by changed rules") {
  const Campaign campaign;
  change_brief(campaign, "\n[caption]\nbanned_claims = [\"morning\"]\n");
  campaign.drop("claim", make_photo(1), kLabelled);
  campaign.json({"run", "--once"});
  REQUIRE(submission(campaign, 1).at("state") == "in_review");
  const auto file = campaign.folder() / "briefs/spring.toml";
  std::string text = read_file(file);
  text.replace(text.find("\"morning\""), 9, "\"cures\"");
  write_file(file, text);
  campaign.json({"run", "--once"});
  CHECK(submission(campaign, 1).at("state") == "approved");
  CHECK(submission(campaign, 1).at("stale") == Json::array());
}

TEST_CASE("a shadow run tells what changed rules would do, and changes nothing") {
  const Campaign campaign;
  campaign.drop("good", make_photo(1), kLabelled);
  campaign.drop("tagged", make_photo(2), "#ad #fizz Fizzolo made my morning");
  campaign.drop("silent", make_photo(3), "Fizzolo made my morning");
  campaign.json({"run", "--once"});
  REQUIRE(submission(campaign, 1).at("state") == "approved");

  const auto brief = campaign.folder() / "spring-v2.toml";
  write_file(brief,
             read_file(campaign.folder() / "briefs/spring.toml") +
                 "\n[caption]\nrequired_hashtags = [\"fizz\"]\n");
  const std::string untouched = read_file(campaign.folder() / "data/muster.db");
  const Finished run =
      campaign.muster({"pack", "shadow", "--brief", brief.string(), "--format", "json"});
  INFO(run.out + run.err);
  REQUIRE(run.status == 3);
  CHECK(read_file(campaign.folder() / "data/muster.db") == untouched);
  const Json answer = Json::parse(run.out);
  CHECK(answer.at("judged") == 3);
  CHECK(answer.at("untouched") == 0);
  REQUIRE(answer.at("flips").size() == 2);
  CHECK(answer.at("flips").at(0).at("from") == "clear");
  CHECK(answer.at("flips").at(0).at("samples").at(0).at("submission") == 1);
  CHECK(answer.at("newly_failing").dump().find("hashtag") != std::string::npos);
  CHECK(submission(campaign, 1).at("state") == "approved");
  CHECK(submission(campaign, 1).at("stale") == Json::array());

  SECTION("a pack that nothing was judged by touches nothing") {
    const auto pack = source_dir() / "config/packs/placements/tiktok-video.toml";
    const Json none = campaign.json({"pack", "shadow", pack.string()});
    CHECK(none.at("judged") == 0);
    CHECK(none.at("untouched") == 3);
  }
  SECTION("the same pack again changes no verdict") {
    const auto pack = source_dir() / "config/packs/placements/instagram-feed.toml";
    const Json same = campaign.json({"pack", "shadow", pack.string()});
    CHECK(same.at("judged") == 3);
    CHECK(same.at("same") == 3);
    CHECK(same.at("flips").empty());
  }
}

TEST_CASE("a shadow run names the decisions of people that it contradicts") {
  const Campaign campaign;
  change_brief(campaign, "\n[caption]\nbanned_claims = [\"morning\"]\n");
  campaign.drop("claim", make_photo(1), kLabelled);
  campaign.json({"run", "--once"});
  REQUIRE(submission(campaign, 1).at("state") == "in_review");
  const Finished approved =
      campaign.muster({"review", "approve", "1", "--as", "dana", "--note", "the claim is fine"});
  INFO(approved.out + approved.err);
  REQUIRE(approved.status == 0);
  const auto brief = campaign.folder() / "spring-v2.toml";
  std::string text = read_file(campaign.folder() / "briefs/spring.toml");
  write_file(brief, text + "required_hashtags = [\"fizz\"]\n");
  const Finished run =
      campaign.muster({"pack", "shadow", "--brief", brief.string(), "--format", "json"});
  INFO(run.out + run.err);
  const Json contradicted = Json::parse(run.out).at("contradicted");
  REQUIRE(contradicted.size() == 1);
  CHECK(contradicted.at(0).at("by") == "dana");
  CHECK(contradicted.at(0).at("note") == "the claim is fine");
}

TEST_CASE("T3: the same pixels with new metadata are not filed twice") {
  const Campaign campaign;
  campaign.drop("first", make_photo(1), kLabelled);
  campaign.json({"run", "--once"});
  REQUIRE(submission(campaign, 1).at("filed") == true);
  campaign.drop("bytes", make_photo(1), kLabelled);
  campaign.drop("metadata", with_comment(make_photo(1)), kLabelled);
  campaign.drop("other", make_photo(9), kLabelled);
  campaign.drop("recoded", encoded_again(make_photo(1)), kLabelled);
  campaign.json({"run", "--once"});

  const Json listed = campaign.json({"duplicates", "list"});
  INFO(listed.dump(1));
  std::map<std::string, std::string> tiers;
  for (const Json& row : listed.at("duplicates")) {
    if (row.at("other").at("submission") == 1) {
      const Json found = submission(campaign, row.at("file").at("submission"));
      tiers[found.at("external_id")] = row.at("tier");
      CHECK(found.at("state") == "in_review");
      CHECK(found.at("filed") == false);
    }
  }
  CHECK(tiers == std::map<std::string, std::string>{{"bytes.jpg", "same_bytes"},
                                                    {"metadata.jpg", "same_content"},
                                                    {"recoded.jpg", "reencoded"}});
  CHECK(campaign.json({"assets", "search"}).at("assets").size() == 2);

  SECTION("the verdict replays though the store holds more by now") {
    campaign.drop("later", make_photo(1), kLabelled);
    campaign.json({"run", "--once"});
    for (int id = 1; id <= 5; ++id) {
      CHECK(campaign.muster({"replay", std::to_string(id)}).status == 0);
    }
  }
  SECTION("a person overrules it with a reason, and it is filed") {
    for (const Json& row : listed.at("duplicates")) {
      const Finished done = campaign.muster({"duplicates",
                                             "dismiss",
                                             row.at("id").dump(),
                                             "--as",
                                             "dana",
                                             "--reason",
                                             "sent twice on purpose"});
      INFO(done.out + done.err);
      CHECK(done.status == 0);
    }
    campaign.json({"run", "--once"});
    CHECK(campaign.json({"assets", "search"}).at("assets").size() == 5);
    CHECK(campaign.muster({"verify"}).status == 0);
  }
}

TEST_CASE(
    "T35: the report on rights lists what ends, by the contract's clock, and search obeys it") {
  const Campaign campaign;
  const auto brief = campaign.folder() / "briefs/spring.toml";
  std::string text = read_file(brief);
  const auto drop = [&](const std::string& name, int seed, const std::string& rights) {
    write_file(brief, text.substr(0, text.find("[rights]")) + "[rights]\n" + rights);
    campaign.drop(name, make_photo(seed), kLabelled);
    campaign.json({"run", "--once"});
  };
  drop("ended", 1, "ends = \"2026-01-31T23:59:00-05:00\"\nzone = \"America/New_York\"\n");
  drop("long", 2, "ends = \"2099-12-31\"\nuses = [\"paid\"]\n");
  drop("later", 3, "starts = \"2098-01-01\"\nends = \"2099-12-31\"\n");
  const Json report = campaign.json({"assets", "rights"});
  CHECK(report.at("counts").at("expired") == 1);
  CHECK(report.at("counts").at("active") == 1);
  CHECK(report.at("counts").at("upcoming") == 1);
  CHECK(report.at("assets").size() == 2);
  CHECK(report.at("assets").at(0).at("rights_state") == "expired");
  CHECK(report.at("assets").at(0).at("rights_notice_days") == 0);
  const Finished shown = campaign.muster({"assets", "rights", "--all"});
  INFO(shown.out);
  CHECK(shown.out.find("2026-01-31 23:59") != std::string::npos);
  CHECK(shown.out.find("America/New_York") != std::string::npos);
  CHECK(campaign.json({"assets", "search", "--usable"}).at("assets").size() == 1);
  CHECK(campaign.json({"assets", "search", "--use", "paid", "--usable"}).at("assets").size() == 1);
  CHECK(campaign.json({"assets", "search", "--use", "organic", "--usable"}).at("assets").empty());
}

TEST_CASE("T35: rights that start with the publication begin with it, and so says the sidecar") {
  const Campaign campaign;
  const auto brief = campaign.folder() / "briefs/spring.toml";
  const std::string text = read_file(brief);
  write_file(brief,
             text.substr(0, text.find("[rights]")) +
                 "[rights]\nstarts = \"publication\"\nterm_days = 90\nzone = "
                 "\"America/New_York\"\n");
  campaign.drop("post", make_photo(1), kLabelled);
  campaign.json({"run", "--once"});
  CHECK(campaign.json({"assets", "rights"}).at("counts").at("upcoming") == 1);
  CHECK(campaign.json({"assets", "search", "--usable"}).at("assets").empty());
  const auto folder = (campaign.folder() / "out").string();
  const Finished refused = campaign.muster({"assets", "export", "1", "--to", folder});
  CHECK(refused.status != 0);
  CHECK((refused.out + refused.err).find("begin with its publication") != std::string::npos);

  const auto now = std::chrono::floor<Milliseconds>(std::chrono::system_clock::now());
  const Timestamp published = now - std::chrono::hours(24 * 80);
  const Finished done =
      campaign.muster({"assets", "published", "1", "--at", to_iso8601(published), "--as", "dana"});
  INFO(done.out + done.err);
  REQUIRE(done.status == 0);
  campaign.json({"run", "--once"});
  const Json report = campaign.json({"assets", "rights"});
  CHECK(report.at("counts").at("expiring") == 1);
  CHECK(report.at("assets").at(0).at("rights_notice_days") == 14);
  CHECK(campaign.json({"assets", "search", "--usable"}).at("assets").size() == 1);
  const Json sidecar = Json::parse(campaign.muster({"assets", "show", "1"}).out);
  CHECK(sidecar.at("rights").at("starts_at") == to_iso8601(published));
  CHECK(sidecar.at("rights").contains("ends_at"));
  CHECK(campaign.muster({"assets", "export", "1", "--to", folder}).status == 0);
  CHECK(campaign.muster({"verify"}).status == 0);
}

TEST_CASE("T14: the command, the API, the sidecar and the views tell one verdict") {
  const Campaign campaign;
  campaign.drop("good", make_photo(1), kLabelled);
  campaign.json({"run", "--once"});
  const Json shown = submission(campaign, 1);
  const Json listed = campaign.json({"queue", "list"}).at("submissions").at(0);
  const Json sidecar = Json::parse(campaign.muster({"assets", "show", "1"}).out);
  CHECK(sidecar.at("findings") == shown.at("findings"));
  CHECK(sidecar.at("provenance") == shown.at("judgement").at("provenance"));
  CHECK(listed.at("verdict") == shown.at("judgement").at("kind"));
  int fails = 0;
  int warns = 0;
  int unchecked = 0;
  for (const Json& finding : shown.at("findings")) {
    fails += finding.at("outcome") == "fail" ? 1 : 0;
    warns += finding.at("outcome") == "warn" ? 1 : 0;
    unchecked += finding.at("outcome") == "could_not_check" ? 1 : 0;
  }
  CHECK(listed.at("fails") == fails);
  CHECK(listed.at("warns") == warns);
  CHECK(listed.at("could_not_check") == unchecked);
  // The creator's own check before sending gives the same findings.
  write_file(campaign.folder() / "own.jpg", make_photo(1));
  const Finished own = run_muster({"check",
                                   (campaign.folder() / "own.jpg").string(),
                                   "--brief",
                                   (campaign.folder() / "briefs/spring.toml").string(),
                                   "--caption",
                                   kLabelled,
                                   "--creator",
                                   "mia",
                                   "--platform",
                                   "instagram",
                                   "--format",
                                   "json"});
  INFO(own.out + own.err);
  const Json checked = Json::parse(own.out);
  REQUIRE(checked.at("findings").size() == shown.at("findings").size());
  for (std::size_t i = 0; i < checked.at("findings").size(); ++i) {
    CHECK(checked.at("findings").at(i).at("rule_id") == shown.at("findings").at(i).at("rule_id"));
    CHECK(checked.at("findings").at(i).at("outcome") == shown.at("findings").at(i).at("outcome"));
  }
}
