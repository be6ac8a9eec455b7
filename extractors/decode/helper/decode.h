#pragma once

#include "extractors/decode/helper/zygote.h"

namespace muster {

// The work of a child of muster-decode: fills the output memory with an answer, or tries what a
// probe asks for.
int decode(const ChildContext& context);

// Loads and sets up everything that decode() needs, so that it opens no file and starts no thread.
void warm_up();

}  // namespace muster
