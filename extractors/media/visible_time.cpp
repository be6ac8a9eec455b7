#include "extractors/media/visible_time.h"

#include <algorithm>

namespace muster {
namespace {

// From this frame to the next one looked at; of the last frame, its own duration.
std::int64_t step_after(std::span<const SeenFrame> frames, std::size_t i) {
  return i + 1 < frames.size()
             ? std::max<std::int64_t>(0, frames[i + 1].time_ms - frames[i].time_ms)
             : std::max<std::int64_t>(0, frames[i].duration_ms);
}

std::int64_t own_duration(std::span<const SeenFrame> frames, std::size_t i) {
  return std::clamp<std::int64_t>(frames[i].duration_ms, 0, step_after(frames, i));
}

void add_span(std::vector<TimeSpan>& spans, TimeSpan span) {
  if (!spans.empty() && spans.back().end_ms >= span.start_ms) {
    spans.back().end_ms = std::max(spans.back().end_ms, span.end_ms);
  } else {
    spans.push_back(span);
  }
}

// One frame missed between two that show it, close together: more likely a blink of the detector
// than of the brand.
bool is_blink(std::span<const SeenFrame> frames, std::size_t i) {
  return i > 0 && i + 1 < frames.size() && !frames[i].seen && frames[i - 1].seen &&
         frames[i + 1].seen && frames[i + 1].time_ms - frames[i - 1].time_ms <= kMaxGapMs;
}

}  // namespace

VisibleTime visible_time(std::span<const SeenFrame> frames) {
  VisibleTime result;
  for (std::size_t i = 0; i < frames.size(); ++i) {
    const std::int64_t step = step_after(frames, i);
    const std::int64_t own = own_duration(frames, i);
    const bool last = i + 1 == frames.size();
    const bool next_seen = !last && frames[i + 1].seen;
    if (frames[i].seen) {
      const std::int64_t sure = last || (next_seen && step <= kMaxGapMs) ? step : own;
      result.least_ms += sure;
      result.likely_ms += next_seen ? step : std::max(sure, own + (step - own) / 2);
      result.most_ms += step;
      add_span(result.spans, {frames[i].time_ms, frames[i].time_ms + sure});
    } else {
      const bool blink = is_blink(frames, i);
      result.likely_ms += blink ? step : next_seen ? (step - own) / 2 : 0;
      result.most_ms += blink ? step : next_seen ? step - own : 0;
    }
  }
  result.likely_ms = std::min(result.likely_ms, result.most_ms);
  return result;
}

}  // namespace muster
