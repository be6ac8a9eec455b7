#pragma once

#include "config/brief.h"
#include "extractors/decode/decoded_media.h"
#include "extractors/media/seen_media.h"
#include "extractors/text_seen/reading.h"

#include <functional>

namespace muster {

// What looking at the pictures of one file needs. Borrowed while it lasts.
struct LookInput {
  const DecodedMedia& media;  // with its frames
  const Brief& brief;
  const BrandIndex* brands = nullptr;  // nullptr: the brief has no kit
  // Decoder::decode_again() on the same file; empty: what lies between the frames stays unknown.
  std::function<DecodedMedia(const FrameQuery&)> again = {};
  const Reading* reading = nullptr;          // nullptr: nobody reads text and codes
  const WordmarkIndex* wordmarks = nullptr;  // nullptr: there are no kits
};

// The one place where checks meet pixels. Whatever a check wants to know of pictures is found here
// and kept in SeenMedia. Never throws for what is in the pictures; Interrupted, LeaseLost,
// TransientError and bad_alloc pass through.
SeenMedia look_at(const LookInput& input);

}  // namespace muster
