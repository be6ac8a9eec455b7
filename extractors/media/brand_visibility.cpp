#include "extractors/media/brand_visibility.h"

#include "core/text.h"
#include "extractors/brand/brand_index.h"
#include "extractors/media/visible_time.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include <fmt/format.h>

namespace muster {
namespace {

constexpr std::string_view kName = "brand_visibility";
constexpr std::size_t kNamedSpans = 4;

std::string percent(double share) {
  return fmt::format("{:.1f} %", 100 * share);
}

std::string seconds(std::int64_t ms) {
  return fmt::format("{:.1f} s", static_cast<double>(ms) / 1000);
}

// "upper left", "in the middle": where a reader looks for it.
std::string region(const Box& box) {
  const auto third = [](double at) { return at < 1.0 / 3 ? 0 : at <= 2.0 / 3 ? 1 : 2; };
  constexpr const char* kWords[3][3] = {{"upper left", "at the top", "upper right"},
                                        {"on the left", "in the middle", "on the right"},
                                        {"lower left", "at the bottom", "lower right"}};
  return kWords[third(box.y + box.height / 2)][third(box.x + box.width / 2)];
}

// What was found of one brand in one item.
struct Sight {
  const BrandHit* best = nullptr;     // the surest hit; nullptr: not found
  const BrandHit* largest = nullptr;  // of the hits that are sure enough
  const BrandsInFrame* best_frame = nullptr;
  const BrandsInFrame* largest_frame = nullptr;
  VisibleTime time;  // of frames with a hit that is sure enough
};

// One item whose pictures were searched.
struct Searched {
  const SeenMedia* media = nullptr;
  int item = 0;
};

Sight look_for(const std::string& kit, const Searched& searched, double min_score) {
  Sight sight;
  std::vector<SeenFrame> frames;
  for (const BrandsInFrame& frame : searched.media->brands) {
    bool seen = false;
    for (const BrandHit& hit : frame.hits) {
      if (hit.kit != kit) {
        continue;
      }
      if (sight.best == nullptr || hit.score > sight.best->score) {
        sight.best = &hit;
        sight.best_frame = &frame;
      }
      if (hit.score >= min_score) {
        seen = true;
        if (sight.largest == nullptr || hit.share_of_frame > sight.largest->share_of_frame) {
          sight.largest = &hit;
          sight.largest_frame = &frame;
        }
      }
    }
    frames.push_back({frame.time_ms, frame.duration_ms, seen});
  }
  sight.time = visible_time(frames);
  return sight;
}

std::string spans_in_words(const std::vector<TimeSpan>& spans) {
  std::string words;
  for (std::size_t i = 0; i < std::min(spans.size(), kNamedSpans); ++i) {
    words += fmt::format("{}{:.1f}-{:.1f} s",
                         i == 0 ? "" : ", ",
                         static_cast<double>(spans[i].start_ms) / 1000,
                         static_cast<double>(spans[i].end_ms) / 1000);
  }
  return spans.size() > kNamedSpans
             ? fmt::format("{} and {} more", words, spans.size() - kNamedSpans)
             : words;
}

// The span that holds a time, or the frame itself.
TimeSpan span_around(const BrandsInFrame& frame, const std::vector<TimeSpan>& spans) {
  for (const TimeSpan& span : spans) {
    if (span.start_ms <= frame.time_ms && frame.time_ms < span.end_ms) {
      return span;
    }
  }
  return {frame.time_ms, frame.time_ms + std::max<std::int64_t>(frame.duration_ms, 1)};
}

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

  // "18 features agree, 6.2 % of the frame, upper left"
  std::string described(const BrandHit& hit) const {
    std::string words = fmt::format("{} features agree, {} of the frame, {}",
                                    hit.inliers,
                                    percent(hit.share_of_frame),
                                    region(hit.box));
    if (hit.mirrored) {
      words += ", mirrored";
    }
    if (std::abs(hit.rotation_degrees) > 60) {
      words += fmt::format(", turned by {:.0f} degrees", hit.rotation_degrees);
    }
    return words;
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

  void unsure(const Searched& item, const Sight& sight) {
    Finding finding =
        about_hit(item,
                  *sight.best,
                  *sight.best_frame,
                  sight.time,
                  Outcome::warn,
                  fmt::format("this may be {}: {}; too unsure to count, a person should look",
                              kit_.brand,
                              described(*sight.best)));
    finding.reason_code = "brand_not_visible";
    findings_.push_back(std::move(finding));
  }

  void visible(const Searched& item, const Sight& sight) {
    std::string message = fmt::format("{} is visible: {}", kit_.brand, described(*sight.best));
    if (item.media->facts.kind() == MediaKind::video) {
      message += fmt::format(
          "; first seen at {}, at {}; for at least {}, likely {}; at most {} of the frame",
          seconds(sight.time.spans.front().start_ms),
          spans_in_words(sight.time.spans),
          seconds(sight.time.least_ms),
          seconds(sight.time.likely_ms),
          percent(sight.largest->share_of_frame));
    }
    findings_.push_back(about_hit(
        item, *sight.best, *sight.best_frame, sight.time, Outcome::pass, std::move(message)));
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
                                        percent(share),
                                        percent(wanted_.min_share_of_frame)));
    finding.score = sight.largest->score;
    finding.measured = percent(share);
    finding.measured_value = share;
    finding.threshold = percent(wanted_.min_share_of_frame);
    finding.unit = "share";
    place(finding, item, *sight.largest, *sight.largest_frame, sight.time);
    if (!met) {
      finding.reason_code = "brand_too_small";
      finding.remedy = fmt::format(
          "Bring {} closer to the camera, or crop the picture, until it covers {} of the frame.",
          kit_.brand,
          percent(wanted_.min_share_of_frame));
    }
    findings_.push_back(std::move(finding));
  }

  void judge_seconds(const Searched& item, const Sight& sight) {
    if (wanted_.min_seconds <= 0 || item.media->facts.kind() != MediaKind::video) {
      return;
    }
    const VisibleTime& time = sight.time;
    const double wanted_ms = wanted_.min_seconds * 1000;
    const Outcome outcome = static_cast<double>(time.least_ms) >= wanted_ms  ? Outcome::pass
                            : static_cast<double>(time.most_ms) >= wanted_ms ? Outcome::warn
                                                                             : Outcome::fail;
    std::string message =
        fmt::format("{} is visible for at least {}, likely {}; the brief asks for {:.1f} s",
                    kit_.brand,
                    seconds(time.least_ms),
                    seconds(time.likely_ms),
                    wanted_.min_seconds);
    if (outcome == Outcome::warn) {
      message +=
          fmt::format("; it may be up to {}, so a person should look", seconds(time.most_ms));
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
    if (sight.largest == nullptr) {
      return false;
    }
    Finding finding = about("brand.competitor",
                            Outcome::warn,
                            fmt::format("{}, a competitor of {}, is visible: {}",
                                        kit.brand,
                                        kit_.brand,
                                        described(*sight.best)));
    finding.brand = kit.brand;
    finding.score = sight.best->score;
    finding.measured = percent(sight.largest->share_of_frame);
    finding.measured_value = sight.largest->share_of_frame;
    finding.unit = "share";
    finding.reason_code = "competitor_visible";
    finding.remedy =
        fmt::format("Crop or blur {}, or take the picture again without it.", kit.brand);
    place(finding, item, *sight.best, *sight.best_frame, sight.time);
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
