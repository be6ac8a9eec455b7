#include "extractors/media/brand_visibility.h"

#include "core/text.h"
#include "extractors/brand/brand_index.h"
#include "extractors/media/brand_sight.h"
#include "extractors/media/brand_words.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include <fmt/format.h>

namespace muster {
namespace {

constexpr std::string_view kName = "brand_visibility";
// Another brand that fits the same place with this share of the score: a person tells them apart.
constexpr double kRivalShare = 0.6;
constexpr double kMostlyCovered = 0.5;

// Judges one submission.
class Judgement {
 public:
  Judgement(const CheckInput& input, const IndexedKit& kit)
      : input_(input), kit_(kit), wanted_(input.brief.visibility) {}

  std::vector<Finding> findings() {
    sort_items();
    const bool shown = std::any_of(searched_.begin(), searched_.end(), [&](const Searched& item) {
      return look_for(kit_.id, item, wanted_.min_score).largest != nullptr;
    });
    for (const Searched& item : searched_) {
      judge_item(item, shown);
    }
    judge_competitors();
    return std::move(findings_);
  }

 private:
  Finding about(std::string_view rule, Outcome outcome, std::string message) const {
    Finding finding;
    finding.check = kName;
    finding.rule_id = rule;
    finding.outcome = outcome;
    finding.message = std::move(message);
    finding.brand = kit_.brand;
    finding.pack_id = "brief";
    finding.pack_version = input_.brief.hash.short_hex();
    finding.source = {"brief " + input_.brief.id, "", "", "house"};
    return finding;
  }

  void place(Finding& finding,
             const Searched& item,
             const BrandHit& hit,
             const BrandsInFrame& frame,
             const VisibleTime& time) const {
    finding.place.item = item.item;
    finding.place.box = hit.box;
    finding.place.outline = hit.outline;
    if (item.media->facts.kind() == MediaKind::video) {
      finding.place.time = span_around(frame, time.spans);
    }
  }

  // Items that nobody could look at are could_not_check at once.
  void sort_items() {
    for (std::size_t i = 0; i < input_.media.size(); ++i) {
      const SeenMedia& media = input_.media[i];
      if (media.has_pictures && media.look_problem.empty()) {
        searched_.push_back({&media, static_cast<int>(i)});
        continue;
      }
      const std::string& detail =
          media.has_pictures ? media.look_problem : media.facts.integrity_detail;
      Finding finding =
          about("brand.visible",
                Outcome::could_not_check,
                fmt::format("nobody looked for {}: {}{}{}",
                            kit_.brand,
                            media.has_pictures ? "the search stopped with an error"
                                               : "no picture of this file could be decoded",
                            detail.empty() ? "" : ": ",
                            detail));
      finding.remedy = media.remedy;
      finding.place.item = static_cast<int>(i);
      findings_.push_back(std::move(finding));
    }
  }

  void judge_item(const Searched& item, bool shown_somewhere) {
    const Sight sight = look_for(kit_.id, item, wanted_.min_score);
    if (sight.best == nullptr) {
      not_found(item, shown_somewhere);
    } else if (sight.largest == nullptr) {
      unsure(item, sight);
    } else {
      visible(item, sight);
      judge_size(item, sight);
      judge_seconds(item, sight);
      judge_covered(item);
    }
  }

  void not_found(const Searched& item, bool shown_somewhere) {
    Outcome outcome = Outcome::not_applicable;
    std::string message = fmt::format("{} was not found", kit_.brand);
    if (shown_somewhere) {
      message += " here; another file of the submission shows it";
    } else if (wanted_.required) {
      outcome = kit_.weak() ? Outcome::warn : Outcome::fail;
      message += kit_.weak()
                     ? fmt::format(
                           "; that says little, because its kit has only {} features to find it by",
                           kit_.features)
                     : "; small, plain or strongly distorted logos are missed, so look before "
                       "returning it";
    } else {
      message += "; the brief does not ask for it";
    }
    Finding finding = about("brand.visible", outcome, std::move(message));
    finding.place.item = item.item;
    if (outcome != Outcome::not_applicable) {
      finding.measured = "not found";
      finding.threshold = "visible";
      finding.reason_code = "brand_not_visible";
      finding.remedy =
          fmt::format("Show {} clearly: turned to the camera, well lit, not covered.", kit_.brand);
    }
    findings_.push_back(std::move(finding));
  }

