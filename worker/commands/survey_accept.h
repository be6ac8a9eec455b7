#pragma once

#include "worker/commands/commands.h"

namespace muster {

// muster survey accept
Exit survey_accept_command(Args args);

}  // namespace muster
