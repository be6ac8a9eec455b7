#include "extractors/text_seen/engine/lock_in.h"

#include "core/error.h"
#include "extractors/decode/helper/probes.h"
#include "extractors/decode/helper/sandbox.h"
#include "extractors/decode/protocol.h"

#include <cerrno>
#include <csignal>

#include <sys/wait.h>
#include <unistd.h>

namespace muster {
namespace {

// On top of the models: the largest picture that is read (kMaxReadSide squared, 3 bytes), and
// twice as much again for what it is scaled and normalized to.
constexpr std::uint64_t kReadingMemory = std::uint64_t{3} << 30;

bool is_denied(int wait_status) {
  return (WIFSIGNALED(wait_status) && WTERMSIG(wait_status) == SIGSYS) ||
         (WIFEXITED(wait_status) && WEXITSTATUS(wait_status) == kExitProbeDenied);
}

// Throws Error where the child can't lock itself in.
bool denies(const Sandbox& sandbox, std::size_t probe, pid_t parent) {
  const pid_t pid = ::fork();
  if (pid < 0) {
    throw Error("no process for a trial");
  }
  if (pid == 0) {
    if (!sandbox.enter({.memory_bytes = kReadingMemory}).empty()) {
      ::_exit(kExitNoSandbox);
    }
    ::_exit(run_probe(probe, kReadingMemory, parent));
  }
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  if (WIFEXITED(status) && WEXITSTATUS(status) == kExitNoSandbox) {
    throw Error("this system refuses the system call filter");
  }
  return is_denied(status);
}

}  // namespace

void lock_in() {
  std::string problem;
  try {
    const Sandbox sandbox(SandboxUse::conversation);
    drop_root();  // best effort: containers without other users keep it; doctor tells
    problem = sandbox.enter({.memory_bytes = kReadingMemory});
  } catch (const Error& error) {
    problem = error.what();
  }
  if (!problem.empty()) {
    throw Error("lock itself in: " + problem);
  }
}

ReaderTrial try_lock_in() {
  ReaderTrial trial;
  try {
    const Sandbox sandbox(SandboxUse::conversation);
    trial.root_dropped = drop_root();
    trial.landlock_abi = sandbox.landlock_abi();
    const pid_t parent = ::getpid();
    for (std::size_t probe = 0; probe < kSandboxProbes.size(); ++probe) {
      trial.denied.push_back(denies(sandbox, probe, parent));
    }
  } catch (const Error& error) {
    trial.problem = error.what();
    trial.denied.clear();
  }
  return trial;
}

}  // namespace muster
