#include "config/pack_listing.h"

#include "core/text.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

namespace muster {
namespace {

class Lister {
 public:
  void add(std::string key, std::string value) {
    if (!value.empty()) {
      listing_.emplace_back(std::move(key), std::move(value));
    }
  }
  void add(std::string key, std::string_view value) { add(std::move(key), std::string(value)); }
  void add(std::string key, const char* value) { add(std::move(key), std::string(value)); }
  // 0 stands for "no rule".
  void add(std::string key, double number) {
    if (number != 0) {
      add(std::move(key), fmt::format("{}", number));
    }
  }
  void add(std::string key, const RuleSource& source) {
    if (!source.text.empty()) {
      add(std::move(key), cite_fully(source));
    }
  }

  PackListing take() { return std::move(listing_); }

 private:
  PackListing listing_;
};

std::string end_of(double number, const Limit& limit) {
  constexpr std::pair<std::string_view, double> kScales[] = {{"kB", 1e3},
                                                             {"MB", 1e6},
                                                             {"GB", 1e9},
                                                             {"KiB", 1024},
                                                             {"MiB", 1024.0 * 1024},
                                                             {"GiB", 1024.0 * 1024 * 1024}};
  for (const auto& [name, scale] : kScales) {
    if (limit.stated_unit == name) {
      return fmt::format("{} {}", number / scale, name);
    }
  }
  return limit.stated_unit.empty() ? fmt::format("{}", number)
                                   : fmt::format("{} {}", number, limit.stated_unit);
}

void add_limit(Lister& lister, const std::string& key, const Limit& limit) {
  if (limit.min) {
    lister.add(key + ".min", end_of(*limit.min, limit));
  }
  if (limit.max) {
    lister.add(key + ".max", end_of(*limit.max, limit));
  }
  lister.add(key + ".values", join(limit.values, ", "));
  lister.add(key + ".source", limit.source);
}

void add_rule(Lister& lister, const PlacementRule& rule) {
  const std::string key = "rule." + rule.id;
  lister.add(key + ".property", to_string(rule.property));
  lister.add(key + ".applies_to", rule.applies_to);
  lister.add(key + ".shape", rule.shape == Shape::any ? "" : to_string(rule.shape));
  lister.add(key + ".advice", rule.advice ? "true" : "");
  add_limit(lister, key, rule.limit);
  for (std::size_t i = 0; i < rule.disagreeing.size(); ++i) {
    add_limit(lister, fmt::format("{}.disagreeing-{}", key, i + 1), rule.disagreeing[i]);
  }
  lister.add(key + ".remedy", rule.remedy);
  lister.add(key + ".reason_code", rule.reason_code);
}

void add_market_rule(Lister& lister, const std::string& name, const PackRule& rule) {
  if (rule.holds) {
    lister.add("rules." + name, rule.source);
  }
}

}  // namespace

std::string cite_fully(const RuleSource& source) {
  return fmt::format("{}{} ({}, seen {})",
                     source.text,
                     source.date.empty() ? "" : ", " + source.date,
                     source.confidence,
                     source.seen);
}

PackListing list_pack(const PlacementPack& pack) {
  Lister lister;
  lister.add("version", std::to_string(pack.version));
  lister.add("name", pack.name);
  lister.add("platform", pack.platform);
  lister.add("variant", pack.variant);
  lister.add("story", pack.is_story ? "true" : "");
  lister.add("platform_label", pack.platform_label.source);
  lister.add("fold.units", pack.fold_units);
  lister.add("fold.lines", pack.fold_lines);
  lister.add("fold.counted_in", pack.fold_units > 0 ? to_string(pack.fold_unit) : "");
  lister.add("fold.source", pack.fold_source);
  for (const CoveredZone& zone : pack.covered) {
    lister.add("covered." + zone.id,
               fmt::format("{}: x {}, y {}, {} x {}",
                           zone.what,
                           zone.box.x,
                           zone.box.y,
                           zone.box.width,
                           zone.box.height));
    lister.add("covered." + zone.id + ".source", zone.source);
  }
  for (const PlacementRule& rule : pack.rules) {
    add_rule(lister, rule);
  }
  return lister.take();
}

PackListing list_pack(const MarketPack& pack) {
  Lister lister;
  lister.add("version", std::to_string(pack.version));
  lister.add("name", pack.name);
  lister.add("contradictions", join(pack.contradictions, ", "));
  lister.add("position.before_fold", pack.before_fold ? "true" : "false");
  lister.add("position.before_fold.source", pack.before_fold_source);
  lister.add("position.max_hashtag_run", pack.max_hashtag_run);
  lister.add("position.max_hashtag_run.source", pack.hashtag_run_source);
  lister.add("position.first_hashtags", pack.first_hashtags);
  lister.add("position.first_hashtags.source", pack.first_hashtags_source);
  add_market_rule(lister, "sponsor_named", pack.sponsor_named);
  add_market_rule(lister, "same_language", pack.same_language);
  add_market_rule(lister, "each_item", pack.each_item);
  add_market_rule(lister, "in_media", pack.in_media);
  add_market_rule(lister, "toggle_is_not_enough", pack.toggle_is_not_enough);
  add_market_rule(lister, "toggle_expected", pack.toggle_expected);
  add_market_rule(lister, "same_means", pack.same_means);
  lister.add("on_screen.min_text_height", pack.on_screen.min_text_height);
  lister.add("on_screen.min_contrast", pack.on_screen.min_contrast);
  lister.add("on_screen.min_seconds", pack.on_screen.min_seconds);
  lister.add("on_screen.seconds_per_character", pack.on_screen.seconds_per_character);
  lister.add("on_screen.latest_start_seconds", pack.on_screen.latest_start_seconds);
  lister.add("on_screen.source", pack.on_screen.source);
  lister.add("spoken.latest_start_seconds", pack.spoken.latest_start_seconds);
  lister.add("spoken.source", pack.spoken.source);
  for (const DisclosureWording& wording : pack.wordings) {
    const std::string key = "wording." + wording.id;
    lister.add(key + ".text", wording.text);
    lister.add(key + ".hashtag_only", wording.hashtag_only ? "true" : "");
    lister.add(key + ".spoken", wording.spoken ? "true" : "");
    lister.add(key + ".language", wording.language);
    lister.add(key + ".verdict", to_string(wording.verdict));
    lister.add(key + ".source", wording.source);
  }
  return lister.take();
}

std::vector<PackChange> compare(const PackListing& before, const PackListing& after) {
  const std::map<std::string, std::string> old(before.begin(), before.end());
  const std::map<std::string, std::string> now(after.begin(), after.end());
  std::vector<PackChange> changes;
  for (const auto& [key, value] : before) {
    const auto found = now.find(key);
    if (found == now.end() || found->second != value) {
      changes.push_back({key, value, found == now.end() ? "" : found->second});
    }
  }
  for (const auto& [key, value] : after) {
    if (!old.contains(key)) {
      changes.push_back({key, "", value});
    }
  }
  return changes;
}

}  // namespace muster
