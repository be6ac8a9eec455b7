#pragma once

#include "worker/commands/commands.h"

namespace muster {

// muster pack shadow.
Exit pack_shadow(Args args);

}  // namespace muster
