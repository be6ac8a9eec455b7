#pragma once

#include "worker/app.h"

#include <functional>
#include <stop_token>

namespace muster {

// Keeps leases alive and the store in shape. Two threads: the heartbeat does nothing else, so that
// a slow clean-up never costs a lease.
class Janitor {
 public:
  // `lease_lost` is called when no heartbeat could be written for so long that others may take our
  // jobs: the process must stop working.
  Janitor(App& app, std::function<void()> lease_lost);

  void run_heartbeat(std::stop_token stop);
  // Reclaims leases that ran out, prunes finished jobs, maintains the store.
  void run_upkeep(std::stop_token stop);

 private:
  App& app_;
  std::function<void()> lease_lost_;
};

}  // namespace muster
