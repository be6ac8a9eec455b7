#pragma once

#include "worker/commands/commands.h"

namespace muster {

// muster survey map
Exit survey_map_command(Args args);

}  // namespace muster
