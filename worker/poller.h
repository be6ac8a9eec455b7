#pragma once

#include "core/clock.h"
#include "storage/intake.h"
#include "worker/job_runner.h"
#include "worker/sources/source.h"

#include <stop_token>
#include <string>

namespace muster {

// Polls one source again and again. One poller is one thread.
class Poller {
 public:
  Poller(
      Source& source, Intake& intake, Clock& clock, WorkSignal& signal, const SourceConfig& config);

  // Polls until a stop is requested; after failures it waits longer, up to 15 minutes.
  void run(std::stop_token stop);
  // One poll. How long to wait before the next one. Failures are written to the source's status,
  // never thrown.
  Milliseconds poll_once(std::stop_token stop);

 private:
  Source& source_;
  Intake& intake_;
  Clock& clock_;
  WorkSignal& signal_;
  Milliseconds every_;
  Milliseconds quiet_period_;
  int failures_ = 0;  // in a row
};

}  // namespace muster
