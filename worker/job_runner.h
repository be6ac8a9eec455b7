#pragma once

#include "worker/jobs/jobs.h"

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace muster {

// Wakes idle runners when somebody made a job due. Thread-safe.
class WorkSignal {
 public:
  void raise();
  // Returns when the signal was raised since `seen`, the time is over, or a stop is requested.
  // Returns the new count.
  std::uint64_t wait(std::uint64_t seen, Milliseconds at_most, std::stop_token stop);

 private:
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::uint64_t count_ = 0;  // guarded by mutex_
};

// Claims jobs one after another and runs their handlers: complete, retry or discard. One runner is
// one thread.
class JobRunner {
 public:
  struct Options {
    std::string owner;  // the same for all runners of this process
    RetryPolicy retry;
    Milliseconds lease = std::chrono::seconds(30);
    Milliseconds idle_poll = std::chrono::seconds(1);
    std::span<const JobKindEntry> kinds = job_kinds();  // what it claims, and who handles it
  };

  JobRunner(JobContext context, WorkSignal& signal, Options options);

  // Runs jobs until a stop is requested; the job in hand is finished or given back.
  void run(std::stop_token stop);
  // Runs one due job. False when there was none.
  bool run_one(std::stop_token stop);

 private:
  void run_claim(const Claim& claim, std::stop_token stop);
  void retry_or_discard(const Claim& claim, const std::string& error);

  JobContext context_;
  WorkSignal& signal_;
  Options options_;
  std::vector<JobKind> kinds_;
};

}  // namespace muster
