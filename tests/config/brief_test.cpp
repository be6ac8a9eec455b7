#include "config/brief.h"

#include "tests/config/support.h"

#include <catch2/catch.hpp>

using namespace muster;
using muster::testing::problems_of;
using muster::testing::TemporaryFolder;
using Lines = std::vector<std::string>;

namespace {

constexpr std::string_view kWhole = R"(
id = "spring-fizz"
name = "Spring Fizz"
objectives = ["engagement", "survey"]
journey_stage = "awareness"
placements = ["instagram-reel", "tiktok-video"]
default_placement = "instagram-reel"
markets = ["us", "uk"]
kit = "fizzo"
sponsor = "Fizzo"
min_items = 1
max_items = 3
disclosure_required = true

[caption]
required_phrases = ["new Fizzo Lime"]
banned_phrases = ["cures"]
required_hashtags = ["#FizzoSpring", "lime"]
required_mentions = ["@fizzo"]

[visibility]
required = true
min_share_of_frame = 0.02
min_seconds = 3
min_score = 0.6

[policy]
approve_by_rule = true
return_by_rule = ["instagram-reel.*", "disclosure.missing"]
warnings_need_review = false
could_not_check_needs_review = false

[rights]
channels = ["instagram"]
territories = ["US", "GB"]
uses = ["organic", "paid"]
starts = 2026-03-01
ends = "2026-12-31"
zone = "Europe/Berlin"
exclusive = true
license = "C-12"
credit = "@mia"
)";

// The problems of a brief that is right but for `text`.
Lines problems_in_brief(std::string_view text) {
  return problems_of([&] { parse_brief("id = \"b\"\n" + std::string(text), "b.toml"); });
}

}  // namespace

TEST_CASE("A whole brief is read") {
  const Brief brief = parse_brief(kWhole, "b.toml");
  CHECK(brief.id == "spring-fizz");
  CHECK(brief.name == "Spring Fizz");
  CHECK(brief.objectives == Lines{"engagement", "survey"});
  CHECK(brief.journey_stage == "awareness");
  CHECK(brief.placements == Lines{"instagram-reel", "tiktok-video"});
  CHECK(brief.default_placement == "instagram-reel");
  CHECK(brief.markets == Lines{"us", "uk"});
  CHECK(brief.kit == "fizzo");
  CHECK(brief.sponsor == "Fizzo");
  CHECK(brief.min_items == 1);
  CHECK(brief.max_items == 3);
  CHECK(brief.disclosure_required);
  CHECK(brief.caption.required_phrases == Lines{"new Fizzo Lime"});
  CHECK(brief.caption.banned_phrases == Lines{"cures"});
  CHECK(brief.caption.required_hashtags == Lines{"FizzoSpring", "lime"});
  CHECK(brief.caption.required_mentions == Lines{"fizzo"});
  CHECK(brief.visibility.required);
  CHECK(brief.visibility.min_share_of_frame == 0.02);
  CHECK(brief.visibility.min_seconds == 3);
  CHECK(brief.visibility.min_score == 0.6);
  CHECK(brief.policy.approve_by_rule);
  CHECK(brief.policy.return_by_rule == Lines{"instagram-reel.*", "disclosure.missing"});
  CHECK_FALSE(brief.policy.warnings_need_review);
  CHECK_FALSE(brief.policy.could_not_check_needs_review);
  REQUIRE(brief.rights);
  CHECK(brief.rights->channels == Lines{"instagram"});
  CHECK(brief.rights->territories == Lines{"US", "GB"});
  CHECK(brief.rights->uses == std::vector{RightsUse::organic, RightsUse::paid});
  CHECK(brief.rights->exclusive);
  CHECK(brief.rights->license == "C-12");
  CHECK(brief.rights->credit == "@mia");
  CHECK(brief.text == kWhole);
}

TEST_CASE("A brief needs no more than an id, and is careful by default") {
  const Brief brief = parse_brief("id = \"b\"", "b.toml");
  CHECK(brief.name == "b");
  CHECK(brief.disclosure_required);
  CHECK_FALSE(brief.policy.approve_by_rule);
  CHECK(brief.policy.warnings_need_review);
  CHECK(brief.policy.could_not_check_needs_review);
  CHECK_FALSE(brief.rights);
  CHECK(brief.placements.empty());
}

