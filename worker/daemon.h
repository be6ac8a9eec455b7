#pragma once

#include "storage/intake.h"
#include "worker/app.h"

#include <functional>

namespace muster {

// How far a pass is, for a progress display.
struct PassProgress {
  std::string_view stage;  // "polling", "working", or what a long job does
  std::int64_t done = 0;   // items that came to an end so far
  std::int64_t seen = 0;
  std::int64_t jobs_left = 0;
};

// Runs pollers, runners and the janitor over an App.
class Daemon {
 public:
  explicit Daemon(App& app);

  // Until SIGTERM or SIGINT: what is in hand is finished, nothing new begins; a second signal ends
  // the process at once. The caller has blocked both signals before any thread was started. Returns
  // the exit status.
  int run();

  // One full pass: every source is polled once and every due job is run. What has to wait (a file
  // still growing, a retry) waits for the next pass. Stops early on SIGTERM or SIGINT.
  void run_once(const std::function<void(const PassProgress&)>& progress);

 private:
  void reclaim_at_start();
  int runner_count() const;
  // Of the folders that a single pass is ready to wait for; 0: there are none.
  Milliseconds longest_quiet_period() const;
  bool something_waits();

  App& app_;
};

// Blocks SIGTERM and SIGINT in this thread and all that it starts, so that Daemon can wait for
// them.
void block_stop_signals();

}  // namespace muster
