#include "core/text.h"
#include "extractors/media/checks.h"
#include "extractors/media/seen_labels.h"
#include "extractors/text/caption.h"

#include <algorithm>
#include <cmath>
#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace muster {
namespace {

// A mark that an app burns into what is saved from it.
struct AppMark {
  std::string_view word;      // as it stands in the picture
  std::string_view platform;  // PlacementPack::platform; "" where it is an editor's
};
constexpr AppMark kAppMarks[] = {{"TikTok", "tiktok"},
                                 {"Snapchat", "snapchat"},
                                 {"Instagram", "instagram"},
                                 {"CapCut", ""},
                                 {"Kwai", ""},
                                 {"Likee", ""},
                                 {"InShot", ""}};
// An app's name is its mark where a handle stands beside or right below it: "find me on TikTok" is
// a sentence, "TikTok" over "@mia.cooks" is the mark. House policy.
constexpr double kHandleWithin = 2.5;  // heights of the letters
constexpr double kSureReading = 0.6;

bool has_handle(const Caption& line) {
  return count_tokens(line, TokenKind::mention) > 0;
}

bool is_near(const SeenText& mark, const SeenText& handle) {
  const double reach = kHandleWithin * std::max(mark.box.height, handle.box.height);
  const double gap = std::max(handle.box.y - (mark.box.y + mark.box.height),
                              mark.box.y - (handle.box.y + handle.box.height));
  const bool beside = handle.box.x < mark.box.x + mark.box.width + reach &&
                      mark.box.x < handle.box.x + handle.box.width + reach;
  return gap < reach && beside;
}

class WatermarkCheck : public Check {
 public:
  std::string_view name() const override { return "watermark"; }

  std::vector<Finding> run(const CheckInput& input) const override {
    std::vector<Finding> findings;
    for (std::size_t item = 0; item < input.media.size(); ++item) {
      findings.push_back(look_through(input, input.media[item]));
      findings.back().place.item = static_cast<int>(item);
    }
    if (findings.empty()) {
      findings.push_back(look_through(input, SeenMedia()));
    }
    return findings;
  }

 private:
  Finding look_through(const CheckInput& input, const SeenMedia& media) const {
    Finding finding;
    finding.check = name();
    finding.rule_id = "watermark.platform";
    finding.source.text = "house policy";
    finding.source.confidence = "house";
    if (!media.texts_were_read) {
      finding.outcome = Outcome::not_applicable;
      finding.message = "no text was read, so nobody looked for the marks of other apps";
      return finding;
    }
    const std::string own = input.placement == nullptr ? "" : input.placement->platform;
    for (const SeenText& text : media.texts) {
      for (const AppMark& mark : kAppMarks) {
        if (mark.platform != own && is_mark(text, mark, media)) {
          describe(finding, text, mark, input);
          return finding;
        }
      }
    }
    finding.outcome = Outcome::pass;
    finding.message = "no other app's mark was read";
    return finding;
  }

  static bool is_mark(const SeenText& text, const AppMark& mark, const SeenMedia& media) {
    const Caption line = read_caption(text.text);
    if (text.confidence < kSureReading || find_phrase(line, read_caption(mark.word)).empty()) {
      return false;
    }
    // Nothing but the name on its line, perhaps with the handle.
    constexpr std::size_t kMostTokens = 3;
    if (line.tokens.size() > kMostTokens) {
      return false;
    }
    return has_handle(line) ||
           std::any_of(media.texts.begin(), media.texts.end(), [&](const SeenText& other) {
             return has_handle(read_caption(other.text)) && is_near(text, other);
           });
  }

  static void describe(Finding& finding,
                       const SeenText& text,
                       const AppMark& mark,
                       const CheckInput& input) {
    finding.outcome = Outcome::warn;
    finding.message = fmt::format(
        "it carries the mark of {}{}",
        mark.word,
        input.placement == nullptr ? std::string() : ", and is meant for " + input.placement->name);
    finding.remedy = fmt::format("Send the original, not the copy saved from {}.", mark.word);
    point_to(text, finding);
  }
};

}  // namespace

std::unique_ptr<Check> make_watermark_check() {
  return std::make_unique<WatermarkCheck>();
}

}  // namespace muster
