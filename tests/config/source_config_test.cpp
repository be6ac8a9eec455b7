#include "config/config.h"
#include "tests/config/support.h"

#include <catch2/catch.hpp>

using namespace muster;
using muster::testing::problems_of;
using Lines = std::vector<std::string>;

namespace {

Lines problems_in_source_config(std::string_view text) {
  return problems_of([&] { parse_config(text, "/m.toml"); });
}

std::vector<SourceConfig> sources(std::string_view text) {
  return parse_config(text, "/m.toml").sources;
}

std::string folder_source(std::string_view name, std::string_view options) {
  return "[[source]]\nname = \"" + std::string(name) + "\"\nkind = \"submission_folder\"\n" +
         std::string(options) + "\n";
}

std::string feed(std::string_view options) {
  return "[[source]]\nname = \"f\"\nkind = \"submission_feed\"\n" + std::string(options) + "\n";
}

}  // namespace

TEST_CASE("Each kind of source takes its own options") {
  const auto all = sources(R"(
[[source]]
name = "drop-1"
kind = "submission_folder"
directory = "in"
done_directory = "done"
error_directory = "/srv/error"
every = "1m"
quiet_period = "0s"
campaign = "spring"
platform = "Instagram"
placement = "instagram-reel"
[[source]]
name = "feed_2"
kind = "submission_feed"
url = "http://127.0.0.1:8080/items?page=1"
token_env = "FEED_TOKEN"
allow_http = true
allow_private = true
max_pages = 5
[[source]]
name = "s"
kind = "survey_folder"
directory = "exports"
survey = "lift"
creator_field = "creator"
campaign_field = "utm campaign"
wave = "w1"
wave_field = "wave"
zone = "Europe/Berlin"
)");
  REQUIRE(all.size() == 3);
  CHECK(all[0].name == "drop-1");
  CHECK(all[0].kind == SourceKind::submission_folder);
  CHECK(all[0].directory == "/in");
  CHECK(all[0].done_directory == "/done");
  CHECK(all[0].error_directory == "/srv/error");
  CHECK(all[0].every == std::chrono::minutes(1));
  CHECK(all[0].quiet_period == Milliseconds(0));
  CHECK(all[0].campaign == "spring");
  CHECK(all[0].platform == "instagram");
  CHECK(all[0].placement == "instagram-reel");
  CHECK(all[1].url == "http://127.0.0.1:8080/items?page=1");
  CHECK(all[1].token_env == "FEED_TOKEN");
  CHECK(all[1].allow_http);
  CHECK(all[1].allow_private);
  CHECK(all[1].max_pages == 5);
  CHECK(all[1].every == std::chrono::seconds(30));
  CHECK(all[2].kind == SourceKind::survey_folder);
  CHECK(all[2].survey == "lift");
  CHECK(all[2].creator_field == "creator");
  CHECK(all[2].campaign_field == "utm campaign");
  CHECK(all[2].wave == "w1");
  CHECK(all[2].wave_field == "wave");
  CHECK(all[2].zone == "Europe/Berlin");
}

TEST_CASE("A folder of metrics says what its rows do not") {
  const auto all = sources(R"(
[[source]]
name = "m"
kind = "metric_folder"
directory = "metrics"
campaign = "spring"
zone = "Europe/Berlin"
currency = "EUR"
objective = "conversions"
)");
  REQUIRE(all.size() == 1);
  CHECK(all[0].kind == SourceKind::metric_folder);
  CHECK(all[0].directory == "/metrics");
  CHECK(all[0].currency == "EUR");
  CHECK(all[0].objective == "conversions");
  CHECK(all[0].zone == "Europe/Berlin");
  CHECK(problems_in_source_config("[[source]]\nname = \"m\"\nkind = \"metric_folder\"\ndirectory = "
                                  "\"m\"\ncurrency = \"euro\"\nplacement = \"x\"") ==
        Lines{"/m.toml:5:12: source[1].currency: must be three capital letters, as in EUR (ISO "
              "4217)",
              "/m.toml:6:13: source[1].placement: is no option of a metric_folder source, only of "
              "submission_folder, submission_feed"});
}

