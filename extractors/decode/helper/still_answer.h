#pragma once

#include "extractors/decode/helper/output.h"
#include "extractors/decode/helper/still_formats.h"

namespace muster {

// Puts a decoded still into the answer, as a viewer sees it and at the size asked for; reports
// damage.
void hand_over(const ChildContext& context, StillPixels still, Turn turn, AnswerWriter& answer);

}  // namespace muster
