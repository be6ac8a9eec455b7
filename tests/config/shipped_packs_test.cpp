#include "config/brief.h"
#include "config/packs.h"
#include "tests/config/support.h"
#include "tests/support/build_paths.h"

#include <algorithm>
#include <filesystem>
#include <set>

#include <catch2/catch.hpp>

using namespace muster;

namespace {

const PlacementRule& rule_of(const std::string& pack, const std::string& rule) {
  const auto& rules = shipped_packs().placements.at(pack).rules;
  const auto found = std::ranges::find(rules, rule, &PlacementRule::id);
  REQUIRE(found != rules.end());
  return *found;
}

void check_source(const RuleSource& source) {
  CHECK(source.text.size() > 10);
  CHECK(source.seen.size() == 10);
  CHECK_FALSE(source.confidence.empty());
}

const DisclosureWording& wording_of(const std::string& market, const std::string& text) {
  const auto& wordings = shipped_packs().markets.at(market).wordings;
  const auto found = std::ranges::find(wordings, text, &DisclosureWording::text);
  INFO(market << ": " << text);
  REQUIRE(found != wordings.end());
  return *found;
}

WordingVerdict verdict(const std::string& market, const std::string& text) {
  return wording_of(market, text).verdict;
}

std::set<std::string> files_in(const std::string& folder) {
  std::set<std::string> names;
  for (const auto& entry :
       std::filesystem::directory_iterator(testing::source_dir() / "config/packs" / folder)) {
    names.insert(entry.path().stem().string());
  }
  return names;
}

}  // namespace

TEST_CASE("Every pack in the source tree ships") {
  std::set<std::string> placements;
  std::set<std::string> markets;
  for (const auto& [id, pack] : shipped_packs().placements) {
    placements.insert(id);
  }
  for (const auto& [id, pack] : shipped_packs().markets) {
    markets.insert(id);
  }
  CHECK(placements == files_in("placements"));
  CHECK(markets == files_in("markets"));
}

TEST_CASE(
    "Every shipped limit says who says so and when it was read, and hearsay never fails a post") {
  std::size_t limits = 0;
  for (const auto& [id, pack] : shipped_packs().placements) {
    CHECK_FALSE(pack.rules.empty());
    if (pack.fold_units > 0 || pack.fold_lines > 0) {
      check_source(pack.fold_source);
    }
    for (const PlacementRule& rule : pack.rules) {
      INFO(id << "." << rule.id);
      ++limits;
      check_source(rule.limit.source);
      CHECK((rule.advice || rule.limit.source.confidence == "primary"));
      CHECK(rule.remedy.ends_with('.'));
      CHECK(reason_codes().contains(rule.reason_code));
      CHECK(reason_codes().at(rule.reason_code).editable);
      for (const Limit& other : rule.disagreeing) {
        check_source(other.source);
        CHECK_FALSE(other.source == rule.limit.source);
      }
    }
  }
  CHECK(limits > 80);
}

TEST_CASE("A rule of a property that only videos have does not ask it of pictures") {
  const std::set<Property> of_videos = {Property::audio_codec,
                                        Property::duration,
                                        Property::frame_rate,
                                        Property::bit_rate,
                                        Property::moov_first,
                                        Property::edit_list};
  for (const auto& [id, pack] : shipped_packs().placements) {
    for (const PlacementRule& rule : pack.rules) {
      INFO(id << "." << rule.id);
      CHECK((!of_videos.contains(rule.property) || rule.applies_to == "video"));
    }
  }
}

TEST_CASE("Limits that platforms publish stand as published") {
  CHECK(rule_of("instagram-feed", "byte-size").limit.max == 8e6);
  CHECK(rule_of("instagram-feed", "aspect").limit.min == 0.8);
  CHECK(rule_of("instagram-feed", "aspect").limit.max == 1.91);
  CHECK(rule_of("instagram-reel", "byte-size").limit.max == 300e6);
  CHECK(rule_of("instagram-reel", "byte-size").disagreeing.empty());
  CHECK_FALSE(rule_of("instagram-reel", "byte-size").advice);
  CHECK(rule_of("instagram-reel", "moov-first").limit.values == std::vector<std::string>{"true"});
  CHECK(rule_of("instagram-reel", "edit-list").limit.values == std::vector<std::string>{"false"});
  CHECK(rule_of("instagram-reel", "duration").advice);
  CHECK(rule_of("instagram-feed", "hashtags").limit.max == 5.0);
  CHECK(rule_of("instagram-feed", "hashtags").disagreeing.at(0).max == 30.0);
  CHECK(rule_of("instagram-story", "duration").advice);
  CHECK(rule_of("tiktok-video", "duration").limit.max == 600.0);
  CHECK(rule_of("tiktok-video", "width").limit.min == 360.0);
  CHECK(rule_of("youtube-shorts", "duration").limit.max == 180.0);
  CHECK(rule_of("youtube-shorts", "aspect").limit.max == 1.0);
  CHECK(rule_of("facebook-reel", "duration").limit.max == 90.0);
  CHECK(rule_of("pinterest-pin", "duration").limit.min == 4.0);
}

