#pragma once

#include "extractors/decode/header_check.h"
#include "extractors/decode/helper/output.h"

#include <string>

namespace muster {

bool is_heif(MediaType type);

// Decodes the main picture of a HEIC or AVIF file whose header was checked: one frame, or none and
// the reason.
void decode_heif(const ChildContext& context, const HeaderFacts& header, AnswerWriter& answer);

// The libraries that do it, with the versions that are loaded.
std::string heif_libraries();

}  // namespace muster
