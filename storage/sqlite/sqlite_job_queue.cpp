#include "core/error.h"
#include "storage/sqlite/parts.h"
#include "storage/sqlite/workflow.h"

#include <algorithm>
#include <limits>
#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace muster {
namespace {

constexpr std::string_view kJobColumns =
    "SELECT id, kind, subject, state, priority, fence, attempt, max_attempts, crash_count, owner, "
    "created_at, "
    "scheduled_at, attempted_at, finalized_at, last_error FROM job ";

Job read_job(const Statement& row) {
  Job job;
  job.id = row.id<JobId>(0);
  job.kind = row.name_of<JobKind>(1);
  job.subject = row.text(2);
  job.state = row.name_of<JobState>(3);
  job.priority = static_cast<int>(row.integer(4));
  job.fence = row.integer(5);
  job.attempt = static_cast<int>(row.integer(6));
  job.max_attempts = static_cast<int>(row.integer(7));
  job.crash_count = static_cast<int>(row.integer(8));
  job.owner = row.text(9);
  job.created_at = row.time(10);
  job.scheduled_at = row.time(11);
  job.attempted_at = row.optional_time(12);
  job.finalized_at = row.optional_time(13);
  job.last_error = row.text(14);
  return job;
}

struct Due {
  JobId id{};
  std::int64_t priority = 0;
  Timestamp scheduled_at{};
};

// The earliest open job of the highest priority below `below`. One step into the index job_due.
constexpr std::string_view kNextDue =
    "SELECT id, priority, scheduled_at FROM job WHERE kind = ? AND priority < ? "
    "AND state IN ('available', 'retryable') ORDER BY priority DESC, scheduled_at, id LIMIT 1";

// Calls `visit` with the earliest job of each priority of a kind, highest first, until it returns
// false. The cost grows with the number of priorities, not with the length of the queue.
template <typename Visit>
void for_each_priority(Connection& connection, JobKind kind, Visit&& visit) {
  std::int64_t below = std::numeric_limits<std::int64_t>::max();
  while (true) {
    Statement row = connection.prepare(kNextDue);
    row.bind(kind, below);
    if (!row.step()) {
      return;
    }
    const Due due{row.id<JobId>(0), row.integer(1), row.time(2)};
    if (!visit(due)) {
      return;
    }
    below = due.priority;
  }
}

std::set<std::string, std::less<>> paused_scopes(Connection& connection) {
  std::set<std::string, std::less<>> scopes;
  Statement row = connection.prepare("SELECT scope FROM pause");
  while (row.step()) {
    scopes.insert(row.text(0));
  }
  return scopes;
}

bool is_paused(const std::set<std::string, std::less<>>& scopes, JobKind kind) {
  return !scopes.empty() && (scopes.contains("all") || scopes.contains(to_string(kind)));
}

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
      const auto due = most_urgent(connection, kinds);
      return due ? std::optional(take(connection, due->id, owner, lease)) : std::nullopt;
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
      std::vector<Reclaimed> reclaimed = find_lost(connection, live_owner, all_others);
      for (Reclaimed& job : reclaimed) {
        job.crash_count += 1;
        job.discarded = job.crash_count >= crash_limit;
        reclaim_one(connection, job);
      }
      return reclaimed;
    });
  }

  std::vector<Job> list(const JobFilter& filter) override {
    return database_.read("list jobs",
                          [&](Connection& connection) { return find(connection, filter); });
  }

  std::vector<JobCount> counts() override {
    return database_.read("count jobs", [&](Connection& connection) {
      std::vector<JobCount> counts;
      for (const auto& [kind, kind_name] : kEnumNames<JobKind>) {
        for (const auto& [state, state_name] : kEnumNames<JobState>) {
          Statement row =
              connection.prepare("SELECT value FROM counter WHERE name = ? AND value > 0");
          row.bind(fmt::format("job/{}/{}", kind_name, state_name));
          if (row.step()) {
            counts.push_back({kind, state, row.integer(0)});
          }
        }
      }
      return counts;
    });
  }

  int redrive(const JobFilter& filter, std::string_view actor) override {
    JobFilter ended = filter;
    ended.state = filter.state.value_or(JobState::discarded);
    if (*ended.state != JobState::discarded && *ended.state != JobState::cancelled) {
      return 0;
    }
    return database_.write("redrive jobs", [&](Connection& connection) {
      int redriven = 0;
      for (const Job& job : find(connection, ended)) {
        redriven += redrive_one(connection, job, log_actor(actor)) ? 1 : 0;
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
    return database_.read("find the next job", [&](Connection& connection) {
      const auto paused = paused_scopes(connection);
      std::optional<Timestamp> earliest;
      for (const auto& [kind, name] : kEnumNames<JobKind>) {
        if (is_paused(paused, kind)) {
          continue;
        }
        for_each_priority(connection, kind, [&](const Due& due) {
          earliest = std::min(earliest.value_or(due.scheduled_at), due.scheduled_at);
          return true;
        });
      }
      return earliest;
    });
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

  std::optional<Due> most_urgent(Connection& connection, std::span<const JobKind> kinds) {
    const auto paused = paused_scopes(connection);
    const Timestamp present = now();
    std::optional<Due> best;
    const auto order = [](const Due& due) {
      return std::tuple(-due.priority, due.scheduled_at, raw(due.id));
    };
    for (const JobKind kind : kinds) {
      if (is_paused(paused, kind)) {
        continue;
      }
      for_each_priority(connection, kind, [&](const Due& due) {
        if (due.scheduled_at > present) {
          return true;
        }
        if (!best || order(due) < order(*best)) {
          best = due;
        }
        return false;
      });
    }
    return best;
  }

  Claim take(Connection& connection, JobId id, std::string_view owner, Milliseconds lease) {
    Statement row = connection.prepare(
        "UPDATE job SET state = 'running', again = 0, owner = ?, fence = fence + 1, lease_until = "
        "?, lease_ms = ?, "
        "attempted_at = ? WHERE id = ? "
        "RETURNING kind, subject, fence, attempt, max_attempts, crash_count");
    row.bind(owner, database_.clock().since_boot() + lease, lease, now(), id);
    row.step();
    Claim claim;
    claim.id = id;
    claim.kind = row.name_of<JobKind>(0);
    claim.subject = row.text(1);
    claim.owner = owner;
    claim.fence = row.integer(2);
    claim.attempt = static_cast<int>(row.integer(3));
    claim.max_attempts = static_cast<int>(row.integer(4));
    claim.crash_count = static_cast<int>(row.integer(5));
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

  std::vector<Reclaimed> find_lost(Connection& connection,
                                   std::string_view live_owner,
                                   bool all_others) {
    Statement row = connection.prepare(
        "SELECT id, kind, subject, crash_count FROM job WHERE state = 'running' "
        "AND (NOT (lease_until > ?1 AND lease_until <= ?1 + lease_ms) OR (?2 AND owner <> ?3)) "
        "ORDER BY id");
    row.bind(database_.clock().since_boot(), all_others, live_owner);
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

  void reclaim_one(Connection& connection, const Reclaimed& job) {
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
        now(),
        why,
        job.id);
    fail_subject(connection, job.kind, job.subject, why, "rule:crash_limit", now());
  }

  std::vector<Job> find(Connection& connection, const JobFilter& filter) {
    std::vector<Job> jobs;
    if (!filter.ids.empty()) {
      for (const JobId id : filter.ids) {
        Statement row = connection.prepare(fmt::format("{}WHERE id = ?", kJobColumns));
        row.bind(id);
        if (row.step()) {
          jobs.push_back(read_job(row));
        }
      }
      std::erase_if(jobs, [&](const Job& job) { return !matches(job, filter); });
      jobs.resize(std::min(jobs.size(), static_cast<std::size_t>(std::max(filter.limit, 0))));
      return jobs;
    }
    // The state is written out, so that the index of the dead letter fits.
    const std::string state =
        filter.state ? fmt::format("state = '{}'", to_string(*filter.state)) : "1";
    const bool dead = filter.state == JobState::discarded;
    Statement row = connection.prepare(
        fmt::format("{}{}WHERE {} AND (?1 IS NULL OR kind = ?1) "
                    "AND (?2 = '' OR instr(last_error, ?2) > 0) ORDER BY id LIMIT ?3",
                    kJobColumns,
                    dead ? "INDEXED BY job_discarded " : "",
                    state));
    row.bind(filter.kind, filter.error_contains, std::max(filter.limit, 0));
    while (row.step()) {
      jobs.push_back(read_job(row));
    }
    return jobs;
  }

  static bool matches(const Job& job, const JobFilter& filter) {
    return (!filter.state || job.state == *filter.state) &&
           (!filter.kind || job.kind == *filter.kind) &&
           job.last_error.find(filter.error_contains) != std::string::npos;
  }

  // False where there is nothing to be done any more: its subject moved on, or such a job is open
  // already.
  bool redrive_one(Connection& connection, const Job& job, const std::string& actor) {
    Statement open = connection.prepare(
        "SELECT 1 FROM job WHERE subject = ? AND kind = ? AND state IN ('available', 'running', "
        "'retryable')");
    open.bind(job.subject, job.kind);
    if (open.step() || !restore_subject(connection, job)) {
      return false;
    }
    forget_effects(connection, job.kind, job.subject);
    connection.run(
        "UPDATE job SET state = 'available', attempt = 0, crash_count = 0, scheduled_at = ?, "
        "finalized_at = NULL, "
        "last_error = '' WHERE id = ?",
        now(),
        job.id);
    append_log(connection,
               now(),
               actor,
               "job.redriven",
               job.subject,
               {{"job", raw(job.id)}, {"kind", to_string(job.kind)}, {"error", job.last_error}});
    return true;
  }

  bool restore_subject(Connection& connection, const Job& job) {
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
      restore_submission(connection, *current, now());
    }
    return true;
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
