#include "review/answer_groups.h"

#include "core/text.h"
#include "review/survey_query.h"
#include "storage/creators.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

namespace muster {
namespace {

constexpr std::string_view kAssetFields[] = {
    "asset.seconds_visible", "asset.share_of_frame", "asset.placement"};
constexpr std::string_view kFollowers = "creator.followers";
constexpr std::string_view kMetricPrefix = "metric:";

// Fields that the store knows: a question whose title holds the word must not take their place.
bool is_response_field(std::string_view field) {
  constexpr std::string_view kFields[] = {
      "", "creator", "creator.tier", "campaign", "wave", "day", "week", "month"};
  return std::ranges::find(kFields, field) != std::end(kFields) || field.starts_with("hidden:") ||
         field.starts_with("question:");
}

std::vector<double> read_bounds(const std::string& text) {
  std::vector<double> bounds;
  for (const std::string& part : split(text, ',')) {
    const std::string_view number = trim(part);
    double bound = 0;
    const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), bound);
    if (error != std::errc() || end != number.data() + number.size() || !std::isfinite(bound)) {
      throw BadRequest(fmt::format("bands: '{}' is no number; write ascending bounds, as in 2,5,10",
                                   printable(part)));
    }
    if (!bounds.empty() && bound <= bounds.back()) {
      throw BadRequest(fmt::format("bands: {:g} must be above {:g}", bound, bounds.back()));
    }
    bounds.push_back(bound);
  }
  return bounds;
}

}  // namespace

Bands::Bands(std::vector<double> bounds, std::string unit, double factor)
    : bounds_(std::move(bounds)), unit_(std::move(unit)), factor_(factor) {}

std::string Bands::name(std::size_t band) const {
  const std::string unit = unit_.empty() ? "" : " " + unit_;
  if (band == 0) {
    return fmt::format("below {:g}{}", bounds_.front(), unit);
  }
  return band == bounds_.size()
             ? fmt::format("{:g}{} and above", bounds_.back(), unit)
             : fmt::format("{:g} to below {:g}{}", bounds_[band - 1], bounds_[band], unit);
}

std::string Bands::name_of(double value) const {
  const auto above = std::upper_bound(bounds_.begin(), bounds_.end(), value * factor_);
  return name(static_cast<std::size_t>(above - bounds_.begin()));
}

std::vector<std::string> Bands::names() const {
  std::vector<std::string> names;
  for (std::size_t band = 0; band <= bounds_.size(); ++band) {
    names.push_back(name(band));
  }
  return names;
}

AnswerGroups::AnswerGroups(ApiContext& context,
                           const SurveyDefinition& definition,
                           const std::string& field,
                           const std::string& bands)
    : field_(field) {
  const bool of_assets = std::ranges::find(kAssetFields, field) != std::end(kAssetFields);
  if (of_assets) {
    take_assets(context, bands);
  } else if (field == kFollowers) {
    take_followers(context, bands);
  } else if (field.starts_with(kMetricPrefix)) {
    take_metric(context, bands);
  } else {
    if (!bands.empty()) {
      throw BadRequest(
          "bands: go with a field that is a number: asset.seconds_visible, asset.share_of_frame, "
          "creator.followers or metric:NAME");
    }
    const Question* asked = is_response_field(field) ? nullptr : find_question(definition, field);
    if (asked != nullptr) {
      field_ = "question:" + asked->id;
    }
    store_field_ = field_;
  }
}

void AnswerGroups::take_numbers(const std::map<Key, double>& numbers,
                                const std::string& bands,
                                const char* usual,
                                const std::string& unit,
                                double factor) {
  const Bands parts(read_bounds(bands.empty() ? usual : bands), unit, factor);
  for (const auto& [key, number] : numbers) {
    groups_.emplace(key, parts.name_of(number));
  }
  order_ = parts.names();
}

void AnswerGroups::take_assets(ApiContext& context, const std::string& bands) {
  std::map<Key, double> numbers;
  for (const CreatorFacts& facts : context.store.metrics().creator_facts()) {
    const Key key(facts.creator, facts.campaign);
    if (field_ == "asset.placement") {
      groups_.emplace(key, join(facts.placements, " + "));
    } else if (const auto& number = field_ == "asset.seconds_visible" ? facts.seconds_visible
                                                                      : facts.share_of_frame) {
      numbers.emplace(key, *number);
    }
  }
  if (field_ == "asset.placement") {
    if (!bands.empty()) {
      throw BadRequest("bands: placements are no numbers");
    }
    notes_.push_back("placements of the creator's filed assets in the campaign");
  } else if (field_ == "asset.seconds_visible") {
    take_numbers(numbers, bands, "2,5,10", "s", 1);
    notes_.push_back(
        "seconds for which the brand is at least visible, summed over the creator's filed assets "
        "in the campaign");
  } else {
    take_numbers(numbers, bands, "2,5,15", "%", 100);
    notes_.push_back(
        "largest share of the frame that the brand takes in the creator's filed assets in the "
        "campaign");
  }
}

void AnswerGroups::take_followers(ApiContext& context, const std::string& bands) {
  std::map<Key, double> numbers;
  for (const Creator& creator : context.store.creators().list()) {
    if (creator.followers) {
      double& most = numbers[Key(creator.handle, "")];
      most = std::max(most, static_cast<double>(*creator.followers));
    }
  }
  per_campaign_ = false;
  take_numbers(numbers, bands, "10000,100000,1000000", "", 1);
  notes_.push_back("followers of the creator's largest audience");
}

void AnswerGroups::take_metric(ApiContext& context, const std::string& bands) {
  MetricFilter filter;
  filter.metric = field_.substr(kMetricPrefix.size());
  std::map<Key, double> numbers;
  for (const MetricValueRow& row : context.store.metrics().values(filter, INT32_MAX)) {
    numbers[Key(row.creator, row.campaign)] += row.value;
  }
  if (numbers.empty()) {
    std::vector<std::string> known;
    for (const MetricTotal& total : context.store.metrics().totals({}, "")) {
      known.push_back(total.metric);
    }
    throw BadRequest(fmt::format(
        "by: no series holds '{}'{}",
        printable(filter.metric),
        known.empty() ? "; muster metrics import loads them" : did_you_mean(filter.metric, known)));
  }
  std::string usual = bands;
  if (bands.empty()) {
    // No bounds suit every metric: the thirds of the creators.
    std::vector<double> sorted;
    for (const auto& [key, number] : numbers) {
      sorted.push_back(number);
    }
    std::ranges::sort(sorted);
    const double low = sorted[sorted.size() / 3];
    const double high = sorted[2 * sorted.size() / 3];
    usual = low < high ? fmt::format("{},{}", low, high) : fmt::format("{}", low);
  }
  take_numbers(numbers, usual, "", "", 1);
  notes_.push_back(fmt::format("{} of the creator in the campaign, over all posts and periods{}",
                               filter.metric,
                               bands.empty() ? "; bands: thirds of the creators" : ""));
}

std::string AnswerGroups::group_of(const AnswerRow& row) const {
  if (!store_field_.empty() || field_.empty()) {
    return row.group;
  }
  const auto found = groups_.find(Key(row.creator, per_campaign_ ? row.campaign : ""));
  return found == groups_.end() ? std::string(kNotMeasured) : found->second;
}

}  // namespace muster
