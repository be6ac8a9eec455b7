#include "core/text.h"
#include "extractors/media/caption_disclosure.h"
#include "extractors/media/disclosure_rules.h"
#include "extractors/media/first_brand.h"
#include "extractors/media/seen_labels.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace muster {
namespace {

// A label in the pictures, and what stands against it.
struct JudgedLabel {
  SeenLabel label;
  std::vector<std::string> faults;
};

double common_area(const Box& a, const Box& b) {
  const double width = std::min(a.x + a.width, b.x + b.width) - std::max(a.x, b.x);
  const double height = std::min(a.y + a.height, b.y + b.height) - std::max(a.y, b.y);
  return width > 0 && height > 0 ? width * height : 0;
}

// A number that a label must keep, and who asks for it: the stricter of market and brief.
struct Asked {
  double value = 0;
  std::string_view by = "house policy";
};

Asked larger(double market, double brief) {
  return brief > market ? Asked{brief, "the brief"} : Asked{market};
}

double seconds(std::int64_t milliseconds) {
  return static_cast<double>(milliseconds) / 1000;
}

class PictureReader {
 public:
  explicit PictureReader(const MarketView& view) : view_(view) {}

  Finding read(std::string_view rule, const PackRule& asked, int item) const {
    const SeenMedia& media = view_.input.media[static_cast<std::size_t>(item)];
    Finding finding = market_finding(view_.market, rule, Outcome::pass, "");
    finding.source = asked.holds
                         ? asked.source
                         : RuleSource{fmt::format("brief {}: a label in the picture is asked "
                                                  "for",
                                                  view_.input.brief.id),
                                      "",
                                      "",
                                      "house"};
    finding.place.item = item;
    finding.threshold = "a label in the picture";
    const std::optional<JudgedLabel> label = best_label(media);
    if (label && label->faults.empty() && !label->label.is_weak) {
      describe(finding, label->label.on);
    } else if (label) {
      finding.outcome = Outcome::warn;
      describe(finding, label->label.on);
      if (label->label.is_weak) {
        finding.message += ", which is not clear enough as a label";
      }
      for (const std::string& fault : label->faults) {
        finding.message += "; " + fault;
      }
      finding.remedy =
          "Show the label larger, longer, with more contrast and clear of the "
          "platform's buttons, as the finding says.";
      finding.reason_code = "disclosure_hidden";
    } else if (!media.texts_were_read || !media.look_problem.empty()) {
      finding.outcome = Outcome::could_not_check;
      finding.message =
          fmt::format("{}: whether the {} itself carries a label was not checked: {}",
                      view_.market.name,
                      to_string(media.facts.kind()),
                      media.texts_problem.empty() ? "no text was read in it" : media.texts_problem);
      finding.remedy = "Let a person look for the label.";
    } else {
      finding.outcome =
          view_.input.brief.disclosure.shown ? Outcome::fail : outcome_of_rule(asked.source);
      finding.message = fmt::format("{}: no label was read in the {} itself",
                                    view_.market.name,
                                    to_string(media.facts.kind()));
      finding.remedy = "Put the label into the picture as well, large and from the beginning.";
      finding.reason_code = "disclosure_missing";
    }
    return finding;
  }

 private:
  void describe(Finding& finding, const SeenText& text) const {
    finding.message =
        fmt::format("{}: it shows \"{}\", {:.1f} % of the frame high, contrast {:.1f}:1",
                    view_.market.name,
                    printable(text.text),
                    letter_height(text) * 100,
                    text.contrast);
    point_to(text, finding);
    if (finding.place.time) {
      finding.message += fmt::format(
          ", from {:.1f} s to {:.1f} s", seconds(text.time.start_ms), seconds(text.time.end_ms));
    }
  }

  std::optional<JudgedLabel> best_label(const SeenMedia& media) const {
    std::optional<JudgedLabel> best;
    for (SeenLabel& label : labels_in(media.texts, view_.lexicon, view_.index)) {
      JudgedLabel judged{std::move(label), {}};
      judged.faults = faults_of(judged.label.on, media);
      if (!best || rank(judged) < rank(*best)) {
        best = std::move(judged);
      }
    }
    return best;
  }

  static std::pair<bool, std::size_t> rank(const JudgedLabel& judged) {
    return {judged.label.is_weak, judged.faults.size()};
  }

  std::vector<std::string> faults_of(const SeenText& text, const SeenMedia& media) const {
    const OnScreenRule& own = view_.market.on_screen;
    const OnScreenRule& brief = view_.input.brief.on_screen;
    std::vector<std::string> faults;
    const Asked height = larger(own.min_text_height, brief.min_text_height);
    if (letter_height(text) < height.value) {
      faults.push_back(
          fmt::format("{} asks for {:.1f} % of the height", height.by, height.value * 100));
    }
    const Asked contrast = larger(own.min_contrast, brief.min_contrast);
    if (text.contrast < contrast.value) {
      faults.push_back(
          fmt::format("{} asks for a contrast of {:.1f}:1", contrast.by, contrast.value));
    }
    if (media.facts.kind() == MediaKind::video) {
      add_shown_time(text, faults);
      add_late(text, first_brand_ms(media, view_.input.brief), faults);
    }
    add_covered(text, faults);
    return faults;
  }

  void add_shown_time(const SeenText& text, std::vector<std::string>& faults) const {
    const auto asked_of = [&](const OnScreenRule& rule) {
      return std::max(
          rule.min_seconds,
          rule.seconds_per_character * static_cast<double>(count_code_points(text.text)));
    };
    const double shown = seconds(text.time.end_ms - text.time.start_ms);
    const Asked asked =
        larger(asked_of(view_.market.on_screen), asked_of(view_.input.brief.on_screen));
    if (shown < asked.value) {
      faults.push_back(
          fmt::format("it shows for {:.1f} s, {} asks for {:.1f} s", shown, asked.by, asked.value));
    }
  }

  // House policy is content with a label that comes before the brand; a brief is not.
  void add_late(const SeenText& text,
                std::optional<std::int64_t> brand_ms,
                std::vector<std::string>& faults) const {
    const double start = seconds(text.time.start_ms);
    const double latest = view_.market.on_screen.latest_start_seconds;
    const double briefed = view_.input.brief.on_screen.latest_start_seconds;
    if (briefed > 0 && start > briefed) {
      faults.push_back(fmt::format(
          "it comes after {:.1f} s, the brief asks for it by {:.1f} s", start, briefed));
    } else if (latest > 0 && start > latest && !brand_ms) {
      faults.push_back(fmt::format(
          "it comes after {:.1f} s, house policy asks for it by {:.1f} s", start, latest));
    } else if (latest > 0 && start > latest && text.time.start_ms > *brand_ms) {
      faults.push_back(
          fmt::format("it comes after {:.1f} s, house policy asks for it by {:.1f} s or before the "
                      "brand shows, which it does at {:.1f} s",
                      start,
                      latest,
                      seconds(*brand_ms)));
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
    const bool asked = view.market.in_media.holds || input.brief.disclosure.shown;
    if (asked && (is_video || is_story)) {
      findings.push_back(reader.read("in_media", view.market.in_media, item));
    } else if (view.market.each_item.holds && is_carousel) {
      findings.push_back(reader.read("each_item", view.market.each_item, item));
    }
  }
}

}  // namespace muster
