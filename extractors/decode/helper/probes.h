#pragma once

#include <cstddef>
#include <cstdint>

#include <sys/types.h>

namespace muster {

// Tries what kSandboxProbes[probe] names, on `parent` where another process is needed. Returns
// kExitProbeDenied or kExitProbeAllowed; most probes never return, because the filter ends the
// process. `memory_bytes`: Sandbox::Limits.
int run_probe(std::size_t probe, std::uint64_t memory_bytes, pid_t parent);

}  // namespace muster
