// What a person meets on the command line.

#include "tests/support/build_paths.h"
#include "tests/support/program.h"
#include "tests/support/temporary_folder.h"
#include "tests/worker/campaign.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace muster;
using namespace muster::testing;

TEST_CASE("every command explains itself with an example") {
  for (const char* command : {"run",
                              "check",
                              "submit",
                              "parse",
                              "status",
                              "retry",
                              "doctor",
                              "verify",
                              "replay",
                              "queue list",
                              "queue show",
                              "queue pause",
                              "queue resume",
                              "review next",
                              "review approve",
                              "review correct",
                              "review return",
                              "review reject",
                              "review withdraw",
                              "review undo",
                              "review release",
                              "review reasons",
                              "review log",
                              "assets search",
                              "assets show",
                              "assets export",
                              "insights list",
                              "insights surveys",
                              "insights exports",
                              "insights nps",
                              "insights csat",
                              "insights lift",
                              "survey list",
                              "survey show",
                              "survey drift",
                              "survey map",
                              "survey accept",
                              "survey quality",
                              "survey exclude",
                              "survey restore",
                              "insights top-box",
                              "insights mean",
                              "insights share",
                              "insights crosstab",
                              "insights text",
                              "insights trend",
                              "insights terms",
                              "insights responses",
                              "insights metrics",
                              "insights journey",
                              "insights rank",
                              "metrics import",
                              "survey export",
                              "pack list",
                              "pack show",
                              "pack diff",
                              "pack check",
                              "assets previews",
                              "kit add",
                              "kit check",
                              "kit show",
                              "config check",
                              "config reference"}) {
    INFO(command);
    std::vector<std::string> args;
    std::istringstream words(command);
    for (std::string word; words >> word;) {
      args.push_back(word);
    }
    args.push_back("--help");
    const Finished help = run_muster(args);
    CHECK(help.status == 0);
    CHECK(help.out.find("usage: muster " + std::string(command)) == 0);
    CHECK(help.out.find("Examples:\n  muster ") != std::string::npos);
    CHECK(help.err.empty());
  }
}

TEST_CASE("a mistake is named with what was probably meant, and ends with 2") {
  const auto fails_with = [](std::vector<std::string> args, const std::string& text) {
    const Finished finished = run_muster(args);
    INFO(finished.err);
    CHECK(finished.status == 2);
    CHECK(finished.err.find(text) != std::string::npos);
    CHECK(finished.out.empty());
  };
  fails_with({"chekc", "a.jpg"}, "did you mean 'check'?");
  fails_with({"review", "aprove"}, "did you mean 'approve'?");
  fails_with({"check", "--breif", "x"}, "did you mean '--brief'?");
  fails_with({"check"}, "name at least one file");
  fails_with({"parse", "x.csv", "--format", "xml"}, "table, json or csv");
  fails_with({"status", "--config", "/nonexistent/muster.toml"}, "/nonexistent/muster.toml");
  fails_with({}, "usage: muster COMMAND");
}

TEST_CASE("all that is wrong with a configuration is said at once, with its place") {
  const TemporaryFolder folder;
  write_file(folder / "muster.toml",
             "[data]\ndirectory = \"d\"\n\n[jobs]\nruners = 2\nlease = "
             "\"soon\"\n\n[[source]]\nname = \"a\"\nkind = \"submission_folder\"\n");
  const Finished finished =
      run_muster({"config", "check", "--config", (folder / "muster.toml").string()});
  INFO(finished.err);
  CHECK(finished.status == 2);
  CHECK(finished.err.find("muster.toml:5:1") != std::string::npos);
  CHECK(finished.err.find("did you mean 'runners'?") != std::string::npos);
  CHECK(finished.err.find("muster.toml:6:") != std::string::npos);
  CHECK(finished.err.find("directory") != std::string::npos);
}

TEST_CASE("a creator checks a draft without a daemon or a database") {
  const Campaign campaign;
  const auto photo = campaign.folder() / "draft.jpg";
  write_file(photo, make_photo(1));
  const std::string brief = (campaign.folder() / "briefs/spring.toml").string();
  const Finished good = run_muster({"check",
                                    photo.string(),
                                    "--brief",
                                    brief,
                                    "--creator",
                                    "mia",
                                    "--caption",
                                    "#ad Fizzolo is good"});
  INFO(good.out + good.err);
  CHECK(good.status == 0);
  const Finished bad = run_muster({"check",
                                   photo.string(),
                                   "--brief",
                                   brief,
                                   "--creator",
                                   "mia",
                                   "--caption",
                                   "just good",
                                   "--format",
                                   "json"});
  CHECK(bad.status == 3);
  const Json report = Json::parse(bad.out);
  CHECK(report.at("verdict").at("kind") == "returned");
  CHECK_FALSE(std::filesystem::exists(campaign.folder() / "data"));
}

