#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace muster {

using Milliseconds = std::chrono::milliseconds;

// UTC, in milliseconds since 1970; stored as INTEGER.
using Timestamp = std::chrono::sys_time<Milliseconds>;

// "2026-03-01T12:00:00.250Z"; the fraction is left out when it is zero.
std::string to_iso8601(Timestamp time);

// Accepts "YYYY-MM-DDTHH:MM:SS[.fraction](Z|+HH:MM|-HH:MM|+HHMM)", with 'T' or a space, and
// fractions of 1-9 digits. nullopt where there is no zone or the date does not exist.
std::optional<Timestamp> parse_iso8601(std::string_view text);

// A date and time without a zone ("YYYY-MM-DD[ T]HH:MM[:SS[.fraction]]", or a date alone =
// midnight) read in the IANA zone `zone` ("Europe/Berlin", "UTC"). In a fold (clock set back) the
// earlier instant; in a gap the instant right after it. nullopt for a date that does not exist or
// an unknown zone.
std::optional<Timestamp> parse_local_time(std::string_view text, std::string_view zone);

// The last millisecond of the date ("YYYY-MM-DD") in the zone: when rights "until 2026-03-31" end.
std::optional<Timestamp> end_of_day(std::string_view date, std::string_view zone);

bool is_known_zone(std::string_view zone);

// "90s", "5m", "2h", "1d", "250ms", and sums such as "1h30m"; nullopt for anything else or a
// negative value.
std::optional<Milliseconds> parse_duration(std::string_view text);

// "1h30m", "250ms", "0s": the shortest form that parse_duration reads back to the same value.
std::string to_string(Milliseconds duration);

}  // namespace muster
