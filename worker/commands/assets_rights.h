#pragma once

#include "worker/commands/commands.h"

namespace muster {

// muster assets rights.
Exit assets_rights(Args args);

}  // namespace muster
