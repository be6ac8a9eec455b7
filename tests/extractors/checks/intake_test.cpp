#include "tests/extractors/checks/check_bench.h"

#include <catch2/catch.hpp>

namespace muster {
namespace {

struct IntakeBench : CheckBench {
  IntakeBench() {
    manifest.placement = "test-feed";
    manifest.rights = Rights();
    media.push_back(decoded(jpeg_facts(1080, 1350)));
  }
  std::vector<Finding> findings() const { return run(make_intake_check()); }
};

TEST_CASE("a submission that keeps the brief's terms passes in everything") {
  const IntakeBench bench;
  const std::vector<Finding> findings = bench.findings();
  REQUIRE(findings.size() == 3);
  CHECK(worst(findings) == Outcome::pass);
  for (const Finding& finding : findings) {
    CHECK(finding.check == "intake");
    CHECK(finding.pack_id == "brief");
    CHECK_FALSE(finding.message.empty());
  }
}

TEST_CASE("the number of files must be within the brief's bounds, ends included") {
  IntakeBench bench;
  bench.brief.min_items = 2;
  bench.brief.max_items = 3;
  for (const std::size_t count : {0, 1, 2, 3, 4}) {
    bench.media.assign(count, decoded(jpeg_facts(1, 1)));
    const Finding finding = only(bench.findings(), "intake.item_count");
    CAPTURE(count);
    const bool fits = count == 2 || count == 3;
    CHECK(finding.outcome == (fits ? Outcome::pass : Outcome::fail));
    CHECK(finding.reason_code == (fits ? "" : "item_count"));
    CHECK(finding.measured_value == static_cast<double>(count));
  }
  bench.media.assign(1, decoded(jpeg_facts(1, 1)));
  CHECK(only(bench.findings(), "intake.item_count").remedy == "Add 1 more.");
  bench.brief.max_items = 0;
  bench.media.assign(99, decoded(jpeg_facts(1, 1)));
  CHECK(only(bench.findings(), "intake.item_count").outcome == Outcome::pass);
}

TEST_CASE("a placement that nobody named or knows is never green") {
  IntakeBench bench;
  bench.has_placement = false;
  Finding finding = only(bench.findings(), "intake.placement");
  CHECK(finding.outcome == Outcome::could_not_check);
  CHECK(contains(finding.message, "test-feed"));
  bench.manifest.placement.clear();
  finding = only(bench.findings(), "intake.placement");
  CHECK(finding.outcome == Outcome::could_not_check);
  CHECK(finding.reason_code == "placement_unknown");
}

TEST_CASE("a placement outside the brief fails, with the ones that are allowed") {
  IntakeBench bench;
  bench.brief.placements = {"instagram-reel", "tiktok-video"};
  const Finding finding = only(bench.findings(), "intake.placement");
  CHECK(finding.outcome == Outcome::fail);
  CHECK(finding.reason_code == "placement_not_allowed");
  CHECK(finding.remedy == "Submit it for one of: instagram-reel, tiktok-video.");
  bench.brief.placements.push_back("test-feed");
  CHECK(only(bench.findings(), "intake.placement").outcome == Outcome::pass);
}

TEST_CASE("a market without a pack could not be checked") {
  IntakeBench bench;
  bench.brief.markets = {"us", "atlantis"};
  bench.markets.emplace_back().id = "us";
  const Finding finding = only(bench.findings(), "intake.markets");
  CHECK(finding.outcome == Outcome::could_not_check);
  CHECK(finding.measured == "atlantis");
  bench.manifest.markets = {"us"};
  CHECK_FALSE(has_rule(bench.findings(), "intake.markets"));
}

TEST_CASE("rights come from the submission or from the brief, else they are missed") {
  IntakeBench bench;
  bench.manifest.rights.reset();
  Finding finding = only(bench.findings(), "intake.rights");
  CHECK(finding.outcome == Outcome::warn);
  CHECK(finding.reason_code == "rights_missing");
  bench.brief.rights = Rights();
  CHECK(only(bench.findings(), "intake.rights").outcome == Outcome::pass);
  bench.brief.rights->starts_at = *parse_iso8601("2026-03-02T00:00:00Z");
  bench.brief.rights->ends_at = *parse_iso8601("2026-03-01T00:00:00Z");
  CHECK(only(bench.findings(), "intake.rights").outcome == Outcome::fail);
}

TEST_CASE("each file gets one answer about its integrity, with the decoder's own words") {
  CheckBench bench;
  const std::pair<Integrity, Outcome> kAnswers[] = {
      {Integrity::whole, Outcome::pass},
      {Integrity::truncated, Outcome::fail},
      {Integrity::damaged, Outcome::fail},
      {Integrity::unreadable, Outcome::fail},
      {Integrity::refused, Outcome::fail},
      {Integrity::crashed, Outcome::could_not_check},
  };
  for (const auto& [integrity, outcome] : kAnswers) {
    SeenMedia media = decoded(jpeg_facts(10, 10));
    media.facts.integrity = integrity;
    media.facts.integrity_detail = "at byte 512\nin \x1b[31mred";
    media.remedy = integrity == Integrity::truncated ? "Send it again." : "";
    bench.media.push_back(media);
  }
  const std::vector<Finding> findings = bench.run(make_media_integrity_check());
  REQUIRE(findings.size() == std::size(kAnswers));
  for (std::size_t i = 0; i < findings.size(); ++i) {
    CAPTURE(i);
    CHECK(findings[i].outcome == kAnswers[i].second);
    CHECK(findings[i].place.item == static_cast<int>(i));
    CHECK(findings[i].message.find('\x1b') == std::string::npos);
    CHECK(contains(findings[i].message, "at byte 512") == (i > 0));
  }
  CHECK(findings[1].remedy == "Send it again.");
  CHECK(findings[1].reason_code == "media_damaged");
  CHECK(findings[3].reason_code == "media_unreadable");
  CHECK(findings[4].reason_code == "media_type");
  CHECK_FALSE(findings[4].remedy.empty());
  CHECK(findings[5].reason_code.empty());
}

}  // namespace
}  // namespace muster
