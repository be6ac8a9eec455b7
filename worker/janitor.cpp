#include "worker/janitor.h"

#include "core/log.h"
#include "storage/job_queue.h"

#include <exception>

namespace muster {
namespace {

constexpr Milliseconds kUpkeepEvery = std::chrono::seconds(30);

}  // namespace

Janitor::Janitor(App& app, std::function<void()> lease_lost)
    : app_(app), lease_lost_(std::move(lease_lost)) {}

void Janitor::run_heartbeat(std::stop_token stop) {
  const JobsConfig& jobs = app_.config().jobs;
  const std::string owner = app_.runner_options().owner;
  Milliseconds last_beat = app_.clock().since_boot();
  while (app_.clock().sleep_for(jobs.heartbeat, stop)) {
    try {
      app_.store().jobs().heartbeat(owner, jobs.lease);
      last_beat = app_.clock().since_boot();
    } catch (const std::exception& error) {
      log::error("heartbeat.failed", {{"error", error.what()}});
      // Two thirds of the lease leave time to stop before anybody else may claim.
      if (app_.clock().since_boot() - last_beat > jobs.lease * 2 / 3) {
        lease_lost_();
        return;
      }
    }
  }
}

void Janitor::run_upkeep(std::stop_token stop) {
  while (app_.clock().sleep_for(kUpkeepEvery, stop)) {
    try {
      const JobsConfig& config = app_.config().jobs;
      for (const Reclaimed& job :
           app_.store().jobs().reclaim(app_.runner_options().owner, false, config.crash_limit)) {
        log::warn(
            "job.reclaimed",
            {{"job", raw(job.id)}, {"kind", to_string(job.kind)}, {"crashes", job.crash_count}});
      }
      app_.store().jobs().prune(app_.clock().now() - config.keep_completed);
      app_.store().maintain();
    } catch (const std::exception& error) {
      log::error("upkeep.failed", {{"error", error.what()}});
    }
  }
}

}  // namespace muster
