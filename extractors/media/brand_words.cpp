#include "extractors/media/brand_words.h"

#include "core/text.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace muster {
namespace {

constexpr std::size_t kNamedSpans = 4;

// From where on a measure is worth a word. House policy: what a person sees at a glance.
constexpr double kBlurred = 0.35;  // clarity
constexpr double kFaint = 0.2;     // contrast
constexpr double kMostlyHidden = 0.5;
constexpr double kOffColour = 60;  // CIE 1976; colored light alone makes 40
constexpr double kTurned = 60;     // degrees

std::string evidence_in_words(const BrandHit& hit) {
  std::vector<std::string> parts;
  if (hit.word) {
    parts.push_back(fmt::format("\"{}\" was read", hit.word->read));
  }
  if (hit.inliers > 0 || !hit.word) {
    parts.push_back(
        fmt::format("{} {}{}",
                    hit.inliers,
                    hit.inliers == 1 ? "feature agrees" : "features agree",
                    hit.learned ? fmt::format(", its shape to {:.0f} %", 100 * *hit.learned) : ""));
  }
  return join(parts, "; ");
}

}  // namespace

std::string percent_in_words(double share) {
  return fmt::format("{:.1f} %", 100 * share);
}

std::string seconds_in_words(std::int64_t ms) {
  return fmt::format("{:.1f} s", static_cast<double>(ms) / 1000);
}

std::string region_in_words(const Box& box) {
  const auto third = [](double at) { return at < 1.0 / 3 ? 0 : at <= 2.0 / 3 ? 1 : 2; };
  constexpr const char* kWords[3][3] = {{"upper left", "at the top", "upper right"},
                                        {"on the left", "in the middle", "on the right"},
                                        {"lower left", "at the bottom", "lower right"}};
  return kWords[third(box.y + box.height / 2)][third(box.x + box.width / 2)];
}

std::string hit_in_words(const BrandHit& hit) {
  std::string words = fmt::format("{}, {} of the frame, {}",
                                  evidence_in_words(hit),
                                  percent_in_words(hit.share_of_frame),
                                  region_in_words(hit.box));
  const BrandMeasures& measures = hit.measures;
  if (measures.clarity < kBlurred) {
    words += ", blurred";
  }
  if (measures.contrast < kFaint) {
    words += ", faint";
  }
  if (measures.hidden > kMostlyHidden) {
    words += fmt::format(", {:.0f} % of it hidden or distorted", 100 * measures.hidden);
  }
  if (measures.colour_difference.value_or(0) > kOffColour) {
    words += ", not in the brand's colors";
  }
  if (hit.mirrored) {
    words += ", mirrored";
  }
  if (std::abs(hit.rotation_degrees) > kTurned) {
    words += fmt::format(", turned by {:.0f} degrees", hit.rotation_degrees);
  }
  return words;
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

}  // namespace muster
