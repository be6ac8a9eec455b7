#include "extractors/media/brand_sight.h"

#include <algorithm>

namespace muster {

Sight look_for(const std::string& kit, const Searched& searched, double min_score) {
  Sight sight;
  const auto rank = [&](const BrandHit& hit) {
    return hit.score + (counts_as_seen(hit, min_score) ? 1 : 0);
  };
  for (const BrandsInFrame& frame : searched.media->brands) {
    for (const BrandHit& hit : frame.hits) {
      if (hit.kit != kit) {
        continue;
      }
      if (sight.best == nullptr || rank(hit) > rank(*sight.best)) {
        sight.best = &hit;
        sight.best_frame = &frame;
      }
      if (counts_as_seen(hit, min_score) &&
          (sight.largest == nullptr || hit.share_of_frame > sight.largest->share_of_frame)) {
        sight.largest = &hit;
        sight.largest_frame = &frame;
      }
    }
  }
  sight.timeline = brand_timeline(searched.media->brands, kit, min_score);
  return sight;
}

TimeSpan span_around(const BrandsInFrame& frame, const std::vector<TimeSpan>& spans) {
  for (const TimeSpan& span : spans) {
    if (span.start_ms <= frame.time_ms && frame.time_ms < span.end_ms) {
      return span;
    }
  }
  return {frame.time_ms, frame.time_ms + std::max<std::int64_t>(frame.duration_ms, 1)};
}

double covered_share(const Box& box, const std::vector<CoveredZone>& zones) {
  double covered = 0;
  for (const CoveredZone& zone : zones) {
    const double width =
        std::min(box.x + box.width, zone.box.x + zone.box.width) - std::max(box.x, zone.box.x);
    const double height =
        std::min(box.y + box.height, zone.box.y + zone.box.height) - std::max(box.y, zone.box.y);
    covered += std::max(0.0, width) * std::max(0.0, height);
  }
  const double area = box.width * box.height;
  return area > 0 ? std::min(1.0, covered / area) : 0;
}

}  // namespace muster
