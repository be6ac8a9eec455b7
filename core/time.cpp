#include "core/time.h"

#include <array>
#include <charconv>
#include <exception>

#include <date/date.h>
#include <date/tz.h>
#include <fmt/format.h>

namespace muster {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

// Takes digits and separators off the front of a text.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  // Exactly `count` digits.
  std::optional<int> digits(std::size_t count) {
    if (rest_.size() < count) {
      return std::nullopt;
    }
    int value = 0;
    for (std::size_t i = 0; i < count; ++i) {
      if (rest_[i] < '0' || rest_[i] > '9') {
        return std::nullopt;
      }
      value = 10 * value + (rest_[i] - '0');
    }
    rest_.remove_prefix(count);
    return value;
  }

  bool take(char c) {
    if (!rest_.starts_with(c)) {
      return false;
    }
    rest_.remove_prefix(1);
    return true;
  }

  bool take_any(std::string_view characters) {
    if (rest_.empty() || characters.find(rest_.front()) == std::string_view::npos) {
      return false;
    }
    rest_.remove_prefix(1);
    return true;
  }

  char peek() const { return rest_.empty() ? '\0' : rest_.front(); }
  bool empty() const { return rest_.empty(); }

 private:
  std::string_view rest_;
};

std::optional<date::local_days> read_date(Reader& reader) {
  const auto year = reader.digits(4);
  if (!year || !reader.take('-')) {
    return std::nullopt;
  }
  const auto month = reader.digits(2);
  if (!month || !reader.take('-')) {
    return std::nullopt;
  }
  const auto day = reader.digits(2);
  if (!day) {
    return std::nullopt;
  }
  const date::year_month_day date{date::year(*year),
                                  date::month(static_cast<unsigned>(*month)),
                                  date::day(static_cast<unsigned>(*day))};
  return date.ok() ? std::optional(date::local_days(date)) : std::nullopt;
}

// "HH:MM[:SS[.fraction]]"; a leap second (:60) reads as :59.
std::optional<Milliseconds> read_time_of_day(Reader& reader) {
  const auto hour = reader.digits(2);
  if (!hour || *hour > 23 || !reader.take(':')) {
    return std::nullopt;
  }
  const auto minute = reader.digits(2);
  if (!minute || *minute > 59) {
    return std::nullopt;
  }
  Milliseconds time = hours(*hour) + minutes(*minute);
  if (!reader.take(':')) {
    return time;
  }
  const auto second = reader.digits(2);
  if (!second || *second > 60) {
    return std::nullopt;
  }
  time += seconds(std::min(*second, 59));
  if (!reader.take_any(".,")) {
    return time;
  }
  int scale = 100;
  int count = 0;
  while (const auto digit = reader.digits(1)) {
    time += Milliseconds(*digit * scale);
    scale /= 10;
    if (++count > 9) {
      return std::nullopt;
    }
  }
  return count > 0 ? std::optional(time) : std::nullopt;
}

// "Z", "+HH:MM", "+HHMM" or "+HH".
std::optional<minutes> read_offset(Reader& reader) {
  if (reader.take_any("Zz")) {
    return minutes(0);
  }
  const char sign = reader.peek();
  if (!reader.take_any("+-")) {
    return std::nullopt;
  }
  const auto hour = reader.digits(2);
  if (!hour || *hour > 15) {
    return std::nullopt;
  }
  minutes offset = hours(*hour);
  const bool colon = reader.take(':');
  if (colon || !reader.empty()) {
    const auto minute = reader.digits(2);
    if (!minute || *minute > 59) {
      return std::nullopt;
    }
    offset += minutes(*minute);
  }
  return sign == '-' ? -offset : offset;
}

const date::time_zone* find_zone(std::string_view zone) {
  try {
    return date::locate_zone(std::string(zone));
  } catch (const std::exception&) {
    return nullptr;  // the library knows no other way to say "unknown"
  }
}

std::optional<Timestamp> resolve(date::local_time<Milliseconds> local, std::string_view zone_name) {
  const date::time_zone* zone = find_zone(zone_name);
  if (zone == nullptr) {
    return std::nullopt;
  }
  const date::local_info info = zone->get_info(local);
  if (info.result == date::local_info::nonexistent) {
    return std::chrono::time_point_cast<Milliseconds>(info.first.end);
  }
  return Timestamp(local.time_since_epoch() - info.first.offset);
}

}  // namespace