  Finding about_hit(const Searched& item,
                    const BrandHit& hit,
                    const BrandsInFrame& frame,
                    const VisibleTime& time,
                    Outcome outcome,
                    std::string message) const {
    Finding finding = about("brand.visible", outcome, std::move(message));
    finding.score = hit.score;
    finding.measured = fmt::format("{:.2f}", hit.score);
    finding.measured_value = hit.score;
    finding.threshold = fmt::format("{:.2f}", wanted_.min_score);
    finding.unit = "score";
    place(finding, item, hit, frame, time);
    return finding;
  }

  // Why a hit does not count.
  std::string doubt(const BrandHit& hit) const {
    return hit.score >= wanted_.min_score ? "so little of it can look like that by chance"
                                          : "too unsure to count";
  }

  void unsure(const Searched& item, const Sight& sight) {
    Finding finding = about_hit(item,
                                *sight.best,
                                *sight.best_frame,
                                sight.timeline.time,
                                Outcome::warn,
                                fmt::format("this may be {}: {}; {}, a person should look",
                                            kit_.brand,
                                            hit_in_words(*sight.best),
                                            doubt(*sight.best)));
    finding.reason_code = "brand_not_visible";
    findings_.push_back(std::move(finding));
  }

  void visible(const Searched& item, const Sight& sight) {
    std::string message = fmt::format("{} is visible: {}", kit_.brand, hit_in_words(*sight.best));
    if (item.media->facts.kind() == MediaKind::video) {
      message += time_in_words(sight);
    }
    Outcome outcome = Outcome::pass;
    if (!sight.best->rival.empty() && sight.best->rival_score >= kRivalShare * sight.best->score) {
      outcome = Outcome::warn;
      const IndexedKit* rival = input_.brands->kit(sight.best->rival);
      message +=
          fmt::format("; the same place looks like {} too (score {:.2f}), a person should look",
                      rival == nullptr ? sight.best->rival : rival->brand,
                      sight.best->rival_score);
    }
    findings_.push_back(about_hit(
        item, *sight.best, *sight.best_frame, sight.timeline.time, outcome, std::move(message)));
  }

  static std::string time_in_words(const Sight& sight) {
    const BrandTimeline& timeline = sight.timeline;
    std::string words = fmt::format(
        "; first seen at {}, at {}; for at least {}, likely {}; at most {} of the frame",
        seconds_in_words(timeline.time.spans.front().start_ms),
        spans_in_words(timeline.runs),
        seconds_in_words(timeline.time.least_ms),
        seconds_in_words(likely_ms(timeline)),
        percent_in_words(sight.largest->share_of_frame));
    words += fmt::format("; {} {}, the longest {}",
                         timeline.runs.size(),
                         timeline.runs.size() == 1 ? "appearance" : "appearances",
                         seconds_in_words(timeline.longest_run_ms));
    if (timeline.share_of_voice < 1) {
      words += fmt::format("; alone for {}, {:.0f} % of the time of all brands",
                           seconds_in_words(timeline.solus_ms),
                           100 * timeline.share_of_voice);
    }
    return words;
  }

  static std::int64_t likely_ms(const BrandTimeline& timeline) {
    return std::max(timeline.time.likely_ms, timeline.tracked.likely_ms);
  }

