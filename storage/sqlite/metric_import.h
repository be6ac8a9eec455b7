#pragma once

#include "storage/metrics.h"
#include "storage/sqlite/connection.h"

namespace muster {

// Files the rows of one metric export, within the write transaction of its caller, and writes down
// in the export's row what became of them. What the store refuses moves to the rejected rows.
ImportCounts import_metrics(Connection& connection,
                            ExportId id,
                            MetricImport import,
                            Timestamp now);

}  // namespace muster
