#include "storage/sqlite/workflow.h"

#include "core/error.h"
#include "storage/decision_log.h"
#include "storage/sqlite/rights_records.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace muster {
namespace {

constexpr std::string_view kCurrentColumns =
    "SELECT s.id, r.id, r.number, s.state, s.state_before, s.filed_at IS NOT NULL, r.content, "
    "r.verdict IS NOT NULL "
    "FROM submission s JOIN revision r ON r.submission_id = s.id AND r.number = s.revision_number ";

Current read_current(const Statement& row) {
  Current current;
  current.submission = row.id<SubmissionId>(0);
  current.revision = row.id<RevisionId>(1);
  current.number = static_cast<int>(row.integer(2));
  current.state = row.name_of<SubmissionState>(3);
  if (!row.is_null(4)) {
    current.state_before = row.name_of<SubmissionState>(4);
  }
  current.filed = row.boolean(5);
  if (!row.is_null(6)) {
    current.content = row.hash(6);
  }
  current.checked = row.boolean(7);
  return current;
}

std::string submission_subject(SubmissionId id) {
  return fmt::format("submission/{}", raw(id));
}

}  // namespace

std::string revision_subject(RevisionId id) {
  return fmt::format("revision/{}", raw(id));
}

std::optional<JobId> add_job(Connection& connection, const NewJob& job, Timestamp now) {
  connection.run(
      "INSERT INTO job (kind, subject, state, priority, created_at, scheduled_at) "
      "VALUES (?, ?, 'available', ?, ?, ?) "
      "ON CONFLICT (subject, kind) WHERE state IN ('available', 'running', 'retryable') DO NOTHING",
      job.kind,
      job.subject,
      job.priority,
      now,
      job.scheduled_at.value_or(now));
  if (connection.changes() == 0) {
    return std::nullopt;
  }
  return static_cast<JobId>(connection.last_insert_id());
}

void add_job_again(Connection& connection,
                   JobKind kind,
                   const std::string& subject,
                   Timestamp now) {
  if (!add_job(connection, {.kind = kind, .subject = subject}, now)) {
    connection.run("UPDATE job SET again = 1 WHERE subject = ? AND kind = ? AND state = 'running'",
                   subject,
                   kind);
  }
}

void cancel_jobs(Connection& connection,
                 const std::string& subject,
                 std::string_view why,
                 Timestamp now) {
  connection.run(
      "UPDATE job SET state = 'cancelled', owner = NULL, lease_until = NULL, lease_ms = NULL, "
      "finalized_at = ?, "
      "last_error = ? WHERE subject = ? AND state IN ('available', 'running', 'retryable')",
      now,
      why,
      subject);
}

void complete_claim(Connection& connection,
                    const Claim& claim,
                    JobKind kind,
                    std::string_view subject,
                    Timestamp now) {
  if (claim.kind != kind || claim.subject != subject) {
    throw PermanentError(fmt::format("finish {} of {}: job {} is for {} of {}",
                                     to_string(kind),
                                     subject,
                                     raw(claim.id),
                                     to_string(claim.kind),
                                     claim.subject));
  }
  connection.run(
      "UPDATE job SET owner = NULL, lease_until = NULL, lease_ms = NULL, again = 0, "
      "state = iif(again, 'available', 'completed'), finalized_at = iif(again, NULL, ?1) "
      "WHERE id = ?2 AND owner = ?3 AND fence = ?4 AND state = 'running'",
      now,
      claim.id,
      claim.owner,
      claim.fence);
  if (connection.changes() != 1) {
    throw LeaseLost(
        fmt::format("finish job {} ({} of {}): it is not {}'s any more; its result is dropped",
                    raw(claim.id),
                    to_string(kind),
                    subject,
                    claim.owner));
  }
}

bool enter_effect(Connection& connection,
                  JobKind kind,
                  std::string_view subject,
                  std::string_view key,
                  Timestamp now) {
  connection.run(
      "INSERT INTO effect (kind, subject, effect_key, done_at) VALUES (?, ?, ?, ?) ON CONFLICT DO "
      "NOTHING",
      kind,
      subject,
      key,
      now);
  return connection.changes() == 1;
}

