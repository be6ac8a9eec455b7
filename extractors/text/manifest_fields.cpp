#include "extractors/text/manifest_fields.h"

#include "core/creator.h"
#include "core/rights.h"
#include "core/text.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace muster {
namespace {

constexpr std::size_t kMaxMarkets = 100;
constexpr std::size_t kMaxTerritories = 300;

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

std::string to_upper_ascii(std::string_view text) {
  std::string upper(text);
  for (char& c : upper) {
    c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  }
  return upper;
}

// The form of RFC 5646 (not its registry): a language of 2 to 8 letters, then parts of 1 to 8
// letters and digits. Written the usual way ("en-GB", "zh-Hans"); nullopt for anything else.
std::optional<std::string> normalize_language(std::string_view text) {
  std::string tag(text);
  std::replace(tag.begin(), tag.end(), '_', '-');
  std::vector<std::string> parts = split(tag, '-');
  for (std::size_t i = 0; i < parts.size(); ++i) {
    std::string& part = parts[i];
    const bool letters = std::all_of(part.begin(), part.end(), is_letter);
    const bool fits =
        !part.empty() && part.size() <= 8 &&
        std::all_of(part.begin(), part.end(), [](char c) { return is_letter(c) || is_digit(c); });
    if (!fits || (i == 0 && (!letters || part.size() < 2))) {
      return std::nullopt;
    }
    part = to_lower_ascii(part);
    if (i > 0 && part.size() == 2 && letters) {
      part = to_upper_ascii(part);  // region
    } else if (i > 0 && part.size() == 4 && letters) {
      part[0] = to_upper_ascii(part.substr(0, 1))[0];  // script
    }
  }
  return join(parts, "-");
}

void normalize_each(std::vector<std::string>& texts, std::string (*normalize)(std::string_view)) {
  for (std::string& text : texts) {
    text = normalize(text);
  }
}

bool is_date(std::string_view text) {
  return text.size() == 10;
}

// A moment with its own zone, or a date or local time in the contract's zone. A date alone means
// its first moment, or as an end its last.
std::optional<Timestamp> read_moment(std::string_view text, const std::string& zone, bool is_end) {
  if (is_end && is_date(text)) {
    return end_of_day(text, zone);
  }
  const std::optional<Timestamp> moment = parse_iso8601(text);
  return moment ? moment : parse_local_time(text, zone);
}

std::optional<Timestamp> moment_field(JsonFields& fields,
                                      std::string_view key,
                                      const std::string& zone,
                                      bool is_end) {
  const std::string text = fields.line(key, kMaxLineLength);
  if (text.empty()) {
    return std::nullopt;
  }
  const std::optional<Timestamp> moment = read_moment(text, zone, is_end);
  if (!moment) {
    fields.fail(
        key,
        fmt::format(
            "'{}' is not a date that exists; write 2026-03-31, or 2026-03-31T18:00 with a zone{}",
            printable(text),
            is_end ? "" : ", or approval or publication"));
  }
  return moment;
}

void read_uses(JsonFields& fields, Rights& rights) {
  for (const std::string& name : fields.lines("uses", kMaxTags, kMaxLineLength)) {
    const std::optional<RightsUse> use = parse_enum<RightsUse>(to_lower_ascii(name));
    if (!use) {
      fields.fail("uses",
                  fmt::format("'{}' is no use; known: organic, paid, whitelist", printable(name)));
    } else if (std::find(rights.uses.begin(), rights.uses.end(), *use) == rights.uses.end()) {
      rights.uses.push_back(*use);
    }
  }
}

void read_territories(JsonFields& fields, Rights& rights) {
  rights.territories = fields.lines("territories", kMaxTerritories, kMaxLineLength);
  normalize_each(rights.territories, to_upper_ascii);
  for (const std::string& territory : rights.territories) {
    if (territory.size() != 2 || !std::all_of(territory.begin(), territory.end(), is_letter)) {
      fields.fail(
          "territories",
          fmt::format(
              "'{}' is not a country code of two letters such as DE; leave the list out for "
              "worldwide",
              printable(territory)));
    }
  }
}

// Rights that run for so many days from their start, by the calendar of the contract's zone.
void read_term(JsonFields& fields, Rights& rights) {
  constexpr std::uint64_t kMostDays = 36'525;  // a century
  const std::uint64_t count = fields.count("days");
  if (count == 0) {
    return;
  }
  if (count > kMostDays) {
    fields.fail("days", fmt::format("{} days are more than a century; leave it out", count));
  } else if (rights.starts_on != RightsStart::date) {
    rights.term_days = static_cast<int>(count);
  } else if (rights.ends_at) {
    fields.fail("days", "write either days or ends, not both");
  } else if (!rights.starts_at) {
    fields.fail("days", "needs starts");
  } else {
    rights.ends_at = days_before(*rights.starts_at, -static_cast<int>(count), rights.zone);
  }
}

// "starts" as what happens instead of a day.
bool read_start_event(JsonFields& fields, Rights& rights) {
  const std::string word = to_lower_ascii(fields.line("starts", kMaxLineLength));
  const std::optional<RightsStart> event = parse_enum<RightsStart>(word);
  if (!event || *event == RightsStart::date) {
    return false;
  }
  rights.starts_on = *event;
  return true;
}

// Dates that nobody can have meant: a slip of the keyboard must not give rights for ever or none.
void refuse_absurd_dates(JsonFields& fields, const Rights& rights) {
  const auto earliest = *parse_iso8601("2000-01-01T00:00:00Z");
  const auto latest = *parse_iso8601("2200-01-01T00:00:00Z");
  for (const auto& [key, moment] :
       {std::pair("starts", rights.starts_at), std::pair("ends", rights.ends_at)}) {
    if (moment && (*moment < earliest || *moment >= latest)) {
      fields.fail(key,
                  fmt::format("{} can't be meant: rights lie between 2000 and 2199; leave ends out "
                              "where they have no end",
                              to_iso8601(*moment)));
    }
  }
}

std::optional<Rights> read_rights(JsonFields& outer, std::vector<std::string>& warnings) {
  const JsonValue* value = outer.object("rights");
  if (value == nullptr) {
    return std::nullopt;
  }
  JsonFields fields(*value, outer.pointer_to("rights"));
  Rights rights;
  rights.channels = fields.lines("channels", kMaxTags, kMaxLineLength);
  normalize_each(rights.channels, to_lower_ascii);
  read_territories(fields, rights);
  read_uses(fields, rights);
  if (std::string zone = fields.line("zone", kMaxLineLength); !zone.empty()) {
    if (!is_known_zone(zone)) {
      fields.fail("zone",
                  fmt::format("'{}' is not a time zone; write one such as Europe/Berlin or UTC",
                              printable(zone)));
    } else {
      rights.zone = std::move(zone);
    }
  }
  if (!read_start_event(fields, rights)) {
    rights.starts_at = moment_field(fields, "starts", rights.zone, false);
  }
  rights.ends_at = moment_field(fields, "ends", rights.zone, true);
  if (rights.starts_at && rights.ends_at && *rights.starts_at >= *rights.ends_at) {
    fields.fail("ends", "the rights end before they start");
  }
  read_term(fields, rights);
  refuse_absurd_dates(fields, rights);
  rights.exclusive = fields.flag("exclusive");
  rights.license = fields.line("license", kMaxLineLength);
  rights.credit = fields.line("credit", kMaxLineLength);
  for (std::string& warning : fields.unknown_fields()) {
    warnings.push_back(std::move(warning));
  }
  if (fields.error()) {
    outer.fail(*fields.error());
  } else if (value->members.empty()) {
    warnings.push_back(
        outer.pointer_to("rights") +
        ": is empty, which means organic use on any channel, worldwide and without end");
  }
  return rights;
}

}  // namespace

