#include "worker/poller.h"

#include "core/error.h"
#include "core/log.h"

#include <algorithm>

namespace muster {
namespace {

constexpr Milliseconds kLongestWait = std::chrono::minutes(15);
constexpr Milliseconds kShortestWait = std::chrono::seconds(1);

}  // namespace

Poller::Poller(
    Source& source, Intake& intake, Clock& clock, WorkSignal& signal, const SourceConfig& config)
    : source_(source),
      intake_(intake),
      clock_(clock),
      signal_(signal),
      every_(config.every),
      quiet_period_(config.quiet_period) {}

void Poller::run(std::stop_token stop) {
  while (!stop.stop_requested()) {
    clock_.sleep_for(poll_once(stop), stop);
  }
}

Milliseconds Poller::poll_once(std::stop_token stop) {
  std::string problem;
  try {
    const PollReport report = source_.poll(intake_, stop);
    source_.settle(intake_);
    failures_ = 0;
    const RecordCounts& counts = report.counts;
    const auto fields = {log::Field("source", source_.name()),
                         log::Field("added", counts.added),
                         log::Field("revised", counts.revised),
                         log::Field("unchanged", counts.unchanged),
                         log::Field("waiting", report.waiting)};
    if (counts.added + counts.revised > 0) {
      log::info("source.polled", fields);
      signal_.raise();
    } else {
      log::debug("source.polled", fields);
    }
    if (report.retry_after) {
      return std::max(every_, *report.retry_after);
    }
    // What is only left alone for its quiet period is looked at again when that is over.
    return report.waiting > 0 ? std::min(every_, std::max(quiet_period_, kShortestWait)) : every_;
  } catch (const Interrupted&) {
    return every_;
  } catch (const std::exception& error) {
    problem = error.what();
  }
  ++failures_;
  log::warn("source.failed",
            {{"stage", "receiving"},
             {"source", source_.name()},
             {"failures", failures_},
             {"error", problem}});
  try {
    intake_.end_poll(source_.name(), {}, problem);
  } catch (const std::exception& error) {
    log::error("source.failed",
               {{"stage", "storing"}, {"source", source_.name()}, {"error", error.what()}});
  }
  // Doubles with each failure, but never beyond kLongestWait.
  return std::min(kLongestWait, every_ * (1 << std::min(failures_, 10)));
}

}  // namespace muster
