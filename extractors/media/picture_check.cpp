#include "core/text.h"
#include "extractors/media/checks.h"
#include "extractors/media/picture_measures.h"
#include "extractors/media/seen_labels.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace muster {
namespace {

constexpr double kLeastBars = 0.02;  // of the height or width, together: less is a rim, no bar

double to_seconds(std::int64_t ms) {
  return static_cast<double>(ms) / 1000;
}

double to_seconds(const TimeSpan& span) {
  return to_seconds(span.end_ms - span.start_ms);
}

// Bars come in pairs; a plain margin on one side alone is part of the picture.
double both(double one, double other) {
  return one > 0 && other > 0 ? one + other : 0;
}

PlainMargins margins_seen(const SeenMedia& media) {
  if (media.facts.kind() == MediaKind::image) {
    return media.picture->margins;
  }
  if (const auto& content = media.facts.video_content) {
    return {content->bar_top, content->bar_bottom, content->bar_left, content->bar_right};
  }
  return {};
}

bool shows_at(const SeenText& text, std::int64_t ms) {
  const bool is_still = text.time.end_ms <= text.time.start_ms;
  return is_still || (text.time.start_ms <= ms && ms < text.time.end_ms);
}

// The share of the frame that lies under any of the boxes.
double share_under(const std::vector<Box>& boxes) {
  std::vector<double> edges;
  for (const Box& box : boxes) {
    edges.push_back(box.x);
    edges.push_back(box.x + box.width);
  }
  std::sort(edges.begin(), edges.end());
  double area = 0;
  for (std::size_t i = 0; i + 1 < edges.size(); ++i) {
    // The boxes over this stretch, from top to bottom.
    std::vector<std::pair<double, double>> spans;
    for (const Box& box : boxes) {
      if (box.x <= edges[i] && edges[i + 1] <= box.x + box.width) {
        spans.emplace_back(box.y, box.y + box.height);
      }
    }
    std::sort(spans.begin(), spans.end());
    double height = 0;
    double end = 0;
    for (const auto& [top, bottom] : spans) {
      height += std::max(0.0, bottom - std::max(top, end));
      end = std::max(end, bottom);
    }
    area += height * (edges[i + 1] - edges[i]);
  }
  return area;
}

// Is anything to be seen at all: focus, light, bars, black and frozen time. What counts is the
// brief's [picture], whose defaults are house policy; platforms give no numbers for it.
class PictureCheck : public Check {
 public:
  std::string_view name() const override { return "picture"; }

  std::vector<Finding> run(const CheckInput& input) const override {
    std::vector<Finding> findings;
    for (std::size_t i = 0; i < input.media.size(); ++i) {
      const std::size_t before = findings.size();
      if (const SeenMedia& media = input.media[i]; media.picture) {
        judge_focus(input, media, findings);
        judge_light(input, media, findings);
        judge_bars(input, media, findings);
        judge_text(input, media, findings);
        if (media.facts.kind() == MediaKind::video) {
          judge_time(input, media, findings);
        }
      } else {
        findings.push_back(
            about(input,
                  "undecoded",
                  Outcome::could_not_check,
                  "focus, light and bars could not be checked: there is no picture"));
      }
      for (std::size_t k = before; k < findings.size(); ++k) {
        findings[k].place.item = static_cast<int>(i);
      }
    }
    return findings;
  }

 private:
  Finding about(const CheckInput& input,
                std::string_view rule,
                Outcome outcome,
                std::string message) const {
    Finding finding;
    finding.check = name();
    finding.rule_id = fmt::format("picture.{}", rule);
    finding.outcome = outcome;
    finding.message = std::move(message);
    finding.source = {
        fmt::format("house policy, [picture] of brief {}", input.brief.id), "", "", "house"};
    return finding;
  }

  static void measured(
      Finding& finding, double value, int digits, std::string threshold, std::string unit) {
    finding.measured = fmt::format("{:.{}f}", value, digits);
    finding.measured_value = value;
    finding.threshold = std::move(threshold);
    finding.unit = std::move(unit);
  }