Manifest read_manifest_fields(JsonFields& fields, std::vector<std::string>& warnings) {
  Manifest manifest;
  manifest.external_id = fields.line("id", kMaxLineLength);
  manifest.creator = normalize_handle(fields.line("creator", kMaxLineLength));
  manifest.platform = to_lower_ascii(fields.line("platform", kMaxLineLength));
  manifest.placement = to_lower_ascii(fields.line("placement", kMaxLineLength));
  manifest.campaign = fields.line("campaign", kMaxLineLength);
  manifest.caption = fields.text("caption", kMaxCaptionLength);
  if (const std::string language = fields.line("language", kMaxLineLength); !language.empty()) {
    const std::optional<std::string> tag = normalize_language(language);
    if (!tag) {
      fields.fail("language",
                  fmt::format("'{}' is not a language tag; write one such as en or pt-BR",
                              printable(language)));
    }
    manifest.language = tag.value_or("");
  }
  for (const std::string& tag : fields.lines("tags", kMaxTags, kMaxLineLength)) {
    const std::string_view name = trim(std::string_view(tag).substr(tag.starts_with('#') ? 1 : 0));
    if (!name.empty()) {
      manifest.tags.emplace_back(name);
    }
  }
  manifest.markets = fields.lines("markets", kMaxMarkets, kMaxLineLength);
  normalize_each(manifest.markets, to_lower_ascii);
  if (const std::optional<bool> label = fields.optional_flag("platform_label")) {
    manifest.platform_label = *label ? PlatformLabel::on : PlatformLabel::off;
  }
  manifest.rights = read_rights(fields, warnings);
  return manifest;
}

}  // namespace muster
