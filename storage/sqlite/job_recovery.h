#pragma once

#include "core/job.h"
#include "storage/job_queue.h"
#include "storage/sqlite/connection.h"

#include <string>
#include <string_view>
#include <vector>

// How jobs come back: those whose worker died, and those that a person asks for again. Each step
// runs within the write transaction of its caller.

namespace muster {

// Running jobs whose lease has ended or lies further ahead than it was given for (the machine was
// started anew), and with `all_others` those of every owner but `live_owner`. Their crash counts
// are what they were; none is marked discarded.
std::vector<Reclaimed> find_lost_jobs(Connection& connection,
                                      Milliseconds since_boot,
                                      std::string_view live_owner,
                                      bool all_others);

// Opens it again with its new crash count, or, where it says so, discards it and explains that to
// its subject.
void reclaim_job(Connection& connection, const Reclaimed& job, Timestamp now);

// Opens a job that has ended, its attempts counted from zero and its effects allowed once more.
// False where there is nothing to be done any more: its subject moved on, or such a job is open
// already.
bool redrive_job(Connection& connection, const Job& job, std::string_view actor, Timestamp now);

}  // namespace muster