  // A logo that the platform's own buttons and texts cover is not seen. The best uncovered place of
  // the item counts.
  void judge_covered(const Searched& item) {
    if (input_.placement == nullptr || input_.placement->covered.empty()) {
      return;
    }
    const BrandHit* least = nullptr;
    const BrandsInFrame* least_frame = nullptr;
    double least_covered = 2;
    for (const BrandsInFrame& frame : item.media->brands) {
      for (const BrandHit& hit : frame.hits) {
        const double covered = covered_share(hit.box, input_.placement->covered);
        if (hit.kit == kit_.id && counts_as_seen(hit, wanted_.min_score) &&
            covered < least_covered) {
          least = &hit;
          least_frame = &frame;
          least_covered = covered;
        }
      }
    }
    if (least == nullptr || least_covered < kMostlyCovered) {
      return;
    }
    Finding finding = about("brand.covered",
                            Outcome::warn,
                            fmt::format("{} covers {} of {} with its own buttons and texts",
                                        input_.placement->name,
                                        percent_in_words(least_covered),
                                        kit_.brand));
    finding.measured = percent_in_words(least_covered);
    finding.measured_value = least_covered;
    finding.threshold = percent_in_words(kMostlyCovered);
    finding.unit = "share";
    finding.score = least->score;
    finding.reason_code = "brand_not_visible";
    finding.remedy =
        fmt::format("Move {} away from the edges, where nothing lies over it.", kit_.brand);
    place(finding, item, *least, *least_frame, {});
    findings_.push_back(std::move(finding));
  }

  void judge_size(const Searched& item, const Sight& sight) {
    if (wanted_.min_share_of_frame <= 0) {
      return;
    }
    const double share = sight.largest->share_of_frame;
    const bool met = share >= wanted_.min_share_of_frame;
    Finding finding = about("brand.size",
                            met ? Outcome::pass : Outcome::fail,
                            fmt::format("{} covers {} of the frame; the brief asks for {}",
                                        kit_.brand,
                                        percent_in_words(share),
                                        percent_in_words(wanted_.min_share_of_frame)));
    finding.score = sight.largest->score;
    finding.measured = percent_in_words(share);
    finding.measured_value = share;
    finding.threshold = percent_in_words(wanted_.min_share_of_frame);
    finding.unit = "share";
    place(finding, item, *sight.largest, *sight.largest_frame, sight.timeline.time);
    if (!met) {
      finding.reason_code = "brand_too_small";
      finding.remedy = fmt::format(
          "Bring {} closer to the camera, or crop the picture, until it covers {} of the frame.",
          kit_.brand,
          percent_in_words(wanted_.min_share_of_frame));
    }
    findings_.push_back(std::move(finding));
  }

  void judge_seconds(const Searched& item, const Sight& sight) {
    if (wanted_.min_seconds <= 0 || item.media->facts.kind() != MediaKind::video) {
      return;
    }
    const VisibleTime& time = sight.timeline.time;
    const std::int64_t most_ms = std::max(time.most_ms, sight.timeline.tracked.most_ms);
    const double wanted_ms = wanted_.min_seconds * 1000;
    const Outcome outcome = static_cast<double>(time.least_ms) >= wanted_ms ? Outcome::pass
                            : static_cast<double>(most_ms) >= wanted_ms     ? Outcome::warn
                                                                            : Outcome::fail;
    std::string message =
        fmt::format("{} is visible for at least {}, likely {}; the brief asks for {:.1f} s",
                    kit_.brand,
                    seconds_in_words(time.least_ms),
                    seconds_in_words(likely_ms(sight.timeline)),
                    wanted_.min_seconds);
    if (outcome == Outcome::warn) {
      message +=
          fmt::format("; it may be up to {}, so a person should look", seconds_in_words(most_ms));
    }
    Finding finding = about("brand.seconds", outcome, std::move(message));
    finding.measured = fmt::format("{:.1f}", static_cast<double>(time.least_ms) / 1000);
    finding.measured_value = static_cast<double>(time.least_ms) / 1000;
    finding.threshold = fmt::format("{:.1f}", wanted_.min_seconds);
    finding.unit = "s";
    finding.score = sight.largest->score;
    finding.place.item = item.item;
    finding.place.time = {time.spans.front().start_ms, time.spans.back().end_ms};
    if (outcome != Outcome::pass) {
      finding.reason_code = "brand_too_short";
      finding.remedy = fmt::format(
          "Keep {} in the picture for {:.1f} s or longer.", kit_.brand, wanted_.min_seconds);
    }
    findings_.push_back(std::move(finding));
  }

