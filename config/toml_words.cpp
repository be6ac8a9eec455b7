#include "config/toml_reader.h"
#include "core/text.h"

#include <algorithm>

#include <fmt/format.h>

// The getters that need nothing of the TOML library.
namespace muster {

bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= 64 &&
         text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-_") == std::string_view::npos;
}

std::optional<std::string> TomlTable::text(std::string_view key) {
  return read_text(key, "text in quotes");
}

void TomlTable::text(std::string_view key, std::string& value) {
  if (auto found = text(key)) {
    value = std::move(*found);
  }
}

void TomlTable::name(std::string_view key, std::string& value) {
  const auto found = text(key);
  if (!found) {
    return;
  }
  if (is_name(*found)) {
    value = *found;
  } else {
    problem(key, fmt::format("'{}' is no id; write {}", shown(*found), kNameForm));
  }
}

void TomlTable::word(std::string_view key,
                     std::string& value,
                     const std::vector<std::string>& known) {
  const auto found = text(key);
  if (!found) {
    return;
  }
  if (std::ranges::find(known, *found) != known.end()) {
    value = *found;
  } else {
    problem(key, unknown_word(*found, known));
  }
}

void TomlTable::zone(std::string_view key, std::string& value) {
  const auto found = text(key);
  if (!found) {
    return;
  }
  if (is_known_zone(*found)) {
    value = *found;
  } else {
    problem(key,
            fmt::format("'{}' is no IANA time zone; write one like \"Europe/Berlin\" or \"UTC\"",
                        shown(*found)));
  }
}

void TomlTable::duration(std::string_view key,
                         Milliseconds& value,
                         Milliseconds min,
                         Milliseconds max) {
  constexpr std::string_view kForm =
      "a duration such as \"500ms\", \"30s\", \"5m\", \"2h\" or \"1d\"";
  const auto found = read_text(key, kForm);
  if (!found) {
    return;
  }
  const auto duration = parse_duration(*found);
  if (!duration) {
    problem(key, fmt::format("'{}' is not {}", shown(*found), kForm));
  } else if (*duration < min || *duration > max) {
    problem(key,
            fmt::format("{} is out of range; allowed: {} to {}",
                        shown(*found),
                        to_string(min),
                        to_string(max)));
  } else {
    value = *duration;
  }
}

void TomlTable::number(std::string_view key, double& value, double min, double max) {
  std::optional<double> found;
  number(key, found);
  if (!found) {
    return;
  }
  if (*found < min || *found > max) {
    problem(key, fmt::format("{} is out of range; allowed: {} to {}", *found, min, max));
  } else {
    value = *found;
  }
}

void TomlTable::refuse(std::string_view key, std::string_view why) {
  if (has(key)) {
    problem(key, std::string(why));
  }
}

std::string TomlTable::unknown_word(std::string_view word, const std::vector<std::string>& known) {
  return fmt::format("'{}' is not known{}", shown(word), hint(word, known));
}

}  // namespace muster