TEST_CASE("Options of another kind of source are refused, not ignored") {
  CHECK(problems_in_source_config(
            folder_source("a", "directory = \"in\"\nurl = \"https://x\"\nzone = \"UTC\"")) ==
        Lines{"/m.toml:5:7: source[1].url: is no option of a submission_folder source, only of "
              "submission_feed",
              "/m.toml:6:8: source[1].zone: is no option of a submission_folder source, only of "
              "survey_folder, metric_folder"});
  CHECK(
      problems_in_source_config(feed("url = \"https://x\"\nquiet_period = \"1s\"")) ==
      Lines{
          "/m.toml:5:16: source[1].quiet_period: is no option of a submission_feed source, only of "
          "submission_folder, survey_folder, metric_folder"});
}

TEST_CASE("A source needs a name, a kind and a place") {
  CHECK(problems_in_source_config("[[source]]\n") ==
        Lines{"/m.toml:1:1: source[1].name: is missing; give each source a name of its own; "
              "renaming it later makes "
              "all its items new",
              "/m.toml:1:1: source[1].kind: is missing; write submission_folder, submission_feed, "
              "survey_folder or metric_folder",
              "/m.toml:1:1: source[1].directory: is missing; name the folder to watch"});
  CHECK(problems_in_source_config(feed("")) ==
        Lines{"/m.toml:1:1: source[1].url: is missing; name the address of the feed"});
  CHECK(problems_in_source_config(
            "[[source]]\nname = \"Drop Box\"\nkind = \"folder\"\ndirectory = \"in\"") ==
        Lines{"/m.toml:2:8: source[1].name: 'Drop Box' is no id; write 1 to 64 of a-z, 0-9, '-' "
              "and '_'",
              "/m.toml:3:8: source[1].kind: 'folder' is not known; known: submission_folder, "
              "submission_feed, "
              "survey_folder, metric_folder"});
}

TEST_CASE("Names of sources must differ") {
  CHECK(
      problems_in_source_config(folder_source("a", "directory = \"1\"") +
                                folder_source("b", "directory = \"2\"") +
                                folder_source("a", "directory = \"3\"")) ==
      Lines{
          "/m.toml:10:8: source[3].name: 'a' is already the name of source[1]; names must differ"});
}

TEST_CASE("A watched folder must not hold what was put away or what another source watches") {
  CHECK(problems_in_source_config(
            folder_source("a", "directory = \"in\"\ndone_directory = \"in/done\"")) ==
        Lines{"/m.toml:5:18: source[1].done_directory: lies in the folder that this source "
              "watches, so its files "
              "would be taken again; choose one outside, or one whose name starts with a dot"});
  CHECK(problems_in_source_config(
            folder_source("a", "directory = \"in\"\nerror_directory = \"./in/\"")) ==
        Lines{"/m.toml:5:19: source[1].error_directory: is the folder that this source watches; "
              "choose another"});
  CHECK(problems_in_source_config(folder_source(
            "a", "directory = \"in\"\ndone_directory = \"x\"\nerror_directory = \"x\"")) ==
        Lines{"/m.toml:6:19: source[1].error_directory: must not be done_directory: what failed "
              "could not be told "
              "from what was taken"});
  CHECK(problems_in_source_config(folder_source("a", "directory = \"in\"") +
                                  folder_source("b", "directory = \"in/b\"")) ==
        Lines{"/m.toml:8:13: source[2].directory: lies in the folder that the source 'a' watches, "
              "so its files would "
              "be taken again; choose one outside, or one whose name starts with a dot"});
  CHECK(problems_in_source_config(folder_source("a", "directory = \"in\"") +
                                  folder_source("b", "directory = \"in\"")) ==
        Lines{"/m.toml:8:13: source[2].directory: is the folder that the source 'a' watches; "
              "choose another"});
  CHECK(
      problems_in_source_config(folder_source("a", "directory = \"in\"") +
                                folder_source("b", "directory = \"b\"\ndone_directory = \"in/b\""))
          .size() == 1);
  CHECK(problems_in_source_config(folder_source("a", "directory = \".\"")) ==
        Lines{"/m.toml:4:13: source[1].directory: holds the data directory, whose files would be "
              "taken as "
              "submissions; watch a folder of its own"});
}