TEST_CASE("What the vendor only advises is not shipped as a limit") {
  // A usual picture of each placement must not break a rule that fails.
  CHECK(rule_of("instagram-reel", "aspect-advised").advice);
  CHECK(rule_of("facebook-reel", "aspect-advised").advice);
  CHECK(rule_of("instagram-feed", "width").advice);
  CHECK(rule_of("tiktok-video", "media-type-advised").advice);
}

TEST_CASE("Every wording says who says so, and markets disagree where the law does") {
  for (const auto& [id, pack] : shipped_packs().markets) {
    INFO(id);
    CHECK(pack.wordings.size() > 15);
    CHECK(pack.contradictions.size() > 5);
    CHECK(pack.before_fold);
    check_source(pack.before_fold_source);
    // No regulator gives this number, so it must not look like law.
    CHECK(pack.max_hashtag_run == 2);
    CHECK(pack.hashtag_run_source.confidence == "house");
    for (const DisclosureWording& wording : pack.wordings) {
      INFO(wording.id);
      check_source(wording.source);
    }
  }
  using enum WordingVerdict;
  CHECK(verdict("us", "sponsored") == accept);
  CHECK(verdict("uk", "sponsored") == reject);
  CHECK(verdict("eu", "sponsored") == weak);
  CHECK(verdict("eu", "collaboration") == reject);
  CHECK(verdict("in", "collaboration") == accept);
  CHECK(verdict("fr", "collaboration commerciale") == accept);
  CHECK(verdict("fr", "collaboration") == reject);
  CHECK(verdict("us", "partnership") == reject);
  CHECK(verdict("in", "partnership") == accept);
  CHECK(verdict("us", "paid partnership") == reject);
  CHECK(verdict("us", "paid partnership with {sponsor}") == accept);
  CHECK(verdict("uk", "paid partnership with {sponsor}") == weak);
  CHECK(verdict("us", "gifted") == weak);
  CHECK(verdict("uk", "gifted") == reject);
  CHECK(verdict("us", "thanks {sponsor}") == reject);
  CHECK(verdict("us", "sp") == reject);
  CHECK(wording_of("us", "sp").hashtag_only);
  CHECK(verdict("de", "werbung") == accept);
  CHECK(verdict("it", "ad {sponsor}") == accept);
  CHECK(verdict("it", "ad") == weak);
  CHECK(shipped_packs().markets.at("it").first_hashtags == 3);
  for (const std::string market : {"us", "uk", "eu", "in"}) {
    CHECK(verdict(market, "ad") == accept);
  }
}

TEST_CASE("The reason codes that checks use are all there, with advice for the creator") {
  for (const std::string code : {"media_damaged",
                                 "media_unreadable",
                                 "media_type",
                                 "media_dimensions",
                                 "media_aspect",
                                 "media_size",
                                 "media_duration",
                                 "media_frame_rate",
                                 "media_codec",
                                 "disclosure_missing",
                                 "disclosure_weak",
                                 "disclosure_hidden",
                                 "disclosure_contradicted",
                                 "phrase_required",
                                 "phrase_banned",
                                 "hashtag_missing",
                                 "mention_missing",
                                 "brand_not_visible",
                                 "brand_too_small",
                                 "brand_too_short",
                                 "caption_too_long",
                                 "too_many_hashtags",
                                 "placement_unknown",
                                 "placement_not_allowed",
                                 "item_count",
                                 "manifest_unreadable",
                                 "file_missing",
                                 "rights_missing",
                                 "off_brief",
                                 "other"}) {
    INFO(code);
    REQUIRE(reason_codes().contains(code));
    const ReasonCode& reason = reason_codes().at(code);
    CHECK(reason.code == code);
    CHECK(reason.label.size() > 5);
    CHECK(reason.advice.ends_with('.'));
    CHECK(reason.editable);
  }
  CHECK_FALSE(reason_codes().at("rights_expired").editable);
}
