#include "config/packs.h"

#include "tests/config/support.h"
#include "tests/support/build_paths.h"

#include <catch2/catch.hpp>

using namespace muster;
using muster::testing::problems_of;
using muster::testing::TemporaryFolder;
using Lines = std::vector<std::string>;

namespace {

const std::string kHead = R"(id = "p"
name = "P"
platform = "x"
variant = "api"
[sources.a]
text = "A's page"
date = "2026-03"
seen = "2026-11-22"
confidence = "primary"
[sources.b]
text = "B's blog"
seen = 2026-11-22
confidence = "secondary"
)";  // 13 lines

const std::string kMarket = R"(id = "m"
name = "M"
contradictions = ["not an ad"]
wording = [
  { id = "ad", text = "ad", verdict = "accept", source = "a" },
  { id = "with", text = "paid by {sponsor}", hashtag_only = true, verdict = "weak", source = "a" },
]
[sources.a]
text = "A's page"
seen = "2026-11-22"
confidence = "primary"
)";

Lines problems_in_packs(const std::string& rest) {
  return problems_of([&] { parse_placement_pack(kHead + rest, "p.toml"); });
}

Lines market_problems(std::string_view text) {
  return problems_of([&] { parse_market_pack(text, "m.toml"); });
}

std::string rule(std::string_view options) {
  return "[[rule]]\nid = \"r\"\nremedy = \"mend it\"\nreason_code = \"media_size\"\n" +
         std::string(options);
}

}  // namespace

TEST_CASE("A placement pack is read with the sources that its rules name") {
  const PlacementPack pack =
      parse_placement_pack(kHead + "[fold]\nunits = 125\nlines = 3\nsource = \"b\"\n" +
                               rule("property = \"byte_size\"\napplies_to = \"video\"\nmax = "
                                    "300\nsource = \"a\"\n[[rule.disagreeing]]\nmax = "
                                    "1000\nsource = \"b\"\n") +
                               "[[rule]]\nid = \"t\"\nproperty = \"media_type\"\nvalues = "
                               "[\"jpeg\", \"mp4\"]\nsource = \"b\"\nadvice = true\nremedy = "
                               "\"x\"\nreason_code = \"media_type\"\n",
                           "p.toml");
  CHECK(pack.id == "p");
  CHECK(pack.name == "P");
  CHECK(pack.platform == "x");
  CHECK(pack.variant == "api");
  CHECK(pack.fold_units == 125);
  CHECK(pack.fold_lines == 3);
  CHECK(pack.fold_source.text == "B's blog");
  REQUIRE(pack.rules.size() == 2);
  const PlacementRule& size = pack.rules[0];
  CHECK(size.id == "r");
  CHECK(size.property == Property::byte_size);
  CHECK(size.applies_to == "video");
  CHECK_FALSE(size.limit.min);
  CHECK(size.limit.max == 300.0);
  CHECK(size.limit.source == RuleSource{"A's page", "2026-03", "2026-11-22", "primary"});
  REQUIRE(size.disagreeing.size() == 1);
  CHECK(size.disagreeing[0].max == 1000.0);
  CHECK(size.disagreeing[0].source == RuleSource{"B's blog", "", "2026-11-22", "secondary"});
  CHECK_FALSE(size.advice);
  CHECK(size.unit == "bytes");
  CHECK(size.remedy == "mend it");
  CHECK(size.reason_code == "media_size");
  CHECK(pack.rules[1].applies_to == "any");
  CHECK(pack.rules[1].limit.values == Lines{"jpeg", "mp4"});
  CHECK(pack.rules[1].advice);
}

TEST_CASE("A rule that is hearsay must be advice") {
  CHECK(problems_in_packs(rule("property = \"width\"\nmax = 3\nsource = \"b\"")) ==
        Lines{"p.toml:20:10: rule[1].source: is 'secondary', not primary; say advice = true, so "
              "that the rule warns and "
              "never fails"});
  CHECK(problems_in_packs(rule("property = \"width\"\nmax = 3\nsource = \"b\"\nadvice = true"))
            .empty());
}

