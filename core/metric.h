#pragma once

#include "core/enum_names.h"
#include "core/survey.h"
#include "core/time.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace muster {

// What a campaign is for; each has its own yardstick.
enum class Objective { engagement, traffic, conversions, email, survey, ugc };
template <>
inline constexpr auto kEnumNames<Objective> =
    enum_names<Objective>({{Objective::engagement, "engagement"},
                           {Objective::traffic, "traffic"},
                           {Objective::conversions, "conversions"},
                           {Objective::email, "email"},
                           {Objective::survey, "survey"},
                           {Objective::ugc, "ugc"}});

// One number of a row: so many clicks.
struct MetricReading {
  std::string metric;  // "clicks": lower case, words joined by '_'
  Objective objective = Objective::engagement;
  std::string unit;  // "count", "share" (0..1), "s", or a currency such as "EUR"
  double value = 0;
  bool operator==(const MetricReading&) const = default;
};

// What an export says about one creator or post: either for a period, or in total so far.
struct MetricRow {
  std::string creator;             // normalized handle
  std::string platform;            // "instagram", "" when not told
  std::string post;                // its id or address; "": the creator as a whole
  std::string campaign;            // "" when not told
  std::optional<Timestamp> from;   // of the period; nullopt: a total
  std::optional<Timestamp> until;  // exclusive
  std::optional<Timestamp> as_of;  // of a total: when it was read off; nullopt: not told
  std::vector<MetricReading> readings;
  std::string where;  // place in the export: "line 3", "/items/2"
  bool operator==(const MetricRow&) const = default;
};

// Everything that a metric export says. rows_seen = rows + excluded + rejected.
struct ParsedMetrics {
  std::vector<MetricRow> rows;
  std::vector<SkippedRow> excluded;  // understood and left out: no value in it, said twice
  std::vector<SkippedRow> rejected;  // not understood
  std::vector<std::string> notes;    // what the reader assumed
  std::int64_t rows_seen = 0;
};

}  // namespace muster
