#pragma once

#include "storage/surveys.h"
#include "worker/jobs/jobs.h"

namespace muster {

// The parse job of an export from a folder of metrics: its rows become series. Ends as a handler
// does.
JobEnd parse_metrics(const Claim& claim,
                     JobContext& context,
                     const ParseWork& work,
                     const SourceConfig& config,
                     std::stop_token stop);

}  // namespace muster
