#pragma once

#include "extractors/decode/helper/zygote.h"

namespace muster {

// Tries what kSandboxProbes[request.probe] names. Returns kExitProbeDenied or kExitProbeAllowed;
// most probes never return, because the filter ends the process.
int run_probe(const ChildContext& context);

}  // namespace muster
