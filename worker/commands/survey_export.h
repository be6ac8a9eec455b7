#pragma once

#include "worker/commands/commands.h"

namespace muster {

// muster survey export: the responses of a survey as CSV, JSONL or an SPSS system file.
Exit survey_export(Args args);

}  // namespace muster