void forget_effects(Connection& connection, JobKind kind, std::string_view subject) {
  connection.run("DELETE FROM effect WHERE subject = ? AND kind = ?", subject, kind);
}

void append_log(Connection& connection,
                Timestamp at,
                std::string_view actor,
                std::string_view action,
                std::string_view subject,
                const Json& detail) {
  LogEntry entry;
  {
    Statement last = connection.prepare(
        "SELECT sequence, hash FROM decision_log ORDER BY sequence DESC LIMIT 1");
    if (last.step()) {
      entry.sequence = last.integer(0);
      entry.previous = last.hash(1);
    }
  }
  ++entry.sequence;
  entry.at = at;
  entry.actor = actor;
  entry.action = action;
  entry.subject = subject;
  entry.detail = dump(detail);
  entry.hash = chain_hash(entry);
  connection.run("INSERT INTO decision_log VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                 entry.sequence,
                 entry.at,
                 entry.actor,
                 entry.action,
                 entry.subject,
                 entry.detail,
                 entry.previous,
                 entry.hash);
}

std::string log_actor(const Actor& actor) {
  return fmt::format("{}:{}", to_string(actor.kind), actor.name);
}

std::string log_actor(std::string_view name) {
  if (name.empty()) {
    throw PermanentError("change the queue: who asks for it must be named");
  }
  return name.starts_with("person:") || name.starts_with("rule:") ? std::string(name)
                                                                  : fmt::format("person:{}", name);
}

std::optional<Current> find_current(Connection& connection, SubmissionId id) {
  static const std::string sql = std::string(kCurrentColumns) + "WHERE s.id = ?";
  Statement row = connection.prepare(sql);
  row.bind(id);
  return row.step() ? std::optional(read_current(row)) : std::nullopt;
}

std::optional<Current> find_current(Connection& connection, RevisionId id) {
  static const std::string sql = std::string(kCurrentColumns) + "WHERE r.id = ?";
  Statement row = connection.prepare(sql);
  row.bind(id);
  return row.step() ? std::optional(read_current(row)) : std::nullopt;
}

void move_submission(Connection& connection,
                     SubmissionId id,
                     SubmissionState state,
                     Timestamp now) {
  connection.run(
      "UPDATE submission SET state = ?, state_before = NULL, state_reason = '', updated_at = ? "
      "WHERE id = ?",
      state,
      now,
      id);
}

void quarantine_submission(Connection& connection,
                           const Current& current,
                           std::string_view reason,
                           std::string_view actor,
                           Timestamp now) {
  switch (current.state) {
    case SubmissionState::received:
    case SubmissionState::checking:
    case SubmissionState::in_review:
    case SubmissionState::approved:
    case SubmissionState::approved_with_corrections:
      break;
    default:
      return;
  }
  if (current.filed) {
    return;
  }
  connection.run(
      "UPDATE submission SET state = 'quarantined', state_before = ?, state_reason = ?, updated_at "
      "= ? WHERE id = ?",
      current.state,
      reason,
      now,
      current.submission);
  append_log(connection,
             now,
             actor,
             "submission.quarantined",
             submission_subject(current.submission),
             {{"revision", current.number}, {"was", to_string(current.state)}, {"reason", reason}});
}

void restore_submission(Connection& connection, const Current& current, Timestamp now) {
  if (current.state == SubmissionState::quarantined && current.state_before) {
    move_submission(connection, current.submission, *current.state_before, now);
  }
}

void take_out_of_catalog(Connection& connection, const Current& current, Timestamp now) {
  cancel_jobs(connection, revision_subject(current.revision), "its submission moved on", now);
  connection.run("DELETE FROM filing WHERE revision_id = ?", current.revision);
  connection.run("UPDATE submission SET filed_at = NULL WHERE id = ? AND filed_at IS NOT NULL",
                 current.submission);
}

Json decision_detail(const Decision& decision) {
  Json detail{{"decision", raw(decision.id)}};
  if (decision.undoes) {
    detail["undoes"] = raw(*decision.undoes);
  }
  detail["kind"] = to_string(decision.kind);
  detail["revision"] = decision.revision;
  detail["reason_code"] = decision.reason_code;
  detail["note"] = decision.note;
  detail["content"] = decision.content.hex();
  return detail;
}

