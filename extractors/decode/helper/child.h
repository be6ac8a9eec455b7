#pragma once

#include "extractors/decode/helper/sandbox.h"
#include "extractors/decode/helper/zygote.h"

#include <sys/types.h>

namespace muster {

// The life of a child: waits on the socket `order` for one request with its two memories (input,
// output), locks itself up, does its work and exits with a kExit... status of protocol.h. Ends with
// `zygote`, its parent.
[[noreturn]] void live_as_child(const Sandbox& sandbox,
                                const ChildMain& child_main,
                                int order,
                                pid_t zygote);

}  // namespace muster
