#include "config/pack_parts.h"

#include "core/text.h"
#include "core/time.h"

#include <algorithm>

#include <fmt/format.h>

namespace muster {
namespace {

// "2026", "2026-03" or "2026-03-01": as much as a page tells about its own age.
bool is_partial_date(std::string_view text) {
  std::string whole(text);
  if (whole.size() == 4) {
    whole += "-01";
  }
  if (whole.size() == 7) {
    whole += "-01";
  }
  return whole.size() == 10 && parse_local_time(whole, "UTC").has_value();
}

RuleSource read_source(TomlTable& table) {
  RuleSource source;
  table.require("text", "say who says so, so that a reviewer can look it up");
  table.text("text", source.text);
  table.date("date", source.date);
  if (!source.date.empty() && !is_partial_date(source.date)) {
    table.problem("date",
                  fmt::format("'{}' is no date; write \"2026-03-01\", \"2026-03\" or \"2026\"",
                              shown(source.date)));
  }
  table.require("seen", "write the day on which it was read");
  table.date("seen", source.seen);
  if (table.has("seen") && (source.seen.size() != 10 || !is_partial_date(source.seen))) {
    table.problem("seen", fmt::format("'{}' is no date; write \"2026-03-01\"", shown(source.seen)));
  }
  table.require("confidence", "write primary, secondary, known or house");
  table.word("confidence", source.confidence, {"primary", "secondary", "known", "house"});
  return source;
}

}  // namespace

PackSources::PackSources(TomlTable& root) {
  for (auto& [name, table] : root.named_tables("sources")) {
    sources_.emplace(name, read_source(table));
  }
}

RuleSource PackSources::read(TomlTable& table, std::string_view key) const {
  table.require(key, "name one of the [sources] of this file");
  const auto name = table.text(key);
  if (!name) {
    return {};
  }
  const auto found = sources_.find(*name);
  if (found == sources_.end()) {
    std::vector<std::string> known;
    for (const auto& [known_name, source] : sources_) {
      known.push_back(known_name);
    }
    table.problem(key, TomlTable::unknown_word(*name, known));
    return {};
  }
  return found->second;
}

void read_on_screen_numbers(TomlTable& table, OnScreenRule& rule) {
  table.number("min_text_height", rule.min_text_height, 0, 1);
  table.number("min_contrast", rule.min_contrast, 1, 21);
  table.number("min_seconds", rule.min_seconds, 0, 3600);
  table.number("seconds_per_character", rule.seconds_per_character, 0, 10);
  table.number("latest_start_seconds", rule.latest_start_seconds, 0, 3600);
}

}  // namespace muster
