#include "extractors/decode/helper_process.h"

#include "core/error.h"
#include "core/text.h"
#include "extractors/decode/spawn.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <vector>

#include <fmt/format.h>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>

namespace muster {
namespace {

constexpr Milliseconds kStartLimit = std::chrono::seconds(20);
// From killing a child to hearing of its end.
constexpr Milliseconds kReapLimit = std::chrono::seconds(2);

// Nothing of our own environment.
std::vector<std::string> environment() {
  return {"LC_ALL=C",
          "OPENCV_LOG_LEVEL=SILENT",
          "OPENBLAS_NUM_THREADS=1",
          "OMP_NUM_THREADS=1",
          "MALLOC_ARENA_MAX=1",
          // A child touches fresh memory for every picture; huge pages save most of the faults.
          "GLIBC_TUNABLES=glibc.malloc.hugetlb=1",
          // Else each child would look up each function anew.
          "LD_BIND_NOW=1"};
}

}  // namespace

HelperProcess::HelperProcess(const std::filesystem::path& program) {
  start(program);
  try {
    await_hello();
  } catch (...) {
    stop();
    throw;
  }
}

HelperProcess::~HelperProcess() {
  stop();
}

void HelperProcess::start(const std::filesystem::path& program) {
  SpawnedProgram spawned = spawn_program(program, environment());
  pid_ = spawned.pid;
  pidfd_ = std::move(spawned.pidfd);
  control_ = std::move(spawned.control);
}

void HelperProcess::await_hello() {
  if (!PollDeadline(kStartLimit).wait_for(control_.get())) {
    throw TransientError("start muster-decode: it said nothing for 20 s");
  }
  const auto message = receive_message(control_.get(), kMaxMessageBytes);
  if (!message) {
    throw TransientError("start muster-decode: it died before it was ready");
  }
  const auto hello = parse_hello(message->bytes);
  if (!hello) {
    throw TransientError("start muster-decode: it does not speak our protocol (" +
                         to_string(hello.error()) + "); is it of the same version?");
  }
  if (!hello->sandboxed) {
    throw TransientError("muster-decode refuses to decode without its sandbox: " +
                         printable(hello->problem));
  }
  hello_ = *hello;
}

void HelperProcess::stop() {
  control_.reset();  // a healthy zygote leaves when its client is gone
  if (pid_ < 0) {
    return;
  }
  if (!usable_ || !PollDeadline(kReapLimit).wait_for(pidfd_.get())) {
    ::kill(pid_, SIGKILL);  // not reaped yet, so the number is still its own
  }
  while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
  }
  pid_ = -1;
}

ChildOutcome HelperProcess::give_up() {
  usable_ = false;
  send_kill(pidfd_.get());
  return {};
}

ChildOutcome HelperProcess::run(const DecodeRequest& request,
                                int input,
                                int output,
                                Milliseconds wall) {
  auto [ours, theirs] = make_packet_sockets();
  const int fds[] = {input, output, theirs.get()};
  const PollDeadline deadline(wall);
  if (!send_message(control_.get(), encode(request), fds)) {
    return give_up();  // it has died, or has left a full queue unread
  }
  theirs.reset();
  const auto child = await_start(ours.get(), deadline);
  return child ? await_end(ours.get(), child->get(), deadline) : give_up();
}

// The pidfd of the child, or nullopt where the zygote is of no use any more.
std::optional<UniqueFd> HelperProcess::await_start(int reply, const PollDeadline& deadline) {
  auto message = deadline.wait_for(reply) ? receive_message(reply, kMaxMessageBytes) : std::nullopt;
  if (!message) {
    return std::nullopt;
  }
  if (const auto ended = parse_ended(message->bytes); ended && ended->error != 0) {
    throw TransientError("start a child of muster-decode: " +
                         std::generic_category().message(ended->error));
  }
  if (!parse_started(message->bytes) || message->fds.size() != 1) {
    return std::nullopt;
  }
  return std::move(message->fds.front());
}

ChildOutcome HelperProcess::await_end(int reply, int pidfd, const PollDeadline& deadline) {
  const bool in_time = deadline.wait_for(reply);
  if (!in_time) {
    send_kill(pidfd);
  }
  const auto message = in_time || PollDeadline(kReapLimit).wait_for(reply)
                           ? receive_message(reply, kMaxMessageBytes)
                           : std::nullopt;
  const auto ended = message ? parse_ended(message->bytes) : parse_error("", "no message");
  // The output may be read only when nobody writes it any more.
  if (!ended || !PollDeadline(kReapLimit).wait_for(pidfd)) {
    send_kill(pidfd);
    ChildOutcome outcome = give_up();
    outcome.end = in_time ? ChildOutcome::End::helper_gone : ChildOutcome::End::over_wall;
    return outcome;
  }
  ChildOutcome outcome;
  outcome.usage = *ended;
  if (!in_time) {
    outcome.end = ChildOutcome::End::over_wall;
  } else if (WIFEXITED(ended->wait_status)) {
    outcome.end = ChildOutcome::End::exited;
    outcome.status = WEXITSTATUS(ended->wait_status);
  } else {
    outcome.end = ChildOutcome::End::killed;
    outcome.status = WTERMSIG(ended->wait_status);
  }
  return outcome;
}

std::filesystem::path find_helper_program(const std::filesystem::path& configured,
                                          std::string_view name) {
  const auto is_program = [](const std::filesystem::path& path) {
    std::error_code error;
    return std::filesystem::is_regular_file(path, error) && ::access(path.c_str(), X_OK) == 0;
  };
  std::vector<std::filesystem::path> candidates;
  if (!configured.empty()) {
    candidates.push_back(configured);
  } else {
    std::error_code error;
    const auto self = std::filesystem::read_symlink("/proc/self/exe", error);
    candidates.push_back(self.parent_path() / name);
    const char* path = std::getenv("PATH");
    for (const std::string& folder : split(path != nullptr ? path : "", ':')) {
      if (!folder.empty()) {
        candidates.push_back(std::filesystem::path(folder) / name);
      }
    }
  }
  const auto found = std::find_if(candidates.begin(), candidates.end(), is_program);
  if (found == candidates.end()) {
    Problem problem;
    problem.file = candidates.front().string();
    problem.what = fmt::format(
        "the program {} is not there or can't be run; install it beside muster or in PATH", name);
    throw ConfigError(std::move(problem));
  }
  return *found;
}

}  // namespace muster
