#pragma once

#include "worker/commands/commands.h"

namespace muster {

// muster insights lift: exposed against control.
Exit insights_lift(Args args);

}  // namespace muster
