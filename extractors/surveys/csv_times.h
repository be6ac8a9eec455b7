#pragma once

#include "core/time.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace muster {

// Reads the times of one column. Shapes: ISO 8601 with or without a zone; "3/14/2026 9:05[:07]
// [AM|PM]" with '/', '.' or '-'; a year first ("2026/03/14 9:05"). Whether the day or the month
// comes first is judged over the whole column: show it every value first, then parse.
class TimeColumn {
 public:
  // `zone` is an IANA name; times without a zone of their own are read in it.
  explicit TimeColumn(std::string zone) : zone_(std::move(zone)) {}

  void see(std::string_view text);

  // The instant, or nullopt for what is no time and for dates that stand for "none" (years before
  // 1971, 1980-01-01).
  std::optional<Timestamp> parse(std::string_view text) const;

  // Share of the values seen that have the shape of a date, with at least one seen.
  bool looks_like_time() const { return seen_ > 0 && shaped_ == seen_; }
  std::size_t seen() const { return seen_; }
  // Values were seen that name no zone.
  bool is_local() const { return local_ > 0; }
  // Values with day and month in numbers of which none is above 12: taken as month first.
  bool is_ambiguous() const {
    return numeric_ > 0 && first_max_ <= 12 && second_max_ <= 12 && !same_always_;
  }
  bool day_first() const { return first_max_ > 12 && second_max_ <= 12; }

 private:
  std::string zone_;
  std::size_t seen_ = 0;
  std::size_t shaped_ = 0;
  std::size_t local_ = 0;
  std::size_t numeric_ = 0;
  int first_max_ = 0;
  int second_max_ = 0;
  bool same_always_ = true;  // day and month were equal wherever they stood
};

}  // namespace muster