TEST_CASE("a draft is judged as the daemon judges it") {
  const Campaign campaign;
  const auto photo = campaign.folder() / "draft.jpg";
  write_file(photo, make_photo(1, 1600, 400));
  campaign.drop("draft", make_photo(1, 1600, 400), "nothing said");
  campaign.json({"run", "--once"});
  const Json filed = campaign.json({"queue", "show", "1"});
  const Finished check = run_muster({"check",
                                     photo.string(),
                                     "--brief",
                                     (campaign.folder() / "briefs/spring.toml").string(),
                                     "--manifest",
                                     (campaign.inbox() / ".done/draft.json").string(),
                                     "--format",
                                     "json"});
  INFO(check.err);
  CHECK(Json::parse(check.out).at("findings") == filed.at("findings"));
}

TEST_CASE("parse shows what was understood and says what was not") {
  const TemporaryFolder folder;
  write_file(folder / "good.csv", "Response ID,Score\nr1,9\nr2,3\n");
  write_file(folder / "bad.json", "{\"items\": [{]}");
  const Finished good = run_muster({"parse", (folder / "good.csv").string()});
  CHECK(good.status == 0);
  CHECK(good.out.find("rows seen 2 = filed 2 + excluded 0 + rejected 0") != std::string::npos);
  const Finished bad = run_muster({"parse",
                                   (folder / "good.csv").string(),
                                   (folder / "bad.json").string(),
                                   "--format",
                                   "json"});
  CHECK(bad.status == 3);
  CHECK(bad.err.find("bad.json") != std::string::npos);
  CHECK(Json::parse(bad.out).at("files").size() == 2);
}

TEST_CASE("survey drift says what changed between two forms, and ends with 3 where it matters") {
  const TemporaryFolder folder;
  write_file(
      folder / "a.json",
      R"({"id": "f", "title": "T", "fields": [{"id": "q", "ref": "r", "type": "yes_no", "title": "Why?", "properties": {}}]})");
  write_file(
      folder / "b.json",
      R"({"id": "f", "title": "T", "fields": [{"id": "q", "ref": "r", "type": "yes_no", "title": "How?", "properties": {}}]})");
  const std::string a = (folder / "a.json").string();
  const Finished same = run_muster({"survey", "drift", a, a});
  CHECK(same.status == 0);
  CHECK(same.out.find("no drift") != std::string::npos);
  const Finished changed =
      run_muster({"survey", "drift", a, (folder / "b.json").string(), "--format", "json"});
  CHECK(changed.status == 3);
  CHECK(Json::parse(changed.out).at("drift").at(0).at("kind") == "question_renamed");
  CHECK(run_muster({"survey", "drift", a}).status == 2);
}

TEST_CASE("a data directory has one owner") {
  const Campaign campaign;
  RunningMuster daemon(campaign.with_config({"run"}), campaign.folder() / "log");
  campaign.await_daemon();
  campaign.json({"status"});  // the daemon answers, so it owns the directory
  const Finished second = campaign.muster({"run"});
  CHECK(second.status == 1);
  CHECK(second.err.find("owned by another process") != std::string::npos);
}

TEST_CASE("a folder of packs is checked whole, and a changed limit shows in the comparison") {
  const Finished good = run_muster({"pack", "check", "--today", "2026-11-22"});
  CHECK(good.status == 0);
  CHECK(good.out.find("good: ") == 0);
  const Finished stale = run_muster({"pack", "check", "--today", "2027-11-22"});
  CHECK(stale.status == 3);
  CHECK(stale.out.find("365 days ago") != std::string::npos);

  TemporaryFolder folder;
  const std::string reel = "/placements/instagram-reel.toml";
  std::filesystem::create_directories(folder.path() / "placements");
  std::ifstream shipped(source_dir() / "config/packs/placements/instagram-reel.toml");
  std::string text((std::istreambuf_iterator<char>(shipped)), {});
  text.replace(text.find("max = 300"), 9, "max = 400");
  folder.write("placements/instagram-reel.toml", text);
  const Finished changed = run_muster(
      {"pack", "diff", "instagram-reel", folder.path().native() + reel, "--format", "json"});
  CHECK(changed.status == 3);
  const auto changes = nlohmann::json::parse(changed.out).at("changes");
  REQUIRE(changes.size() == 1);
  CHECK(changes[0].at("what") == "rule.byte-size.max");
  CHECK(changes[0].at("old") == "300 MB");
  CHECK(changes[0].at("new") == "400 MB");
  const Finished same_version =
      run_muster({"pack", "check", folder.path().native(), "--today", "2026-11-22"});
  CHECK(same_version.status == 3);
  CHECK(same_version.out.find("count the version up") != std::string::npos);

  text.replace(text.find("property = \"codec\""), 18, "property = \"codek\"");
  folder.write("placements/instagram-reel.toml", text + "\n[[rulez]]\nid = 5\n");
  const Finished wrong = run_muster({"pack", "check", folder.path().native()});
  CHECK(wrong.status == 2);
  CHECK(wrong.err.find("did you mean 'codec'?") != std::string::npos);
  CHECK(wrong.err.find("rulez") != std::string::npos);
}

