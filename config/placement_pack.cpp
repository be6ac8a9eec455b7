#include "config/brief.h"
#include "config/pack_parts.h"
#include "config/packs.h"
#include "config/sections.h"
#include "core/media.h"
#include "core/text.h"

#include <algorithm>

#include <fmt/format.h>

namespace muster {
namespace {

// What a property is measured in and how it is limited.
struct PropertyForm {
  Property property;
  std::string_view unit;
  bool by_values = false;      // a list of values instead of a range
  bool is_flag = false;        // its only value is "true" or "false"
  bool of_submission = false;  // of the caption or of the number of files
};

constexpr PropertyForm kForms[] = {
    {Property::media_type, "", true},
    {Property::codec, "", true},
    {Property::audio_codec, "", true},
    {Property::byte_size, "bytes"},
    {Property::width, "px"},
    {Property::height, "px"},
    {Property::aspect, "ratio"},
    {Property::duration, "s"},
    {Property::frame_rate, "fps"},
    {Property::bit_rate, "bit/s"},
    {Property::moov_first, "", true, true},
    {Property::edit_list, "", true, true},
    {Property::caption_units, "UTF-16 units", false, false, true},
    {Property::hashtags, "count", false, false, true},
    {Property::mentions, "count", false, false, true},
    {Property::items, "count", false, false, true},
    {Property::pixel_format, "", true},
    {Property::color_space, "", true},
    {Property::fixed_rate, "", true, true},
    {Property::has_audio, "", true, true},
    {Property::audio_channels, "count"},
    {Property::audio_sample_rate, "Hz"},
};

// The units in which sources give sizes. "MB" as vendors write it is either; a pack must say which.
struct ByteUnit {
  std::string_view name;
  double bytes;
};
constexpr ByteUnit kByteUnits[] = {{"bytes", 1},
                                   {"kB", 1e3},
                                   {"MB", 1e6},
                                   {"GB", 1e9},
                                   {"KiB", 1024},
                                   {"MiB", 1024.0 * 1024},
                                   {"GiB", 1024.0 * 1024 * 1024}};

const PropertyForm& form_of(Property property) {
  return *std::ranges::find(kForms, property, &PropertyForm::property);
}

void read_values(TomlTable& table, const PropertyForm& form, std::vector<std::string>& values) {
  table.refuse("min", "is no limit of a property that has a list of values");
  table.refuse("max", "is no limit of a property that has a list of values");
  table.require("values", "list what is allowed: values = [\"jpeg\"]");
  table.texts("values", values);
  if (table.has("values") && values.empty()) {
    table.problem("values", "must not be empty");
  }
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (form.is_flag && values[i] != "true" && values[i] != "false") {
      table.problem("values", i, "must be \"true\" or \"false\"");
    }
    if (form.property == Property::media_type) {
      const auto type = parse_enum<MediaType>(values[i]);
      if (!type || *type == MediaType::unknown) {
        std::vector<std::string> known;
        for (const auto& [candidate, name] : kEnumNames<MediaType>) {
          known.emplace_back(name);
        }
        table.problem("values", i, TomlTable::unknown_word(values[i], known));
      }
    }
  }
}

void read_range(TomlTable& table, Limit& limit) {
  table.refuse("values", "is no limit of a property that is a number; write min, max or both");
  table.number("min", limit.min);
  table.number("max", limit.max);
  if (!table.has("min") && !table.has("max")) {
    table.problem("needs min, max or both");
  }
  for (const auto& [key, end] : {std::pair("min", limit.min), std::pair("max", limit.max)}) {
    if (end && *end < 0) {
      table.problem(key, "must not be negative");
    }
  }
  if (limit.min && limit.max && *limit.max < *limit.min) {
    table.problem("max", "must not be less than min");
  }
}

// Reads `unit` and brings the limit from it to the unit of the property.
void read_unit(TomlTable& table, const PropertyForm& form, Limit& limit) {
  limit.stated_unit = form.property == Property::byte_size ? "" : form.unit;
  const auto unit = table.text("unit");
  if (!unit) {
    return;
  }
  if (form.property != Property::byte_size) {
    if (*unit != form.unit) {
      table.problem("unit",
                    fmt::format("{} is measured in '{}'", to_string(form.property), form.unit));
    }
    return;
  }
  const auto* known = std::ranges::find(kByteUnits, *unit, &ByteUnit::name);
  if (known == std::end(kByteUnits)) {
    table.problem(
        "unit",
        fmt::format("'{}' is no unit of size; decimal: kB, MB, GB; binary: KiB, MiB, GiB; "
                    "or bytes",
                    shown(*unit)));
    return;
  }
  limit.stated_unit = *unit;
  for (std::optional<double>* end : {&limit.min, &limit.max}) {
    if (*end) {
      **end *= known->bytes;
    }
  }
}

Limit read_limit(TomlTable& table, const PropertyForm& form, const PackSources& sources) {
  Limit limit;
  if (form.by_values) {
    read_values(table, form, limit.values);
  } else {
    read_range(table, limit);
  }
  read_unit(table, form, limit);
  limit.source = sources.read(table, "source");
  return limit;
}

// Does everything that keeps `strict` also keep `loose`?
bool is_within(const Limit& strict, const Limit& loose) {
  const bool above = !loose.min || (strict.min && *strict.min >= *loose.min);
  const bool below = !loose.max || (strict.max && *strict.max <= *loose.max);
  const bool listed =
      loose.values.empty() || std::ranges::all_of(strict.values, [&](const std::string& value) {
        return std::ranges::find(loose.values, value) != loose.values.end();
      });
  return above && below && listed;
}

void read_disagreeing(TomlTable& table,
                      const PropertyForm& form,
                      const PackSources& sources,
                      PlacementRule& rule) {
  for (TomlTable& other : table.tables("disagreeing")) {
    rule.disagreeing.push_back(read_limit(other, form, sources));
    if (!is_within(rule.limit, rule.disagreeing.back())) {
      other.problem(
          "is stricter than the rule's own limit, so that it would never be looked at; swap the "
          "two");
    }
  }
}

void read_reason_code(TomlTable& table, PlacementRule& rule) {
  table.require("reason_code", "name the reason that a return gives");
  const auto code = table.text("reason_code");
  if (!code) {
    return;
  }
  rule.reason_code = *code;
  if (!reason_codes().contains(*code)) {
    std::vector<std::string> known;
    for (const auto& [name, reason] : reason_codes()) {
      known.push_back(name);
    }
    table.problem("reason_code", TomlTable::unknown_word(*code, known));
  }
}

PlacementRule read_rule(TomlTable& table, const PackSources& sources) {
  PlacementRule rule;
  table.require("id", "give the rule an id that is unique in this file");
  table.name("id", rule.id);
  table.require("property", "say what is measured: property = \"width\"");
  table.word("property", rule.property);
  const PropertyForm& form = form_of(rule.property);
  rule.unit = form.unit;
  rule.applies_to = "any";
  table.word("applies_to", rule.applies_to, {"any", "image", "video"});
  table.word("shape", rule.shape);
  if (form.of_submission && rule.applies_to != "any") {
    table.problem("applies_to", "belongs to the whole submission; leave this out");
  }
  if (form.of_submission && rule.shape != Shape::any) {
    table.problem("shape", "belongs to the whole submission; leave this out");
  }
  table.flag("advice", rule.advice);
  rule.limit = read_limit(table, form, sources);
  read_disagreeing(table, form, sources, rule);
  table.require("remedy", "say what the creator is to change");
  table.text("remedy", rule.remedy);
  read_reason_code(table, rule);
  // A claim that we know from hearsay only must not turn anybody away.
  const std::string& confidence = rule.limit.source.confidence;
  if (!rule.advice && (confidence == "secondary" || confidence == "known")) {
    table.problem(
        "source",
        fmt::format(
            "is '{}', not primary; say advice = true, so that the rule warns and never fails",
            confidence));
  }
  return rule;
}

void read_fold(TomlTable fold, const PackSources& sources, PlacementPack& pack) {
  fold.integer("units", pack.fold_units, 0, 100'000);
  fold.integer("lines", pack.fold_lines, 0, 1000);
  fold.word("counted_in", pack.fold_unit);
  if (fold.has("units") || fold.has("lines")) {
    pack.fold_source = sources.read(fold, "source");
  } else {
    fold.refuse("source", "goes with units or lines");
  }
}

void read_covered(TomlTable& table, const PackSources& sources, PlacementPack& pack) {
  CoveredZone zone;
  table.require("id", "name the zone: id = \"bottom\"");
  table.name("id", zone.id);
  table.require("what", "say what the platform shows there");
  table.text("what", zone.what);
  for (const char* key : {"x", "y", "width", "height"}) {
    table.require(key, "write it as a share of the frame, 0 to 1");
  }
  table.number("x", zone.box.x, 0, 1);
  table.number("y", zone.box.y, 0, 1);
  table.number("width", zone.box.width, 0, 1);
  table.number("height", zone.box.height, 0, 1);
  constexpr double kRounding = 1e-9;
  if (zone.box.x + zone.box.width > 1 + kRounding || zone.box.y + zone.box.height > 1 + kRounding) {
    table.problem("leaves the frame: x + width and y + height may be at most 1");
  }
  zone.source = sources.read(table, "source");
  for (const CoveredZone& other : pack.covered) {
    if (other.id == zone.id && !zone.id.empty()) {
      table.problem("id", fmt::format("'{}' is there twice", shown(zone.id)));
    }
  }
  pack.covered.push_back(std::move(zone));
}

void read_head(TomlTable& root, PlacementPack& pack) {
  root.require("id", "give the placement an id: id = \"instagram-reel\"");
  root.name("id", pack.id);
  root.integer("version", pack.version, 1, 1'000'000);
  root.require("name", "write the placement's name for people");
  root.text("name", pack.name);
  root.require("platform", "name the platform: platform = \"instagram\"");
  root.text("platform", pack.platform);
  root.require("variant", "say whose limits these are: \"api\", \"app\" or \"ad\"");
  root.word("variant", pack.variant, {"api", "app", "ad"});
  root.flag("story", pack.is_story);
}

}  // namespace

PlacementPack parse_placement_pack(std::string_view text, std::string_view file) {
  Problems problems;
  TomlDocument document(text, file, problems);
  TomlTable root = document.root();
  PlacementPack pack;
  read_head(root, pack);
  const PackSources sources(root);
  if (root.has("platform_label")) {
    pack.platform_label = {true, sources.read(root, "platform_label")};
  }
  read_fold(root.table("fold"), sources, pack);
  for (TomlTable& table : root.tables("covered")) {
    read_covered(table, sources, pack);
  }
  std::vector<std::string> ids;
  for (TomlTable& table : root.tables("rule")) {
    pack.rules.push_back(read_rule(table, sources));
    const std::string& id = pack.rules.back().id;
    if (!id.empty() && std::ranges::find(ids, id) != ids.end()) {
      table.problem("id", fmt::format("'{}' is there twice", shown(id)));
    }
    ids.push_back(id);
  }
  document.finish();
  problems.throw_if_any();
  pack.text = text;
  pack.hash = sha256(text);
  return pack;
}

}  // namespace muster
