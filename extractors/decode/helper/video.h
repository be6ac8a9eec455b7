#pragma once

#include "extractors/decode/header_check.h"
#include "extractors/decode/helper/output.h"

#include <string>

namespace muster {

// Decodes a video whose header was checked: facts, and frames spread evenly over its time.
void decode_video(const ChildContext& context, const HeaderFacts& header, AnswerWriter& answer);

// Sets up every video decoder once, so that a child needs to load nothing.
void warm_up_video();

// The libraries that decode videos, with the versions that are loaded.
std::string video_libraries();

}  // namespace muster
