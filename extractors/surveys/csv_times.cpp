#include "extractors/surveys/csv_times.h"

#include "core/text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>

#include <fmt/format.h>

namespace muster {
namespace {

// A date and time in numbers, as it stands in the text.
struct Shape {
  bool year_first = false;
  int first = 0;   // month or day; the month where the year comes first
  int second = 0;  // the other
  int year = 0;
  std::string_view clock;  // behind the date, trimmed
};

// Reads 1 to `most` digits and moves on.
std::optional<int> digits(std::string_view& text, std::size_t most) {
  int value = 0;
  const auto limit = text.substr(0, most);
  const auto [end, error] = std::from_chars(limit.data(), limit.data() + limit.size(), value);
  if (error != std::errc() || text[0] == '-') {
    return std::nullopt;
  }
  text.remove_prefix(static_cast<std::size_t>(end - limit.data()));
  return value;
}

std::optional<Shape> shape_of(std::string_view text) {
  constexpr std::size_t kLongest = 40;
  if (text.size() < 6 || text.size() > kLongest || text[0] < '0' || text[0] > '9') {
    return std::nullopt;
  }
  std::array<int, 3> parts{};
  std::array<std::size_t, 3> widths{};
  char divider = 0;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const auto before = text.size();
    const auto number = digits(text, 4);
    if (!number) {
      return std::nullopt;
    }
    parts[i] = *number;
    widths[i] = before - text.size();
    if (i == 2) {
      break;
    }
    if (text.empty() || (text[0] != '/' && text[0] != '.' && text[0] != '-') ||
        (i == 1 && text[0] != divider)) {
      return std::nullopt;
    }
    divider = text[0];
    text.remove_prefix(1);
  }
  if (!text.empty() && text[0] != ' ' && text[0] != 'T' && text[0] != ',') {
    return std::nullopt;
  }
  Shape shape;
  shape.clock = trim(text.substr(text.empty() ? 0 : 1));
  shape.year_first = widths[0] == 4;
  if (shape.year_first ? widths[1] > 2 || widths[2] > 2
                       : widths[0] > 2 || widths[1] > 2 || widths[2] == 1 || widths[2] == 3) {
    return std::nullopt;
  }
  shape.year = shape.year_first ? parts[0] : parts[2] + (widths[2] == 2 ? 2000 : 0);
  shape.first = shape.year_first ? parts[1] : parts[0];
  shape.second = shape.year_first ? parts[2] : parts[1];
  return shape;
}

struct TimeOfDay {
  int hour = 0;
  int minute = 0;
  int second = 0;
};

// "", "9:05", "21:05:07", "9:05:07 PM", "9:05 p.m."; fractions are dropped.
std::optional<TimeOfDay> clock_of(std::string_view text) {
  TimeOfDay time;
  if (text.empty()) {
    return time;
  }
  std::array<int*, 3> parts = {&time.hour, &time.minute, &time.second};
  std::size_t count = 0;
  while (count < parts.size()) {
    const auto number = digits(text, 2);
    if (!number) {
      return std::nullopt;
    }
    *parts[count++] = *number;
    if (text.empty() || text[0] != ':') {
      break;
    }
    text.remove_prefix(1);
  }
  if (!text.empty() && text[0] == '.') {
    text.remove_prefix(std::min(text.find_first_not_of("0123456789", 1), text.size()));
  }
  std::string half = to_lower_ascii(trim(text));
  half.erase(std::remove(half.begin(), half.end(), '.'), half.end());
  if (count < 2 || time.minute > 59 || time.second > 60 || time.hour > 23) {
    return std::nullopt;
  }
  if (half == "am" || half == "pm") {
    if (time.hour < 1 || time.hour > 12) {
      return std::nullopt;
    }
    time.hour = time.hour % 12 + (half == "pm" ? 12 : 0);
    return time;
  }
  return half.empty() ? std::optional(time) : std::nullopt;
}

// LimeSurvey writes 1980-01-01 where it keeps times back; databases write year 0, year 1 or 1970
// for none.
bool is_zero_time(Timestamp time) {
  using namespace std::chrono;
  constexpr auto kFirst = sys_days{year{1971} / 1 / 1};
  constexpr auto kAnonymous = sys_days{year{1980} / 1 / 1};
  return time < kFirst || floor<days>(time) == kAnonymous;
}

}  // namespace

void TimeColumn::see(std::string_view text) {
  text = trim(text);
  ++seen_;
  const auto shape = shape_of(text);
  if (!shape) {
    return;
  }
  ++shaped_;
  if (shape->year_first) {
    local_ += parse_iso8601(text) ? 0 : 1;
    return;
  }
  ++local_;
  ++numeric_;
  first_max_ = std::max(first_max_, shape->first);
  second_max_ = std::max(second_max_, shape->second);
  same_always_ = same_always_ && shape->first == shape->second;
}

std::optional<Timestamp> TimeColumn::parse(std::string_view text) const {
  text = trim(text);
  const auto keep = [](std::optional<Timestamp> time) {
    return time && !is_zero_time(*time) ? time : std::nullopt;
  };
  if (const auto exact = parse_iso8601(text)) {
    return keep(exact);
  }
  const auto shape = shape_of(text);
  const auto clock = shape ? clock_of(shape->clock) : std::nullopt;
  if (!clock) {
    return std::nullopt;
  }
  const bool swap = !shape->year_first && day_first();
  return keep(parse_local_time(fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02}",
                                           shape->year,
                                           swap ? shape->second : shape->first,
                                           swap ? shape->first : shape->second,
                                           clock->hour,
                                           clock->minute,
                                           clock->second),
                               zone_));
}

}  // namespace muster
