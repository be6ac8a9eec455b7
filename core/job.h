#pragma once

#include "core/enum_names.h"
#include "core/ids.h"
#include "core/time.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace muster {

enum class JobKind {
  fetch,    // bytes of a revision to the blob store, asset rows
  check,    // decode, run the checks, give a verdict
  file,     // file and index an approved revision
  parse,    // read a survey export into responses
  insight,  // compute and file the headline insights of a survey
};
template <>
inline constexpr auto kEnumNames<JobKind> = enum_names<JobKind>({{JobKind::fetch, "fetch"},
                                                                 {JobKind::check, "check"},
                                                                 {JobKind::file, "file"},
                                                                 {JobKind::parse, "parse"},
                                                                 {JobKind::insight, "insight"}});

// The words of River and Oban.
enum class JobState {
  available,  // due at scheduled_at or later
  running,    // leased by an owner until lease_until
  retryable,  // failed; becomes due again at scheduled_at
  completed,
  discarded,  // the dead letter: gave up, the error says why; a person may re-drive it
  cancelled,  // by a person, or because its subject no longer needs it
};
template <>
inline constexpr auto kEnumNames<JobState> =
    enum_names<JobState>({{JobState::available, "available"},
                          {JobState::running, "running"},
                          {JobState::retryable, "retryable"},
                          {JobState::completed, "completed"},
                          {JobState::discarded, "discarded"},
                          {JobState::cancelled, "cancelled"}});

// A unit of work as it stands in the store.
struct Job {
  JobId id{};
  JobKind kind = JobKind::fetch;
  std::string subject;  // "revision/12", "export/3", "survey/2"
  JobState state = JobState::available;
  int priority = 0;        // higher first
  std::int64_t fence = 0;  // grows with every claim; a commit must name the present one
  int attempt = 0;         // runs that ended in an error; a shutdown does not count
  int crash_count = 0;     // times the process died while it held this job
  std::string owner;       // who holds the lease, empty when nobody
  Timestamp created_at{};
  Timestamp scheduled_at{};
  std::optional<Timestamp> attempted_at;
  std::optional<Timestamp> finalized_at;
  std::string last_error;
};

// A job that this process may work on, until its lease is lost. `fence` proves it at commit.
struct Claim {
  JobId id{};
  JobKind kind = JobKind::fetch;
  std::string subject;
  std::string owner;
  std::int64_t fence = 0;
  int attempt = 0;  // earlier failed attempts
  int crash_count = 0;
};

struct RetryPolicy {
  int max_attempts = 8;  // errors after which a job is given up
  Milliseconds first_delay = std::chrono::seconds(5);
  Milliseconds max_delay = std::chrono::minutes(15);
  // A job whose process died this often while it ran is discarded as "crashes the worker".
  int crash_limit = 3;
};

// Exponential backoff with jitter (AWS Architecture Blog, "Exponential Backoff And Jitter", 2015):
// uniform in [first_delay, cap], where cap doubles with each failed attempt from first_delay up to
// max_delay; after the first failure uniform in [first_delay / 2, first_delay]. `random` is uniform
// in [0, 1).
Milliseconds retry_delay(const RetryPolicy& policy, int failed_attempts, double random);

// Row id after the slash of a subject: "revision/12" -> 12; nullopt where it is not of this type.
std::optional<std::int64_t> subject_id(std::string_view subject, std::string_view type);

}  // namespace muster