TEST_CASE("A brief asks for stricter labels by number or by a preset") {
  const Brief usual = parse_brief("id = \"b\"\n[on_screen]\nmin_contrast = 7\n", "b.toml");
  CHECK(usual.on_screen.min_contrast == 7);
  CHECK(usual.on_screen.min_seconds == 0);
  CHECK_FALSE(usual.disclosure.spoken);
  const Brief strict =
      parse_brief("id = \"b\"\n[on_screen]\npreset = \"strict\"\nmin_seconds = 12\n", "b.toml");
  CHECK(strict.on_screen.min_seconds == 12);
  CHECK(strict.on_screen.latest_start_seconds == 30);
  CHECK(strict.disclosure.spoken);
  CHECK(strict.disclosure.shown);
  CHECK_FALSE(parse_brief("id = \"b\"\n[on_screen]\npreset = \"strict\"\n[disclosure]\nspoken = "
                          "false\n",
                          "b.toml")
                  .disclosure.spoken);
  CHECK(problems_in_brief("[on_screen]\npreset = \"stict\"") ==
        Lines{"b.toml:3:10: on_screen.preset: 'stict' is not known; did you mean 'strict'?"});
  CHECK(problems_in_brief("[on_screen]\nmin_contrast = 30").size() == 1);
}

TEST_CASE("Rights of a brief may start with the approval or the publication") {
  const Brief brief =
      parse_brief("id = \"b\"\n[rights]\nstarts = \"publication\"\nterm_days = 90\n", "b.toml");
  CHECK(brief.rights->starts_on == RightsStart::publication);
  CHECK(brief.rights->term_days == 90);
  CHECK_FALSE(brief.rights->starts_at);
  CHECK(problems_in_brief("[rights]\nstarts = 2026-02-02\nterm_days = 90") ==
        Lines{"b.toml:4:13: rights.term_days: goes with starts = \"approval\" or "
              "\"publication\""});
  CHECK(problems_in_brief("[rights]\nstarts = \"approval\"\nterm_days = 999999").size() == 1);
}

TEST_CASE("Days of rights begin and end in the contract's zone") {
  const Brief brief = parse_brief(kWhole, "b.toml");
  // Berlin is one hour ahead of UTC in winter.
  CHECK(to_iso8601(*brief.rights->starts_at) == "2026-02-28T23:00:00Z");
  CHECK(to_iso8601(*brief.rights->ends_at) == "2026-12-31T22:59:59.999Z");
  const Brief exact = parse_brief(
      "id = \"b\"\n[rights]\nends = \"2026-12-31T18:00:00+01:00\"\nzone = \"America/New_York\"",
      "b.toml");
  CHECK(to_iso8601(*exact.rights->ends_at) == "2026-12-31T17:00:00Z");
}

TEST_CASE("Unknown placements, markets, objectives and stages name the nearest known one") {
  CHECK(problems_in_brief(
            "objectives = [\"ugc\", \"engagment\"]\njourney_stage = \"aware\"\n"
            "placements = [\"instagram-reels\"]\ndefault_placement = \"tiktok\"\nmarkets = "
            "[\"us\", \"gb\", \"us\"]") ==
        Lines{"b.toml:2:22: objectives[2]: 'engagment' is not known; did you mean 'engagement'?",
              "b.toml:3:17: journey_stage: 'aware' is not known; known: awareness, consideration, "
              "purchase, retention, "
              "advocacy",
              "b.toml:4:15: placements[1]: 'instagram-reels' is not known; did you mean "
              "'instagram-reel'?",
              "b.toml:5:21: default_placement: 'tiktok' is not known; known: facebook-feed, "
              "facebook-reel, facebook-reel-app, facebook-story, facebook-story-ad, "
              "instagram-carousel, instagram-feed, instagram-feed-ad, instagram-reel, "
              "instagram-reel-app, instagram-story, pinterest-pin, ...",
              "b.toml:6:18: markets[2]: 'gb' is not known; known: de, eu, fr, in, it, uk, us",
              "b.toml:6:24: markets[3]: 'us' is named twice"});
}

