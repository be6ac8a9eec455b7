#pragma once

#include "storage/metrics.h"
#include "storage/sqlite/connection.h"

#include <string_view>
#include <vector>

// What is read about metrics, each within the transaction of its caller. As Metrics says;
// PermanentError for an unknown group.

namespace muster {

std::vector<MetricTotal> read_metric_totals(Connection& connection,
                                            const MetricFilter& filter,
                                            std::string_view group_by);
std::vector<MetricValueRow> read_metric_values(Connection& connection,
                                               const MetricFilter& filter,
                                               int limit);
std::vector<JourneyRow> read_journey(Connection& connection,
                                     const MetricFilter& filter,
                                     std::string_view group_by);
std::vector<CreatorFacts> read_creator_facts(Connection& connection);

}  // namespace muster
