#pragma once

#include "core/finding.h"
#include "core/submission.h"
#include "core/time.h"
#include "storage/checks.h"
#include "storage/sqlite/connection.h"

#include <functional>

namespace muster {

// Checks::mark_stale() within a write transaction.
StaleMarks mark_stale_verdicts(Connection& connection,
                               const ContentHash& digest,
                               const std::function<Provenance(const Manifest&)>& present,
                               Timestamp now);

}  // namespace muster