  static void warn(Finding& finding, std::string_view reason, std::string_view remedy) {
    finding.outcome = Outcome::warn;
    finding.reason_code = reason;
    finding.remedy = remedy;
  }

  void judge_focus(const CheckInput& input,
                   const SeenMedia& media,
                   std::vector<Finding>& findings) const {
    const double least = input.brief.picture.min_sharpness;
    Finding finding = about(input, "focus", Outcome::pass, "something in it is in focus");
    measured(finding, media.picture->sharpness, 0, fmt::format("at least {:.0f}", least), "");
    if (media.picture->sharpness < least) {
      finding.message = "nothing in it is in focus";
      warn(finding,
           "picture_blurred",
           "Take it again with the focus on the product and the lens wiped, or send the original "
           "instead of a scaled copy.");
    }
    findings.push_back(std::move(finding));
  }

  void judge_light(const CheckInput& input,
                   const SeenMedia& media,
                   std::vector<Finding>& findings) const {
    const Brief::Picture& rule = input.brief.picture;
    const PictureMeasures& picture = *media.picture;
    Finding finding = about(input, "light", Outcome::pass, "it is neither too dark nor too bright");
    measured(finding,
             picture.light,
             2,
             fmt::format("{:.2f} to {:.2f}", rule.min_light, rule.max_light),
             "share");
    if (picture.light < rule.min_light || picture.clipped_dark > rule.max_clipped) {
      finding.message = fmt::format("it is too dark: {:.0f} % of full light, {:.0f} % of it black",
                                    picture.light * 100,
                                    picture.clipped_dark * 100);
      warn(finding, "picture_exposure", "Take it with more light, or brighten it.");
    } else if (picture.light > rule.max_light || picture.clipped_bright > rule.max_clipped) {
      finding.message =
          fmt::format("it is too bright: {:.0f} % of full light, {:.0f} % of it without any detail",
                      picture.light * 100,
                      picture.clipped_bright * 100);
      warn(finding, "picture_exposure", "Take it with less light, or darken it.");
    }
    findings.push_back(std::move(finding));
  }

  void judge_bars(const CheckInput& input,
                  const SeenMedia& media,
                  std::vector<Finding>& findings) const {
    const PlainMargins margins = margins_seen(media);
    const double upright = both(margins.top, margins.bottom);
    const double across = both(margins.left, margins.right);
    const bool letterbox = upright >= kLeastBars;
    const bool pillarbox = across >= kLeastBars;
    const double most = std::max(upright, across);
    Finding finding = about(input, "bars", Outcome::pass, "the picture fills the frame");
    measured(
        finding, most, 2, fmt::format("at most {:.2f}", input.brief.picture.max_bars), "share");
    if (most > input.brief.picture.max_bars) {
      const std::string_view what = letterbox && pillarbox ? "a plain frame around the picture"
                                    : letterbox ? "plain bars above and below the picture"
                                                : "plain bars beside the picture";
      finding.message = fmt::format(
          "{}: {:.0f} % of the {}", what, most * 100, upright >= across ? "height" : "width");
      finding.place.box =
          Box{margins.left, margins.top, 1 - across, 1 - upright};  // what is left of the picture
      warn(finding, "picture_bars", "Crop the bars off, or film it in the shape of the placement.");
    }
    findings.push_back(std::move(finding));
  }

  // How much of the frame text takes and whether it can be read, where the brief asks. Counts every
  // line that was read, on products and signs as well: nobody can tell those from superimposed
  // text.
  void judge_text(const CheckInput& input,
                  const SeenMedia& media,
                  std::vector<Finding>& findings) const {
    const Brief::Picture& rule = input.brief.picture;
    const bool known = media.texts_were_read && media.look_problem.empty();
    const auto unknown = [&](std::string_view id) {
      return about(
          input,
          id,
          Outcome::could_not_check,
          fmt::format("the text in it was not looked at: {}",
                      media.texts_problem.empty() ? "no text was read" : media.texts_problem));
    };
    if (rule.max_text_share > 0) {
      findings.push_back(known ? judge_text_share(input, media) : unknown("text_share"));
    }
    if (rule.min_text_height > 0) {
      findings.push_back(known ? judge_text_size(input, media) : unknown("text_size"));
    }
  }