TEST_CASE("Placements of other packs are known where those packs are in use") {
  Packs packs;
  packs.placements["billboard"].id = "billboard";
  CHECK(parse_brief("id = \"b\"\nplacements = [\"billboard\"]", "b.toml", packs).placements ==
        Lines{"billboard"});
  CHECK(problems_of([&] {
          parse_brief("id = \"b\"\nplacements = [\"instagram-reel\"]", "b.toml", packs);
        }).size() == 1);
}

TEST_CASE("A default placement must be allowed") {
  CHECK(problems_in_brief(
            "placements = [\"instagram-reel\"]\ndefault_placement = \"instagram-feed\"") ==
        Lines{"b.toml:3:21: default_placement: 'instagram-feed' is not among the placements that "
              "the brief allows"});
  CHECK(problems_in_brief("default_placement = \"instagram-feed\"").empty());
}

TEST_CASE("A brief without an id, or with one that is no name, is refused") {
  CHECK(problems_of([] { parse_brief("", "b.toml"); }) ==
        Lines{"b.toml: id: is missing; give the campaign an id: id = \"spring-fizz\""});
  CHECK(problems_of([] { parse_brief("id = \"Spring Fizz\"\nkit = \"../x\"", "b.toml"); }) ==
        Lines{"b.toml:1:6: id: 'Spring Fizz' is no id; write 1 to 64 of a-z, 0-9, '-' and '_'",
              "b.toml:2:7: kit: '../x' is no id; write 1 to 64 of a-z, 0-9, '-' and '_'"});
}

TEST_CASE("Phrases and tags that could never match are refused") {
  CHECK(
      problems_in_brief(
          "[caption]\nrequired_phrases = [\"\", \"now 100% cures\"]\nbanned_phrases = [\"Cures\"]\n"
          "required_hashtags = [\"two words\", \"#\", \"##x\"]\nrequired_mentions = [\"a@b\"]") ==
      Lines{"b.toml:3:21: caption.required_phrases[1]: must not be empty",
            "b.toml:4:19: caption.banned_phrases[1]: 'Cures' is banned, but the required phrase "
            "'now 100% cures' "
            "holds it",
            "b.toml:5:22: caption.required_hashtags[1]: 'two words' is not one hashtag",
            "b.toml:5:35: caption.required_hashtags[2]: '#' is not one hashtag",
            "b.toml:5:40: caption.required_hashtags[3]: '##x' is not one hashtag",
            "b.toml:6:22: caption.required_mentions[1]: 'a@b' is not one mention"});
}

TEST_CASE("Numbers and counts are kept in their ranges") {
  CHECK(problems_in_brief("min_items = 5\nmax_items = 2\n[visibility]\nmin_share_of_frame = "
                          "40\nmin_score = -0.1") ==
        Lines{"b.toml:3:13: max_items: max_items (2) must not be less than min_items (5); 0 means "
              "any number",
              "b.toml:5:22: visibility.min_share_of_frame: 40 is out of range; allowed: 0 to 1",
              "b.toml:6:13: visibility.min_score: -0.1 is out of range; allowed: 0 to 1"});
}

TEST_CASE("Visibility needs a kit to look for") {
  CHECK(problems_in_brief("[visibility]\nrequired = true") ==
        Lines{"b.toml:3:12: visibility.required: needs a brand kit to look for; name one as kit = "
              "\"...\" at the top of "
              "the brief"});
}

TEST_CASE("Rules of the policy are ids, with a star only at the end") {
  CHECK(problems_in_brief("[policy]\nreturn_by_rule = [\"*.x\", \"a b\", \"\", \"a.*\", \"*\"]") ==
        Lines{"b.toml:3:19: policy.return_by_rule[1]: '*.x' is no rule id; write one like "
              "\"instagram-reel.duration\", or "
              "\"instagram-reel.*\" for all that start so",
              "b.toml:3:26: policy.return_by_rule[2]: 'a b' is no rule id; write one like "
              "\"instagram-reel.duration\", or "
              "\"instagram-reel.*\" for all that start so",
              "b.toml:3:33: policy.return_by_rule[3]: '' is no rule id; write one like "
              "\"instagram-reel.duration\", or "
              "\"instagram-reel.*\" for all that start so"});
}

