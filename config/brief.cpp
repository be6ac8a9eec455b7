#include "config/brief.h"

#include "config/brief_parts.h"
#include "config/pack_parts.h"
#include "config/sections.h"
#include "config/text_file.h"
#include "core/text.h"

#include <algorithm>
#include <array>
#include <map>

#include <fmt/format.h>

namespace muster {
namespace {

const std::vector<std::string>& objectives() {
  static const std::vector<std::string> kObjectives = {
      "engagement", "traffic", "conversions", "email", "survey", "ugc"};
  return kObjectives;
}

const std::vector<std::string>& journey_stages() {
  static const std::vector<std::string> kStages = {
      "awareness", "consideration", "purchase", "retention", "advocacy"};
  return kStages;
}

template <typename T>
std::vector<std::string> names_of(const std::map<std::string, T>& things) {
  std::vector<std::string> names;
  for (const auto& [name, thing] : things) {
    names.push_back(name);
  }
  return names;
}

// A list whose entries are all known and differ.
void read_known(TomlTable& table,
                std::string_view key,
                const std::vector<std::string>& known,
                std::vector<std::string>& value) {
  table.texts(key, value);
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (std::ranges::find(known, value[i]) == known.end()) {
      table.problem(key, i, TomlTable::unknown_word(value[i], known));
    } else if (std::find(value.begin(), value.begin() + static_cast<std::ptrdiff_t>(i), value[i]) !=
               value.begin() + static_cast<std::ptrdiff_t>(i)) {
      table.problem(key, i, fmt::format("'{}' is named twice", value[i]));
    }
  }
}

void read_disclosure(TomlTable table, Brief::Disclosure& disclosure) {
  table.flag("in_media", disclosure.in_media);
  table.flag("sponsor_named", disclosure.sponsor_named);
  table.flag("spoken", disclosure.spoken);
  table.flag("shown", disclosure.shown);
}

// Later's rule for its own campaigns: said and superimposed within the first 30 seconds, for 10.
constexpr double kStrictSeconds = 10;
constexpr double kStrictLatestSeconds = 30;

void read_on_screen(TomlTable table, Brief& brief) {
  OnScreenRule& rule = brief.on_screen;
  std::string preset = "usual";
  table.word("preset", preset, {"usual", "strict"});
  if (preset == "strict") {
    rule.min_seconds = kStrictSeconds;
    rule.latest_start_seconds = kStrictLatestSeconds;
    brief.disclosure.spoken = true;
    brief.disclosure.shown = true;
  }
  read_on_screen_numbers(table, rule);
}

void read_visibility(TomlTable table, Brief& brief) {
  Brief::Visibility& visibility = brief.visibility;
  table.flag("required", visibility.required);
  table.number("min_share_of_frame", visibility.min_share_of_frame, 0, 1);
  table.number("min_seconds", visibility.min_seconds, 0, 86'400);
  table.number("min_score", visibility.min_score, 0, 1);
  if (visibility.required && brief.kit.empty()) {
    table.problem(
        "required",
        "needs a brand kit to look for; name one as kit = \"...\" at the top of the brief");
  }
}

void read_picture(TomlTable table, Brief::Picture& picture) {
  constexpr double kMostSeconds = 86'400;
  table.number("min_sharpness", picture.min_sharpness, 0, 1e6);
  table.number("min_light", picture.min_light, 0, 1);
  table.number("max_light", picture.max_light, 0, 1);
  table.number("max_clipped", picture.max_clipped, 0, 1);
  table.number("max_bars", picture.max_bars, 0, 1);
  table.number("max_black_seconds", picture.max_black_seconds, 0, kMostSeconds);
  table.number("max_frozen_seconds", picture.max_frozen_seconds, 0, kMostSeconds);
  table.number("max_text_share", picture.max_text_share, 0, 1);
  table.number("min_text_height", picture.min_text_height, 0, 1);
  if (picture.max_light <= picture.min_light) {
    table.problem("max_light", "must be more than min_light");
  }
}

void read_countries(TomlTable& table, std::string_view key, std::vector<std::string>& value) {
  table.texts(key, value);
  for (std::size_t i = 0; i < value.size(); ++i) {
    const bool fits = value[i].size() == 2 &&
                      std::ranges::all_of(value[i], [](char c) { return c >= 'A' && c <= 'Z'; });
    if (!fits) {
      table.problem(
          key,
          i,
          fmt::format("'{}' is no country code; write two capital letters such as \"US\" or \"DE\"",
                      shown(value[i])));
    }
  }
}

void read_uses(TomlTable& table, std::vector<RightsUse>& uses) {
  std::vector<std::string> words;
  table.texts("uses", words);
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (const auto use = parse_enum<RightsUse>(words[i])) {
      uses.push_back(*use);
    } else {
      table.problem("uses", i, TomlTable::unknown_word(words[i], {"organic", "paid", "whitelist"}));
    }
  }
}

// A day, or an instant with its offset.
std::optional<Timestamp> read_moment(TomlTable& table,
                                     std::string_view key,
                                     bool end,
                                     const std::string& zone) {
  std::string text;
  table.date(key, text);
  if (text.empty()) {
    return std::nullopt;
  }
  const bool day = text.size() == 10;
  const auto moment = !day  ? parse_iso8601(text)
                      : end ? end_of_day(text, zone)
                            : parse_local_time(text, zone);
  if (!moment) {
    table.problem(
        key,
        fmt::format("'{}' is no date; write \"2026-12-31\" (in `zone`), or a time with its offset: "
                    "\"2026-12-31T18:00:00+01:00\"",
                    shown(text)));
  }
  return moment;
}

// Dates that nobody can have meant: a slip of the keyboard must not give rights for ever or none.
void refuse_absurd_date(TomlTable& table,
                        std::string_view key,
                        const std::optional<Timestamp>& moment) {
  static const Timestamp kEarliest = *parse_iso8601("2000-01-01T00:00:00Z");
  static const Timestamp kLatest = *parse_iso8601("2200-01-01T00:00:00Z");
  if (moment && (*moment < kEarliest || *moment >= kLatest)) {
    table.problem(key,
                  fmt::format("{} can't be meant: rights lie between 2000 and 2199; leave it out "
                              "where there is no such day",
                              to_iso8601(*moment)));
  }
}

// A day, or what happens instead: "approval", "publication".
void read_start(TomlTable& table, Rights& rights) {
  std::string text;
  table.date("starts", text);
  const std::optional<RightsStart> event = parse_enum<RightsStart>(text);
  if (!event || *event == RightsStart::date) {
    rights.starts_at = read_moment(table, "starts", false, rights.zone);
    table.refuse("term_days", "goes with starts = \"approval\" or \"publication\"");
    return;
  }
  rights.starts_on = *event;
  constexpr int kMostDays = 36'525;  // a century
  table.integer("term_days", rights.term_days, 1, kMostDays);
}

Rights read_rights(TomlTable table) {
  Rights rights;
  read_phrases(table, "channels", rights.channels);
  read_countries(table, "territories", rights.territories);
  read_uses(table, rights.uses);
  table.flag("exclusive", rights.exclusive);
  table.text("license", rights.license);
  table.text("credit", rights.credit);
  table.zone("zone", rights.zone);
  read_start(table, rights);
  rights.ends_at = read_moment(table, "ends", true, rights.zone);
  if (rights.starts_at && rights.ends_at && *rights.ends_at <= *rights.starts_at) {
    table.problem("ends", "must be later than starts");
  }
  refuse_absurd_date(table, "starts", rights.starts_at);
  refuse_absurd_date(table, "ends", rights.ends_at);
  return rights;
}

void read_placements(TomlTable& root, const Packs& packs, Brief& brief) {
  const std::vector<std::string> known = names_of(packs.placements);
  read_known(root, "placements", known, brief.placements);
  root.word("default_placement", brief.default_placement, known);
  const bool allowed =
      brief.placements.empty() ||
      std::ranges::find(brief.placements, brief.default_placement) != brief.placements.end();
  if (!brief.default_placement.empty() && !allowed) {
    root.problem("default_placement",
                 fmt::format("'{}' is not among the placements that the brief allows",
                             brief.default_placement));
  }
}

void read_ids(TomlTable& root, Brief& brief) {
  root.require("id", "give the campaign an id: id = \"spring-fizz\"");
  root.name("id", brief.id);
  root.name("kit", brief.kit);
  brief.name = brief.id;
  root.text("name", brief.name);
  root.text("sponsor", brief.sponsor);
}

void read_item_counts(TomlTable& root, Brief& brief) {
  constexpr int kMostItems = 1000;
  root.integer("min_items", brief.min_items, 0, kMostItems);
  root.integer("max_items", brief.max_items, 0, kMostItems);
  if (brief.max_items > 0 && brief.max_items < brief.min_items) {
    root.problem(
        root.has("max_items") ? "max_items" : "min_items",
        fmt::format("max_items ({}) must not be less than min_items ({}); 0 means any number",
                    brief.max_items,
                    brief.min_items));
  }
}

}  // namespace

