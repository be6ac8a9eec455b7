#pragma once

#include "config/packs.h"
#include "extractors/media/placement_rules.h"

#include <algorithm>
#include <set>
#include <string>

#include <catch2/catch.hpp>

namespace muster {

// Beyond every source's end by 3 % and a step.
inline double beyond(const PlacementRule& rule, bool above) {
  double end = above ? *rule.limit.max : *rule.limit.min;
  for (const Limit& other : rule.disagreeing) {
    const std::optional<double>& far = above ? other.max : other.min;
    end = !far ? end : above ? std::max(end, *far) : std::min(end, *far);
  }
  return above ? end * 1.03 + 1 : end * 0.97 - (end > 10 ? 1 : 0);
}

// A limit that some source leaves open at this end can't be broken for all of them.
inline bool is_open(const PlacementRule& rule, bool above) {
  return std::any_of(rule.disagreeing.begin(), rule.disagreeing.end(), [&](const Limit& other) {
    return above ? !other.max : !other.min || *other.min <= 0;
  });
}

// A value that the rule does not name, of a kind of file that it is about.
inline std::string other_value(const PlacementRule& rule) {
  const std::vector<std::string>& values = rule.limit.values;
  const auto is_listed = [&](const std::string& value) {
    return std::find(values.begin(), values.end(), value) != values.end();
  };
  if (rule.property == Property::media_type) {
    for (const std::string type : {"mkv", "gif"}) {
      if (!is_listed(type) && (rule.applies_to != "image" || type == "gif")) {
        return type;
      }
    }
  }
  return is_listed("true") ? "false" : is_listed("false") ? "true" : "other";
}

// "No pictures" is written as a rule about pictures that allows types of videos only: no picture
// keeps it.
inline bool refuses_kind(const PlacementRule& rule, const std::string& value) {
  return rule.property == Property::media_type && rule.applies_to == "image" &&
         kind_of(*parse_enum<MediaType>(value)) == MediaKind::video;
}

// Which rules were seen to pass, and which to stop something, by id.
struct RulesSeen {
  std::set<std::string> passed;
  std::set<std::string> stopped;

  void see(const std::string& rule, Outcome outcome) {
    if (outcome == Outcome::pass) {
      passed.insert(rule);
    } else if (outcome == Outcome::warn || outcome == Outcome::fail) {
      stopped.insert(rule);
    }
  }
};

// Held against every rule of every shipped pack of one kind.
inline void check_all_seen(const RulesSeen& seen, bool of_submission) {
  for (const auto& [id, pack] : shipped_packs().placements) {
    for (const PlacementRule& rule : pack.rules) {
      if (is_submission_property(rule.property) == of_submission) {
        const std::string rule_id = id + "." + rule.id;
        CAPTURE(rule_id);
        CHECK(seen.stopped.contains(rule_id));
        const std::vector<std::string>& values = rule.limit.values;
        const bool can_pass =
            values.empty() ||
            !std::all_of(values.begin(), values.end(), [&](const std::string& value) {
              return refuses_kind(rule, value);
            });
        CHECK((!can_pass || seen.passed.contains(rule_id)));
      }
    }
  }
}

}  // namespace muster
