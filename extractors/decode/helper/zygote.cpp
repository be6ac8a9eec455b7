#include "extractors/decode/helper/zygote.h"

#include "core/error.h"
#include "extractors/decode/helper/child.h"
#include "extractors/decode/helper/sandbox.h"
#include "extractors/decode/message_socket.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <memory>
#include <optional>
#include <vector>

#include <fcntl.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>

namespace muster {
namespace {

// One child at work.
struct Running {
  pid_t pid = 0;
  UniqueFd pidfd;
  UniqueFd reply;  // empty once the client has hung up
};

// A child that was forked ahead and waits for its file: a fork of a process with so many libraries
// takes longer than the decoding of a small photo.
struct Spare {
  pid_t pid = 0;
  UniqueFd pidfd;
  UniqueFd order;
};

UniqueFd open_pidfd(pid_t pid) {
  return UniqueFd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
}

void kill_child(const Running& child) {
  ::syscall(SYS_pidfd_send_signal, child.pidfd.get(), SIGKILL, nullptr, 0);
}

// When memory runs out, the kernel shall take a helper and not the daemon.
void volunteer_for_oom_killer() {
  const UniqueFd file(::open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC));
  if (file.get() >= 0) {
    // Best effort: without it only the order of victims changes.
    [[maybe_unused]] const ssize_t written = ::write(file.get(), "1000", 4);
  }
}

// Enters the sandbox in a child of its own; empty, or why it can't be entered.
std::string try_sandbox(const Sandbox& sandbox) {
  std::array<int, 2> pipe{};
  if (::pipe2(pipe.data(), O_CLOEXEC) != 0) {
    return "create a pipe: " + std::generic_category().message(errno);
  }
  const UniqueFd reader(pipe[0]);
  UniqueFd writer(pipe[1]);
  const pid_t pid = ::fork();
  if (pid < 0) {
    return "fork: " + std::generic_category().message(errno);
  }
  if (pid == 0) {
    // The limits of this trial leave room for the message.
    const std::string problem = sandbox.enter({1 << 28, 5});
    const ssize_t written = ::write(writer.get(), problem.data(), problem.size());
    ::_exit(written == static_cast<ssize_t>(problem.size()) ? 0 : 1);
  }
  writer.reset();
  std::array<char, 512> problem{};
  const ssize_t size = ::read(reader.get(), problem.data(), problem.size());
  int status = 0;
  ::waitpid(pid, &status, 0);
  if (size > 0) {
    return {problem.data(), static_cast<std::size_t>(size)};
  }
  return status == 0 ? std::string() : "a trial child died within the sandbox";
}

class Zygote {
 public:
  Zygote(const Sandbox& sandbox, const ChildMain& child_main)
      : sandbox_(sandbox), child_main_(child_main), pid_(::getpid()) {}

  int serve() {
    while (wait()) {
    }
    for (const Running& child : running_) {
      kill_child(child);
    }
    drop_spare();
    return 0;
  }

 private:
  // One round of the event loop; false when the client is gone.
  bool wait() {
    std::vector<pollfd> polled = {{kControlFd, POLLIN, 0}};
    for (const Running& child : running_) {
      polled.push_back({child.pidfd.get(), POLLIN, 0});
      polled.push_back({child.reply.get(), 0, 0});  // tells only of a hang-up; -1 is skipped
    }
    if (::poll(polled.data(), polled.size(), -1) < 0) {
      return errno == EINTR;
    }
    for (std::size_t i = running_.size(); i-- > 0;) {
      if (polled[1 + 2 * i].revents != 0) {
        reap(running_[i]);
        running_.erase(running_.begin() + static_cast<std::ptrdiff_t>(i));
      } else if (polled[2 + 2 * i].revents != 0) {
        kill_child(running_[i]);
        running_[i].reply.reset();
      }
    }
    return polled[0].revents == 0 || take_request();
  }

