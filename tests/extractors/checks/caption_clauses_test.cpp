#include "extractors/media/caption_clauses.h"

#include "core/error.h"
#include "tests/extractors/checks/check_bench.h"

#include <catch2/catch.hpp>

namespace muster {
namespace {

struct ClauseBench : CheckBench {
  Finding on(std::string caption, std::string_view rule) {
    manifest.caption = std::move(caption);
    return only(run(make_caption_check()), "caption." + std::string(rule));
  }
  Outcome outcome(std::string caption, std::string_view rule) {
    return on(std::move(caption), rule).outcome;
  }
};

TEST_CASE("a banned claim is found in disguise, and goes to a person") {
  ClauseBench bench;
  bench.brief.caption.banned_claims = {"cures hangovers"};
  CHECK(bench.outcome("it CURES hangovers", "banned_claim") == Outcome::fail);
  CHECK(bench.outcome("it c-u-r-e-s h4ngovers", "banned_claim") == Outcome::fail);
  CHECK(bench.outcome("cures nothing", "banned_claim") == Outcome::pass);
  CHECK(bench.on("it cures hangovers", "banned_claim").reason_code == "claim_unsupported");
}

TEST_CASE("one of the promo codes must stand as a word of its own") {
  ClauseBench bench;
  bench.brief.caption.promo_codes = {"MIA20", "MIA25"};
  CHECK(bench.outcome("use mia20 now", "promo_code") == Outcome::pass);
  CHECK(bench.outcome("use #MIA25", "promo_code") == Outcome::pass);
  CHECK(bench.outcome("use MIA200", "promo_code") == Outcome::fail);
  CHECK(bench.outcome("use M I A 2 0", "promo_code") == Outcome::fail);
}

TEST_CASE("a required link is found with more behind it, and nowhere else") {
  ClauseBench bench;
  bench.brief.links.required = {"fizzo.example/spring?ref=a"};
  CHECK(bench.outcome("see https://www.Fizzo.example/spring?x=1&ref=a#top.", "link") ==
        Outcome::pass);
  CHECK(bench.outcome("see fizzo.example/spring/lime?ref=a", "link") == Outcome::pass);
  CHECK(bench.outcome("see https://fizzo.example/springfield?ref=a", "link") == Outcome::fail);
  CHECK(bench.outcome("see https://fizzo.example/spring?ref=b", "link") == Outcome::fail);
  CHECK(bench.outcome("see https://fizzo.example.evil.test/spring?ref=a", "link") == Outcome::fail);
  CHECK(bench.outcome("link in bio", "link") == Outcome::fail);
}

TEST_CASE("a link leads only where the brief allows, whatever it looks like") {
  ClauseBench bench;
  bench.brief.links.allowed_hosts = {"fizzo.example"};
  CHECK(bench.outcome("https://shop.fizzo.example/x", "link_host") == Outcome::pass);
  CHECK(bench.outcome("https://notfizzo.example/x", "link_host") == Outcome::fail);
  CHECK(bench.outcome("https://fizzo.example@evil.test/x", "link_host") == Outcome::fail);
  CHECK(bench.outcome("https://FIZZO.example:8443/x", "link_host") == Outcome::pass);
  CHECK_FALSE(has_rule(bench.run(make_caption_check()), "caption.link"));
}

TEST_CASE("a link of the campaign carries its parameters") {
  ClauseBench bench;
  bench.brief.links.allowed_hosts = {"fizzo.example"};
  bench.brief.links.parameters = {{"utm_source", "instagram"}, {"utm_campaign", ""}};
  CHECK(bench.outcome("https://fizzo.example/?utm_source=instagram&utm_campaign=x",
                      "link_parameters") == Outcome::pass);
  CHECK(bench.outcome("https://fizzo.example/?utm_source=tiktok&utm_campaign=x",
                      "link_parameters") == Outcome::fail);
  CHECK(bench.outcome("https://fizzo.example/?utm_source=instagram&utm_campaign=",
                      "link_parameters") == Outcome::fail);
  CHECK_FALSE(has_rule(bench.run(make_intake_check()), "caption.link_parameters"));
}

TEST_CASE("a competitor's name counts, and a common word only where it is the name") {
  ClauseBench bench;
  bench.brief.competitors = {{"Quellino", false, {}}, {"Target", true, {"store", "shopping"}}};
  const auto outcome = [&](std::string caption) {
    return bench.outcome(std::move(caption), "competitor");
  };
  CHECK(outcome("better than Quellino") == Outcome::fail);
  CHECK(outcome("better than #quellino") == Outcome::fail);
  CHECK(outcome("our target for spring") == Outcome::pass);
  CHECK(outcome("Target for this spring: more sun") == Outcome::pass);
  CHECK(outcome("TARGET REACHED") == Outcome::pass);
  CHECK(outcome("found it at the target store") == Outcome::fail);
  CHECK(outcome("found it with @target") == Outcome::fail);
  CHECK(outcome("found it at Target today") == Outcome::warn);
  CHECK(outcome("quellinos are small springs") == Outcome::pass);
}

TEST_CASE("the language of the caption is told where there is enough of it") {
  ClauseBench bench;
  bench.brief.caption.languages = {"en", "de"};
  CHECK(bench.outcome("This drink is what my summer needed and I will have another one",
                      "language") == Outcome::pass);
  CHECK(bench.outcome("Dieses Getränk hat meinem Sommer gefehlt, ich nehme gleich noch eins",
                      "language") == Outcome::pass);
  CHECK(bench.outcome("Cette boisson manquait à mon été et j'en reprendrai certainement une autre",
                      "language") == Outcome::warn);
  CHECK(bench.outcome("Yum! #sommer #ete", "language") == Outcome::not_applicable);
}

TEST_CASE("what the brief does not ask is not answered") {
  ClauseBench bench;
  bench.manifest.caption = "https://x.example/y target";
  CHECK(bench.run(make_caption_check()).size() == 1);
}

TEST_CASE("clauses are read from the brief, and nonsense is located") {
  const Brief brief = parse_brief(
      "id = \"b\"\n[caption]\nbanned_claims = [\"cures\"]\npromo_codes = [\"MIA20\"]\nlanguages = "
      "[\"en\"]\n[links]\nrequired = [\"fizzo.example/x\"]\nallowed_hosts = "
      "[\"Fizzo.example\"]\nparameters = [\"utm_source=ig\", \"utm_id\"]\n[[competitor]]\nname = "
      "\"Always\"\ncommon_word = true\ncontext = [\"pads\"]\n",
      "b.toml");
  CHECK(brief.links.allowed_hosts == std::vector<std::string>{"fizzo.example"});
  CHECK(brief.links.parameters.at("utm_source") == "ig");
  CHECK(brief.links.parameters.at("utm_id").empty());
  REQUIRE(brief.competitors.size() == 1);
  CHECK(brief.competitors[0].is_common_word);
  for (const char* wrong : {"[caption]\npromo_codes = [\"a b\"]",
                            "[caption]\nlanguages = [\"english\"]",
                            "[links]\nallowed_hosts = [\"https://x.example\"]",
                            "[links]\nrequired = [\"here\"]",
                            "[links]\nparameters = [\"a=1\", \"a=2\"]",
                            "[[competitor]]\ncommon_word = true",
                            "[[competitor]]\nname = \"X\"\ncontext = [\"y\"]"}) {
    INFO(wrong);
    CHECK_THROWS_AS(parse_brief("id = \"b\"\n" + std::string(wrong), "b.toml"), ConfigError);
  }
}

// A picture with QR codes that say these things.
SeenMedia with_codes(std::vector<std::string> texts) {
  SeenMedia media;
  media.facts = jpeg_facts(1080, 1350);
  media.has_pictures = true;
  media.codes_were_read = true;
  for (std::string& text : texts) {
    media.codes.push_back({std::move(text), {0.4, 0.4, 0.2, 0.2}, {}, {}});
  }
  return media;
}

TEST_CASE("QR codes in the pictures lead where the brief allows, or are named") {
  ClauseBench bench;
  const std::string rule = "code_host";
  bench.media = {with_codes({"https://evil.example/x"})};
  CHECK_FALSE(has_rule(bench.run(make_caption_check()), "caption.code_host"));  // nothing is asked

  bench.brief.links.allowed_hosts = {"fizzo.example"};
  const Finding evil = bench.on("hello", rule);
  CHECK(evil.outcome == Outcome::fail);
  CHECK(evil.place.item == 0);
  CHECK(evil.place.box == Box{0.4, 0.4, 0.2, 0.2});
  const auto outcome_of = [&](const std::string& code) {
    bench.media = {with_codes({code})};
    return bench.outcome("hello", rule);
  };
  CHECK(outcome_of("https://shop.fizzo.example/spring?utm_source=qr") == Outcome::pass);
  CHECK(outcome_of("FIZZO.EXAMPLE") == Outcome::pass);
  CHECK(outcome_of("https://fizzo.example@evil.example/") == Outcome::fail);
  CHECK(outcome_of("https://notfizzo.example/") == Outcome::fail);
  CHECK(outcome_of("javascript:alert(1)") == Outcome::warn);
  CHECK(outcome_of("WIFI:T:WPA;S:x;P:y;;") == Outcome::warn);
  CHECK(outcome_of(std::string("\xff\x00\x1b[31m", 7)) == Outcome::warn);
}

TEST_CASE("a picture in which nobody looked for QR codes is not passed, one without any is") {
  ClauseBench bench;
  bench.brief.links.allowed_hosts = {"fizzo.example"};
  bench.media = {with_codes({})};
  CHECK(bench.outcome("hello", "code_host") == Outcome::pass);
  bench.media[0].codes_were_read = false;
  bench.media[0].codes_problem = "muster-read is not beside the program";
  const Finding finding = bench.on("hello", "code_host");
  CHECK(finding.outcome == Outcome::could_not_check);
  CHECK(contains(finding.message, "muster-read"));
}

}  // namespace
}  // namespace muster