TEST_CASE("A rule needs a limit that fits what it measures") {
  CHECK(problems_in_packs(rule("property = \"width\"\nsource = \"a\"")) ==
        Lines{"p.toml:14:1: rule[1]: needs min, max or both"});
  CHECK(problems_in_packs(rule("property = \"width\"\nmin = 5\nmax = 3\nsource = \"a\"")) ==
        Lines{"p.toml:20:7: rule[1].max: must not be less than min"});
  CHECK(
      problems_in_packs(rule("property = \"width\"\nmin = -5\nvalues = [\"1\"]\nsource = \"a\"")) ==
      Lines{"p.toml:19:7: rule[1].min: must not be negative",
            "p.toml:20:10: rule[1].values: is no limit of a property that is a number; write "
            "min, max or both"});
  CHECK(problems_in_packs(rule("property = \"codec\"\nmax = 5\nsource = \"a\"")) ==
        Lines{"p.toml:14:1: rule[1].values: is missing; list what is allowed: values = [\"jpeg\"]",
              "p.toml:19:7: rule[1].max: is no limit of a property that has a list of values"});
  CHECK(problems_in_packs(rule("property = \"codec\"\nvalues = []\nsource = \"a\"")) ==
        Lines{"p.toml:19:10: rule[1].values: must not be empty"});
  CHECK(problems_in_packs(rule("property = \"moov_first\"\nvalues = [\"yes\"]\nsource = \"a\"")) ==
        Lines{"p.toml:19:11: rule[1].values[1]: must be \"true\" or \"false\""});
  CHECK(problems_in_packs(
            rule("property = \"media_type\"\nvalues = [\"jpg\", \"unknown\"]\nsource = \"a\""))
            .size() == 2);
  CHECK(problems_in_packs(rule("property = \"width\"\nmax = 5\nunit = \"cm\"\nsource = \"a\"")) ==
        Lines{"p.toml:20:8: rule[1].unit: width is measured in 'px'"});
  CHECK(problems_in_packs(
            rule("property = \"hashtags\"\nmax = 5\napplies_to = \"video\"\nsource = \"a\"")) ==
        Lines{"p.toml:20:14: rule[1].applies_to: belongs to the whole submission; leave this "
              "out"});
}

TEST_CASE("A disagreeing limit must be the wider one") {
  CHECK(problems_in_packs(
            rule("property = \"width\"\nmax = 5\nsource = \"a\"\n[[rule.disagreeing]]\nmax "
                 "= 4\nsource = \"b\"")) ==
        Lines{"p.toml:21:1: rule[1].disagreeing[1]: is stricter than the rule's own limit, so that "
              "it would never be looked "
              "at; swap the two"});
}

TEST_CASE("Sources, reason codes and ids must exist") {
  CHECK(problems_in_packs(
            "[[rule]]\nid = \"r\"\nproperty = \"widht\"\nmax = 5\nsource = \"c\"\nremedy = "
            "\"x\"\nreason_code = "
            "\"media_sise\"\n" +
            rule("property = \"width\"\nmax = 5")) ==
        Lines{"p.toml:16:12: rule[1].property: 'widht' is not known; did you mean 'width'?",
              "p.toml:18:10: rule[1].source: 'c' is not known; did you mean 'a'?",
              "p.toml:20:15: rule[1].reason_code: 'media_sise' is not known; did you mean "
              "'media_size'?",
              "p.toml:21:1: rule[2].source: is missing; name one of the [sources] of this file",
              "p.toml:22:6: rule[2].id: 'r' is there twice"});
}

TEST_CASE("A source says who, when and how surely") {
  CHECK(problems_of([] {
          parse_placement_pack(
              "id = \"p\"\nname = \"P\"\nplatform = \"x\"\nvariant = \"web\"\n[sources.a]\ndate = "
              "\"last year\"\nseen = "
              "\"2026\"\nconfidence = \"sure\"\n[sources]\nb = 5\n",
              "p.toml");
        }) == Lines{"p.toml:4:11: variant: 'web' is not known; known: api, app, ad",
                    "p.toml:5:1: sources.a.text: is missing; say who says so, so that a reviewer "
                    "can look it up",
                    "p.toml:6:8: sources.a.date: 'last year' is no date; write \"2026-03-01\", "
                    "\"2026-03\" or \"2026\"",
                    "p.toml:7:8: sources.a.seen: '2026' is no date; write \"2026-03-01\"",
                    "p.toml:8:14: sources.a.confidence: 'sure' is not known; known: primary, "
                    "secondary, known, house",
                    "p.toml:10:5: sources.b: must be a table ([sources.b]), not a whole number"});
}

TEST_CASE("A market pack is read") {
  const MarketPack pack =
      parse_market_pack(kMarket +
                            "[position]\nbefore_fold = true\nbefore_fold_source = "
                            "\"a\"\nmax_hashtag_run = 2\nhashtag_run_source = "
                            "\"a\"\nfirst_hashtags = 3\nfirst_hashtags_source = \"a\"\n",
                        "m.toml");
  CHECK(pack.id == "m");
  CHECK(pack.contradictions == Lines{"not an ad"});
  REQUIRE(pack.wordings.size() == 2);
  CHECK(pack.wordings[0].verdict == WordingVerdict::accept);
  CHECK(pack.wordings[1].text == "paid by {sponsor}");
  CHECK(pack.wordings[1].hashtag_only);
  CHECK(pack.wordings[1].source.text == "A's page");
  CHECK(pack.before_fold);
  CHECK(pack.max_hashtag_run == 2);
  CHECK(pack.first_hashtags == 3);
  CHECK(pack.first_hashtags_source.confidence == "primary");
}

