#include "worker/job_runner.h"

#include "core/error.h"
#include "core/log.h"
#include "storage/job_queue.h"

#include <random>

namespace muster {
namespace {

double random_share() {
  thread_local std::mt19937_64 engine{std::random_device{}()};
  return std::uniform_real_distribution<double>(0, 1)(engine);
}

}  // namespace

void WorkSignal::raise() {
  {
    std::lock_guard lock(mutex_);
    ++count_;
  }
  changed_.notify_all();
}

std::uint64_t WorkSignal::wait(std::uint64_t seen, Milliseconds at_most, std::stop_token stop) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, stop, at_most, [&] { return count_ != seen; });
  return count_;
}

JobRunner::JobRunner(JobContext context, WorkSignal& signal, Options options)
    : context_(std::move(context)), signal_(signal), options_(std::move(options)) {
  for (const JobKindEntry& entry : options_.kinds) {
    kinds_.push_back(entry.kind);
  }
}

void JobRunner::run(std::stop_token stop) {
  std::uint64_t seen = 0;
  while (!stop.stop_requested()) {
    bool worked = false;
    try {
      worked = run_one(stop);
    } catch (const std::exception& error) {
      // The store itself failed: nothing was claimed, or the claim's lease will run out. Wait and
      // go on.
      log::error("queue.failed", {{"error", error.what()}});
    }
    if (!worked) {
      seen = signal_.wait(seen, options_.idle_poll, stop);
    }
  }
}

bool JobRunner::run_one(std::stop_token stop) {
  const auto claim = context_.store.jobs().claim(options_.owner, kinds_, options_.lease);
  if (!claim) {
    return false;
  }
  run_claim(*claim, stop);
  return true;
}

void JobRunner::run_claim(const Claim& claim, std::stop_token stop) {
  const Milliseconds started = context_.clock.since_boot();
  const auto report = [&](std::string_view event, std::string_view error) {
    log::info(event,
              {{"job", raw(claim.id)},
               {"kind", to_string(claim.kind)},
               {"subject", claim.subject},
               {"attempt", claim.attempt + 1},
               {"ms", (context_.clock.since_boot() - started).count()},
               {"error", error}});
  };
  log::debug("job.claimed",
             {{"job", raw(claim.id)}, {"kind", to_string(claim.kind)}, {"subject", claim.subject}});
  JobQueue& jobs = context_.store.jobs();
  try {
    JobEnd end = JobEnd::nothing_to_do;
    for (const JobKindEntry& entry : options_.kinds) {
      if (entry.kind == claim.kind) {
        end = entry.run(claim, context_, stop);
      }
    }
    if (end == JobEnd::nothing_to_do) {
      jobs.complete(claim);
    }
    log::info("job.completed",
              {{"job", raw(claim.id)},
               {"kind", to_string(claim.kind)},
               {"subject", claim.subject},
               {"ms", (context_.clock.since_boot() - started).count()}});
    signal_.raise();
  } catch (const LeaseLost& error) {
    report("job.lease_lost", error.what());
  } catch (const Interrupted&) {
    jobs.release(claim);
    report("job.released", "stopped");
  } catch (const PermanentError& error) {
    jobs.discard(claim, error.what());
    report("job.discarded", error.what());
  } catch (const std::exception& error) {
    retry_or_discard(claim, error.what());
    report("job.failed", error.what());
  }
}

void JobRunner::retry_or_discard(const Claim& claim, const std::string& error) {
  const int failures = claim.attempt + 1;
  if (failures >= options_.retry.max_attempts) {
    context_.store.jobs().discard(claim, error);
    return;
  }
  const Milliseconds delay = retry_delay(options_.retry, failures, random_share());
  context_.store.jobs().retry(claim, context_.clock.now() + delay, error);
}

}  // namespace muster
