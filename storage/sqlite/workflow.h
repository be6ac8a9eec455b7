#pragma once

#include "core/clock.h"
#include "core/decision.h"
#include "core/job.h"
#include "core/json.h"
#include "core/submission.h"
#include "storage/job_queue.h"
#include "storage/sqlite/connection.h"

#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

// The steps that several parts of the store take. Each runs within the write transaction of its
// caller.

namespace muster {

// "revision/12"
std::string revision_subject(RevisionId id);

// nullopt when such a job is open already.
std::optional<JobId> add_job(Connection& connection, const NewJob& job, Timestamp now);
// As add_job for a job whose input has just changed: one that is running will run once more.
void add_job_again(Connection& connection, JobKind kind, const std::string& subject, Timestamp now);
// Ends open jobs of a subject whose work is not needed any more; whoever runs one loses its lease.
void cancel_jobs(Connection& connection,
                 const std::string& subject,
                 std::string_view why,
                 Timestamp now);
// Ends the claim as completed. LeaseLost when it is not held any more. PermanentError when it is
// for something else.
void complete_claim(Connection& connection,
                    const Claim& claim,
                    JobKind kind,
                    std::string_view subject,
                    Timestamp now);
// True the first time that this effect is entered.
bool enter_effect(Connection& connection,
                  JobKind kind,
                  std::string_view subject,
                  std::string_view key,
                  Timestamp now);
// Lets effects on a subject happen once more: a person asked for it.
void forget_effects(Connection& connection, JobKind kind, std::string_view subject);

// Appends an entry to the decision log. `actor` is "person:NAME" or "rule:NAME".
void append_log(Connection& connection,
                Timestamp at,
                std::string_view actor,
                std::string_view action,
                std::string_view subject,
                const Json& detail);
std::string log_actor(const Actor& actor);
// "person:dana" for "dana"; names that say what they are stay.
std::string log_actor(std::string_view name);

// A submission and its current revision.
struct Current {
  SubmissionId submission{};
  RevisionId revision{};
  int number = 1;
  SubmissionState state = SubmissionState::received;
  std::optional<SubmissionState> state_before;
  bool filed = false;
  std::optional<ContentHash> content;
  bool checked = false;
};
std::optional<Current> find_current(Connection& connection, SubmissionId id);
// nullopt when the revision is gone or was overtaken by a newer one.
std::optional<Current> find_current(Connection& connection, RevisionId id);

void move_submission(Connection& connection, SubmissionId id, SubmissionState state, Timestamp now);
// Takes it out of its way with a reason, remembering what it was. Nothing happens to one that is at
// an end.
void quarantine_submission(Connection& connection,
                           const Current& current,
                           std::string_view reason,
                           std::string_view actor,
                           Timestamp now);
// Back to where it was before the quarantine.
void restore_submission(Connection& connection, const Current& current, Timestamp now);
// Takes a revision out of the catalog and the approved submission out of "filed".
void take_out_of_catalog(Connection& connection, const Current& current, Timestamp now);

// What the log says about a decision; verify() compares it.
Json decision_detail(const Decision& decision);
// Enters a decision, its log entry and the state that follows from it; an approval enqueues the
// file job.
Decision record_decision(Connection& connection,
                         const Current& current,
                         DecisionKind kind,
                         const Actor& actor,
                         std::string_view reason_code,
                         std::string_view note,
                         Timestamp now);
// Enters that `earlier` is taken back. The caller moves the submission.
Decision record_undo(Connection& connection,
                     const Current& current,
                     const Decision& earlier,
                     const Actor& actor,
                     std::string_view note,
                     Timestamp now);
SubmissionState state_after(DecisionKind kind);

// True where a submission in this state waits for a job of this kind.
bool waits_for(SubmissionState state, JobKind kind);

// What a job that ended badly means for its subject, where that waits for it: "failed" with this
// explanation.
void fail_subject(Connection& connection,
                  JobKind kind,
                  std::string_view subject,
                  std::string_view why,
                  std::string_view actor,
                  Timestamp now);

}  // namespace muster
