#include "config/brief.h"
#include "config/config.h"
#include "config/kit.h"
#include "config/sections.h"
#include "core/text.h"
#include "tests/config/support.h"
#include "tests/support/build_paths.h"

#include <fstream>
#include <set>
#include <sstream>

#include <catch2/catch.hpp>

using namespace muster;

namespace {

// The reference with every example and every option without a default switched on.
std::string everything_on() {
  std::string text;
  for (std::string line : split(reference_config(), '\n')) {
    if (line.size() > 1 && line[0] == '#' &&
        (std::islower(static_cast<unsigned char>(line[1])) != 0 || line[1] == '[')) {
      line.erase(0, 1);
    }
    text += line + "\n";
  }
  return text;
}

std::string read_source_file(const std::string& name) {
  std::ifstream in(testing::source_dir() / name, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

// The code block of docs/CONFIG.md under a heading.
std::string example(const std::string& heading) {
  const std::string text = read_source_file("docs/CONFIG.md");
  const std::size_t section = text.find("\n## " + heading + "\n");
  const std::size_t begin = text.find('\n', text.find("```", section)) + 1;
  return text.substr(begin, text.find("```", begin) - begin);
}

// The keys that a TOML text of plain tables sets: "jobs.runners", "source[].name".
std::set<std::string> keys_in(const std::string& text) {
  std::set<std::string> keys;
  std::string table;
  for (const std::string& line : split(text, '\n')) {
    if (line.starts_with("[[")) {
      table = line.substr(2, line.find(']') - 2) + "[].";
    } else if (line.starts_with("[")) {
      table = line.substr(1, line.find(']') - 1) + ".";
    } else if (const auto equals = line.find(" = ");
               equals != std::string::npos && !line.starts_with("#")) {
      keys.insert(table + line.substr(0, equals));
    }
  }
  return keys;
}

void check_same(const SourceConfig& a, const SourceConfig& b) {
  CHECK(a.every == b.every);
  CHECK(a.quiet_period == b.quiet_period);
  CHECK(a.allow_http == b.allow_http);
  CHECK(a.allow_private == b.allow_private);
  CHECK(a.max_pages == b.max_pages);
  CHECK(a.zone == b.zone);
  CHECK(a.full_export == b.full_export);
}

}  // namespace

TEST_CASE("The reference configuration is the file in the source tree") {
  CHECK(read_source_file("config/muster.reference.toml") == reference_config());
}

TEST_CASE("Every default in the reference configuration is the code's default") {
  const Config written = parse_config(reference_config(), "/m.toml");
  const Config built_in = parse_config("", "/m.toml");
  const Config raw;
  CHECK(written.data_directory == built_in.data_directory);
  CHECK(written.data_directory == "/" / raw.data_directory);
  CHECK(written.store_url == raw.store_url);
  CHECK(written.blobs_url == raw.blobs_url);
  CHECK(written.socket == raw.socket);
  CHECK(written.log_level == raw.log_level);
  CHECK(written.jobs.runners == raw.jobs.runners);
  CHECK(written.jobs.max_attempts == raw.jobs.max_attempts);
  CHECK(written.jobs.crash_limit == raw.jobs.crash_limit);
  CHECK(written.jobs.lease == raw.jobs.lease);
  CHECK(written.jobs.heartbeat == raw.jobs.heartbeat);
  CHECK(written.jobs.first_retry == raw.jobs.first_retry);
  CHECK(written.jobs.last_retry == raw.jobs.last_retry);
  CHECK(written.jobs.keep_completed == raw.jobs.keep_completed);
  CHECK(written.decode.max_image_bytes == raw.decode.max_image_bytes);
  CHECK(written.decode.max_video_bytes == raw.decode.max_video_bytes);
  CHECK(written.decode.max_pixels == raw.decode.max_pixels);
  CHECK(written.decode.max_side == raw.decode.max_side);
  CHECK(written.decode.max_duration == raw.decode.max_duration);
  CHECK(written.decode.image_wall == raw.decode.image_wall);
  CHECK(written.decode.video_wall == raw.decode.video_wall);
  CHECK(written.decode.image_cpu == raw.decode.image_cpu);
  CHECK(written.decode.video_cpu == raw.decode.video_cpu);
  CHECK(written.decode.image_memory_bytes == raw.decode.image_memory_bytes);
  CHECK(written.decode.video_memory_bytes == raw.decode.video_memory_bytes);
  CHECK(written.decode.analysis_side == raw.decode.analysis_side);
  CHECK(written.decode.max_frames == raw.decode.max_frames);
  CHECK(written.decode.video_frame_bytes == raw.decode.video_frame_bytes);
  CHECK(written.decode.heif == raw.decode.heif);
  CHECK(written.decode.prores == raw.decode.prores);
  CHECK(written.decode.previews == raw.decode.previews);
  CHECK(written.decode.deaths_to_quarantine == raw.decode.deaths_to_quarantine);
  CHECK(written.models.directory == raw.models.directory);
  CHECK(written.models.text_languages == raw.models.text_languages);
  CHECK(written.creators_file == raw.creators_file);
  CHECK(written.tiers.macro_followers == raw.tiers.macro_followers);
  CHECK(written.tiers.mega_followers == raw.tiers.mega_followers);
  CHECK(written.briefs == raw.briefs);
  CHECK(written.kits == raw.kits);
  CHECK(written.packs_directory == raw.packs_directory);
  CHECK(written.review_lease == raw.review_lease);
  CHECK(written.sources.empty());
}

TEST_CASE("The reference's examples load, and show the defaults where there are any") {
  const Config config = parse_config(everything_on(), "/m.toml");
  REQUIRE(config.sources.size() == 5);
  for (const SourceConfig& source : config.sources) {
    check_same(source, SourceConfig());
  }
  CHECK(config.sources[1].token_env == "FEED_TOKEN");
  CHECK(config.sources[2].token_file == "/secrets/partner.token");
}

TEST_CASE("The reference leaves no known key out, and a default is never commented out") {
  Problems problems;
  const std::string text = everything_on();
  TomlDocument document(text, "m.toml", problems);
  read_config(document, "/m.toml");
  CHECK(problems.empty());
  const std::set<std::string> written = keys_in(text);
  // Known only to be refused, because people try them.
  const std::set<std::string> refused = {
      "source[].token", "source[].password", "source[].secret", "source[].api_key"};
  std::set<std::string> tables;
  for (const std::string& key : written) {
    tables.insert(key.substr(0, key.find_first_of(".[")));
  }
  for (const std::string& key : document.known_keys()) {
    INFO(key);
    CHECK((written.contains(key) || refused.contains(key) || tables.contains(key)));
  }
  CHECK(document.known_keys().size() > 60);
}

TEST_CASE("The examples of the documentation load") {
  const Config config = parse_config(example("muster.toml"), "/etc/muster/muster.toml");
  CHECK(config.sources.size() == 2);
  const Brief brief = parse_brief(example("A brief"), "brief.toml");
  CHECK(brief.rights);
  const std::string png("\x89PNG\r\n\x1A\n", 8);
  const BrandKit kit = parse_kit(example("A brand kit"),
                                 "kit.toml",
                                 {{"logos/black.png", "", png, {}}, {"shelf.jpg", "", png, {}}});
  CHECK(kit.id == brief.kit);
  const muster::testing::TemporaryFolder folder;
  CHECK(load_creators(folder.write("creators.csv", example("creators.csv")), config.tiers).size() ==
        2);
}
