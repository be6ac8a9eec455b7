#include "core/text.h"
#include "extractors/media/caption_disclosure.h"
#include "extractors/media/disclosure_rules.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace muster {
namespace {

Outcome outcome_of_picture_rule(const RuleSource& source) {
  return source.confidence == "primary" ? Outcome::fail : Outcome::warn;
}

// A label in the pictures, and what stands against it.
struct SeenLabel {
  const SeenText* text = nullptr;
  bool weak = false;
  std::vector<std::string> faults;
};

double common_area(const Box& a, const Box& b) {
  const double width = std::min(a.x + a.width, b.x + b.width) - std::max(a.x, b.x);
  const double height = std::min(a.y + a.height, b.y + b.height) - std::max(a.y, b.y);
  return width > 0 && height > 0 ? width * height : 0;
}

double seconds(std::int64_t milliseconds) {
  return static_cast<double>(milliseconds) / 1000;
}

class PictureReader {
 public:
  explicit PictureReader(const MarketView& view) : view_(view) {}

  Finding read(std::string_view rule, const MarketRule& asked, int item) const {
    const SeenMedia& media = view_.input.media[static_cast<std::size_t>(item)];
    Finding finding = market_finding(view_.market, rule, Outcome::pass, "");
    finding.source = asked.source;
    finding.place.item = item;
    finding.threshold = "a label in the picture";
    const std::optional<SeenLabel> label = best_label(media);
    if (label && label->faults.empty() && !label->weak) {
      describe(finding, *label, "shows");
    } else if (label) {
      finding.outcome = Outcome::warn;
      describe(finding, *label, "shows");
      if (label->weak) {
        finding.message += ", which is not clear enough as a label";
      }
      for (const std::string& fault : label->faults) {
        finding.message += "; " + fault;
      }
      finding.remedy =
          "Show the label larger, longer, with more contrast and clear of the "
          "platform's buttons, as the finding says.";
      finding.reason_code = "disclosure_hidden";
    } else if (!media.texts_were_read) {
      finding.outcome = Outcome::could_not_check;
      finding.message = fmt::format(
          "{}: whether the {} itself carries a label was not checked: no text was read in it",
          view_.market.name,
          to_string(media.facts.kind()));
    } else {
      finding.outcome = outcome_of_picture_rule(asked.source);
      finding.message = fmt::format("{}: no label was read in the {} itself",
                                    view_.market.name,
                                    to_string(media.facts.kind()));
      finding.remedy = "Put the label into the picture as well, large and from the beginning.";
      finding.reason_code = "disclosure_missing";
    }
    return finding;
  }

 private:
  void describe(Finding& finding, const SeenLabel& label, std::string_view verb) const {
    const SeenText& text = *label.text;
    finding.message = fmt::format("{}: it {} \"{}\", {:.1f} % of the frame high, contrast {:.1f}:1",
                                  view_.market.name,
                                  verb,
                                  printable(text.text),
                                  text.box.height * 100,
                                  text.contrast);
    finding.measured = printable(text.text);
    finding.score = text.confidence;
    finding.place.box = text.box;
    if (text.time.end_ms > text.time.start_ms) {
      finding.place.time = text.time;
      finding.message += fmt::format(
          ", from {:.1f} s to {:.1f} s", seconds(text.time.start_ms), seconds(text.time.end_ms));
    }
  }

  std::optional<SeenLabel> best_label(const SeenMedia& media) const {
    std::optional<SeenLabel> best;
    for (const SeenText& text : media.texts) {
      const std::vector<MarketReading> readings = view_.lexicon.read(read_caption(text.text));
      const MarketReading& reading = readings[view_.index];
      if (reading.contradiction) {
        continue;
      }
      for (const LabelHit& hit : reading.hits) {
        if (hit.worth() == WordingVerdict::reject) {
          continue;
        }
        SeenLabel label{&text, hit.worth() == WordingVerdict::weak, faults_of(text, media)};
        if (!best || rank(label) < rank(*best)) {
          best = std::move(label);
        }
      }
    }
    return best;
  }

  static std::pair<bool, std::size_t> rank(const SeenLabel& label) {
    return {label.weak, label.faults.size()};
  }

  std::vector<std::string> faults_of(const SeenText& text, const SeenMedia& media) const {
    const OnScreenRule& rule = view_.market.on_screen;
    std::vector<std::string> faults;
    if (text.box.height < rule.min_text_height) {
      faults.push_back(
          fmt::format("house policy asks for {:.1f} % of the height", rule.min_text_height * 100));
    }
    if (text.contrast < rule.min_contrast) {
      faults.push_back(
          fmt::format("house policy asks for a contrast of {:.1f}:1", rule.min_contrast));
    }
    if (media.facts.kind() == MediaKind::video) {
      add_time_faults(text, rule, faults);
    }
    add_covered(text, faults);
    return faults;
  }

  static void add_time_faults(const SeenText& text,
                              const OnScreenRule& rule,
                              std::vector<std::string>& faults) {
    const double shown = seconds(text.time.end_ms - text.time.start_ms);
    const double asked =
        std::max(rule.min_seconds,
                 rule.seconds_per_character * static_cast<double>(count_code_points(text.text)));
    if (shown < asked) {
      faults.push_back(
          fmt::format("it shows for {:.1f} s, house policy asks for {:.1f} s", shown, asked));
    }
    if (rule.latest_start_seconds > 0 && seconds(text.time.start_ms) > rule.latest_start_seconds) {
      faults.push_back(fmt::format("it comes after {:.1f} s, house policy asks for it by {:.1f} s",
                                   seconds(text.time.start_ms),
                                   rule.latest_start_seconds));
    }
  }

  void add_covered(const SeenText& text, std::vector<std::string>& faults) const {
    if (view_.input.placement == nullptr) {
      return;
    }
    // Half a letter under a button is still read.
    constexpr double kTolerance = 0.1;
    const double area = text.box.width * text.box.height;
    for (const CoveredZone& zone : view_.input.placement->covered) {
      const double share = area > 0 ? common_area(text.box, zone.box) / area : 0;
      if (share > kTolerance) {
        faults.push_back(fmt::format("{:.0f} % of it lies under the platform's {} ({})",
                                     share * 100,
                                     zone.what,
                                     zone.source.text));
      }
    }
  }

  const MarketView& view_;
};

}  // namespace

void add_media_rules(const MarketView& view, std::vector<Finding>& findings) {
  const CheckInput& input = view.input;
  const PictureReader reader(view);
  const bool is_story = input.placement != nullptr && input.placement->is_story;
  const bool is_carousel = input.media.size() > 1;
  for (std::size_t i = 0; i < input.media.size() && input.brief.disclosure.in_media; ++i) {
    const int item = static_cast<int>(i);
    const bool is_video = input.media[i].facts.kind() == MediaKind::video;
    if (view.market.in_media.holds && (is_video || is_story)) {
      findings.push_back(reader.read("in_media", view.market.in_media, item));
    } else if (view.market.each_item.holds && is_carousel) {
      findings.push_back(reader.read("each_item", view.market.each_item, item));
    }
  }
}

}  // namespace muster
