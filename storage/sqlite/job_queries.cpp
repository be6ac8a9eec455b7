#include "storage/sqlite/job_queries.h"

#include <algorithm>
#include <limits>
#include <set>
#include <tuple>

#include <fmt/format.h>

namespace muster {
namespace {

constexpr std::string_view kJobColumns =
    "SELECT id, kind, subject, state, priority, fence, attempt, crash_count, owner, "
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
  job.crash_count = static_cast<int>(row.integer(7));
  job.owner = row.text(8);
  job.created_at = row.time(9);
  job.scheduled_at = row.time(10);
  job.attempted_at = row.optional_time(11);
  job.finalized_at = row.optional_time(12);
  job.last_error = row.text(13);
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

bool matches(const Job& job, const JobFilter& filter) {
  return (!filter.state || job.state == *filter.state) &&
         (!filter.kind || job.kind == *filter.kind) &&
         job.last_error.find(filter.error_contains) != std::string::npos;
}

}  // namespace

std::optional<JobId> most_urgent_job(Connection& connection,
                                     std::span<const JobKind> kinds,
                                     Timestamp present) {
  const auto paused = paused_scopes(connection);
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
  return best ? std::optional(best->id) : std::nullopt;
}

std::optional<Timestamp> next_due_at(Connection& connection) {
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
}

std::vector<Job> find_jobs(Connection& connection, const JobFilter& filter) {
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
  // The state is written out, so that the partial index over such jobs fits.
  const std::string state =
      filter.state ? fmt::format("state = '{}'", to_string(*filter.state)) : "1";
  std::string_view index;
  std::string_view implied = "1";  // what the index is about, in its own words
  if (filter.state == JobState::discarded) {
    index = "INDEXED BY job_discarded ";
  } else if (filter.state == JobState::retryable) {
    index = "INDEXED BY job_due ";
    implied = "state IN ('available', 'retryable')";
  }
  Statement row = connection.prepare(
      fmt::format("{}{}WHERE {} AND {} AND (?1 IS NULL OR kind = ?1) "
                  "AND (?2 = '' OR instr(last_error, ?2) > 0) ORDER BY id LIMIT ?3",
                  kJobColumns,
                  index,
                  state,
                  implied));
  row.bind(filter.kind, filter.error_contains, std::max(filter.limit, 0));
  while (row.step()) {
    jobs.push_back(read_job(row));
  }
  return jobs;
}

std::vector<JobCount> count_jobs(Connection& connection) {
  std::vector<JobCount> counts;
  for (const auto& [kind, kind_name] : kEnumNames<JobKind>) {
    for (const auto& [state, state_name] : kEnumNames<JobState>) {
      Statement row = connection.prepare("SELECT value FROM counter WHERE name = ? AND value > 0");
      row.bind(fmt::format("job/{}/{}", kind_name, state_name));
      if (row.step()) {
        counts.push_back({kind, state, row.integer(0)});
      }
    }
  }
  return counts;
}

}  // namespace muster
