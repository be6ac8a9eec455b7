#include "config/pack_parts.h"
#include "config/packs.h"
#include "config/sections.h"
#include "core/text.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

namespace muster {
namespace {

// "{sponsor}" is the only placeholder, at most once.
std::optional<std::string> wording_fault(std::string_view text) {
  if (trim(text).empty()) {
    return "must not be empty";
  }
  if (trim(text) != text) {
    return "must not start or end with a blank";
  }
  if (text.find('#') != std::string_view::npos) {
    return "is matched with and without '#'; leave that out, and say hashtag_only = true where "
           "only the hashtag counts";
  }
  constexpr std::string_view kPlaceholder = "{sponsor}";
  std::string rest(text);
  if (const std::size_t at = rest.find(kPlaceholder); at != std::string::npos) {
    rest.erase(at, kPlaceholder.size());
    if (rest.empty()) {
      return "must say more than the sponsor's name";
    }
  }
  if (rest.find_first_of("{}") != std::string::npos) {
    return "may hold {sponsor} once, and no other braces";
  }
  return std::nullopt;
}

DisclosureWording read_wording(TomlTable& table, const PackSources& sources) {
  DisclosureWording wording;
  table.require("id", "give the wording an id that is unique in this file");
  table.name("id", wording.id);
  table.require("text", "write the words");
  if (const auto text = table.text("text")) {
    wording.text = *text;
    if (const auto fault = wording_fault(*text)) {
      table.problem("text", *fault);
    }
  }
  table.flag("hashtag_only", wording.hashtag_only);
  table.flag("spoken", wording.spoken);
  if (wording.spoken && wording.hashtag_only) {
    table.problem("spoken", "and hashtag_only contradict each other: nobody hears a hashtag");
  }
  table.require("verdict", "write accept, weak or reject");
  table.word("verdict", wording.verdict);
  wording.source = sources.read(table, "source");
  table.text("language", wording.language);
  const bool is_code =
      wording.language.size() == 2 &&
      std::ranges::all_of(wording.language, [](char c) { return c >= 'a' && c <= 'z'; });
  if (!wording.language.empty() && !is_code) {
    table.problem("language",
                  fmt::format("'{}' is no language; write two small letters such as \"fr\"",
                              shown(wording.language)));
  }
  return wording;
}

void read_wordings(TomlTable& root, const PackSources& sources, MarketPack& pack) {
  root.require("wording", "list at least one [[wording]]");
  std::map<std::string, bool> ids;
  std::map<std::string, bool> texts;
  for (TomlTable& table : root.tables("wording")) {
    DisclosureWording wording = read_wording(table, sources);
    if (!wording.id.empty() && !ids.try_emplace(wording.id, true).second) {
      table.problem("id", fmt::format("'{}' is there twice", wording.id));
    }
    if (!wording.text.empty() && !texts.try_emplace(to_lower_ascii(wording.text), true).second) {
      table.problem("text", fmt::format("'{}' is there twice", shown(wording.text)));
    }
    pack.wordings.push_back(std::move(wording));
  }
  const bool accepts = std::ranges::any_of(pack.wordings, [](const DisclosureWording& wording) {
    return wording.verdict == WordingVerdict::accept && !wording.spoken;
  });
  if (root.has("wording") && !accepts) {
    root.problem("wording",
                 "has no wording with the verdict accept, so that no post could ever pass");
  }
}

// Where a wording must stand; each rule has a source of its own, since most are house policy.
void read_position(TomlTable table, const PackSources& sources, MarketPack& pack) {
  table.flag("before_fold", pack.before_fold);
  if (pack.before_fold) {
    pack.before_fold_source = sources.read(table, "before_fold_source");
  }
  table.integer("max_hashtag_run", pack.max_hashtag_run, 0, 100);
  if (pack.max_hashtag_run > 0) {
    pack.hashtag_run_source = sources.read(table, "hashtag_run_source");
  } else {
    table.refuse("hashtag_run_source", "goes with max_hashtag_run");
  }
  table.integer("first_hashtags", pack.first_hashtags, 0, 100);
  if (pack.first_hashtags > 0) {
    pack.first_hashtags_source = sources.read(table, "first_hashtags_source");
  } else {
    table.refuse("first_hashtags_source", "goes with first_hashtags");
  }
  if (!pack.before_fold) {
    table.refuse("before_fold_source", "goes with before_fold = true");
  }
}

// [rules] NAME = "SOURCE": what a market asks beyond wordings and their places.
void read_market_rules(TomlTable table, const PackSources& sources, MarketPack& pack) {
  const std::pair<const char*, PackRule&> kRules[] = {
      {"sponsor_named", pack.sponsor_named},
      {"same_language", pack.same_language},
      {"each_item", pack.each_item},
      {"in_media", pack.in_media},
      {"toggle_is_not_enough", pack.toggle_is_not_enough},
      {"toggle_expected", pack.toggle_expected},
      {"same_means", pack.same_means}};
  for (const auto& [name, rule] : kRules) {
    if (table.has(name)) {
      rule = {true, sources.read(table, name)};
    }
  }
}

void read_on_screen(TomlTable table, const PackSources& sources, OnScreenRule& rule) {
  read_on_screen_numbers(table, rule);
  const bool has_any = rule.min_text_height > 0 || rule.min_contrast > 0 || rule.min_seconds > 0 ||
                       rule.seconds_per_character > 0 || rule.latest_start_seconds > 0;
  if (has_any) {
    rule.source = sources.read(table, "source");
  } else {
    table.refuse("source", "goes with one of the numbers");
  }
}

void read_spoken(TomlTable table, const PackSources& sources, SpokenRule& rule) {
  table.number("latest_start_seconds", rule.latest_start_seconds, 0, 3600);
  if (rule.latest_start_seconds > 0) {
    rule.source = sources.read(table, "source");
  } else {
    table.refuse("source", "goes with latest_start_seconds");
  }
}

}  // namespace

MarketPack parse_market_pack(std::string_view text, std::string_view file) {
  Problems problems;
  TomlDocument document(text, file, problems);
  TomlTable root = document.root();
  MarketPack pack;
  root.require("id", "give the market an id: id = \"us\"");
  root.name("id", pack.id);
  root.integer("version", pack.version, 1, 1'000'000);
  root.require("name", "write the market's name for people");
  root.text("name", pack.name);
  root.texts("contradictions", pack.contradictions);
  for (std::size_t i = 0; i < pack.contradictions.size(); ++i) {
    if (trim(pack.contradictions[i]).empty()) {
      root.problem("contradictions", i, "must not be empty");
    }
  }
  const PackSources sources(root);
  read_position(root.table("position"), sources, pack);
  read_market_rules(root.table("rules"), sources, pack);
  read_on_screen(root.table("on_screen"), sources, pack.on_screen);
  read_spoken(root.table("spoken"), sources, pack.spoken);
  read_wordings(root, sources, pack);
  document.finish();
  problems.throw_if_any();
  pack.text = text;
  pack.hash = sha256(text);
  return pack;
}

}  // namespace muster
