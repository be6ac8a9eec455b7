#pragma once

#include "extractors/text_seen/reading_protocol.h"

namespace muster {

// Locks the process in for good: no file, no network, no other process, no more memory than reading
// takes. It can still talk on its socket and map what comes over it. Whatever opens files is loaded
// before. Throws Error where it can't be locked in: nothing is to be read then.
void lock_in();

// Locks children of this process in, one for every probe, and reports what they could do there.
ReaderTrial try_lock_in();

}  // namespace muster
