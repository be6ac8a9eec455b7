#pragma once

#include "worker/commands/commands.h"

namespace muster {

// muster insights metrics: sums of the series of the other objectives.
Exit insights_metrics(Args args);
// muster insights journey: from filed assets over metrics to answers.
Exit insights_journey(Args args);

}  // namespace muster
