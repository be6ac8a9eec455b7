#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>
#include <utility>

namespace muster {

// Every enum that is stored or printed specializes this with its names, spelled exactly as stored:
//   template <> inline constexpr auto kEnumNames<Outcome> = enum_names<Outcome>({{Outcome::pass,
//   "pass"}, ...});
// The names are persisted: never rename one without a migration.
template <typename E>
using EnumName = std::pair<E, std::string_view>;

template <typename E, std::size_t N>
constexpr std::array<EnumName<E>, N> enum_names(const EnumName<E> (&names)[N]) {
  return std::to_array(names);
}

template <typename E>
inline constexpr std::array<EnumName<E>, 0> kEnumNames{};

template <typename E>
requires(kEnumNames<E>.size() > 0) constexpr std::string_view to_string(E value) {
  for (const auto& [candidate, name] : kEnumNames<E>) {
    if (candidate == value) {
      return name;
    }
  }
  return "unknown";
}

template <typename E>
requires(kEnumNames<E>.size() > 0) constexpr std::optional<E> parse_enum(std::string_view text) {
  for (const auto& [value, name] : kEnumNames<E>) {
    if (name == text) {
      return value;
    }
  }
  return std::nullopt;
}

}  // namespace muster
