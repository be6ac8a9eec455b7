#include "extractors/media/look_for_brands.h"

namespace muster {
namespace {

// Frames nearer to each other than this are not searched both: a search costs far more than a
// frame, and what shows for less than this is nothing that a viewer takes in.
constexpr std::int64_t kSearchedEveryMs = 250;

bool can_be_found(const LookInput& input) {
  const IndexedKit* kit = input.brands == nullptr || input.brief.kit.empty()
                              ? nullptr
                              : input.brands->kit(input.brief.kit);
  return kit != nullptr && kit->usable_pictures > 0;
}

}  // namespace

std::vector<BrandsInFrame> look_for_brands(const LookInput& input) {
  std::vector<BrandsInFrame> searched;
  if (!can_be_found(input)) {
    return searched;
  }
  for (const Frame& frame : input.media.frames) {
    if (searched.empty() || frame.time_ms - searched.back().time_ms >= kSearchedEveryMs) {
      searched.push_back({frame.time_ms, frame.duration_ms, input.brands->find(frame.pixels)});
    }
  }
  return searched;
}

}  // namespace muster
