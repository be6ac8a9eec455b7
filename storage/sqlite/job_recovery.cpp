#include "storage/sqlite/job_recovery.h"

#include "storage/sqlite/workflow.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace muster {
namespace {

bool restore_subject(Connection& connection, const Job& job, Timestamp now) {
  if (const auto id = subject_id(job.subject, "export")) {
    connection.run("UPDATE export SET state = 'waiting', error = '' WHERE id = ?", *id);
    return connection.changes() == 1;
  }
  if (const auto id = subject_id(job.subject, "revision")) {
    const auto current = find_current(connection, static_cast<RevisionId>(*id));
    if (!current) {
      return false;
    }
    const bool quarantined = current->state == SubmissionState::quarantined;
    if (!waits_for(quarantined ? *current->state_before : current->state, job.kind)) {
      return false;
    }
    restore_submission(connection, *current, now);
  }
  return true;
}

}  // namespace

std::vector<Reclaimed> find_lost_jobs(Connection& connection,
                                      Milliseconds since_boot,
                                      std::string_view live_owner,
                                      bool all_others) {
  Statement row = connection.prepare(
      "SELECT id, kind, subject, crash_count FROM job INDEXED BY job_running WHERE state = "
      "'running' "
      "AND (NOT (lease_until > ?1 AND lease_until <= ?1 + lease_ms) OR (?2 AND owner <> ?3)) "
      "ORDER BY id");
  row.bind(since_boot, all_others, live_owner);
  std::vector<Reclaimed> lost;
  while (row.step()) {
    lost.push_back({row.id<JobId>(0),
                    row.name_of<JobKind>(1),
                    row.text(2),
                    static_cast<int>(row.integer(3)),
                    false});
  }
  return lost;
}

void reclaim_job(Connection& connection, const Reclaimed& job, Timestamp now) {
  if (!job.discarded) {
    connection.run(
        "UPDATE job SET state = 'available', owner = NULL, lease_until = NULL, lease_ms = NULL, "
        "crash_count = ? "
        "WHERE id = ?",
        job.crash_count,
        job.id);
    return;
  }
  const std::string why =
      fmt::format("crashes the worker: it died {} times on this job", job.crash_count);
  connection.run(
      "UPDATE job SET state = 'discarded', owner = NULL, lease_until = NULL, lease_ms = NULL, "
      "crash_count = ?, finalized_at = ?, last_error = ? WHERE id = ?",
      job.crash_count,
      now,
      why,
      job.id);
  fail_subject(connection, job.kind, job.subject, why, "rule:crash_limit", now);
}

bool redrive_job(Connection& connection, const Job& job, std::string_view actor, Timestamp now) {
  Statement open = connection.prepare(
      "SELECT 1 FROM job WHERE subject = ? AND kind = ? AND state IN ('available', 'running', "
      "'retryable')");
  open.bind(job.subject, job.kind);
  if (open.step() || !restore_subject(connection, job, now)) {
    return false;
  }
  forget_effects(connection, job.kind, job.subject);
  connection.run(
      "UPDATE job SET state = 'available', attempt = 0, crash_count = 0, scheduled_at = ?, "
      "finalized_at = NULL, "
      "last_error = '' WHERE id = ?",
      now,
      job.id);
  append_log(connection,
             now,
             actor,
             "job.redriven",
             job.subject,
             {{"job", raw(job.id)}, {"kind", to_string(job.kind)}, {"error", job.last_error}});
  return true;
}

}  // namespace muster
