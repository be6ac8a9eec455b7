#include "core/error.h"
#include "storage/sqlite/job_queries.h"
#include "storage/sqlite/job_recovery.h"
#include "storage/sqlite/parts.h"
#include "storage/sqlite/workflow.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace muster {
namespace {

class SqliteJobQueue final : public JobQueue {
 public:
  explicit SqliteJobQueue(Database& database) : database_(database) {}

  std::optional<JobId> enqueue(const NewJob& job) override {
    return database_.write("enqueue a job",
                           [&](Connection& connection) { return add_job(connection, job, now()); });
  }

  std::optional<Claim> claim(std::string_view owner,
                             std::span<const JobKind> kinds,
                             Milliseconds lease) override {
    if (owner.empty() || lease <= Milliseconds::zero()) {
      throw PermanentError("claim a job: an owner and a lease longer than zero are needed");
    }
    return database_.write("claim a job", [&](Connection& connection) -> std::optional<Claim> {
      const auto due = most_urgent_job(connection, kinds, now());
      return due ? std::optional(take(connection, *due, owner, lease)) : std::nullopt;
    });
  }

  int heartbeat(std::string_view owner, Milliseconds lease) override {
    return database_.write("extend leases", [&](Connection& connection) {
      connection.run(
          "UPDATE job SET lease_until = ?, lease_ms = ? WHERE owner = ? AND state = 'running'",
          database_.clock().since_boot() + lease,
          lease,
          owner);
      return connection.changes();
    });
  }

  void complete(const Claim& claim) override {
    database_.write("complete a job", [&](Connection& connection) {
      complete_claim(connection, claim, claim.kind, claim.subject, now());
    });
  }

  void release(const Claim& claim) override {
    database_.write("release a job", [&](Connection& connection) {
      end_claim(
          connection,
          claim,
          "UPDATE job SET owner = NULL, lease_until = NULL, lease_ms = NULL, state = 'available' "
          "WHERE id = ? AND owner = ? AND fence = ? AND state = 'running'");
    });
  }

  void snooze(const Claim& claim, Timestamp at, std::string_view why) override {
    database_.write("snooze a job", [&](Connection& connection) {
      end_claim(
          connection,
          claim,
          "UPDATE job SET owner = NULL, lease_until = NULL, lease_ms = NULL, state = 'available', "
          "scheduled_at = ?4, last_error = ?5 WHERE id = ?1 AND owner = ?2 AND fence = ?3 AND "
          "state = 'running'",
          at,
          why);
    });
  }

  void retry(const Claim& claim, Timestamp at, std::string_view error) override {
    database_.write("retry a job", [&](Connection& connection) {
      end_claim(
          connection,
          claim,
          "UPDATE job SET owner = NULL, lease_until = NULL, lease_ms = NULL, state = 'retryable', "
          "attempt = attempt + 1, scheduled_at = ?4, last_error = ?5 "
          "WHERE id = ?1 AND owner = ?2 AND fence = ?3 AND state = 'running'",
          at,
          error);
    });
  }

  void discard(const Claim& claim, std::string_view error) override {
    database_.write("discard a job", [&](Connection& connection) {
      end_claim(
          connection,
          claim,
          "UPDATE job SET owner = NULL, lease_until = NULL, lease_ms = NULL, state = 'discarded', "
          "attempt = attempt + 1, finalized_at = ?4, last_error = ?5 "
          "WHERE id = ?1 AND owner = ?2 AND fence = ?3 AND state = 'running'",
          now(),
          error);
      fail_subject(connection, claim.kind, claim.subject, error, "rule:job_discarded", now());
    });
  }

  std::vector<Reclaimed> reclaim(std::string_view live_owner,
                                 bool all_others,
                                 int crash_limit) override {
    return database_.write("reclaim jobs", [&](Connection& connection) {
      std::vector<Reclaimed> reclaimed =
          find_lost_jobs(connection, database_.clock().since_boot(), live_owner, all_others);
      for (Reclaimed& job : reclaimed) {
        job.crash_count += 1;
        job.discarded = job.crash_count >= crash_limit;
        reclaim_job(connection, job, now());
      }
      return reclaimed;
    });
  }

  std::vector<Job> list(const JobFilter& filter) override {
    return database_.read("list jobs",
                          [&](Connection& connection) { return find_jobs(connection, filter); });
  }

  std::vector<JobCount> counts() override { return database_.read("count jobs", count_jobs); }

  int redrive(const JobFilter& filter, std::string_view actor) override {
    JobFilter ended = filter;
    ended.state = filter.state.value_or(JobState::discarded);
    if (*ended.state != JobState::discarded && *ended.state != JobState::cancelled) {
      return 0;
    }
    return database_.write("redrive jobs", [&](Connection& connection) {
      int redriven = 0;
      for (const Job& job : find_jobs(connection, ended)) {
        redriven += redrive_job(connection, job, log_actor(actor), now()) ? 1 : 0;
      }
      return redriven;
    });
  }

