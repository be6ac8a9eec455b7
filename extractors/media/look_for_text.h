#pragma once

#include "extractors/media/look.h"
#include "extractors/media/seen_media.h"

namespace muster {

// Reads the text and the QR codes in the pictures of a file and keeps them in `seen`.
void look_for_text(const LookInput& input, SeenMedia& seen);

}  // namespace muster
