#pragma once

#include "worker/commands/commands.h"

namespace muster {

// muster duplicates list and dismiss.
Exit duplicates_command(Args args);

}  // namespace muster
