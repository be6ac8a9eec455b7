// Every wording and every rule of every market that ships, on both sides.

#include "config/packs.h"
#include "core/text.h"
#include "extractors/media/disclosure_labels.h"
#include "tests/extractors/checks/check_bench.h"

#include <algorithm>
#include <cmath>

#include <catch2/catch.hpp>

namespace muster {
namespace {

struct ShippedMarket : CheckBench {
  ShippedMarket(const std::string& placement_id, const std::string& market_id) {
    placement = shipped_packs().placements.at(placement_id);
    markets = {shipped_packs().markets.at(market_id)};
    brief.disclosure.in_media = false;
    brief.disclosure.sponsor_named = false;
  }
};

// A wording as it would begin a caption, with the sponsor's name in it.
std::string written(const DisclosureWording& wording) {
  const std::string text = wording_text(wording, "Fizzo").value();
  return wording.hashtag_only ? "#" + text : text;
}

Outcome outcome_of_verdict(WordingVerdict verdict) {
  return verdict == WordingVerdict::accept ? Outcome::pass
         : verdict == WordingVerdict::weak ? Outcome::warn
                                           : Outcome::fail;
}

TEST_CASE("every wording of every market is taken as its pack says, written or said") {
  for (const auto& [id, pack] : shipped_packs().markets) {
    for (const DisclosureWording& wording : pack.wordings) {
      CAPTURE(id, wording.id);
      ShippedMarket bench("instagram-reel", id);
      const std::string text = written(wording);
      if (!wording.spoken) {
        bench.manifest.caption = text + ": hello";
        const Finding finding =
            only(bench.run(make_disclosure_check()), "market-" + id + ".wording");
        CHECK(finding.outcome == outcome_of_verdict(wording.verdict));
        CHECK_FALSE(finding.source.text.empty());
        // Within a longer word it is nothing.
        bench.manifest.caption = "x" + text.substr(wording.hashtag_only ? 1 : 0) + "x hello";
        CHECK(only(bench.run(make_disclosure_check()), "market-" + id + ".wording").measured !=
              text);
        continue;
      }
      bench.brief.disclosure.spoken = true;
      SeenMedia video = decoded(mp4_facts(1080, 1920, 30'000));
      const auto outcome_when_said = [&](const std::string& words) {
        video.transcript = Transcript{{{{1000, 3000}, "well, " + words, 2}}, {}, 0};
        bench.media = {video};
        return only(bench.run(make_disclosure_check()), "market-" + id + ".spoken").outcome;
      };
      CHECK(outcome_when_said(text) == outcome_of_verdict(wording.verdict));
      CHECK(outcome_when_said("my day was fine") == Outcome::fail);
      // In writing it is no label of its own.
      bench.media.clear();
      bench.manifest.caption = "I think " + text + " somebody made, hm";
      const Finding seen = only(bench.run(make_disclosure_check()), "market-" + id + ".wording");
      CHECK(seen.measured != text);
    }
  }
}

TEST_CASE("every contradiction of every market takes a label back") {
  for (const auto& [id, pack] : shipped_packs().markets) {
    const auto accepted = std::find_if(
        pack.wordings.begin(), pack.wordings.end(), [](const DisclosureWording& wording) {
          return wording.verdict == WordingVerdict::accept && !wording.spoken;
        });
    REQUIRE(accepted != pack.wordings.end());
    for (const std::string& contradiction : pack.contradictions) {
      CAPTURE(id, contradiction);
      ShippedMarket bench("instagram-feed", id);
      const std::string rule = "market-" + id + ".contradiction";
      bench.manifest.caption = written(*accepted) + ": hello";
      CHECK(only(bench.run(make_disclosure_check()), rule).outcome == Outcome::pass);
      bench.manifest.caption = written(*accepted) + ": hello\n" + contradiction;
      CHECK(only(bench.run(make_disclosure_check()), rule).outcome == Outcome::fail);
    }
  }
}

// A submission that keeps every rule of a market: of two Reels with a label in caption, picture and
// sound.
struct MarketBench : ShippedMarket {
  explicit MarketBench(const std::string& id) : ShippedMarket("instagram-reel", id) {
    brief.disclosure = {};
    const std::string said = *wording_text(*first(true), "Fizzo");
    const std::string label = written(*first(false));
    manifest.caption = label + ": hello @fizzo";
    manifest.language = first(false)->language;
    SeenMedia reel = decoded(mp4_facts(1080, 1920, 60'000));
    reel.texts_were_read = true;
    reel.texts = {{label, 0.95, {0.1, 0.3, 0.5, 0.05}, 9.0, {0, 20'000}}};
    reel.transcript =
        Transcript{{{{1000, 3000}, said, 2}, {{4000, 5000}, "Fizzo is good", 6}}, {}, 0};
    media = {reel, reel};
  }
  const DisclosureWording* first(bool spoken) const {
    const auto& wordings = markets.front().wordings;
    const auto found =
        std::find_if(wordings.begin(), wordings.end(), [&](const DisclosureWording& wording) {
          return wording.verdict == WordingVerdict::accept && wording.spoken == spoken;
        });
    REQUIRE(found != wordings.end());
    return &*found;
  }
  // The worst of a rule over all items.
  Outcome on(const std::string& rule) {
    const std::string id = "market-" + markets.front().id + "." + rule;
    std::vector<Finding> own;
    for (const Finding& finding : run(make_disclosure_check())) {
      if (finding.rule_id == id) {
        own.push_back(finding);
      }
    }
    CAPTURE(id);
    REQUIRE_FALSE(own.empty());
    return worst(own);
  }
};

TEST_CASE("every rule of every market passes what keeps it and stops what breaks it") {
  std::size_t rules = 0;
  for (const auto& [id, pack] : shipped_packs().markets) {
    CAPTURE(id);
    const auto holds = [&](const std::string& rule, void (*break_it)(MarketBench&)) {
      ++rules;
      CAPTURE(rule);
      MarketBench bench(id);
      CHECK(bench.on(rule) == Outcome::pass);
      break_it(bench);
      const Outcome broken = bench.on(rule);
      CHECK((broken == Outcome::warn || broken == Outcome::fail));
    };
    if (pack.before_fold) {
      holds("before_fold", [](MarketBench& b) {
        b.manifest.caption = std::string(300, 'x') + "\n" + b.manifest.caption;
      });
    }
    const auto as_hashtag = [](MarketBench& b, const std::string& before) {
      b.manifest.caption = before + "#" + b.first(false)->text + " hello";
    };
    if (pack.max_hashtag_run > 0) {
      MarketBench bench(id);
      as_hashtag(bench, "");
      CHECK(bench.on("hashtag_run") == Outcome::pass);
      as_hashtag(bench, "yes #one #two #three ");
      CHECK(bench.on("hashtag_run") == Outcome::fail);
    }
    if (pack.first_hashtags > 0) {
      MarketBench bench(id);
      as_hashtag(bench, "#one ");
      CHECK(bench.on("first_hashtags") == Outcome::pass);
      as_hashtag(bench, "#one and #two and #three and #four and ");
      CHECK(bench.on("first_hashtags") == Outcome::fail);
    }
    if (pack.sponsor_named.holds) {
      holds("sponsor_named",
            [](MarketBench& b) { b.manifest.caption = written(*b.first(false)) + ": hello"; });
    }
    if (pack.same_language.holds) {
      holds("language", [](MarketBench& b) { b.manifest.language = "pl"; });
    }
    if (pack.in_media.holds) {
      holds("in_media", [](MarketBench& b) { b.media[1].texts.clear(); });
    } else if (pack.each_item.holds) {
      holds("each_item", [](MarketBench& b) { b.media[1].texts.clear(); });
    }
    if (pack.toggle_is_not_enough.holds) {
      MarketBench labeled(id);
      labeled.manifest.platform_label = PlatformLabel::on;
      CHECK(labeled.on("toggle") == Outcome::pass);
      labeled.manifest.caption = "hello @fizzo";
      CHECK(labeled.on("toggle") == Outcome::warn);
    }
    if (pack.toggle_expected.holds) {
      MarketBench without(id);
      without.manifest.platform_label = PlatformLabel::off;
      CHECK(without.on("toggle") == Outcome::warn);
    }
    if (pack.same_means.holds) {
      holds("spoken", [](MarketBench& b) {
        b.media[1].transcript->cues.erase(b.media[1].transcript->cues.begin());
      });
    }
    MarketBench bench(id);
    bench.brief.disclosure.spoken = bench.brief.disclosure.shown = true;
    CHECK(bench.on("spoken") == Outcome::pass);
    CHECK(bench.on("in_media") == Outcome::pass);
    // Every number of [on_screen] and [spoken], at its limit and beyond.
    const auto on_label = [&](void (*change)(SeenText&, const OnScreenRule&, double)) {
      for (const double beyond : {0.0, 0.05}) {
        MarketBench changed(id);
        changed.brief.disclosure.shown = true;
        for (SeenMedia& media : changed.media) {
          change(media.texts[0], pack.on_screen, beyond);
        }
        CAPTURE(beyond);
        CHECK(changed.on("in_media") == (beyond > 0 ? Outcome::warn : Outcome::pass));
      }
    };
    on_label([](SeenText& text, const OnScreenRule& rule, double beyond) {
      text.height = rule.min_text_height * (1 - beyond);
    });
    on_label([](SeenText& text, const OnScreenRule& rule, double beyond) {
      text.contrast = rule.min_contrast * (1 - beyond);
    });
    on_label([](SeenText& text, const OnScreenRule& rule, double beyond) {
      const double seconds =
          std::max(rule.min_seconds,
                   rule.seconds_per_character * static_cast<double>(count_code_points(text.text)));
      text.time = {0, std::llround(seconds * 1000 * (1 - beyond))};
    });
    on_label([](SeenText& text, const OnScreenRule& rule, double beyond) {
      text.time.start_ms = std::llround(rule.latest_start_seconds * 1000 * (1 + beyond));
      text.time.end_ms = text.time.start_ms + 20'000;
    });
    for (const std::int64_t beyond_ms : {0, 1}) {
      MarketBench said(id);
      said.brief.disclosure.spoken = true;
      const std::int64_t latest = std::llround(pack.spoken.latest_start_seconds * 1000);
      for (SeenMedia& media : said.media) {
        media.transcript->cues[0].time = {latest + beyond_ms, latest + 5000};
        media.transcript->cues[1].text = "Fizzo first";
      }
      // The brand is named before it.
      CHECK(said.on("spoken") == (beyond_ms > 0 ? Outcome::warn : Outcome::pass));
    }
  }
  CHECK(rules >= 7);
}

}  // namespace
}  // namespace muster
