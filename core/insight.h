#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace muster {

// One number with what it rests on. Shares are 0..1; NPS is -100..100; means are in the scale's own
// unit.
struct Figure {
  double value = 0;
  std::int64_t n = 0;     // responses that the value rests on
  std::int64_t base = 0;  // responses that were asked (answered or not)
  std::optional<double>
      lower;  // bounds of the interval at `confidence`; nullopt where n is too small
  std::optional<double> upper;
  double confidence = 0.95;
  std::string method;  // how the interval was made: "wilson", "normal", "t"
  std::optional<double> standard_error =
      {};  // of `value`, in its unit; nullopt where n is too small
  // Of a weighted figure (sum w)^2 / sum w^2, on which the interval rests; nullopt: not weighted.
  std::optional<double> effective_n = {};

  bool operator==(const Figure&) const = default;
};

// One row of an insight: the whole, or one group of it.
struct InsightRow {
  std::string group;  // "" for the whole; else the value of group_by ("mega", "lena.fits")
  std::string label;  // for shares by choice: the choice; else ""
  Figure figure;
  bool small_base = false;  // n below the minimum cell: shown, not to be relied on

  bool operator==(const InsightRow&) const = default;
};

struct Insight {
  std::string metric;  // "nps", "csat", "top_box", "mean", "share"
  std::string survey;  // provider/external id
  std::string question_id;
  std::string question;
  std::string group_by;  // "", "creator", "creator.tier", "campaign", "wave", "hidden:utm_source"
  std::vector<InsightRow> rows;
  std::vector<std::string> notes;  // assumptions and warnings that belong beside the number

  bool operator==(const Insight&) const = default;
};

}  // namespace muster
