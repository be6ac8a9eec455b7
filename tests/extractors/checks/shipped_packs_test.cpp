#include "config/packs.h"
#include "extractors/media/run_checks.h"
#include "extractors/policy.h"
#include "tests/extractors/checks/check_bench.h"

#include <catch2/catch.hpp>

namespace muster {
namespace {

struct ShippedBench : CheckBench {
  explicit ShippedBench(const std::string& placement_id,
                        const std::vector<std::string>& market_ids = {}) {
    placement = shipped_packs().placements.at(placement_id);
    for (const std::string& id : market_ids) {
      markets.push_back(shipped_packs().markets.at(id));
    }
  }
  std::vector<Finding> format_of(const MediaFacts& facts) {
    media = {decoded(facts)};
    return run(make_format_check());
  }
  Outcome disclosure_of(std::string caption) {
    manifest.caption = std::move(caption);
    return worst(run(make_disclosure_check()));
  }
};

TEST_CASE("an Instagram Reel of 301 MB is too large, with number, source and date") {
  ShippedBench bench("instagram-reel");
  MediaFacts facts = mp4_facts(1080, 1920, 60'000);
  facts.byte_size = 301'000'000;
  const Finding finding = only(bench.format_of(facts), "instagram-reel.byte-size");
  CHECK(finding.outcome == Outcome::fail);
  CHECK(finding.measured_value == 301e6);
  CHECK(contains(finding.message, "301 MB"));
  CHECK(contains(finding.message, "300 MB"));
  CHECK_FALSE(finding.source.text.empty());
  CHECK_FALSE(finding.source.date.empty());
}

TEST_CASE("a square Reel passes, with advice") {
  ShippedBench bench("instagram-reel");
  const std::vector<Finding> findings = bench.format_of(mp4_facts(1080, 1080, 60'000));
  CHECK(only(findings, "instagram-reel.aspect").outcome == Outcome::pass);
  CHECK(only(findings, "instagram-reel.aspect-advised").outcome == Outcome::warn);
  for (const Finding& finding : findings) {
    CAPTURE(finding.rule_id, finding.message);
    CHECK(finding.outcome != Outcome::fail);
  }
}

TEST_CASE("square or taller and at most 180 s is a YouTube Short") {
  ShippedBench bench("youtube-shorts");
  const auto is_short = [&](int width, int height, std::int64_t duration_ms) {
    return worst(bench.format_of(mp4_facts(width, height, duration_ms))) != Outcome::fail;
  };
  CHECK(is_short(1080, 1080, 179'000));
  CHECK(is_short(1080, 1920, 180'000));
  CHECK_FALSE(is_short(1920, 1080, 179'000));
  CHECK_FALSE(is_short(1080, 1080, 181'000));
}

TEST_CASE("one wording stands differently in the markets that ship") {
  const auto outcome = [](const std::string& market, const std::string& caption) {
    return ShippedBench("instagram-feed", {market}).disclosure_of(caption);
  };
  CHECK(outcome("us", "Sponsored: hello") == Outcome::pass);
  CHECK(outcome("uk", "Sponsored: hello") == Outcome::fail);
  CHECK(outcome("in", "Collaboration: hello") == Outcome::pass);
  CHECK(outcome("eu", "Collaboration: hello") == Outcome::fail);
  CHECK(outcome("fr", "Collaboration commerciale: bonjour") == Outcome::pass);
  CHECK(outcome("it", "#pubblicità ciao") == Outcome::pass);
  CHECK(outcome("it", "#adv @fizzo ciao") == Outcome::pass);
  CHECK(outcome("de", "Werbung | hallo") == Outcome::pass);
  CHECK(outcome("de", "Unbezahlte Werbung") == Outcome::fail);
  CHECK(outcome("us", "hello\n\n\n\n\n#ad") == Outcome::fail);
  for (const auto& [id, pack] : shipped_packs().markets) {
    CAPTURE(id);
    CHECK(outcome(id, "just a nice drink #adidas") == Outcome::fail);
    CHECK(outcome(id, "this is not an ad") == Outcome::fail);
  }
}

TEST_CASE("what a shipped market pack suggests is accepted by it") {
  for (const auto& [id, pack] : shipped_packs().markets) {
    CAPTURE(id);
    ShippedBench bench("instagram-feed", {id});
    bench.manifest.caption = "hello";
    const std::string remedy =
        only(bench.run(make_disclosure_check()), "market-" + id + ".wording").remedy;
    const std::size_t first = remedy.find('"');
    REQUIRE(first != std::string::npos);
    const std::string wording = remedy.substr(first + 1, remedy.find('"', first + 1) - first - 1);
    CHECK(bench.disclosure_of(wording + ": hello") == Outcome::pass);
  }
}

TEST_CASE("every reason code that a shipped rule or a check gives is known") {
  for (const auto& [id, pack] : shipped_packs().placements) {
    for (const PlacementRule& rule : pack.rules) {
      CAPTURE(id, rule.id);
      CHECK(reason_codes().count(rule.reason_code) == 1);
    }
  }
  for (const char* code : {"item_count",
                           "placement_unknown",
                           "placement_not_allowed",
                           "rights_missing",
                           "media_damaged",
                           "media_unreadable",
                           "media_type",
                           "phrase_required",
                           "phrase_banned",
                           "hashtag_missing",
                           "mention_missing",
                           "disclosure_missing",
                           "disclosure_weak",
                           "disclosure_hidden",
                           "disclosure_contradicted"}) {
    CAPTURE(code);
    CHECK(reason_codes().count(code) == 1);
  }
}

TEST_CASE("a good Reel with a clear label goes through all checks without objection") {
  ShippedBench bench("instagram-reel", {"us", "uk"});
  bench.manifest.caption = "Ad: my summer drink 🍋 @fizzo #fizzospring";
  bench.manifest.placement = "instagram-reel";
  bench.manifest.rights = Rights();
  bench.brief.caption.required_hashtags = {"fizzospring"};
  bench.brief.policy.approve_by_rule = true;
  bench.media = {decoded(mp4_facts(1080, 1920, 30'000))};
  const CheckRun run = run_checks(bench.input());
  for (const Finding& finding : run.findings) {
    CAPTURE(finding.rule_id, finding.message);
    CHECK((finding.outcome == Outcome::pass || finding.outcome == Outcome::not_applicable));
  }
  const Verdict verdict = judge(run.findings, bench.brief, Provenance());
  CHECK(verdict.kind == VerdictKind::clear);
  CHECK(verdict.approve_by_rule);
}

}  // namespace
}  // namespace muster