namespace {

// Gives the decision its id.
void insert_decision(Connection& connection,
                     const Current& current,
                     std::string_view action,
                     Decision& decision) {
  decision.submission = current.submission;
  decision.revision = current.number;
  decision.content = current.content.value_or(ContentHash{});
  connection.run(
      "INSERT INTO decision (submission_id, revision_id, kind, actor_kind, actor_name, "
      "reason_code, note, content, "
      "decided_at, undoes) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      current.submission,
      current.revision,
      decision.kind,
      decision.actor.kind,
      decision.actor.name,
      decision.reason_code,
      decision.note,
      current.content,
      decision.decided_at,
      decision.undoes);
  decision.id = static_cast<DecisionId>(connection.last_insert_id());
  append_log(connection,
             decision.decided_at,
             log_actor(decision.actor),
             action,
             submission_subject(current.submission),
             decision_detail(decision));
}

}  // namespace

Decision record_decision(Connection& connection,
                         const Current& current,
                         DecisionKind kind,
                         const Actor& actor,
                         std::string_view reason_code,
                         std::string_view note,
                         Timestamp now) {
  Decision decision;
  decision.kind = kind;
  decision.actor = actor;
  decision.reason_code = reason_code;
  decision.note = note;
  decision.decided_at = now;
  insert_decision(connection, current, "decision.made", decision);
  move_submission(connection, current.submission, state_after(kind), now);
  if (kind == DecisionKind::approve || kind == DecisionKind::approve_with_corrections) {
    start_rights(connection, current.revision, RightsStart::approval, now);
    add_job(
        connection, {.kind = JobKind::file, .subject = revision_subject(current.revision)}, now);
  }
  return decision;
}

Decision record_undo(Connection& connection,
                     const Current& current,
                     const Decision& earlier,
                     const Actor& actor,
                     std::string_view note,
                     Timestamp now) {
  Decision decision;
  decision.kind = DecisionKind::undo;
  decision.actor = actor;
  decision.reason_code = "undone";
  decision.note = note;
  decision.decided_at = now;
  decision.undoes = earlier.id;
  insert_decision(connection, current, "decision.undone", decision);
  if (earlier.kind == DecisionKind::approve ||
      earlier.kind == DecisionKind::approve_with_corrections) {
    start_rights(connection, current.revision, RightsStart::approval, std::nullopt);
  }
  connection.run("UPDATE decision SET undone = 1 WHERE id = ?", earlier.id);
  return decision;
}

SubmissionState state_after(DecisionKind kind) {
  switch (kind) {
    case DecisionKind::approve:
      return SubmissionState::approved;
    case DecisionKind::approve_with_corrections:
      return SubmissionState::approved_with_corrections;
    case DecisionKind::request_changes:
      return SubmissionState::needs_work;
    case DecisionKind::reject:
      return SubmissionState::rejected;
    case DecisionKind::withdraw:
      return SubmissionState::withdrawn;
    case DecisionKind::undo:
      return SubmissionState::in_review;
  }
  return SubmissionState::in_review;
}

bool waits_for(SubmissionState state, JobKind kind) {
  switch (kind) {
    case JobKind::fetch:
      return state == SubmissionState::received;
    case JobKind::check:
      return state == SubmissionState::checking;
    case JobKind::file:
      return state == SubmissionState::approved ||
             state == SubmissionState::approved_with_corrections;
    case JobKind::parse:
    case JobKind::insight:
      return false;
  }
  return false;
}

void fail_subject(Connection& connection,
                  JobKind kind,
                  std::string_view subject,
                  std::string_view why,
                  std::string_view actor,
                  Timestamp now) {
  if (kind == JobKind::parse) {
    if (const auto id = subject_id(subject, "export")) {
      connection.run(
          "UPDATE export SET state = 'failed', error = ? WHERE id = ? AND state = 'waiting'",
          why,
          *id);
    }
    return;
  }
  const auto id = subject_id(subject, "revision");
  if (!id) {
    return;  // an insight job: the dead letter itself tells it
  }
  const auto current = find_current(connection, static_cast<RevisionId>(*id));
  if (current && waits_for(current->state, kind)) {
    quarantine_submission(connection, *current, why, actor, now);
  }
}

}  // namespace muster