  bool take_request() {
    auto message = receive_message(kControlFd, kMaxMessageBytes);
    if (!message) {
      return false;
    }
    const auto request = parse_request(message->bytes);
    if (!request || message->fds.size() != 3) {
      return true;  // the client sees its reply socket close
    }
    start(*message);
    return true;
  }

  // Forks the next child. False (errno set) where there is no process for it.
  bool prepare_spare() {
    std::array<int, 2> ends{};
    if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0) {
      return false;
    }
    UniqueFd ours(ends[0]);
    const UniqueFd theirs(ends[1]);
    const pid_t pid = ::fork();
    if (pid == 0) {
      live_as_child(sandbox_, child_main_, theirs.get(), pid_);
    }
    if (pid < 0) {
      return false;
    }
    spare_.emplace(Spare{pid, open_pidfd(pid), std::move(ours)});
    if (spare_->pidfd.get() >= 0) {
      return true;
    }
    const int error = errno;
    drop_spare();
    errno = error;
    return false;
  }

  void drop_spare() {
    if (spare_) {
      ::kill(spare_->pid, SIGKILL);
      ::waitpid(spare_->pid, nullptr, 0);
      spare_.reset();
    }
  }

  // Gives the order to the spare; to a fresh one where it died while it waited.
  bool give_order(const Message& message) {
    const std::array<int, 2> memories = {message.fds[0].get(), message.fds[1].get()};
    const std::string_view bytes(reinterpret_cast<const char*>(message.bytes.data()),
                                 message.bytes.size());
    for (int attempt = 0; attempt < 2; ++attempt) {
      if (!spare_ && !prepare_spare()) {
        return false;
      }
      if (send_message(spare_->order.get(), bytes, memories)) {
        return true;
      }
      const int error = errno;
      drop_spare();
      errno = error;
    }
    return false;
  }

  void start(Message& message) {
    const bool given = give_order(message);
    UniqueFd reply = std::move(message.fds[2]);
    if (!given) {
      ChildEnded failure;
      failure.error = errno;
      send_message(reply.get(), encode(failure), {});
      return;
    }
    Running running{spare_->pid, std::move(spare_->pidfd), std::move(reply)};
    spare_.reset();
    const int pidfd = running.pidfd.get();
    send_message(running.reply.get(), encode(ChildStarted{}), {&pidfd, 1});
    running_.push_back(std::move(running));
    // While this child works. Best effort: where it fails now, the next request tries again.
    prepare_spare();
  }

  static void reap(const Running& child) {
    ChildEnded ended;
    rusage usage{};
    int status = 0;
    ::wait4(child.pid, &status, 0, &usage);
    ended.wait_status = status;
    ended.peak_memory_bytes = static_cast<std::uint64_t>(usage.ru_maxrss) * 1024;
    const auto to_ms = [](const timeval& time) {
      return static_cast<std::uint64_t>(time.tv_sec) * 1000 +
             static_cast<std::uint64_t>(time.tv_usec) / 1000;
    };
    ended.cpu_ms = to_ms(usage.ru_utime) + to_ms(usage.ru_stime);
    if (child.reply.get() >= 0) {
      send_message(child.reply.get(), encode(ended), {});
    }
  }

  const Sandbox& sandbox_;
  const ChildMain& child_main_;
  pid_t pid_;
  std::optional<Spare> spare_;
  std::vector<Running> running_;
};

}  // namespace

int run_zygote(const ChildMain& child_main, const std::string& libraries) {
  HelperHello hello;
  hello.libraries = libraries;
  std::unique_ptr<Sandbox> sandbox;
  volunteer_for_oom_killer();
  hello.privileges_dropped = drop_root();
  try {
    sandbox = std::make_unique<Sandbox>(SandboxUse::one_file);
    hello.landlock_abi = sandbox->landlock_abi();
    hello.problem = try_sandbox(*sandbox);
  } catch (const Error& error) {
    hello.problem = error.what();
  }
  hello.sandboxed = hello.problem.empty();
  if (!send_message(kControlFd, encode(hello), {}) || !hello.sandboxed) {
    return 1;
  }
  return Zygote(*sandbox, child_main).serve();
}

}  // namespace muster
