#include "extractors/decode/helper/probes.h"

#include "extractors/decode/protocol.h"

#include <array>
#include <csignal>

#include <fcntl.h>
#include <linux/bpf.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

namespace muster {
namespace {

constexpr std::size_t kPage = 4096;

struct Tried {
  std::uint64_t memory_bytes = 0;
  pid_t parent = 0;
};

// Each returns true where the kernel let it pass. Calls are made directly, so that no library steps
// between.
bool worked(long result) {
  return result >= 0;
}

bool can_map_executable(const Tried&) {
  return ::mmap(nullptr, kPage, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) !=
         MAP_FAILED;
}

bool can_make_executable(const Tried&) {
  void* page = ::mmap(nullptr, kPage, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return page != MAP_FAILED && ::mprotect(page, kPage, PROT_READ | PROT_EXEC) == 0;
}

bool can_read_others(const Tried& tried) {
  int theirs = 0;
  iovec local{&theirs, sizeof theirs};
  iovec remote{&theirs, sizeof theirs};
  return worked(::process_vm_readv(tried.parent, &local, 1, &remote, 1, 0));
}

bool can_load_bpf(const Tried&) {
  bpf_attr attributes{};
  attributes.map_type = BPF_MAP_TYPE_ARRAY;
  attributes.key_size = 4;
  attributes.value_size = 4;
  attributes.max_entries = 1;
  return worked(::syscall(SYS_bpf, BPF_MAP_CREATE, &attributes, sizeof attributes));
}

bool can_exceed_memory(const Tried& tried) {
  return ::mmap(nullptr,
                tried.memory_bytes + (1 << 20),
                PROT_READ | PROT_WRITE,
                MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
                -1,
                0) != MAP_FAILED;
}

using Probe = bool (*)(const Tried&);

// In the order of kSandboxProbes.
constexpr std::array<Probe, kSandboxProbes.size()> kProbes = {
    [](const Tried&) { return worked(::syscall(SYS_openat, AT_FDCWD, "/etc/passwd", O_RDONLY)); },
    [](const Tried&) {
      return worked(::syscall(SYS_openat, AT_FDCWD, "/tmp/muster-probe", O_CREAT | O_WRONLY, 0600));
    },
    [](const Tried&) {
      return worked(::syscall(SYS_openat, AT_FDCWD, "/", O_RDONLY | O_DIRECTORY));
    },
    [](const Tried&) { return worked(::syscall(SYS_unlinkat, AT_FDCWD, "/tmp/muster-probe", 0)); },
    [](const Tried&) { return worked(::syscall(SYS_socket, AF_INET, SOCK_STREAM, 0)); },
    [](const Tried&) { return worked(::syscall(SYS_socket, AF_UNIX, SOCK_STREAM, 0)); },
    [](const Tried&) { return worked(::syscall(SYS_fork)); },
    [](const Tried&) {
      return worked(
          ::syscall(SYS_clone, CLONE_VM | CLONE_SIGHAND | CLONE_THREAD, nullptr, nullptr));
    },
    [](const Tried&) {
      std::array<char*, 1> none{};
      return worked(::syscall(SYS_execve, "/bin/true", none.data(), none.data()));
    },
    [](const Tried& tried) {
      return worked(::syscall(SYS_ptrace, PTRACE_ATTACH, tried.parent, nullptr, nullptr));
    },
    // Signal 0 only asks whether the parent may be signaled.
    [](const Tried& tried) { return worked(::syscall(SYS_kill, tried.parent, 0)); },
    can_read_others,
    can_make_executable,
    can_map_executable,
    [](const Tried&) { return worked(::syscall(SYS_memfd_create, "probe", 0)); },
    [](const Tried&) {
      std::array<std::byte, 256> parameters{};
      return worked(::syscall(SYS_io_uring_setup, 1, parameters.data()));
    },
    can_load_bpf,
    [](const Tried&) { return worked(::syscall(SYS_userfaultfd, 0)); },
    [](const Tried&) { return worked(::syscall(SYS_prctl, PR_SET_NO_NEW_PRIVS, 0, 0, 0, 0)); },
    [](const Tried&) { return worked(::syscall(SYS_setuid, 0)); },
    [](const Tried&) { return worked(::syscall(SYS_mount, "none", "/", "tmpfs", 0, nullptr)); },
    [](const Tried&) { return worked(::syscall(SYS_unshare, CLONE_NEWUSER)); },
    [](const Tried&) { return worked(::syscall(SYS_prctl, PR_SET_DUMPABLE, 1, 0, 0, 0)); },
    can_exceed_memory,
};

}  // namespace

int run_probe(std::size_t probe, std::uint64_t memory_bytes, pid_t parent) {
  return kProbes.at(probe)({memory_bytes, parent}) ? kExitProbeAllowed : kExitProbeDenied;
}

}  // namespace muster