TEST_CASE("Folders that only look alike, and hidden ones, are fine") {
  CHECK(problems_in_source_config(
            folder_source("a",
                          "directory = \"in\"\ndone_directory = \"in-done\"\nerror_directory = "
                          "\"in/.error\"") +
            folder_source("b", "directory = \"in2\"\ndone_directory = \"in-done\""))
            .empty());
}

TEST_CASE("A feed's URL must be https unless http is allowed, and hold no secret") {
  const auto problem = [](std::string_view options) {
    const Lines lines = problems_in_source_config(feed(options));
    REQUIRE(lines.size() == 1);
    return lines[0];
  };
  CHECK(problem("url = \"ftp://x/y\"") == "/m.toml:4:7: source[1].url: must start with https://");
  CHECK(problem("url = \"http://x/y\"") ==
        "/m.toml:4:7: source[1].url: plain http can be read and changed on the way; use https, or "
        "say allow_http = "
        "true");
  CHECK(problem("url = \"https:///y\"") == "/m.toml:4:7: source[1].url: names no host");
  CHECK(problem("url = \"https://me:pw@x/y\"").find("must not hold a user or password") !=
        std::string::npos);
  CHECK(problem("url = \"https://x/y?a=1&Token=abc\"").find("must not hold a secret") !=
        std::string::npos);
  CHECK(problem("url = \"https://x/ä\"").find("plain ASCII") != std::string::npos);
  CHECK(problem("url = \"https://x/a b\"").find("plain ASCII") != std::string::npos);
  CHECK(problems_in_source_config(feed("url = \"https://x/y?monkey=1&turkey=2\"")).empty());
}

TEST_CASE("Secrets in the configuration are refused with advice, and never repeated") {
  const Lines lines = problems_in_source_config(feed("url = \"https://x\"\ntoken = \"s3cr3t\""));
  CHECK(lines == Lines{"/m.toml:5:9: source[1].token: a secret must not stand in the "
                       "configuration; put it into an environment "
                       "variable and name that as token_env, or into a file (chmod 600) and name "
                       "that as token_file"});
  CHECK(problems_in_source_config(
            feed("url = \"https://x\"\ntoken_env = \"A\"\ntoken_file = \"t\"")) ==
        Lines{"/m.toml:6:14: source[1].token_file: goes with no token_env beside it; keep one of "
              "the two"});
  CHECK(problems_in_source_config(feed("url = \"https://x\"\ntoken_env = \"sk-live 123\"")) ==
        Lines{"/m.toml:5:13: source[1].token_env: must be the name of an environment variable "
              "(FEED_TOKEN), not the "
              "token"});
}

TEST_CASE("A survey source's zone must be known") {
  CHECK(problems_in_source_config(
            "[[source]]\nname = \"s\"\nkind = \"survey_folder\"\ndirectory = \"x\"\nzone = "
            "\"Berlin\"\n") == Lines{"/m.toml:5:8: source[1].zone: 'Berlin' is no IANA "
                                     "time zone; write one like \"Europe/Berlin\" or "
                                     "\"UTC\""});
}

TEST_CASE("A source must not be polled without a pause") {
  CHECK(problems_in_source_config(folder_source("a", "directory = \"in\"\nevery = \"0s\"")) ==
        Lines{"/m.toml:5:9: source[1].every: 0s is out of range; allowed: 10ms to 30d"});
}
