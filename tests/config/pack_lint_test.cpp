#include "config/pack_lint.h"

#include "config/pack_listing.h"
#include "core/error.h"

#include <algorithm>
#include <set>

#include <catch2/catch.hpp>

using namespace muster;

namespace {

std::string read_day() {
  return "2026-11-22";
}

bool mentions(const std::vector<PackRemark>& remarks,
              const std::string& where,
              const std::string& what) {
  return std::ranges::any_of(remarks, [&](const PackRemark& remark) {
    return remark.where == where && remark.what.find(what) != std::string::npos;
  });
}

Packs one_pack(const std::string& rules) {
  Packs packs;
  packs.placements.emplace(
      "p",
      parse_placement_pack("id = \"p\"\nname = \"P\"\nplatform = \"x\"\nvariant = "
                           "\"api\"\n[sources.a]\ntext = \"A's page\"\nseen = "
                           "\"2026-11-22\"\nconfidence = \"primary\"\n" +
                               rules,
                           "p.toml"));
  return packs;
}

std::string size_rule(const std::string& rest) {
  return "[[rule]]\nid = \"size\"\nproperty = \"byte_size\"\nsource = \"a\"\nremedy = "
         "\"Shrink it.\"\nreason_code = \"media_size\"\n" +
         rest;
}

}  // namespace

TEST_CASE("Nothing is weak about the shipped packs on the day on which their sources were read") {
  for (const PackRemark& remark : lint_packs(shipped_packs(), read_day())) {
    FAIL_CHECK(remark.pack << " " << remark.where << ": " << remark.what);
  }
}

TEST_CASE(
    "A source that was read too long ago is named once a pack, and so is one from the future") {
  const auto later = lint_packs(shipped_packs(), "2027-11-22");
  std::set<std::string> packs;
  for (const PackRemark& remark : later) {
    packs.insert(remark.pack);
    CHECK(remark.what.find("365 days ago") != std::string::npos);
  }
  CHECK(packs.size() == shipped_packs().placements.size() + shipped_packs().markets.size());
  CHECK(lint_packs(shipped_packs(), "2027-11-22", 365).empty());
  CHECK(mentions(lint_packs(one_pack(size_rule("max = 5\nunit = \"MB\"")), "2026-11-21"),
                 "rule.size",
                 "after today"));
  CHECK_THROWS_AS(lint_packs(shipped_packs(), "soon"), UsageError);
}

TEST_CASE("A size says whether its megabyte is decimal or binary") {
  const auto limit = [](const std::string& unit) {
    return *one_pack(size_rule("max = 8\n" + unit)).placements.at("p").rules.front().limit.max;
  };
  CHECK(limit("unit = \"MB\"") == 8e6);
  CHECK(limit("unit = \"MiB\"") == 8388608.0);
  CHECK(limit("unit = \"bytes\"") == 8.0);
  CHECK(limit("unit = \"GiB\"") == 8.0 * 1024 * 1024 * 1024);
  CHECK_THROWS_AS(limit("unit = \"Mb\""), ConfigError);
  CHECK(mentions(lint_packs(one_pack(size_rule("max = 8")), read_day()), "rule.size", "unit"));
}

TEST_CASE("A remedy is a sentence, and no source disagrees with itself") {
  const auto remarks = lint_packs(
      one_pack("[[rule]]\nid = \"w\"\nproperty = \"width\"\nmax = 3\nsource = \"a\"\nremedy = "
               "\"shrink\"\nreason_code = \"media_dimensions\"\n[[rule.disagreeing]]\nmax = "
               "4\nsource = \"a\"\n"),
      read_day());
  CHECK(mentions(remarks, "rule.w", "full stop"));
  CHECK(mentions(remarks, "rule.w", "its own source"));
}

TEST_CASE(
    "A listing tells every limit with unit, source, dates and confidence, each under one key") {
  for (const auto& [id, pack] : shipped_packs().placements) {
    const PackListing listing = list_pack(pack);
    std::set<std::string> keys;
    for (const auto& [key, value] : listing) {
      CHECK(keys.insert(key).second);
      CHECK_FALSE(value.empty());
    }
    for (const PlacementRule& rule : pack.rules) {
      INFO(id << "." << rule.id);
      CHECK(keys.contains("rule." + rule.id + ".source"));
      CHECK((keys.contains("rule." + rule.id + ".max") ||
             keys.contains("rule." + rule.id + ".min") ||
             keys.contains("rule." + rule.id + ".values")));
    }
  }
  const PackListing reel = list_pack(shipped_packs().placements.at("instagram-reel"));
  const auto size = std::ranges::find(reel, "rule.byte-size.max", &PackListing::value_type::first);
  REQUIRE(size != reel.end());
  CHECK(size->second == "300 MB");
  const auto source =
      std::ranges::find(reel, "rule.byte-size.source", &PackListing::value_type::first);
  REQUIRE(source != reel.end());
  CHECK(source->second.ends_with("2026-09-12 (primary, seen 2026-11-22)"));
}

TEST_CASE("A comparison shows what changed, what is gone and what is new") {
  const PackListing before = {{"a", "1"}, {"b", "2"}, {"c", "3"}};
  const PackListing after = {{"d", "4"}, {"c", "3"}, {"a", "5"}};
  CHECK(compare(before, after) ==
        std::vector<PackChange>{{"a", "1", "5"}, {"b", "2", ""}, {"d", "", "4"}});
  CHECK(compare(before, before).empty());
}

TEST_CASE("A covered zone lies within the frame") {
  const auto zone = [](const std::string& box) {
    return one_pack("[[covered]]\nid = \"z\"\nwhat = \"buttons\"\nsource = \"a\"\n" + box);
  };
  CHECK(zone("x = 0\ny = 0.8\nwidth = 1\nheight = 0.2").placements.at("p").covered.size() == 1);
  CHECK_THROWS_AS(zone("x = 0\ny = 0.9\nwidth = 1\nheight = 0.2"), ConfigError);
  CHECK_THROWS_AS(zone("x = -0.1\ny = 0\nwidth = 1\nheight = 0.2"), ConfigError);
  CHECK_THROWS_AS(zone("x = 0\ny = 0\nwidth = 1"), ConfigError);
}
