#pragma once

#include "worker/commands/commands.h"

namespace muster {

// muster survey drift: of a survey in the store, or between two files.
Exit survey_drift_command(Args args);

}  // namespace muster
