#include "extractors/decode/helper/zygote.h"

#include "core/error.h"
#include "extractors/decode/helper/sandbox.h"
#include "extractors/decode/message_socket.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <memory>
#include <new>
#include <optional>
#include <vector>

#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>

namespace muster {
namespace {

// The child's own end of the output memory, where it is written.
constexpr int kOutputFd = STDERR_FILENO + 1;
// Files up to this size are mapped at once, and not page by page as they are read.
constexpr std::uint64_t kPopulatedBytes = 16 << 20;

// One child at work.
struct Running {
  pid_t pid = 0;
  UniqueFd pidfd;
  UniqueFd reply;  // empty once the client has hung up
};

UniqueFd open_pidfd(pid_t pid) {
  return UniqueFd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
}

void kill_child(const Running& child) {
  ::syscall(SYS_pidfd_send_signal, child.pidfd.get(), SIGKILL, nullptr, 0);
}

// Maps `size` bytes of a memfd that is at least that long.
std::optional<std::span<std::byte>> map_memory(int fd,
                                               std::uint64_t size,
                                               int protection,
                                               int flags) {
  if (size == 0) {
    return std::span<std::byte>();
  }
  struct stat status {};
  if (::fstat(fd, &status) != 0 || static_cast<std::uint64_t>(status.st_size) < size) {
    return std::nullopt;
  }
  void* memory = ::mmap(nullptr, size, protection, flags, fd, 0);
  if (memory == MAP_FAILED) {
    return std::nullopt;
  }
  return std::span(static_cast<std::byte*>(memory), static_cast<std::size_t>(size));
}

// Fresh memory of this process alone, in huge pages where the kernel has them: a photo's answer
// then takes two or three faults instead of a thousand.
std::optional<std::span<std::byte>> private_memory(std::uint64_t size) {
  constexpr std::uint64_t kHugePage = 2 << 20;
  void* memory = ::mmap(nullptr,
                        size + kHugePage,
                        PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
                        -1,
                        0);
  if (memory == MAP_FAILED) {
    return std::nullopt;
  }
  const auto address = reinterpret_cast<std::uintptr_t>(memory);
  auto* aligned = static_cast<std::byte*>(memory) + (kHugePage - address % kHugePage) % kHugePage;
  ::madvise(aligned, size, MADV_HUGEPAGE);  // best effort; the kernel decides
  return std::span(aligned, static_cast<std::size_t>(size));
}

// The answer's memory of a photo is written to at the end, in one go: a shared mapping of it would
// cost a fault for every page. Frames of a video are too many to have them twice.
bool hands_over_by_writing(const DecodeRequest& request) {
  return request.mode != DecodeMode::probe && request.max_frames == 1;
}

bool write_out(int fd, std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written <= 0) {
      return false;
    }
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  return true;
}

int run_locked_up(const ChildMain& child_main, const ChildContext& context) {
  try {
    return child_main(context);
  } catch (const std::bad_alloc&) {
    return kExitOutOfMemory;
  } catch (const std::exception&) {
    return kExitFailed;  // nobody can be told more: the sandbox has no way out but the answer
  }
}

[[noreturn]] void child(const Sandbox& sandbox,
                        const ChildMain& child_main,
                        const DecodeRequest& request,
                        const Message& message,
                        pid_t zygote) {
  // Dies with the zygote; the zygote may have died before we asked.
  ::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
  if (::getppid() != zygote) {
    ::_exit(kExitFailed);
  }
  // Kernels before 6.7 refuse shared mappings of write-sealed memory, even read-only ones.
  const auto input =
      map_memory(message.fds[0].get(),
                 request.input_bytes,
                 PROT_READ,
                 MAP_PRIVATE | (request.input_bytes <= kPopulatedBytes ? MAP_POPULATE : 0));
  const bool writes = hands_over_by_writing(request);
  const auto output =
      writes ? private_memory(request.output_bytes)
             : map_memory(
                   message.fds[1].get(), request.output_bytes, PROT_READ | PROT_WRITE, MAP_SHARED);
  if (output && !writes) {
    // Best effort: it saves faults. The kernel decides.
    ::madvise(output->data(), output->size(), MADV_HUGEPAGE);
  }
  // Nothing stays open but /dev/null as the standard streams, and the output where it is written.
  if (!input || !output || ::dup2(message.fds[1].get(), kOutputFd) < 0 ||
      ::close_range(writes ? kOutputFd + 1 : kOutputFd, ~0U, 0) != 0) {
    ::_exit(kExitBadRequest);
  }
  Sandbox::Limits limits{request.memory_bytes, request.cpu_seconds};
  limits.written_bytes = writes ? request.output_bytes : 0;
  if (!sandbox.enter(limits).empty()) {
    ::_exit(kExitNoSandbox);
  }
  std::uint64_t used = request.output_bytes;
  const int status = run_locked_up(child_main, {request, *input, *output, zygote, &used});
  if (writes && status == kExitAnswered &&
      !write_out(kOutputFd, output->first(std::min<std::uint64_t>(used, output->size())))) {
    ::_exit(kExitFailed);
  }
  ::_exit(status);
}

// Gives up root: children then also lack the rights of its user. Containers without other users
// keep it.
bool drop_privileges() {
  constexpr uid_t kNobody = 65534;
  if (::geteuid() != 0) {
    return true;
  }
  return ::setgroups(0, nullptr) == 0 && ::setresgid(kNobody, kNobody, kNobody) == 0 &&
         ::setresuid(kNobody, kNobody, kNobody) == 0;
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
    auto message = receive_message(kControlFd);
    if (!message) {
      return false;
    }
    const auto request = parse_request(message->bytes);
    if (!request || message->fds.size() != 3) {
      return true;  // the client sees its reply socket close
    }
    start(*request, *message);
    return true;
  }

  void start(const DecodeRequest& request, Message& message) {
    const pid_t pid = ::fork();
    if (pid == 0) {
      child(sandbox_, child_main_, request, message, pid_);
    }
    UniqueFd reply = std::move(message.fds[2]);
    Running running{pid, pid > 0 ? open_pidfd(pid) : UniqueFd(), std::move(reply)};
    if (pid < 0 || running.pidfd.get() < 0) {
      ChildEnded failure;
      failure.error = errno;
      if (pid > 0) {
        ::kill(pid, SIGKILL);
        ::waitpid(pid, nullptr, 0);
      }
      send_message(running.reply.get(), encode(failure), {});
      return;
    }
    const int pidfd = running.pidfd.get();
    send_message(running.reply.get(), encode(ChildStarted{}), {&pidfd, 1});
    running_.push_back(std::move(running));
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
  std::vector<Running> running_;
};

}  // namespace

int run_zygote(const ChildMain& child_main, const std::string& libraries) {
  HelperHello hello;
  hello.libraries = libraries;
  std::unique_ptr<Sandbox> sandbox;
  volunteer_for_oom_killer();
  hello.privileges_dropped = drop_privileges();
  try {
    sandbox = std::make_unique<Sandbox>();
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
