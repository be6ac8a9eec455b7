#pragma once

#include "core/clock.h"
#include "core/job.h"
#include "storage/job_queue.h"
#include "storage/sqlite/connection.h"

#include <optional>
#include <span>
#include <vector>

// What the job queue reads. Each runs within the transaction of its caller.

namespace muster {

// The job that is due and of the highest priority, then the earliest, then the lowest id; kinds
// that are paused are passed over. The cost grows with the number of kinds and priorities, not with
// the length of the queue.
std::optional<JobId> most_urgent_job(Connection& connection,
                                     std::span<const JobKind> kinds,
                                     Timestamp present);

// When the next job that isn't paused becomes due; in the past when one is due already. nullopt:
// none is open.
std::optional<Timestamp> next_due_at(Connection& connection);

std::vector<Job> find_jobs(Connection& connection, const JobFilter& filter);

// From the counters that triggers keep.
std::vector<JobCount> count_jobs(Connection& connection);

}  // namespace muster
