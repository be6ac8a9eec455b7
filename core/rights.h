#pragma once

#include "core/submission.h"

#include <optional>
#include <string>
#include <string_view>

namespace muster {

// The same time of day so many days earlier, as a clock in the zone shows it: 14 days before the
// end of rights, whatever the clock was set to in between. UTC where the zone is unknown.
Timestamp days_before(Timestamp time, int days, std::string_view zone);

// "2026-11-30 23:59" as a clock in the zone shows it; in UTC, and said so, where the zone is
// unknown.
std::string time_in_zone(Timestamp time, std::string_view zone);

// The rights from then on, where they start with something that happened at `time`: their end is
// that of their term, or the day that was agreed where that comes first.
Rights started(Rights rights, Timestamp time);

// Days before the end at which a notice is due, most first; 0 is the end itself.
inline constexpr int kRightsNoticeDays[] = {45, 30, 14, 0};

// The smallest of kRightsNoticeDays that has come by `now`; nullopt where none has, or where the
// rights have no end. Days are counted in the contract's zone: the notice of 14 days comes at the
// same time of day as the end.
std::optional<int> rights_notice(const Rights& rights, Timestamp now);

// Who wants to use an asset, how, where and when. Empty parts ask for nothing.
struct RightsQuestion {
  std::string channel;
  std::string territory;  // ISO 3166-1
  std::optional<RightsUse> use;
};

// Why the rights do not cover this use, in words; empty where they do. Does not look at dates.
std::string rights_gap(const std::optional<Rights>& rights, const RightsQuestion& question);

}  // namespace muster
