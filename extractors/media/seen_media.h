#pragma once

#include "core/media.h"
#include "core/media_origin.h"
#include "extractors/brand/brand_index.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace muster {

// The brands found in one frame.
struct BrandsInFrame {
  std::int64_t time_ms = 0;
  std::int64_t duration_ms = 0;  // until the next frame of the file
  std::vector<BrandHit> hits;
};

// What is known of a file once its pixels are gone: the checks' view of it. All that needs pixels
// is found by look_at(), one file after the other, so that the frames of at most one file are in
// memory, however many files a submission has.
struct SeenMedia {
  MediaFacts facts;
  // What went wrong in words that a creator understands, with what to send instead; empty when all
  // is well.
  std::string remedy;
  MediaOrigin origin = {};             // what the file says of itself
  std::optional<GeoPoint> place = {};  // where it says it was taken
  // Whether there was any picture to look at.
  bool has_pictures = false;
  // Why looking stopped half way (a defect of ours, never of the file); empty when it did not. What
  // was not seen then says nothing.
  std::string look_problem;

  // The frames that were searched for brands, in order of time; empty where the brief has no kit.
  std::vector<BrandsInFrame> brands;
};

}  // namespace muster
