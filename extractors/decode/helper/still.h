#pragma once

#include "extractors/decode/header_check.h"
#include "extractors/decode/helper/output.h"

#include <string>

namespace muster {

// Decodes a photo whose header was checked: one frame, or none and the reason.
void decode_still(const ChildContext& context, const HeaderFacts& header, AnswerWriter& answer);

// The contact sheet of a submission's thumbnails.
void make_still_sheet(const ChildContext& context, AnswerWriter& answer);

// JPEG, PNG, WebP and GIF.
bool is_plain_still(MediaType type);

// Runs every still decoder once, so that a child needs to load and set up nothing.
void warm_up_stills();

// The libraries that decode photos, with the versions that are loaded.
std::string still_libraries();

}  // namespace muster
