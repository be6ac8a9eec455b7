#pragma once

#include "worker/commands/commands.h"

namespace muster {

// muster survey quality, exclude, restore.
Exit survey_quality_command(Args args);
Exit survey_exclude_command(Args args);
Exit survey_restore_command(Args args);

}  // namespace muster