std::string to_iso8601(Timestamp time) {
  const auto day = date::floor<days>(time);
  const date::year_month_day date(day);
  const date::hh_mm_ss<Milliseconds> clock(time - day);
  std::string text = fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}",
                                 static_cast<int>(date.year()),
                                 static_cast<unsigned>(date.month()),
                                 static_cast<unsigned>(date.day()),
                                 clock.hours().count(),
                                 clock.minutes().count(),
                                 clock.seconds().count());
  if (clock.subseconds().count() != 0) {
    text += fmt::format(".{:03}", clock.subseconds().count());
  }
  return text + "Z";
}

std::optional<Timestamp> parse_iso8601(std::string_view text) {
  Reader reader(text);
  const auto day = read_date(reader);
  if (!day || !reader.take_any("Tt ")) {
    return std::nullopt;
  }
  const auto time = read_time_of_day(reader);
  if (!time) {
    return std::nullopt;
  }
  const auto offset = read_offset(reader);
  if (!offset || !reader.empty()) {
    return std::nullopt;
  }
  return Timestamp(day->time_since_epoch() + *time - *offset);
}

std::optional<Timestamp> parse_local_time(std::string_view text, std::string_view zone) {
  Reader reader(text);
  const auto day = read_date(reader);
  if (!day) {
    return std::nullopt;
  }
  Milliseconds time{0};
  if (reader.take_any("Tt ")) {
    const auto read = read_time_of_day(reader);
    if (!read) {
      return std::nullopt;
    }
    time = *read;
  }
  if (!reader.empty()) {
    return std::nullopt;
  }
  return resolve(date::local_time<Milliseconds>(day->time_since_epoch() + time), zone);
}

std::optional<Timestamp> end_of_day(std::string_view date_text, std::string_view zone) {
  Reader reader(date_text);
  const auto day = read_date(reader);
  if (!day || !reader.empty()) {
    return std::nullopt;
  }
  const auto next =
      resolve(date::local_time<Milliseconds>((*day + days(1)).time_since_epoch()), zone);
  return next ? std::optional(*next - Milliseconds(1)) : std::nullopt;
}

bool is_known_zone(std::string_view zone) {
  return find_zone(zone) != nullptr;
}

std::optional<Milliseconds> parse_duration(std::string_view text) {
  constexpr std::array<std::pair<std::string_view, std::int64_t>, 5> kUnits = {
      {{"ms", 1}, {"s", 1'000}, {"m", 60'000}, {"h", 3'600'000}, {"d", 86'400'000}}};
  if (text.empty()) {
    return std::nullopt;
  }
  std::int64_t total = 0;
  while (!text.empty()) {
    std::int64_t count = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
    if (error != std::errc() || count < 0) {
      return std::nullopt;
    }
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    std::size_t unit_length = 0;
    while (unit_length < text.size() && text[unit_length] >= 'a' && text[unit_length] <= 'z') {
      ++unit_length;
    }
    std::int64_t scale = 0;
    for (const auto& [name, milliseconds] : kUnits) {
      if (name == text.substr(0, unit_length)) {
        scale = milliseconds;
      }
    }
    std::int64_t part = 0;
    if (scale == 0 || __builtin_mul_overflow(count, scale, &part) ||
        __builtin_add_overflow(total, part, &total)) {
      return std::nullopt;
    }
    text.remove_prefix(unit_length);
  }
  return Milliseconds(total);
}

std::string to_string(Milliseconds duration) {
  if (duration.count() == 0) {
    return "0s";
  }
  std::int64_t rest = duration.count();
  std::string text;
  const auto take = [&](std::int64_t scale, std::string_view unit) {
    if (rest >= scale) {
      text += fmt::format("{}{}", rest / scale, unit);
      rest %= scale;
    }
  };
  take(86'400'000, "d");
  take(3'600'000, "h");
  take(60'000, "m");
  take(1'000, "s");
  take(1, "ms");
  return text;
}

}  // namespace muster
