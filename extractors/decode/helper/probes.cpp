#include "extractors/decode/helper/probes.h"

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

// Each returns true where the kernel let it pass. Calls are made directly, so that no library steps
// between.
bool worked(long result) {
  return result >= 0;
}

bool can_map_executable(const ChildContext&) {
  return ::mmap(nullptr, kPage, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) !=
         MAP_FAILED;
}

bool can_make_executable(const ChildContext&) {
  void* page = ::mmap(nullptr, kPage, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return page != MAP_FAILED && ::mprotect(page, kPage, PROT_READ | PROT_EXEC) == 0;
}

bool can_read_others(const ChildContext& context) {
  int theirs = 0;
  iovec local{&theirs, sizeof theirs};
  iovec remote{&theirs, sizeof theirs};
  return worked(::process_vm_readv(context.zygote, &local, 1, &remote, 1, 0));
}

bool can_load_bpf(const ChildContext&) {
  bpf_attr attributes{};
  attributes.map_type = BPF_MAP_TYPE_ARRAY;
  attributes.key_size = 4;
  attributes.value_size = 4;
  attributes.max_entries = 1;
  return worked(::syscall(SYS_bpf, BPF_MAP_CREATE, &attributes, sizeof attributes));
}

bool can_exceed_memory(const ChildContext& context) {
  return ::mmap(nullptr,
                context.request.memory_bytes + (1 << 20),
                PROT_READ | PROT_WRITE,
                MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
                -1,
                0) != MAP_FAILED;
}

using Probe = bool (*)(const ChildContext&);

// In the order of kSandboxProbes.
constexpr std::array<Probe, kSandboxProbes.size()> kProbes = {
    [](const ChildContext&) {
      return worked(::syscall(SYS_openat, AT_FDCWD, "/etc/passwd", O_RDONLY));
    },
    [](const ChildContext&) {
      return worked(::syscall(SYS_openat, AT_FDCWD, "/tmp/muster-probe", O_CREAT | O_WRONLY, 0600));
    },
    [](const ChildContext&) {
      return worked(::syscall(SYS_openat, AT_FDCWD, "/", O_RDONLY | O_DIRECTORY));
    },
    [](const ChildContext&) {
      return worked(::syscall(SYS_unlinkat, AT_FDCWD, "/tmp/muster-probe", 0));
    },
    [](const ChildContext&) { return worked(::syscall(SYS_socket, AF_INET, SOCK_STREAM, 0)); },
    [](const ChildContext&) { return worked(::syscall(SYS_socket, AF_UNIX, SOCK_STREAM, 0)); },
    [](const ChildContext&) { return worked(::syscall(SYS_fork)); },
    [](const ChildContext&) {
      return worked(
          ::syscall(SYS_clone, CLONE_VM | CLONE_SIGHAND | CLONE_THREAD, nullptr, nullptr));
    },
    [](const ChildContext&) {
      std::array<char*, 1> none{};
      return worked(::syscall(SYS_execve, "/bin/true", none.data(), none.data()));
    },
    [](const ChildContext& context) {
      return worked(::syscall(SYS_ptrace, PTRACE_ATTACH, context.zygote, nullptr, nullptr));
    },
    // Signal 0 only asks whether the parent may be signaled.
    [](const ChildContext& context) { return worked(::syscall(SYS_kill, context.zygote, 0)); },
    can_read_others,
    can_make_executable,
    can_map_executable,
    [](const ChildContext&) { return worked(::syscall(SYS_memfd_create, "probe", 0)); },
    [](const ChildContext&) {
      std::array<std::byte, 256> parameters{};
      return worked(::syscall(SYS_io_uring_setup, 1, parameters.data()));
    },
    can_load_bpf,
    [](const ChildContext&) { return worked(::syscall(SYS_userfaultfd, 0)); },
    [](const ChildContext&) {
      return worked(::syscall(SYS_prctl, PR_SET_NO_NEW_PRIVS, 0, 0, 0, 0));
    },
    [](const ChildContext&) { return worked(::syscall(SYS_setuid, 0)); },
    [](const ChildContext&) {
      return worked(::syscall(SYS_mount, "none", "/", "tmpfs", 0, nullptr));
    },
    [](const ChildContext&) { return worked(::syscall(SYS_unshare, CLONE_NEWUSER)); },
    [](const ChildContext&) { return worked(::syscall(SYS_prctl, PR_SET_DUMPABLE, 1, 0, 0, 0)); },
    can_exceed_memory,
};

}  // namespace

int run_probe(const ChildContext& context) {
  return kProbes.at(context.request.probe)(context) ? kExitProbeAllowed : kExitProbeDenied;
}

}  // namespace muster
