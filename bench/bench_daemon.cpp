// The figures of the running program: start to first claim, idle memory and CPU, a burst of small
// files.

#include "bench/bench.h"
#include "core/json.h"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <thread>

#include <fcntl.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <sys/wait.h>
#include <unistd.h>

namespace muster {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using SteadyClock = std::chrono::steady_clock;

struct Limits {
  double first_claim_ms = 150;
  double idle_megabytes = 40;
  double idle_core_percent = 0.2;
  double burst_megabytes = 80;
};

std::string read_all(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

// A fresh data directory with an inbox in the temporary folder.
class Workplace {
 public:
  Workplace() {
    std::string name = (fs::temp_directory_path() / "muster-bench-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) {
      throw std::runtime_error("make a temporary folder: mkdtemp failed");
    }
    folder_ = name;
    fs::create_directories(inbox());
    std::ofstream(folder_ / "muster.toml") << R"([data]
directory = "data"

[[source]]
name = "inbox"
kind = "submission_folder"
directory = "inbox"
quiet_period = "0s"
every = "1s"
)";
  }
  ~Workplace() {
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
  }
  Workplace(const Workplace&) = delete;
  Workplace& operator=(const Workplace&) = delete;

  fs::path inbox() const { return folder_ / "inbox"; }
  fs::path log() const { return folder_ / "log"; }
  std::string config() const { return (folder_ / "muster.toml").string(); }

  void drop(int count) const {
    for (int i = 0; i < count; ++i) {
      std::ofstream(inbox() / fmt::format("item-{:05}.jpg", i))
          << "not a picture, item " << i << "\n";
    }
  }

 private:
  fs::path folder_;
};

// `muster ARGS` in the background.
class Program {
 public:
  Program(const Workplace& workplace, std::vector<std::string> args)
      : started_(SteadyClock::now()) {
    const std::string program = fs::read_symlink("/proc/self/exe").parent_path() / "muster";
    args.insert(args.begin(), program);
    args.push_back("--config");
    args.push_back(workplace.config());
    pid_ = ::fork();
    if (pid_ == 0) {
      const int log = ::open(workplace.log().c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
      ::dup2(log, 1);
      ::dup2(log, 2);
      std::vector<char*> argv;
      for (std::string& arg : args) {
        argv.push_back(arg.data());
      }
      argv.push_back(nullptr);
      ::execv(program.c_str(), argv.data());
      ::_exit(127);
    }
  }
  ~Program() {
    if (pid_ > 0) {
      ::kill(pid_, SIGTERM);
      ::waitpid(pid_, nullptr, 0);
    }
  }
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  double age_ms() const {
    return std::chrono::duration<double, std::milli>(SteadyClock::now() - started_).count();
  }

  // A value of /proc/PID/status in kB.
  double status_kb(std::string_view key) const {
    std::istringstream lines(read_all(fmt::format("/proc/{}/status", pid_)));
    for (std::string line; std::getline(lines, line);) {
      if (line.starts_with(key)) {
        return std::atof(line.c_str() + line.find_first_of("0123456789"));
      }
    }
    return 0;
  }

  // CPU seconds used so far by the process, all its threads.
  double cpu_seconds() const {
    const std::string stat = read_all(fmt::format("/proc/{}/stat", pid_));
    std::istringstream fields(stat.substr(stat.rfind(')') + 2));
    std::string skipped;
    for (int i = 0; i < 11; ++i) {
      fields >> skipped;
    }
    double user = 0;
    double system = 0;
    fields >> user >> system;
    return (user + system) / static_cast<double>(::sysconf(_SC_CLK_TCK));
  }

 private:
  pid_t pid_ = -1;
  SteadyClock::time_point started_;
};

// Milliseconds from the start of the process to the first claimed job, the median of several
// starts.
double first_claim_ms() {
  constexpr int kRuns = 7;
  std::vector<double> times;
  for (int run = 0; run < kRuns; ++run) {
    const Workplace workplace;
    workplace.drop(1);
    const Program program(workplace, {"run", "--log-level", "debug"});
    while (read_all(workplace.log()).find("job.claimed") == std::string::npos) {
      if (program.age_ms() > 30'000) {
        throw std::runtime_error("no job was claimed within 30 s:\n" + read_all(workplace.log()));
      }
      std::this_thread::sleep_for(1ms);
    }
    times.push_back(program.age_ms());
  }
  std::sort(times.begin(), times.end());
  return times[times.size() / 2];
}

struct Idle {
  double megabytes = 0;
  double core_percent = 0;
};

Idle measure_idle() {
  constexpr auto kSettle = 3s;
  constexpr auto kWatch = 20s;
  const Workplace workplace;
  const Program program(workplace, {"run"});
  std::this_thread::sleep_for(kSettle);
  const double before = program.cpu_seconds();
  std::this_thread::sleep_for(kWatch);
  const double used = program.cpu_seconds() - before;
  return {program.status_kb("VmRSS:") / 1000,
          100 * used / std::chrono::duration<double>(kWatch).count()};
}

struct Burst {
  std::int64_t queued = 0;
  double seconds = 0;         // until all were queued
  double peak_megabytes = 0;  // of the daemon, while it queued and for some time of checking
};

// What the log says was added by the polls so far.
std::int64_t added_so_far(const std::string& log) {
  constexpr std::string_view kMark = " added=";
  std::int64_t sum = 0;
  for (std::size_t at = log.find(kMark); at != std::string::npos; at = log.find(kMark, at + 1)) {
    sum += std::atoll(log.c_str() + at + kMark.size());
  }
  return sum;
}

Burst measure_burst(int files) {
  constexpr auto kChecking = 10s;
  constexpr double kGiveUpMs = 120'000;
  const Workplace workplace;
  workplace.drop(files);
  const Program program(workplace, {"run"});
  Burst burst;
  while (burst.queued < files && program.age_ms() < kGiveUpMs) {
    std::this_thread::sleep_for(50ms);
    burst.queued = added_so_far(read_all(workplace.log()));
  }
  burst.seconds = program.age_ms() / 1000;
  std::this_thread::sleep_for(kChecking);
  burst.peak_megabytes = program.status_kb("VmHWM:") / 1000;
  return burst;
}

}  // namespace

int bench_daemon(std::span<const std::string> args) {
  const bool as_json = args.size() == 2 && args[0] == "--format" && args[1] == "json";
  const int files = 10'000;
  const Limits limits;
  const double claim = first_claim_ms();
  const Idle idle = measure_idle();
  const Burst burst = measure_burst(files);
  if (as_json) {
    fmt::print("{}\n",
               dump_pretty(Json{{"first_claim_ms", claim},
                                {"idle_megabytes", idle.megabytes},
                                {"idle_core_percent", idle.core_percent},
                                {"burst_files", files},
                                {"burst_queued", burst.queued},
                                {"burst_seconds", burst.seconds},
                                {"burst_peak_megabytes", burst.peak_megabytes}}));
    return 0;
  }
  const auto row = [](std::string_view what, double value, std::string_view unit, double limit) {
    fmt::print("{:<34} {:>9.2f} {:<8} limit {:<8.2f} {}\n",
               what,
               value,
               unit,
               limit,
               value <= limit ? "ok" : "OVER");
  };
  row("start to first claim (median of 7)", claim, "ms", limits.first_claim_ms);
  row("idle memory", idle.megabytes, "MB", limits.idle_megabytes);
  row("idle CPU", idle.core_percent, "% core", limits.idle_core_percent);
  row(fmt::format("{} files in one burst, peak", files),
      burst.peak_megabytes,
      "MB",
      limits.burst_megabytes);
  fmt::print("queued {} of {} in {:.1f} s\n", burst.queued, files, burst.seconds);
  return burst.queued == files ? 0 : 1;
}

}  // namespace muster