TEST_CASE("a kit is made, checked and shown, and bad pictures leave nothing behind") {
  const TemporaryFolder folder;
  const std::string kit = (folder / "fizzo").string();
  const std::string picture = (folder / "can.jpg").string();
  const std::string drawing = (folder / "logo.svg").string();
  write_file(picture, make_photo(7, 400, 300));
  write_file(drawing, "<svg xmlns=\"http://www.w3.org/2000/svg\"/>");

  const Finished refused = run_muster({"kit", "add", kit, picture, drawing, "--brand", "Fizzo"});
  CHECK(refused.status == 2);
  CHECK(refused.err.find("is an SVG drawing") != std::string::npos);
  CHECK_FALSE(std::filesystem::exists(kit));

  const Finished made = run_muster({"kit",
                                    "add",
                                    kit,
                                    picture,
                                    "--brand",
                                    "Fizzo \"X\"",
                                    "--role",
                                    "crop",
                                    "--colour",
                                    "#e4002b"});
  INFO(made.out + made.err);
  CHECK(made.status == 0);
  CHECK(made.out.find("1 of 1 pictures usable") != std::string::npos);
  const Finished again = run_muster({"kit", "add", kit, picture, "--role", "crop"});
  CHECK(again.status == 2);
  CHECK(again.err.find("is in the kit already") != std::string::npos);

  const Finished shown = run_muster({"kit", "show", kit, "--format", "json"});
  INFO(shown.out + shown.err);
  const Json kits = Json::parse(shown.out);
  REQUIRE(kits.size() == 1);
  CHECK(kits[0].at("id") == "fizzo");
  CHECK(kits[0].at("brand") == "Fizzo \"X\"");
  CHECK(kits[0].at("colours")[0] == "#e4002b");
  CHECK(kits[0].at("pictures")[0].at("role") == "crop");
  CHECK(kits[0].at("features").get<int>() > 0);

  write_file(folder / "flat/kit.toml", "id = \"flat\"\nbrand = \"Flat\"\n");
  write_file(folder / "flat/logo.png", "no picture");
  const Finished broken = run_muster({"kit", "check", folder.path().string()});
  CHECK(broken.status == 2);
  CHECK(broken.err.find("is not a PNG, JPEG or WebP picture") != std::string::npos);
  CHECK(run_muster({"kit", "check"}).status == 2);
}

TEST_CASE("a check explains itself in a page of its own") {
  const TemporaryFolder folder;
  const std::string photo = (folder / "a<b>.jpg").string();
  const std::string kit = (folder / "fizzo").string();
  const std::string page = (folder / "why.html").string();
  write_file(photo, make_photo(7, 800, 600));
  write_file(folder / "can.jpg", make_photo(7, 800, 600));
  REQUIRE(
      run_muster({"kit", "add", kit, (folder / "can.jpg").string(), "--brand", "Fizzo"}).status ==
      0);
  const Finished checked = run_muster({"check", photo, "--kit", kit, "--explain", page});
  INFO(checked.out + checked.err);
  CHECK(checked.out.find("Fizzo is visible") != std::string::npos);
  std::ifstream in(page);
  const std::string html{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  CHECK(html.find("data:image/png;base64,") != std::string::npos);
  CHECK(html.find("<polygon") != std::string::npos);
  CHECK(html.find("a&lt;b&gt;.jpg") != std::string::npos);
  CHECK(html.find("<b>.jpg") == std::string::npos);
  CHECK(run_muster({"check", photo, "--kit", kit, "--explain", photo}).status == 1);
  CHECK(std::filesystem::file_size(photo) == make_photo(7, 800, 600).size());
}
