#include "extractors/media/first_brand.h"

#include "extractors/media/brand_timeline.h"

#include <algorithm>

namespace muster {
namespace {

// A word mark that is read this surely is the brand without a person.
constexpr double kSureWordmark = 0.7;

}  // namespace

std::optional<std::int64_t> first_brand_ms(const SeenMedia& media, const Brief& brief) {
  std::optional<std::int64_t> first;
  const auto at = [&](std::int64_t time_ms) {
    first = first ? std::min(*first, time_ms) : time_ms;
  };
  for (const BrandsInFrame& frame : media.brands) {
    for (const BrandHit& hit : frame.hits) {
      if (hit.kit == brief.kit && counts_as_seen(hit, brief.visibility.min_score)) {
        at(frame.time_ms);
      }
    }
  }
  for (const WordmarkHit& hit : media.wordmarks) {
    if (hit.kit == brief.kit && !hit.only_a_word && hit.score >= kSureWordmark) {
      at(hit.time.start_ms);
    }
  }
  return first;
}

}  // namespace muster
