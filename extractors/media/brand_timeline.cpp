#include "extractors/media/brand_timeline.h"

#include <algorithm>
#include <set>
#include <string>

namespace muster {
namespace {

// An unsure hit goes on with a sure one from this share of the threshold...
constexpr double kFollowed = 0.5;
// ...and this much overlap of the boxes (intersection over union).
constexpr double kSamePlace = 0.3;

double overlap_over_union(const Box& a, const Box& b) {
  const double width = std::min(a.x + a.width, b.x + b.width) - std::max(a.x, b.x);
  const double height = std::min(a.y + a.height, b.y + b.height) - std::max(a.y, b.y);
  if (width <= 0 || height <= 0) {
    return 0;
  }
  const double common = width * height;
  return common / (a.width * a.height + b.width * b.height - common);
}

// The hits of one kit in one frame that are sure, or that go on with `before`.
std::vector<Box> places_in(const BrandsInFrame& frame,
                           std::string_view kit,
                           double min_score,
                           const std::vector<Box>& before) {
  std::vector<Box> places;
  for (const BrandHit& hit : frame.hits) {
    if (hit.kit != kit) {
      continue;
    }
    const bool goes_on = hit.score >= kFollowed * min_score &&
                         std::any_of(before.begin(), before.end(), [&](const Box& box) {
                           return overlap_over_union(box, hit.box) >= kSamePlace;
                         });
    if (counts_as_seen(hit, min_score) || goes_on) {
      places.push_back(hit.box);
    }
  }
  return places;
}

// Marks the frames that show the kit, following its places in the order of `frames`' indices.
template <typename Order>
void follow(std::span<const BrandsInFrame> frames,
            std::string_view kit,
            double min_score,
            const Order& order,
            std::vector<SeenFrame>& seen) {
  std::vector<Box> before;
  std::int64_t at = 0;
  for (const std::size_t i : order) {
    if (std::abs(frames[i].time_ms - at) > kMaxGapMs) {
      before.clear();
    }
    std::vector<Box> places = places_in(frames[i], kit, min_score, before);
    if (!places.empty()) {
      seen[i].seen = true;
      before = std::move(places);
      at = frames[i].time_ms;
    }
  }
}

std::vector<SeenFrame> tracked_frames(std::span<const BrandsInFrame> frames,
                                      std::string_view kit,
                                      double min_score) {
  std::vector<SeenFrame> seen;
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < frames.size(); ++i) {
    seen.push_back({frames[i].time_ms, frames[i].duration_ms, false});
    order.push_back(i);
  }
  follow(frames, kit, min_score, order, seen);
  std::reverse(order.begin(), order.end());
  follow(frames, kit, min_score, order, seen);
  return seen;
}

std::vector<TimeSpan> bridged(const std::vector<TimeSpan>& spans) {
  std::vector<TimeSpan> runs;
  for (const TimeSpan& span : spans) {
    if (!runs.empty() && span.start_ms - runs.back().end_ms <= kMaxGapMs) {
      runs.back().end_ms = span.end_ms;
    } else {
      runs.push_back(span);
    }
  }
  return runs;
}

std::vector<SeenFrame> without(std::vector<SeenFrame> seen, const std::vector<SeenFrame>& others) {
  for (std::size_t i = 0; i < seen.size(); ++i) {
    seen[i].seen = seen[i].seen && !others[i].seen;
  }
  return seen;
}

}  // namespace

bool counts_as_seen(const BrandHit& hit, double min_score) {
  return hit.score >= min_score && !hit.is_thin();
}

BrandTimeline brand_timeline(std::span<const BrandsInFrame> frames,
                             std::string_view kit,
                             double min_score) {
  BrandTimeline timeline;
  std::vector<SeenFrame> sure;
  std::set<std::string> others;
  for (const BrandsInFrame& frame : frames) {
    sure.push_back({frame.time_ms, frame.duration_ms, false});
    for (const BrandHit& hit : frame.hits) {
      if (counts_as_seen(hit, min_score)) {
        sure.back().seen = sure.back().seen || hit.kit == kit;
        if (hit.kit != kit) {
          others.insert(hit.kit);
        }
      }
    }
  }
  timeline.time = visible_time(sure);
  const std::vector<SeenFrame> own = tracked_frames(frames, kit, min_score);
  timeline.tracked = visible_time(own);
  timeline.runs = bridged(timeline.tracked.spans);
  for (std::size_t i = 0; i < timeline.runs.size(); ++i) {
    const TimeSpan& run = timeline.runs[i];
    timeline.longest_run_ms = std::max(timeline.longest_run_ms, run.end_ms - run.start_ms);
    if (i > 0) {
      timeline.longest_gap_ms =
          std::max(timeline.longest_gap_ms, run.start_ms - timeline.runs[i - 1].end_ms);
    }
  }
  std::vector<SeenFrame> alone = own;
  std::int64_t all_ms = timeline.tracked.likely_ms;
  for (const std::string& other : others) {
    const std::vector<SeenFrame> theirs = tracked_frames(frames, other, min_score);
    alone = without(std::move(alone), theirs);
    all_ms += visible_time(theirs).likely_ms;
  }
  timeline.solus_ms = visible_time(alone).least_ms;
  timeline.share_of_voice = all_ms > 0 ? double(timeline.tracked.likely_ms) / double(all_ms) : 0;
  return timeline;
}

}  // namespace muster
