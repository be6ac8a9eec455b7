#pragma once

#include "core/job.h"

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace muster {

struct NewJob {
  JobKind kind = JobKind::fetch;
  std::string subject = {};
  int priority = 0;
  std::optional<Timestamp> scheduled_at = {};  // nullopt: now
};

struct JobFilter {
  std::optional<JobState> state = {};
  std::optional<JobKind> kind = {};
  std::string error_contains = {};
  std::vector<JobId> ids = {};  // empty: all
  int limit = 100;
};

struct JobCount {
  JobKind kind;
  JobState state;
  std::int64_t count;
};

// Why a kind of job is not claimed at present. A pause has an owner, and only its owner lifts it.
struct Pause {
  std::string scope;  // a job kind, or "all"
  std::string owner;
  std::string reason;
  Timestamp since{};
};

struct Reclaimed {
  JobId id;
  JobKind kind;
  std::string subject;
  int crash_count;
  bool discarded;  // it reached the crash limit
};

// The durable queue of work. A claim is a lease, fenced by (owner, fence): whoever commits a job's
// effect names both, in the same transaction, so a late worker changes nothing. Leases count in
// Clock::since_boot.
class JobQueue {
 public:
  virtual ~JobQueue() = default;

  // nullopt when a job of this kind and subject is already available, running or retryable.
  virtual std::optional<JobId> enqueue(const NewJob& job) = 0;

  // Leases the most urgent due job of one of `kinds` that is not paused: highest priority, then
  // earliest scheduled_at, then lowest id.
  virtual std::optional<Claim> claim(std::string_view owner,
                                     std::span<const JobKind> kinds,
                                     Milliseconds lease) = 0;

  // Extends every lease of this owner. Returns how many it still holds.
  virtual int heartbeat(std::string_view owner, Milliseconds lease) = 0;

  // Ends a claim without an effect on anything but the job. All throw LeaseLost when it is not held
  // any more.
  virtual void complete(const Claim& claim) = 0;
  // Gives it back at once, the attempt not counted: shutdown.
  virtual void release(const Claim& claim) = 0;
  // Not before `at`, the attempt not counted: the world is not ready yet (a file still growing).
  virtual void snooze(const Claim& claim, Timestamp at, std::string_view why) = 0;
  // Counts an attempt; due again at `at`.
  virtual void retry(const Claim& claim, Timestamp at, std::string_view error) = 0;
  // Counts an attempt; to the dead letter. Its subject ends as failed with this explanation (a
  // submission becomes quarantined, an export failed) in the same transaction.
  virtual void discard(const Claim& claim, std::string_view error) = 0;

  // Makes jobs due again whose lease ran out, or whose owner is not `live_owner` where `all_others`
  // is set (at start, when the data directory's lock proves that nobody else runs). Each counts one
  // crash; at `crash_limit` the job is discarded as "crashes the worker".
  virtual std::vector<Reclaimed> reclaim(std::string_view live_owner,
                                         bool all_others,
                                         int crash_limit) = 0;

  virtual std::vector<Job> list(const JobFilter& filter) = 0;
  virtual std::vector<JobCount> counts() = 0;
  // Puts discarded (or cancelled) jobs back with fresh counters and their subjects back on their
  // way; logged under `actor`.
  virtual int redrive(const JobFilter& filter, std::string_view actor) = 0;
  virtual bool cancel(JobId id, std::string_view actor) = 0;
  // Deletes completed jobs finalized before `before`. Returns how many.
  virtual int prune(Timestamp before) = 0;
  // When the next job becomes due, for a runner that found none; nullopt: none is scheduled.
  virtual std::optional<Timestamp> next_due() = 0;

  // ConflictError when the scope is paused by somebody else. False when it was paused (or lifted)
  // already.
  virtual bool pause(std::string_view scope, std::string_view owner, std::string_view reason) = 0;
  virtual bool resume(std::string_view scope, std::string_view owner) = 0;
  virtual std::vector<Pause> pauses() = 0;
};

}  // namespace muster