TEST_CASE("Rights that make no sense are refused") {
  CHECK(problems_in_brief(
            "[rights]\nterritories = [\"us\"]\nuses = [\"piad\"]\nzone = \"Mars\"\nstarts "
            "= \"2026-02-30\"\n"
            "ends = \"31.12.2026\"") ==
        Lines{"b.toml:3:16: rights.territories[1]: 'us' is no country code; write two capital "
              "letters such as \"US\" or "
              "\"DE\"",
              "b.toml:4:9: rights.uses[1]: 'piad' is not known; did you mean 'paid'?",
              "b.toml:5:8: rights.zone: 'Mars' is no IANA time zone; write one like "
              "\"Europe/Berlin\" or \"UTC\"",
              "b.toml:6:10: rights.starts: '2026-02-30' is no date; write \"2026-12-31\" (in "
              "`zone`), or a time with its "
              "offset: \"2026-12-31T18:00:00+01:00\"",
              "b.toml:7:8: rights.ends: '31.12.2026' is no date; write \"2026-12-31\" (in `zone`), "
              "or a time with its "
              "offset: \"2026-12-31T18:00:00+01:00\""});
  CHECK(problems_in_brief("[rights]\nstarts = 2026-02-02\nends = 2026-02-01") ==
        Lines{"b.toml:4:8: rights.ends: must be later than starts"});
  CHECK(problems_in_brief("[rights]\nstarts = 2026-02-02\nends = 2026-02-02").empty());
  CHECK(
      problems_in_brief("[rights]\nstarts = 0206-02-02\nends = \"9999-12-31\"") ==
      Lines{"b.toml:3:10: rights.starts: 0206-02-02T00:00:00Z can't be meant: rights lie between "
            "2000 and 2199; leave it out where there is no such day",
            "b.toml:4:8: rights.ends: 9999-12-31T23:59:59.999Z can't be meant: rights lie between "
            "2000 and 2199; leave it out where there is no such day"});
}

TEST_CASE("[picture] takes numbers within their ranges") {
  CHECK(problems_in_brief("[picture]\nmin_light = 0.2\nmax_bars = 0").empty());
  CHECK(problems_in_brief("[picture]\nmin_light = 0.95").size() == 1);
  CHECK(problems_in_brief("[picture]\nmax_bars = 1.5\nmax_frozen = 2").size() == 2);
}

TEST_CASE("Misspelled keys are found at every level") {
  CHECK(
      problems_in_brief("marketz = []\n[caption]\nbaned_phrases = []\n[policy]\napprove = true") ==
      Lines{"b.toml:2:1: marketz: unknown key; did you mean 'markets'?",
            "b.toml:4:1: caption.baned_phrases: unknown key; did you mean 'banned_phrases'?",
            "b.toml:6:1: policy.approve: unknown key; known: approve_by_rule, return_by_rule, "
            "warnings_need_review, "
            "could_not_check_needs_review, clause"});
}

TEST_CASE("A brief's hash is that of its text, byte for byte") {
  CHECK(parse_brief("id = \"b\"", "b.toml").hash == parse_brief("id = \"b\"", "other.toml").hash);
  CHECK(parse_brief("id = \"b\"", "b.toml").hash != parse_brief("id = \"b\" ", "b.toml").hash);
  CHECK(parse_brief("id = \"b\"", "b.toml").hash == sha256(std::string_view("id = \"b\"")));
}

TEST_CASE("A brief is read from a file") {
  const TemporaryFolder folder;
  const auto file = folder.write("b.toml", kWhole);
  CHECK(load_brief(file).hash == parse_brief(kWhole, "").hash);
  CHECK(problems_of([&] { load_brief(folder.path() / "none.toml"); }).size() == 1);
}