TEST_CASE("A market pack that could never pass a post, or not be followed, is refused") {
  CHECK(market_problems(kMarket) == Lines{"m.toml: position.before_fold_source: is missing; name "
                                          "one of the [sources] of this file"});
  CHECK(market_problems(
            kMarket +
            "[position]\nbefore_fold = false\nbefore_fold_source = \"a\"\nmax_hashtag_run = 2\n"
            "first_hashtags_source = \"a\"") ==
        Lines{"m.toml:12:1: position.hashtag_run_source: is missing; name one of the [sources] of "
              "this file",
              "m.toml:14:22: position.before_fold_source: goes with before_fold = true",
              "m.toml:16:25: position.first_hashtags_source: goes with first_hashtags"});
  CHECK(market_problems(
            "id = \"m\"\nname = \"M\"\nwording = [\n{ id = \"a\", text = \"#ad\", verdict = "
            "\"ok\", source = \"x\" },\n"
            "{ id = \"a\", text = \"{sponsor}\", verdict = \"weak\", source = \"x\" },\n"
            "{ id = \"b\", text = \"by {brand}\", verdict = \"weak\", source = \"x\" },\n"
            "{ id = \"c\", text = \"By {brand}\", verdict = \"weak\", source = \"x\" }\n]\n"
            "[position]\nbefore_fold = false\n[sources.x]\ntext = \"X\"\nseen = "
            "\"2026-11-22\"\nconfidence = \"house\"") ==
        Lines{"m.toml:4:20: wording[1].text: is matched with and without '#'; leave that out, and "
              "say hashtag_only = true "
              "where only the hashtag counts",
              "m.toml:4:37: wording[1].verdict: 'ok' is not known; known: accept, weak, reject",
              "m.toml:5:8: wording[2].id: 'a' is there twice",
              "m.toml:5:20: wording[2].text: must say more than the sponsor's name",
              "m.toml:6:20: wording[3].text: may hold {sponsor} once, and no other braces",
              "m.toml:7:20: wording[4].text: may hold {sponsor} once, and no other braces",
              "m.toml:7:20: wording[4].text: 'By {brand}' is there twice"});
  CHECK(market_problems("id = \"m\"\nname = \"M\"\nwording = [{ id = \"a\", text = \"a\", verdict "
                        "= \"weak\", source = \"x\" }]\n"
                        "[position]\nbefore_fold = false\n[sources.x]\ntext = \"X\"\nseen = "
                        "\"2026-11-22\"\nconfidence = \"house\"") ==
        Lines{"m.toml:3:11: wording: has no wording with the verdict accept, so that no post could "
              "ever pass"});
}

TEST_CASE("Packs of a folder are read like those that ship, and have the same hashes") {
  const Packs packs = load_packs(testing::source_dir() / "config/packs");
  const Packs& shipped = shipped_packs();
  REQUIRE(packs.placements.size() == shipped.placements.size());
  REQUIRE(packs.markets.size() == shipped.markets.size());
  for (const auto& [id, pack] : packs.placements) {
    CHECK(pack.hash == shipped.placements.at(id).hash);
    CHECK(pack.hash == sha256(pack.text));
  }
  for (const auto& [id, pack] : packs.markets) {
    CHECK(pack.hash == shipped.markets.at(id).hash);
  }
}

TEST_CASE("All packs of a folder are checked before anything is said") {
  const TemporaryFolder folder;
  CHECK(problems_of([&] { load_packs(folder.path()); }) ==
        Lines{folder.path().string() +
              ": has no packs; they are read from placements/*.toml and markets/*.toml"});
  folder.write("placements/p.toml", "id = 5");
  folder.write("placements/q.toml", kHead);
  folder.write("placements/ignored.txt", "x");
  folder.write("markets/m.toml", "x = ");
  const Lines lines = problems_of([&] { load_packs(folder.path()); });
  const std::string root = folder.path().string();
  CAPTURE(lines);
  REQUIRE(lines.size() == 6);
  CHECK(lines[3] ==
        root + "/placements/p.toml:1:6: id: must be text in quotes, not a whole number");
  CHECK(lines[4] == root + "/placements/q.toml: id: 'p' must be the name of its file, 'q'");
  CHECK(lines[5].starts_with(root + "/markets/m.toml:1:5: not valid TOML: "));
}
