#include "core/rights.h"

#include <algorithm>

#include <date/tz.h>

namespace muster {
namespace {

bool covers(const std::vector<std::string>& values, const std::string& value) {
  return value.empty() || values.empty() ||
         std::find(values.begin(), values.end(), value) != values.end();
}

bool covers(const std::vector<RightsUse>& uses, RightsUse use) {
  return uses.empty() ? use == RightsUse::organic
                      : std::find(uses.begin(), uses.end(), use) != uses.end();
}

}  // namespace

Timestamp days_before(Timestamp time, int count, std::string_view zone_name) {
  if (!is_known_zone(zone_name)) {
    return time - date::days(count);
  }
  const date::time_zone* zone = date::locate_zone(std::string(zone_name));
  const auto local = zone->to_local(time) - date::days(count);
  // In a gap the instant right after it, in a fold the earlier one: as core/time.h reads times.
  return std::chrono::time_point_cast<Milliseconds>(zone->to_sys(local, date::choose::earliest));
}

Rights started(Rights rights, Timestamp time) {
  rights.starts_at = time;
  if (rights.term_days > 0) {
    const Timestamp end = days_before(time, -rights.term_days, rights.zone);
    rights.ends_at = rights.ends_at ? std::min(*rights.ends_at, end) : end;
  }
  return rights;
}

std::string time_in_zone(Timestamp time, std::string_view zone) {
  if (!is_known_zone(zone)) {
    return date::format("%F %H:%M", std::chrono::floor<std::chrono::minutes>(time)) + " UTC";
  }
  const auto local = date::locate_zone(std::string(zone))->to_local(time);
  return date::format("%F %H:%M", std::chrono::floor<std::chrono::minutes>(local));
}

std::optional<int> rights_notice(const Rights& rights, Timestamp now) {
  if (!rights.ends_at) {
    return std::nullopt;
  }
  std::optional<int> due;
  for (const int days : kRightsNoticeDays) {
    if (now >= days_before(*rights.ends_at, days, rights.zone)) {
      due = days;
    }
  }
  return due;
}

std::string rights_gap(const std::optional<Rights>& rights, const RightsQuestion& question) {
  if (!rights) {
    return "there are no rights on record";
  }
  if (!covers(rights->channels, question.channel)) {
    return "the rights do not cover the channel " + question.channel;
  }
  if (!covers(rights->territories, question.territory)) {
    return "the rights do not cover the territory " + question.territory;
  }
  if (question.use && !covers(rights->uses, *question.use)) {
    return "the rights do not cover " + std::string(to_string(*question.use)) + " use";
  }
  return "";
}

}  // namespace muster
