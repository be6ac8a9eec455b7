#include "config/packs.h"
#include "extractors/media/placement_rules.h"
#include "extractors/media/run_checks.h"
#include "extractors/policy.h"
#include "tests/extractors/checks/check_bench.h"
#include "tests/extractors/checks/pack_ends.h"

#include <algorithm>
#include <cmath>

#include <catch2/catch.hpp>

namespace muster {
namespace {

struct ShippedBench : CheckBench {
  explicit ShippedBench(const std::string& placement_id,
                        const std::vector<std::string>& market_ids = {}) {
    placement = shipped_packs().placements.at(placement_id);
    // These tests are about the caption; disclosure_rules_test.cpp is about the rest.
    brief.disclosure.in_media = false;
    brief.disclosure.sponsor_named = false;
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

TEST_CASE("T30: an Instagram Reel of 301 MB is too large, with number, source and date") {
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

TEST_CASE("T30: a square Reel passes, with advice") {
  ShippedBench bench("instagram-reel");
  const std::vector<Finding> findings = bench.format_of(mp4_facts(1080, 1080, 60'000));
  CHECK(only(findings, "instagram-reel.aspect").outcome == Outcome::pass);
  CHECK(only(findings, "instagram-reel.aspect-advised").outcome == Outcome::warn);
  for (const Finding& finding : findings) {
    CAPTURE(finding.rule_id, finding.message);
    CHECK(finding.outcome != Outcome::fail);
  }
}

TEST_CASE("T31: square or taller and at most 180 s is a YouTube Short") {
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

TEST_CASE("TikTok's own label is asked for by TikTok, in every market and in none") {
  for (const std::vector<std::string>& markets :
       {std::vector<std::string>{}, std::vector<std::string>{"us", "fr"}}) {
    ShippedBench bench("tiktok-video", markets);
    bench.manifest.caption = "Ad: hello";
    const auto label = [&](PlatformLabel told) {
      bench.manifest.platform_label = told;
      return only(bench.run(make_disclosure_check()), "tiktok-video.platform-label");
    };
    CHECK(label(PlatformLabel::on).outcome == Outcome::pass);
    CHECK(label(PlatformLabel::not_told).outcome == Outcome::not_applicable);
    const Finding off = label(PlatformLabel::off);
    CHECK(off.outcome == Outcome::fail);
    CHECK(contains(off.source.text, "TikTok support"));
    CHECK_FALSE(off.remedy.empty());
    bench.brief.disclosure_required = false;
    CHECK(label(PlatformLabel::off).rule_id.empty());
  }
  ShippedBench other("instagram-reel", {"us"});
  other.manifest.caption = "Ad: hello";
  CHECK_FALSE(has_rule(other.run(make_disclosure_check()), "instagram-reel.platform-label"));
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
  bench.media[0].picture = PictureMeasures{500, 0.5, 0, 0, {}};
  bench.media[0].facts.video_content = VideoContent();
  const CheckRun run = run_checks(bench.input());
  for (const Finding& finding : run.findings) {
    CAPTURE(finding.rule_id, finding.message);
    CHECK((finding.outcome == Outcome::pass || finding.outcome == Outcome::not_applicable));
  }
  const Verdict verdict = judge(run.findings, bench.brief, Provenance());
  CHECK(verdict.kind == VerdictKind::clear);
  CHECK(verdict.approve_by_rule);
}

// A file whose property is exactly `number`, of the shape that the rule is about.
MediaFacts with_number(const PlacementRule& rule, MediaFacts facts, double number) {
  const int side = static_cast<int>(std::lround(number));
  const auto set_side = [&](int& own, int& other, bool own_is_shorter) {
    own = side;
    other = rule.shape == Shape::square ? side : own_is_shorter ? side * 2 : side / 2;
  };
  switch (rule.property) {
    case Property::byte_size:
      facts.byte_size = static_cast<std::uint64_t>(number);
      break;
    case Property::width:
      set_side(facts.width, facts.height, rule.shape != Shape::wide);
      break;
    case Property::height:
      set_side(facts.height, facts.width, rule.shape == Shape::wide);
      break;
    case Property::aspect:
      facts.height = 100'000;
      facts.width = static_cast<int>(std::lround(number * facts.height));
      break;
    case Property::duration:
      facts.duration_ms = std::llround(number * 1000);
      break;
    case Property::frame_rate:
      facts.frame_rate = number;
      break;
    case Property::bit_rate:
      facts.bit_rate = std::llround(number);
      break;
    case Property::audio_channels:
      facts.audio_channels = side;
      break;
    case Property::audio_sample_rate:
      facts.audio_sample_rate = side;
      break;
    default:
      FAIL("this test can't set " << to_string(rule.property));
  }
  return facts;
}

MediaFacts with_value(const PlacementRule& rule, MediaFacts facts, const std::string& value) {
  const bool flag = value == "true";
  switch (rule.property) {
    case Property::media_type:
      facts.type = *parse_enum<MediaType>(value);
      break;
    case Property::codec:
      facts.codec = value;
      break;
    case Property::audio_codec:
      facts.audio_codec = value;
      break;
    case Property::pixel_format:
      facts.pixel_format = value;
      break;
    case Property::color_space:
      facts.color_space = value;
      break;
    case Property::moov_first:
      facts.moov_first = flag;
      break;
    case Property::edit_list:
      facts.edit_list = flag;
      break;
    case Property::fixed_rate:
      facts.variable_frame_rate = !flag;
      break;
    case Property::has_audio:
      facts.has_audio = flag;
      break;
    default:
      FAIL("this test can't set " << to_string(rule.property));
  }
  return facts;
}

TEST_CASE("every shipped rule passes what is at its limit and stops what is beyond") {
  std::size_t broken = 0;
  RulesSeen seen;
  for (const auto& [id, pack] : shipped_packs().placements) {
    ShippedBench bench(id);
    for (const PlacementRule& rule : pack.rules) {
      const std::string rule_id = id + "." + rule.id;
      CAPTURE(rule_id);
      if (is_submission_property(rule.property)) {
        continue;  // see the next test
      }
      const MediaFacts facts =
          rule.applies_to == "image" ? jpeg_facts(1080, 1350) : mp4_facts(1080, 1920, 30'000);
      const auto outcome = [&](const MediaFacts& changed) {
        const Outcome found = only(bench.format_of(changed), rule_id).outcome;
        seen.see(rule_id, found);
        return found;
      };
      const auto expect_stop = [&](const MediaFacts& changed) {
        ++broken;
        CHECK(outcome(changed) == (rule.advice ? Outcome::warn : Outcome::fail));
      };
      for (const std::string& value : rule.limit.values) {
        CAPTURE(value);
        CHECK((refuses_kind(rule, value) ||
               outcome(with_value(rule, facts, value)) == Outcome::pass));
      }
      if (!rule.limit.values.empty()) {
        expect_stop(with_value(rule, facts, other_value(rule)));
        continue;
      }
      for (const bool above : {false, true}) {
        const std::optional<double>& end = above ? rule.limit.max : rule.limit.min;
        if (end && (above || *end > 0)) {
          CAPTURE(*end);
          CHECK(outcome(with_number(rule, facts, *end)) == Outcome::pass);
          if (is_open(rule, above)) {
            CHECK(outcome(with_number(rule, facts, above ? *end * 1.1 : *end * 0.9)) ==
                  Outcome::warn);
          } else {
            expect_stop(with_number(rule, facts, beyond(rule, above)));
          }
        }
        for (const Limit& other : rule.disagreeing) {
          const std::optional<double>& far = above ? other.max : other.min;
          if (end && far && *far != *end && *far > 0) {
            CHECK(outcome(with_number(rule, facts, *far)) == Outcome::warn);
          }
        }
      }
    }
  }
  CHECK(broken > 100);
  check_all_seen(seen, false);
}

TEST_CASE("rules about captions and numbers of files stop one more than they allow") {
  RulesSeen seen;
  for (const auto& [id, pack] : shipped_packs().placements) {
    ShippedBench bench(id);
    for (const PlacementRule& rule : pack.rules) {
      if (!is_submission_property(rule.property)) {
        continue;
      }
      const std::string rule_id = id + "." + rule.id;
      CAPTURE(rule_id);
      const auto outcome = [&](double number) {
        const auto count = static_cast<std::size_t>(number);
        bench.media.assign(rule.property == Property::items ? count : 1,
                           decoded(mp4_facts(1080, 1920, 30'000)));
        bench.manifest.caption.clear();
        for (std::size_t i = 0; i < count && rule.property != Property::items; ++i) {
          bench.manifest.caption +=
              rule.property == Property::hashtags   ? "#a" + std::to_string(i) + " "
              : rule.property == Property::mentions ? "@a" + std::to_string(i) + " "
                                                    : "a";
        }
        const Outcome found = only(bench.run(make_format_check()), rule_id).outcome;
        seen.see(rule_id, found);
        return found;
      };
      REQUIRE(rule.limit.max);
      CHECK(outcome(*rule.limit.max) == Outcome::pass);
      double most = *rule.limit.max;
      for (const Limit& other : rule.disagreeing) {
        most = std::max(most, other.max.value_or(most));
      }
      CHECK(outcome(most + 1) == (rule.advice ? Outcome::warn : Outcome::fail));
      if (most > *rule.limit.max) {
        CHECK(outcome(most) == Outcome::warn);
      }
    }
  }
  check_all_seen(seen, true);
}

}  // namespace
}  // namespace muster
