#pragma once

// What answers are grouped by: fields of the response, and what is known of its creator beside it.
// Private to review/.

#include "review/request.h"
#include "storage/metrics.h"
#include "storage/surveys.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace muster {

// Parts of a number's range: bounds 2, 5 make "below 2", "2 to below 5", "5 and above".
class Bands {
 public:
  // Strictly ascending, at least one.
  Bands(std::vector<double> bounds, std::string unit, double factor);
  // The band's name. `value` in the unit of the store; the bounds are value * factor.
  std::string name_of(double value) const;
  // All of them, from the lowest.
  std::vector<std::string> names() const;

 private:
  std::string name(std::size_t band) const;

  std::vector<double> bounds_;
  std::string unit_;
  double factor_;
};

// The groups of one request. Fields of the response are asked of the store; of the rest
// ("asset.seconds_visible", "asset.share_of_frame", "asset.placement", "creator.followers",
// "metric:NAME") each response gets what holds for its creator in its campaign.
class AnswerGroups {
 public:
  // `field` "" asks for no groups; a question of the survey may be named as find_question does.
  // `bands` "2,5,10" are the bounds for a field that is a number; "" takes those that ship with it.
  // Throws BadRequest.
  AnswerGroups(ApiContext& context,
               const SurveyDefinition& definition,
               const std::string& field,
               const std::string& bands);

  // As it was asked for, with a question by its id: "question:Q1".
  const std::string& field() const { return field_; }
  // What the store has to group by: `field`, or "" where the groups are made here.
  const std::string& store_field() const { return store_field_; }
  // The group of a row that was read with store_field().
  std::string group_of(const AnswerRow& row) const;
  // Names in the order in which they are shown; empty: by name.
  const std::vector<std::string>& order() const { return order_; }
  // What has to be known to read the groups.
  const std::vector<std::string>& notes() const { return notes_; }

 private:
  using Key = std::pair<std::string, std::string>;  // creator, campaign

  void take_assets(ApiContext& context, const std::string& bands);
  void take_followers(ApiContext& context, const std::string& bands);
  void take_metric(ApiContext& context, const std::string& bands);
  void take_numbers(const std::map<Key, double>& numbers,
                    const std::string& bands,
                    const char* usual,
                    const std::string& unit,
                    double factor);

  std::string field_;
  std::string store_field_;
  bool per_campaign_ = true;
  std::map<Key, std::string> groups_;
  std::vector<std::string> order_;
  std::vector<std::string> notes_;
};

// The group of respondents of whom nothing is known in the field.
inline constexpr std::string_view kNotMeasured = "not measured";

// Puts rows in the order of `names`; rows with other groups keep their place behind them, the first
// `skip` rows (the whole) theirs before.
template <typename Row>
void order_groups(std::vector<Row>& rows, const std::vector<std::string>& names) {
  if (names.empty()) {
    return;
  }
  const auto place = [&](const Row& row) {
    const auto found = std::find(names.begin(), names.end(), row.group);
    return row.group.empty() ? std::ptrdiff_t{-1} : found - names.begin();
  };
  std::stable_sort(
      rows.begin(), rows.end(), [&](const Row& a, const Row& b) { return place(a) < place(b); });
}

}  // namespace muster