  bool cancel(JobId id, std::string_view actor) override {
    return database_.write("cancel a job", [&](Connection& connection) {
      Statement row = connection.prepare(
          "UPDATE job SET state = 'cancelled', owner = NULL, lease_until = NULL, lease_ms = NULL, "
          "finalized_at = ?, last_error = ? WHERE id = ? AND state IN ('available', 'running', "
          "'retryable') "
          "RETURNING kind, subject");
      const std::string why = fmt::format("cancelled by {}", log_actor(actor));
      row.bind(now(), why, id);
      if (!row.step()) {
        return false;
      }
      const auto kind = row.name_of<JobKind>(0);
      const std::string subject = row.text(1);
      row.run();
      append_log(connection,
                 now(),
                 log_actor(actor),
                 "job.cancelled",
                 subject,
                 {{"job", raw(id)}, {"kind", to_string(kind)}});
      fail_subject(connection,
                   kind,
                   subject,
                   fmt::format("its {} job was {}", to_string(kind), why),
                   log_actor(actor),
                   now());
      return true;
    });
  }

  int prune(Timestamp before) override {
    return database_.write("prune jobs", [&](Connection& connection) {
      // The newest job stays, so that its id is never given out again.
      connection.run(
          "DELETE FROM job WHERE state = 'completed' AND finalized_at < ? AND id < (SELECT max(id) "
          "FROM job)",
          before);
      return connection.changes();
    });
  }

  std::optional<Timestamp> next_due() override {
    return database_.read("find the next job", next_due_at);
  }

  bool pause(std::string_view scope, std::string_view owner, std::string_view reason) override {
    if (scope != "all" && !parse_enum<JobKind>(scope)) {
      throw PermanentError(fmt::format("pause '{}': it is neither a kind of job nor 'all'", scope));
    }
    return database_.write("pause", [&](Connection& connection) {
      if (!may_change_pause(connection, scope, owner).has_value()) {
        connection.run("INSERT INTO pause VALUES (?, ?, ?, ?)", scope, owner, reason, now());
        append_log(connection,
                   now(),
                   log_actor(owner),
                   "queue.paused",
                   fmt::format("queue/{}", scope),
                   {{"reason", reason}});
        return true;
      }
      return false;
    });
  }

  bool resume(std::string_view scope, std::string_view owner) override {
    return database_.write("resume", [&](Connection& connection) {
      if (!may_change_pause(connection, scope, owner).has_value()) {
        return false;
      }
      connection.run("DELETE FROM pause WHERE scope = ?", scope);
      append_log(connection,
                 now(),
                 log_actor(owner),
                 "queue.resumed",
                 fmt::format("queue/{}", scope),
                 Json::object());
      return true;
    });
  }

  std::vector<Pause> pauses() override {
    return database_.read("list pauses", [&](Connection& connection) {
      std::vector<Pause> pauses;
      Statement row =
          connection.prepare("SELECT scope, owner, reason, since FROM pause ORDER BY scope");
      while (row.step()) {
        pauses.push_back({row.text(0), row.text(1), row.text(2), row.time(3)});
      }
      return pauses;
    });
  }

 private:
  Timestamp now() const { return database_.clock().now(); }

  Claim take(Connection& connection, JobId id, std::string_view owner, Milliseconds lease) {
    Statement row = connection.prepare(
        "UPDATE job SET state = 'running', again = 0, owner = ?, fence = fence + 1, lease_until = "
        "?, lease_ms = ?, "
        "attempted_at = ? WHERE id = ? "
        "RETURNING kind, subject, fence, attempt, crash_count");
    row.bind(owner, database_.clock().since_boot() + lease, lease, now(), id);
    row.step();
    Claim claim;
    claim.id = id;
    claim.kind = row.name_of<JobKind>(0);
    claim.subject = row.text(1);
    claim.owner = owner;
    claim.fence = row.integer(2);
    claim.attempt = static_cast<int>(row.integer(3));
    claim.crash_count = static_cast<int>(row.integer(4));
    row.run();
    return claim;
  }

  // `sql` takes job id, owner and fence as ?1 to ?3 and changes the job only while the claim is
  // held.
  template <typename... Values>
  void end_claim(Connection& connection,
                 const Claim& claim,
                 std::string_view sql,
                 const Values&... values) {
    connection.run(sql, claim.id, claim.owner, claim.fence, values...);
    if (connection.changes() != 1) {
      throw LeaseLost(fmt::format("give back job {} ({} of {}): it is not {}'s any more",
                                  raw(claim.id),
                                  to_string(claim.kind),
                                  claim.subject,
                                  claim.owner));
    }
  }

  // nullopt: not paused. ConflictError when somebody else paused it.
  std::optional<std::string> may_change_pause(Connection& connection,
                                              std::string_view scope,
                                              std::string_view owner) {
    Statement row = connection.prepare("SELECT owner, reason FROM pause WHERE scope = ?");
    row.bind(scope);
    if (!row.step()) {
      return std::nullopt;
    }
    if (row.text(0) != owner) {
      throw ConflictError(
          fmt::format("change the pause of '{}': {} paused it ({}); only its owner lifts it",
                      scope,
                      row.text(0),
                      row.text(1)));
    }
    return row.text(0);
  }

  Database& database_;
};

}  // namespace

std::unique_ptr<JobQueue> make_sqlite_job_queue(Database& database) {
  return std::make_unique<SqliteJobQueue>(database);
}

}  // namespace muster