  void judge_competitors() {
    std::vector<std::string> looked_for;
    bool found = false;
    for (const std::string& id : kit_.competitors) {
      const IndexedKit* kit = input_.brands->kit(id);
      if (kit == nullptr || kit->usable_pictures == 0) {
        Finding finding = about(
            "brand.competitor",
            Outcome::could_not_check,
            fmt::format("nobody looked for competitor '{}': {}",
                        id,
                        kit == nullptr ? "no such kit is known" : "its kit has no usable picture"));
        finding.brand = kit == nullptr ? id : kit->brand;
        findings_.push_back(std::move(finding));
        continue;
      }
      looked_for.push_back(kit->brand);
      for (const Searched& item : searched_) {
        found |= judge_competitor(item, *kit);
      }
    }
    if (!found && !looked_for.empty() && !searched_.empty()) {
      findings_.push_back(about("brand.competitor",
                                Outcome::pass,
                                "no competitor was found; looked for " + join(looked_for, ", ")));
    }
  }

  bool judge_competitor(const Searched& item, const IndexedKit& kit) {
    const Sight sight = look_for(kit.id, item, wanted_.min_score);
    if (sight.best == nullptr || sight.best->score < wanted_.min_score) {
      return false;
    }
    const bool sure = sight.largest != nullptr;
    Finding finding =
        about("brand.competitor",
              Outcome::warn,
              fmt::format("{}{}, a competitor of {}{}: {}{}",
                          sure ? "" : "this may be ",
                          kit.brand,
                          kit_.brand,
                          sure ? ", is visible" : "",
                          hit_in_words(*sight.best),
                          sure ? "" : "; " + doubt(*sight.best) + ", a person should look"));
    finding.brand = kit.brand;
    finding.score = sight.best->score;
    const BrandHit& shown = sure ? *sight.largest : *sight.best;
    finding.measured = percent_in_words(shown.share_of_frame);
    finding.measured_value = shown.share_of_frame;
    finding.unit = "share";
    finding.reason_code = "competitor_visible";
    finding.remedy =
        fmt::format("Crop or blur {}, or take the picture again without it.", kit.brand);
    place(finding, item, *sight.best, *sight.best_frame, sight.timeline.time);
    findings_.push_back(std::move(finding));
    return true;
  }

  const CheckInput& input_;
  const IndexedKit& kit_;
  const Brief::Visibility& wanted_;
  std::vector<Searched> searched_;
  std::vector<Finding> findings_;
};

class BrandVisibilityCheck : public Check {
 public:
  std::string_view name() const override { return kName; }

  std::vector<Finding> run(const CheckInput& input) const override {
    const std::string& id = input.brief.kit;
    if (id.empty()) {
      return {unjudged(Outcome::not_applicable, "the brief names no brand kit")};
    }
    const IndexedKit* kit = input.brands == nullptr ? nullptr : input.brands->kit(id);
    if (kit == nullptr) {
      return {unjudged(Outcome::could_not_check,
                       fmt::format("nobody looked for the brand: kit '{}' is not known", id))};
    }
    if (kit->usable_pictures == 0) {
      std::string why = "it has no picture";
      for (std::size_t i = 0; i < kit->remarks.size(); ++i) {
        why = fmt::format(
            "{}{}: {}", i == 0 ? "" : why + "; ", kit->remarks[i].picture, kit->remarks[i].what);
      }
      return {unjudged(
          Outcome::could_not_check,
          fmt::format(
              "nobody looked for {}: its kit has no usable picture ({})", kit->brand, why))};
    }
    if (input.media.empty()) {
      return {
          unjudged(Outcome::could_not_check,
                   fmt::format("nobody looked for {}: the submission has no file", kit->brand))};
    }
    return Judgement(input, *kit).findings();
  }

 private:
  static Finding unjudged(Outcome outcome, std::string message) {
    Finding finding;
    finding.check = kName;
    finding.rule_id = "brand.visible";
    finding.outcome = outcome;
    finding.message = std::move(message);
    return finding;
  }
};

}  // namespace

std::unique_ptr<Check> make_brand_visibility_check() {
  return std::make_unique<BrandVisibilityCheck>();
}

}  // namespace muster
