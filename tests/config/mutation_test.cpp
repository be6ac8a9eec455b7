#include "config/brief.h"
#include "config/config.h"
#include "config/kit.h"
#include "config/packs.h"
#include "core/text.h"
#include "tests/config/support.h"

#include <random>

#include <catch2/catch.hpp>

using namespace muster;

namespace {

// Changes a few places of a text: bytes, cut and repeated pieces, and pieces of TOML.
std::string mutate(std::string text, std::mt19937& random) {
  static const std::vector<std::string> kPieces = {"[",
                                                   "]",
                                                   "[[",
                                                   "\"",
                                                   "'''",
                                                   "\"\"\"",
                                                   "=",
                                                   ".",
                                                   "\n",
                                                   "{",
                                                   "}",
                                                   "#",
                                                   "\\",
                                                   "\0x",
                                                   "\xFF",
                                                   "\xEF\xBB\xBF",
                                                   "inf",
                                                   "1e400",
                                                   ",",
                                                   "-",
                                                   "_",
                                                   "nan",
                                                   "0x",
                                                   "\\u0000",
                                                   "\\UFFFFFFFF",
                                                   "true",
                                                   "\r",
                                                   "1979-05-27T07:32:00Z",
                                                   "9223372036854775808"};
  const auto below = [&](std::size_t limit) {
    return std::uniform_int_distribution<std::size_t>(0, limit - 1)(random);
  };
  const std::size_t changes = 1 + below(4);
  for (std::size_t i = 0; i < changes && !text.empty(); ++i) {
    const std::size_t at = below(text.size());
    const std::size_t length = std::min(text.size() - at, below(40));
    switch (below(4)) {
      case 0:
        text[at] = static_cast<char>(below(256));
        break;
      case 1:
        text.erase(at, length);
        break;
      case 2:
        text.insert(below(text.size()), text.substr(at, length));
        break;
      default:
        text.insert(at, kPieces[below(kPieces.size())]);
        break;
    }
  }
  return text;
}

// Reads thousands of broken texts. Each must be taken or refused with problems that can be printed
// on one line.
template <typename Read>
void try_mutations(std::string_view seed_text, int rounds, Read read) {
  std::mt19937 random(20261122);
  int refused = 0;
  for (int i = 0; i < rounds; ++i) {
    const std::string text = mutate(std::string(seed_text), random);
    try {
      read(text);
    } catch (const ConfigError& error) {
      ++refused;
      REQUIRE_FALSE(error.problems().empty());
      for (const Problem& problem : error.problems()) {
        REQUIRE_FALSE(problem.what.empty());
        REQUIRE_FALSE(find_invalid_utf8(to_string(problem)));
        REQUIRE(to_string(problem).find_first_of("\n\r\x1b") == std::string::npos);
        REQUIRE(to_string(problem).size() < 1500);
      }
    }
  }
  CHECK(refused > rounds / 10);
}

}  // namespace

TEST_CASE("Broken configurations are refused with printable problems, whatever is broken") {
  std::string text(reference_config());
  for (std::size_t at = text.find("\n#"); at != std::string::npos; at = text.find("\n#", at + 1)) {
    if (at + 2 < text.size() && text[at + 2] != ' ') {
      text.erase(at + 1, 1);
    }
  }
  try_mutations(text, 400, [](const std::string& broken) { parse_config(broken, "/m.toml"); });
}

TEST_CASE("Broken briefs, kits and packs are refused with printable problems") {
  const std::string png("\x89PNG\r\n\x1A\n", 8);
  try_mutations(
      "id = \"b\"\nplacements = [\"instagram-reel\"]\nmarkets = "
      "[\"us\"]\n[caption]\nrequired_hashtags = [\"x\"]\n[rights]\n"
      "starts = 2026-01-01\nends = \"2026-12-31\"\nzone = "
      "\"Europe/Berlin\"\n[policy]\nreturn_by_rule = [\"a.*\"]\n",
      1500,
      [](const std::string& broken) { parse_brief(broken, "b.toml"); });
  try_mutations(
      "id = \"k\"\nbrand = \"K\"\ncolours = [\"#aabbcc\"]\n[[picture]]\nfile = \"logo.png\"\nrole "
      "= \"logo\"\n",
      1500,
      [&](const std::string& broken) {
        parse_kit(broken, "k.toml", {{"logo.png", "", png, {}}});
      });
  try_mutations(shipped_packs().placements.at("instagram-feed").text,
                400,
                [](const std::string& broken) { parse_placement_pack(broken, "p.toml"); });
  try_mutations(shipped_packs().markets.at("us").text, 400, [](const std::string& broken) {
    parse_market_pack(broken, "m.toml");
  });
}

TEST_CASE("Broken lists of creators are refused with printable problems") {
  const muster::testing::TemporaryFolder folder;
  try_mutations(
      "handle,followers,platform,name,country,tier\nmia,12.5K,tiktok,\"Mia, "
      "M.\",DE,\njoe,1000,,\"a\"\"b\",US,mega\n",
      1000,
      [&](const std::string& broken) {
        load_creators(folder.write("c.csv", broken), TierThresholds());
      });
}
