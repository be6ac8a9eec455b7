#pragma once

#include "worker/commands/commands.h"

namespace muster {

// muster survey list, show and drift.
Exit survey_command(Args args);

}  // namespace muster
