#include "config/config.h"

#include "tests/config/support.h"

#include <catch2/catch.hpp>

using namespace muster;
using muster::testing::problems_of;
using muster::testing::TemporaryFolder;
using Lines = std::vector<std::string>;

namespace {

Lines problems_in_config(std::string_view text) {
  return problems_of([&] { parse_config(text, "/etc/muster/muster.toml"); });
}

Config parse(std::string_view text) {
  return parse_config(text, "/etc/muster/muster.toml");
}

}  // namespace

TEST_CASE("An empty configuration means the defaults, with paths beside the file") {
  const Config config = parse("");
  CHECK(config.file == "/etc/muster/muster.toml");
  CHECK(config.data_directory == "/etc/muster/muster-data");
  CHECK(config.store_url == "sqlite:muster.db");
  CHECK(config.blobs_url == "file:blobs");
  CHECK(config.socket.empty());
  CHECK(config.log_level == "info");
  CHECK(config.jobs.max_attempts == 8);
  CHECK(config.decode.max_frames == 256);
  CHECK(config.tiers.macro_followers == 100'000);
  CHECK(config.sources.empty());
}

TEST_CASE("Every section is read") {
  const Config config = parse(R"(
[data]
directory = "/var/lib/muster/"
[store]
url = "postgres://db.example/muster"
blobs = "s3://bucket/prefix"
[api]
socket = "run/m.sock"
[log]
level = "debug"
[jobs]
runners = 4
max_attempts = 3
crash_limit = 2
lease = "1m"
heartbeat = "20s"
first_retry = "1s"
last_retry = "1h"
keep_completed = "7d"
[decode]
max_image_bytes = 1_000
max_video_bytes = 2_000
max_pixels = 3_000
max_side = 400
max_duration = "10m"
image_wall = "1s"
video_wall = "2s"
image_cpu = "3s"
video_cpu = "4s"
image_memory_bytes = 100_000_000
video_memory_bytes = 200_000_000
analysis_side = 640
max_frames = 8
video_frame_bytes = 9_000_000
deaths_to_quarantine = 1
[creators]
file = "../creators.csv"
macro_followers = 10
mega_followers = 20
[campaigns]
briefs = ["briefs", "/srv/one.toml"]
kits = ["kits/"]
packs = "packs"
[review]
lease = "5m"
)");
  CHECK(config.data_directory == "/var/lib/muster");
  CHECK(config.store_url == "postgres://db.example/muster");
  CHECK(config.blobs_url == "s3://bucket/prefix");
  CHECK(config.socket == "/etc/muster/run/m.sock");
  CHECK(config.log_level == "debug");
  CHECK(config.jobs.runners == 4);
  CHECK(config.jobs.max_attempts == 3);
  CHECK(config.jobs.crash_limit == 2);
  CHECK(config.jobs.lease == std::chrono::minutes(1));
  CHECK(config.jobs.heartbeat == std::chrono::seconds(20));
  CHECK(config.jobs.first_retry == std::chrono::seconds(1));
  CHECK(config.jobs.last_retry == std::chrono::hours(1));
  CHECK(config.jobs.keep_completed == std::chrono::hours(24 * 7));
  CHECK(config.decode.max_image_bytes == 1'000);
  CHECK(config.decode.max_video_bytes == 2'000);
  CHECK(config.decode.max_pixels == 3'000);
  CHECK(config.decode.max_side == 400);
  CHECK(config.decode.max_duration == std::chrono::minutes(10));
  CHECK(config.decode.image_wall == std::chrono::seconds(1));
  CHECK(config.decode.video_wall == std::chrono::seconds(2));
  CHECK(config.decode.image_cpu == std::chrono::seconds(3));
  CHECK(config.decode.video_cpu == std::chrono::seconds(4));
  CHECK(config.decode.image_memory_bytes == 100'000'000);
  CHECK(config.decode.video_memory_bytes == 200'000'000);
  CHECK(config.decode.analysis_side == 640);
  CHECK(config.decode.max_frames == 8);
  CHECK(config.decode.video_frame_bytes == 9'000'000);
  CHECK(config.decode.deaths_to_quarantine == 1);
  CHECK(config.creators_file == "/etc/creators.csv");
  CHECK(config.tiers.macro_followers == 10);
  CHECK(config.tiers.mega_followers == 20);
  CHECK(config.briefs == std::vector<std::filesystem::path>{"/etc/muster/briefs", "/srv/one.toml"});
  CHECK(config.kits == std::vector<std::filesystem::path>{"/etc/muster/kits"});
  CHECK(config.packs_directory == "/etc/muster/packs");
  CHECK(config.review_lease == std::chrono::minutes(5));
}

TEST_CASE("The models' folder and the languages of text in pictures are read") {
  const Config config = parse_config(
      "[models]\ndirectory = \"models\"\ntext_languages = [\"eng\", \"chi_sim\"]\n", "/etc/m.toml");
  CHECK(config.models.directory == "/etc/models");
  CHECK(config.models.text_languages == std::vector<std::string>{"eng", "chi_sim"});
  CHECK_THROWS_AS(parse_config("[models]\ntext_languages = []\n", "/m.toml"), ConfigError);
  CHECK_THROWS_AS(parse_config("[models]\ntext_languages = [\"../eng\"]\n", "/m.toml"),
                  ConfigError);
}

TEST_CASE("Everything wrong is reported at once, in the order of the file") {
  CHECK(
      problems_in_config(
          "[log]\nlevel = \"verbose\"\n[jobs]\nruners = 2\nmax_attempts = 0\nlease = "
          "\"soon\"\n[pluto]\n") ==
      Lines{
          "/etc/muster/muster.toml:2:9: log.level: 'verbose' is not known; known: debug, info, "
          "warn, error, off",
          "/etc/muster/muster.toml:4:1: jobs.runers: unknown key; did you mean 'runners'?",
          "/etc/muster/muster.toml:5:16: jobs.max_attempts: 0 is out of range; allowed: 1 to 1000",
          "/etc/muster/muster.toml:6:9: jobs.lease: 'soon' is not a duration such as \"500ms\", "
          "\"30s\", \"5m\", "
          "\"2h\" or \"1d\"",
          "/etc/muster/muster.toml:7:2: pluto: unknown key; known: data, store, api, log, jobs, "
          "decode, models, creators, "
          "campaigns, review, source"});
}

TEST_CASE("Options that contradict each other are reported at the one that was written") {
  CHECK(problems_in_config("[jobs]\nlease = \"20s\"") ==
        Lines{"/etc/muster/muster.toml:2:9: jobs.lease: lease (20s) must be longer than two "
              "heartbeats (10s each), "
              "or one late heartbeat loses the job"});
  CHECK(problems_in_config("[jobs]\nheartbeat = \"15s\"").size() == 1);
  CHECK(problems_in_config("[jobs]\nheartbeat = \"14s\"").empty());
  CHECK(problems_in_config("[jobs]\nfirst_retry = \"1h\"") ==
        Lines{"/etc/muster/muster.toml:2:15: jobs.first_retry: last_retry (15m) must not be "
              "shorter than first_retry "
              "(1h)"});
  CHECK(problems_in_config("[creators]\nmacro_followers = 1_000_000") ==
        Lines{"/etc/muster/muster.toml:2:19: creators.macro_followers: mega_followers (1000000) "
              "must be more than "
              "macro_followers (1000000)"});
}

TEST_CASE("Store URLs must be of a known kind and hold no password") {
  CHECK(problems_in_config("[store]\nurl = \"mysql://x\"\nblobs = \"blobs\"") ==
        Lines{"/etc/muster/muster.toml:2:7: store.url: 'mysql://x' names no known kind of store; "
              "write sqlite:... or "
              "postgres://... or postgresql://...",
              "/etc/muster/muster.toml:3:9: store.blobs: 'blobs' names no known kind of store; "
              "write file:... or "
              "s3://..."});
  CHECK(problems_in_config("[store]\nurl = \"sqlite:\"").size() == 1);
  for (const std::string_view url : {"postgres://me:secret@db/muster",
                                     "postgresql://me:s@cret@db/muster",
                                     "postgres://db/muster?password=secret"}) {
    const Lines lines = problems_in_config("[store]\nurl = \"" + std::string(url) + "\"");
    REQUIRE(lines.size() == 1);
    CHECK(lines[0].find("must not hold a password") != std::string::npos);
    CHECK(lines[0].find("cret") == std::string::npos);
  }
  CHECK(problems_in_config("[store]\nurl = \"postgres://me@db:5432/muster\"").empty());
}

TEST_CASE("Paths are not empty, not repeated and not of the shell") {
  CHECK(problems_in_config(
            "[data]\ndirectory = \"\"\n[creators]\nfile = \"~/creators.csv\"\n[campaigns]\n"
            "briefs = [\"a\", \"./a/\", \"\"]\nkits = \"kits\"") ==
        Lines{"/etc/muster/muster.toml:2:13: data.directory: must not be empty; leave the line out "
              "instead",
              "/etc/muster/muster.toml:4:8: creators.file: '~' has no meaning here; write the full "
              "path",
              "/etc/muster/muster.toml:6:16: campaigns.briefs[2]: is named twice",
              "/etc/muster/muster.toml:6:24: campaigns.briefs[3]: must not be empty; leave the "
              "line out instead",
              "/etc/muster/muster.toml:7:8: campaigns.kits: must be a list of texts ([\"a\", "
              "\"b\"]), not text"});
}

TEST_CASE("A socket's path that the system can't take is reported before anything starts") {
  const std::string deep(120, 'x');
  const Lines lines = problems_in_config("[api]\nsocket = \"/run/" + deep + "\"");
  REQUIRE(lines.size() == 1);
  CHECK(lines[0].starts_with("/etc/muster/muster.toml:2:10: api.socket: /run/xxx"));
  // The default lies in the data directory, whose path may be what is too long.
  const Lines by_default = problems_in_config("[data]\ndirectory = \"/srv/" + deep + "\"");
  REQUIRE(by_default.size() == 1);
  CHECK(by_default[0].find("api.socket") != std::string::npos);
}

TEST_CASE("A configuration file is read from disk, or said why not") {
  const TemporaryFolder folder;
  const auto file = folder.write("m.toml", "[log]\nlevel = \"warn\"\n");
  CHECK(load_config(file).log_level == "warn");
  CHECK(load_config(file).data_directory == folder.path() / "muster-data");
  const auto missing = folder.path() / "nothing.toml";
  CHECK(problems_of([&] { load_config(missing); }) == Lines{missing.string() + ": does not exist"});
  CHECK(problems_of([&] { load_config(folder.path()); }) ==
        Lines{folder.path().string() + ": is not a regular file"});
  const auto large = folder.write("large.toml", std::string(1'000'001, '\n'));
  CHECK(problems_of([&] { load_config(large); }) ==
        Lines{large.string() + ": is longer than 1.0 MB, the most that is read"});
}
