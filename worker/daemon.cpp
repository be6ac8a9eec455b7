#include "worker/daemon.h"

#include "core/log.h"
#include "core/version.h"
#include "review/server.h"
#include "storage/job_queue.h"
#include "worker/janitor.h"
#include "worker/poller.h"
#include "worker/service_manager.h"

#include <algorithm>
#include <atomic>
#include <csignal>
#include <thread>

#include <unistd.h>

namespace muster {
namespace {

using namespace std::chrono_literals;

sigset_t stop_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  return set;
}

// Waits for a stop signal for at most `time`; 0 when none came.
int wait_for_signal(Milliseconds time) {
  const sigset_t set = stop_signals();
  const timespec limit{.tv_sec = time.count() / 1000, .tv_nsec = (time.count() % 1000) * 1'000'000};
  const int signal = sigtimedwait(&set, nullptr, &limit);
  return signal > 0 ? signal : 0;
}

constexpr int kExitOnSecondSignal = 130;

}  // namespace

void block_stop_signals() {
  const sigset_t set = stop_signals();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

Daemon::Daemon(App& app) : app_(app) {}

int Daemon::runner_count() const {
  const int configured = app_.config().jobs.runners;
  return configured > 0 ? configured
                        : std::max(1, static_cast<int>(std::thread::hardware_concurrency()) - 1);
}

Milliseconds Daemon::longest_quiet_period() const {
  constexpr Milliseconds kPatience = 10s;
  Milliseconds longest{0};
  for (const SourceConfig& source : app_.config().sources) {
    if (source.kind != SourceKind::submission_feed && source.quiet_period <= kPatience) {
      longest = std::max(longest, source.quiet_period);
    }
  }
  return longest;
}

bool Daemon::something_waits() {
  return std::ranges::any_of(app_.intake().sources(),
                             [](const SourceStatus& source) { return source.items_waiting > 0; });
}

void Daemon::reclaim_at_start() {
  // The directory lock proves that no other process runs jobs: whatever is leased was left by one
  // that died.
  for (const Reclaimed& job : app_.store().jobs().reclaim(
           app_.runner_options().owner, true, app_.config().jobs.crash_limit)) {
    log::warn("job.reclaimed",
              {{"job", raw(job.id)},
               {"kind", to_string(job.kind)},
               {"subject", job.subject},
               {"crashes", job.crash_count},
               {"discarded", job.discarded ? "yes" : "no"}});
  }
  app_.blobs().sweep();
  app_.load_creator_list();
  if (const StaleMarks marks = app_.rulebook().mark_stale(app_.store().checks()); marks.stale > 0) {
    log::info("verdicts.stale", {{"stale", marks.stale}, {"checked_again", marks.checked_again}});
  }
}

int Daemon::run() {
  reclaim_at_start();
  const ApiServer server(app_.api(), socket_path(app_.config()));
  std::atomic<bool> lease_lost = false;
  Janitor janitor(app_, [&] { lease_lost = true; });

  // Destroyed in reverse: pollers stop first, so that nothing new arrives while the runners finish;
  // then the heartbeat.
  std::jthread heartbeat([&](std::stop_token stop) { janitor.run_heartbeat(stop); });
  std::jthread upkeep([&](std::stop_token stop) { janitor.run_upkeep(stop); });
  std::vector<std::jthread> runners;
  for (int i = 0; i < runner_count(); ++i) {
    runners.emplace_back([this](std::stop_token stop) {
      JobRunner(app_.job_context(), app_.work_signal(), app_.runner_options()).run(stop);
    });
  }
  std::vector<std::jthread> pollers;
  for (std::size_t i = 0; i < app_.sources().size(); ++i) {
    pollers.emplace_back([this, i](std::stop_token stop) {
      Poller(*app_.sources()[i],
             app_.intake(),
             app_.clock(),
             app_.work_signal(),
             app_.config().sources[i])
          .run(stop);
    });
  }
  log::info("daemon.started",
            {{"version", build_facts().version},
             {"data", app_.config().data_directory.native()},
             {"store", app_.store().describe()},
             {"runners", runners.size()},
             {"sources", pollers.size()}});
  notify_service_manager("READY=1");

  while (wait_for_signal(500ms) == 0 && !lease_lost) {
    notify_service_manager("WATCHDOG=1");
  }
  log::info("daemon.stopping",
            {{"reason", lease_lost ? "the heartbeat could not be written" : "signal"}});
  notify_service_manager("STOPPING=1");
  for (auto* threads : {&pollers, &runners}) {
    for (std::jthread& thread : *threads) {
      thread.request_stop();
    }
  }
  // A second signal must end the process even while a job is in hand.
  std::jthread impatient([](std::stop_token stop) {
    while (!stop.stop_requested()) {
      if (wait_for_signal(200ms) != 0) {
        ::_exit(kExitOnSecondSignal);
      }
    }
  });
  pollers.clear();
  runners.clear();
  log::info("daemon.stopped");
  return lease_lost ? 1 : 0;
}

void Daemon::run_once(const std::function<void(const PassProgress&)>& progress) {
  reclaim_at_start();
  Janitor janitor(app_, [] {});
  std::jthread heartbeat([&](std::stop_token stop) { janitor.run_heartbeat(stop); });
  std::stop_source stop;
  std::jthread signals([&](std::stop_token ended) {
    while (!ended.stop_requested()) {
      if (wait_for_signal(100ms) != 0) {
        if (stop.stop_requested()) {
          ::_exit(kExitOnSecondSignal);
        }
        stop.request_stop();
      }
    }
  });

  std::mutex doing_mutex;
  std::string doing;  // guarded by doing_mutex: what a long job does
  const auto report = [&](std::string_view stage) {
    const Identity identity = app_.store().intake().submissions_identity();
    std::int64_t left = 0;
    for (const JobCount& count : app_.store().jobs().counts()) {
      left +=
          count.state == JobState::available || count.state == JobState::running ? count.count : 0;
    }
    const std::lock_guard lock(doing_mutex);
    progress(
        {doing.empty() ? stage : doing, identity.seen - identity.waiting, identity.seen, left});
  };

  const auto poll_all = [&] {
    for (std::size_t i = 0; i < app_.sources().size() && !stop.stop_requested(); ++i) {
      report("polling");
      Poller(*app_.sources()[i],
             app_.intake(),
             app_.clock(),
             app_.work_signal(),
             app_.config().sources[i])
          .poll_once(stop.get_token());
    }
  };
  poll_all();
  // Files that were just dropped only need their quiet period: a pass that left them would
  // surprise.
  if (const Milliseconds quiet = longest_quiet_period(); quiet > 0ms && something_waits()) {
    app_.clock().sleep_for(quiet + 50ms, stop.get_token());
    poll_all();
  }

  // A runner ends when no job is due and none is running elsewhere that could make another one due.
  std::atomic<int> busy = 0;
  std::vector<std::jthread> runners;
  std::atomic<int> alive = runner_count();
  for (int i = 0; i < runner_count(); ++i) {
    runners.emplace_back([&] {
      JobContext context = app_.job_context();
      context.tell = [&](std::string what) {
        const std::lock_guard lock(doing_mutex);
        doing = std::move(what);
      };
      JobRunner runner(std::move(context), app_.work_signal(), app_.runner_options());
      while (!stop.stop_requested()) {
        ++busy;
        bool worked = false;
        try {
          worked = runner.run_one(stop.get_token());
        } catch (const std::exception& error) {
          log::error("queue.failed", {{"error", error.what()}});
          --busy;
          break;
        }
        --busy;
        {
          const std::lock_guard lock(doing_mutex);
          doing.clear();
        }
        if (!worked && busy == 0) {
          break;
        }
        if (!worked) {
          app_.clock().sleep_for(10ms, stop.get_token());
        }
      }
      --alive;
    });
  }
  while (alive > 0) {
    report("working");
    app_.clock().sleep_for(100ms, {});
  }
  runners.clear();
  for (auto& source : app_.sources()) {
    source->settle(app_.intake());
  }
  app_.store().maintain();
  report("done");
}

}  // namespace muster