Brief parse_brief(std::string_view text, std::string_view file, const Packs& packs) {
  Problems problems;
  TomlDocument document(text, file, problems);
  TomlTable root = document.root();
  Brief brief;
  read_ids(root, brief);
  read_known(root, "objectives", objectives(), brief.objectives);
  root.word("journey_stage", brief.journey_stage, journey_stages());
  read_placements(root, packs, brief);
  read_known(root, "markets", names_of(packs.markets), brief.markets);
  read_item_counts(root, brief);
  root.flag("disclosure_required", brief.disclosure_required);
  read_on_screen(root.table("on_screen"), brief);
  read_disclosure(root.table("disclosure"), brief.disclosure);
  read_caption_rules(root.table("caption"), brief.caption);
  read_links(root.table("links"), brief.links);
  for (TomlTable& table : root.tables("competitor")) {
    brief.competitors.push_back(read_competitor(table));
  }
  read_visibility(root.table("visibility"), brief);
  read_picture(root.table("picture"), brief.picture);
  read_policy(root.table("policy"), brief.policy);
  const bool has_rights = root.has("rights");
  Rights rights = read_rights(root.table("rights"));
  if (has_rights) {
    brief.rights = std::move(rights);
  }
  document.finish();
  problems.throw_if_any();
  brief.text = text;
  brief.hash = sha256(text);
  return brief;
}

Brief load_brief(const std::filesystem::path& file, const Packs& packs) {
  return parse_brief(read_config_file(file, kMaxTomlFileBytes), file.string(), packs);
}

}  // namespace muster
