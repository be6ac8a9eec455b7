#pragma once

#include "config/packs.h"
#include "extractors/media/brand_timeline.h"
#include "extractors/media/seen_media.h"

#include <string>
#include <vector>

namespace muster {

// What was found of one brand in one item.
struct Sight {
  const BrandHit* best = nullptr;     // the surest hit, one that counts first; nullptr: none
  const BrandHit* largest = nullptr;  // of the hits that are sure enough
  const BrandsInFrame* best_frame = nullptr;
  const BrandsInFrame* largest_frame = nullptr;
  BrandTimeline timeline;  // of frames with a hit that is sure enough
};

// One item whose pictures were searched.
struct Searched {
  const SeenMedia* media = nullptr;
  int item = 0;
};

// `min_score`: of a hit that counts.
Sight look_for(const std::string& kit, const Searched& searched, double min_score);

// The span that holds the frame's time, or the frame itself.
TimeSpan span_around(const BrandsInFrame& frame, const std::vector<TimeSpan>& spans);

// Share of a box under any of the zones. Zones hardly overlap, so their shares are added.
double covered_share(const Box& box, const std::vector<CoveredZone>& zones);

}  // namespace muster
