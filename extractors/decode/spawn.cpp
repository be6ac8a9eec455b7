#include "extractors/decode/spawn.h"

#include "core/error.h"
#include "extractors/decode/protocol.h"

#include <algorithm>
#include <cerrno>
#include <csignal>

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <system_error>
#include <unistd.h>

namespace muster {
namespace {

class SpawnSettings {
 public:
  explicit SpawnSettings(int control) {
    ::posix_spawn_file_actions_init(&actions);
    for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
      ::posix_spawn_file_actions_addopen(&actions, fd, "/dev/null", O_RDWR, 0);
    }
    ::posix_spawn_file_actions_adddup2(&actions, control, kControlFd);
    ::posix_spawn_file_actions_addclosefrom_np(&actions, kControlFd + 1);
    ::posix_spawnattr_init(&attributes);
    ::posix_spawnattr_setflags(
        &attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
    sigset_t signals;
    ::sigfillset(&signals);
    ::posix_spawnattr_setsigdefault(&attributes, &signals);
    ::sigemptyset(&signals);
    ::posix_spawnattr_setsigmask(&attributes, &signals);
  }
  ~SpawnSettings() {
    ::posix_spawn_file_actions_destroy(&actions);
    ::posix_spawnattr_destroy(&attributes);
  }
  SpawnSettings(const SpawnSettings&) = delete;
  SpawnSettings& operator=(const SpawnSettings&) = delete;

  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
};

}  // namespace

std::pair<UniqueFd, UniqueFd> make_packet_sockets() {
  int ends[2] = {-1, -1};
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) {
    throw TransientError("start a helper: create a socket pair: " +
                         std::generic_category().message(errno));
  }
  return {UniqueFd(ends[0]), UniqueFd(ends[1])};
}

SpawnedProgram spawn_program(const std::filesystem::path& program,
                             std::vector<std::string> variables) {
  auto [ours, theirs] = make_packet_sockets();
  const SpawnSettings settings(theirs.get());
  std::vector<char*> pointers;
  for (std::string& variable : variables) {
    pointers.push_back(variable.data());
  }
  pointers.push_back(nullptr);
  std::string name = program.string();
  char* arguments[] = {name.data(), nullptr};
  SpawnedProgram spawned;
  const int error = ::posix_spawn(&spawned.pid,
                                  name.c_str(),
                                  &settings.actions,
                                  &settings.attributes,
                                  arguments,
                                  pointers.data());
  if (error != 0) {
    throw TransientError(fmt::format("start {}: {}", name, std::generic_category().message(error)));
  }
  spawned.pidfd = UniqueFd(static_cast<int>(::syscall(SYS_pidfd_open, spawned.pid, 0)));
  spawned.control = std::move(ours);
  return spawned;
}

void send_kill(int pidfd) {
  ::syscall(SYS_pidfd_send_signal, pidfd, SIGKILL, nullptr, 0);
}

bool PollDeadline::wait_for(int fd) const {
  while (true) {
    const auto left = std::chrono::ceil<Milliseconds>(end_ - std::chrono::steady_clock::now());
    pollfd polled{fd, POLLIN, 0};
    const int timeout = static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, INT32_MAX));
    const int ready = ::poll(&polled, 1, timeout);
    if (ready > 0) {
      return true;
    }
    if (ready == 0 || errno != EINTR) {
      return false;
    }
  }
}

}  // namespace muster