  Finding judge_text_share(const CheckInput& input, const SeenMedia& media) const {
    const double most = input.brief.picture.max_text_share;
    double share = 0;
    const SeenText* when = nullptr;
    for (const SeenText& moment : media.texts) {
      std::vector<Box> boxes;
      for (const SeenText& text : media.texts) {
        if (shows_at(text, moment.time.start_ms)) {
          boxes.push_back(text.box);
        }
      }
      if (const double here = share_under(boxes); here > share) {
        share = here;
        when = &moment;
      }
    }
    Finding finding =
        about(input, "text_share", Outcome::pass, "text takes little enough of the frame");
    measured(finding, share, 2, fmt::format("at most {:.2f}", most), "share");
    if (share > most) {
      finding.message = fmt::format("text takes {:.0f} % of the frame", share * 100);
      if (when->time.end_ms > when->time.start_ms) {
        finding.place.time = when->time;
      }
      warn(finding, "picture_text", "Take text off the picture; the caption can say the rest.");
    }
    return finding;
  }

  Finding judge_text_size(const CheckInput& input, const SeenMedia& media) const {
    const double least = input.brief.picture.min_text_height;
    const auto smallest = std::min_element(
        media.texts.begin(), media.texts.end(), [](const SeenText& a, const SeenText& b) {
          return letter_height(a) < letter_height(b);
        });
    if (smallest == media.texts.end()) {
      return about(input, "text_size", Outcome::not_applicable, "there is no text in it");
    }
    const double height = letter_height(*smallest);
    Finding finding = about(input, "text_size", Outcome::pass, "its text is large enough to read");
    measured(
        finding, height * 100, 1, fmt::format("at least {:.1f}", least * 100), "% of the height");
    finding.place.box = smallest->box;
    finding.place.outline = smallest->outline;
    if (height < least) {
      finding.message = fmt::format(
          "\"{}\" is only {:.1f} % of the frame high", printable(smallest->text), height * 100);
      warn(finding, "picture_text", "Write it larger, or leave it out.");
    }
    return finding;
  }

  void judge_time(const CheckInput& input,
                  const SeenMedia& media,
                  std::vector<Finding>& findings) const {
    const auto& content = media.facts.video_content;
    if (!content) {
      findings.push_back(about(input,
                               "black",
                               Outcome::could_not_check,
                               "it is too long to look at every picture for black or frozen ones"));
      return;
    }
    findings.push_back(judge_spans(input,
                                   "black",
                                   "black",
                                   content->black,
                                   input.brief.picture.max_black_seconds,
                                   "Cut the black part out."));
    findings.push_back(judge_spans(input,
                                   "frozen",
                                   "frozen",
                                   content->frozen,
                                   input.brief.picture.max_frozen_seconds,
                                   "Cut the part that stands still, or send the original."));
  }

  Finding judge_spans(const CheckInput& input,
                      std::string_view rule,
                      std::string_view what,
                      const std::vector<TimeSpan>& spans,
                      double most_seconds,
                      std::string_view remedy) const {
    const auto longest =
        std::max_element(spans.begin(), spans.end(), [](const TimeSpan& a, const TimeSpan& b) {
          return to_seconds(a) < to_seconds(b);
        });
    const double length = longest == spans.end() ? 0 : to_seconds(*longest);
    Finding finding =
        about(input, rule, Outcome::pass, fmt::format("it is never {} for long", what));
    measured(finding, length, 1, fmt::format("at most {:.1f}", most_seconds), "s");
    if (length > most_seconds) {
      finding.message = fmt::format(
          "it is {} for {:.1f} s, from {:.1f} s on", what, length, to_seconds(longest->start_ms));
      finding.place.time = *longest;
      warn(finding, "picture_stands_still", remedy);
    }
    return finding;
  }
};

}  // namespace

std::unique_ptr<Check> make_picture_check() {
  return std::make_unique<PictureCheck>();
}

}  // namespace muster
