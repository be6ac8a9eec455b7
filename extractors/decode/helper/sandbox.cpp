#include "extractors/decode/helper/sandbox.h"

#include "core/error.h"

#include <cerrno>
#include <cstdio>
#include <memory>

#include <fcntl.h>
#include <grp.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <system_error>
#include <unistd.h>

namespace muster {
namespace {

std::string system_problem(const char* what, int error) {
  return std::string(what) + ": " + std::generic_category().message(error);
}

using FilterContext = std::unique_ptr<void, decltype(&seccomp_release)>;

void check_rule(int error) {
  if (error != 0) {
    throw Error(system_problem("compile the system call filter", -error));
  }
}

// What decoding needs once the libraries are warm, found by tracing; anything not named below ends
// the process.
void allow_calls(void* filter) {
  for (const int call : {SCMP_SYS(read),           SCMP_SYS(write),         SCMP_SYS(close),
                         SCMP_SYS(lseek),          SCMP_SYS(fstat),         SCMP_SYS(munmap),
                         SCMP_SYS(mremap),         SCMP_SYS(brk),           SCMP_SYS(madvise),
                         SCMP_SYS(futex),          SCMP_SYS(rt_sigaction),  SCMP_SYS(rt_sigreturn),
                         SCMP_SYS(rt_sigprocmask), SCMP_SYS(clock_gettime), SCMP_SYS(getrandom),
                         SCMP_SYS(sysinfo),        SCMP_SYS(sched_yield),   SCMP_SYS(getpid),
                         SCMP_SYS(gettid),         SCMP_SYS(exit),          SCMP_SYS(exit_group)}) {
    check_rule(seccomp_rule_add(filter, SCMP_ACT_ALLOW, call, 0));
  }
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  // A sanitizer asks for its stack before a process exits, and tries memory out with a pipe.
  for (const int call : {SCMP_SYS(sigaltstack), SCMP_SYS(pipe2)}) {
    check_rule(seccomp_rule_add(filter, SCMP_ACT_ALLOW, call, 0));
  }
#endif
  // Memory must not become executable; argument 2 is the protection.
  for (const int call : {SCMP_SYS(mmap), SCMP_SYS(mprotect)}) {
    check_rule(seccomp_rule_add(
        filter, SCMP_ACT_ALLOW, call, 1, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0)));
  }
}

// What a process needs beside that for requests, one after the other, on the socket that it was
// born with.
void allow_conversation(void* filter) {
  for (const int call : {SCMP_SYS(recvmsg), SCMP_SYS(sendmsg), SCMP_SYS(alarm)}) {
    check_rule(seccomp_rule_add(filter, SCMP_ACT_ALLOW, call, 0));
  }
}

// Libraries ask for these, take no for an answer and go on. Without tgkill, abort() ends in a trap
// instead.
void deny_politely(void* filter) {
  for (const int call : {SCMP_SYS(open),
                         SCMP_SYS(openat),
                         SCMP_SYS(access),
                         SCMP_SYS(faccessat),
                         SCMP_SYS(faccessat2),
                         SCMP_SYS(readlink),
                         SCMP_SYS(readlinkat),
                         SCMP_SYS(stat),
                         SCMP_SYS(newfstatat),
                         SCMP_SYS(statx)}) {
    check_rule(seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOENT), call, 0));
  }
  check_rule(seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOTTY), SCMP_SYS(ioctl), 0));
  check_rule(seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0));
  check_rule(seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(tgkill), 0));
  // A decoder that does not know how many processors there are starts no threads for them.
  check_rule(seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(sched_getaffinity), 0));
}

std::vector<sock_filter> compile_filter(SandboxUse use) {
  const FilterContext filter(seccomp_init(SCMP_ACT_KILL_PROCESS), seccomp_release);
  if (!filter) {
    throw Error("compile the system call filter: libseccomp does not start");
  }
  check_rule(seccomp_attr_set(filter.get(), SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS));
  allow_calls(filter.get());
  if (use == SandboxUse::conversation) {
    allow_conversation(filter.get());
  }
  deny_politely(filter.get());

  const int file = ::memfd_create("filter", MFD_CLOEXEC);
  const int error = file < 0 ? -errno : seccomp_export_bpf(filter.get(), file);
  const off_t size = error == 0 ? ::lseek(file, 0, SEEK_END) : 0;
  std::vector<sock_filter> program(static_cast<std::size_t>(size) / sizeof(sock_filter));
  const ssize_t got = ::pread(file, program.data(), program.size() * sizeof(sock_filter), 0);
  if (file >= 0) {
    ::close(file);
  }
  check_rule(error);
  if (got != size || program.empty()) {
    throw Error("compile the system call filter: it can't be read back");
  }
  return program;
}

std::uint32_t probe_landlock() {
  const long abi =
      ::syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
  return abi > 0 ? static_cast<std::uint32_t>(abi) : 0;
}

// struct landlock_ruleset_attr grows with the kernel's ABI; the system's header may be older than
// the kernel.
struct LandlockRuleset {
  std::uint64_t handled_access_fs;
  std::uint64_t handled_access_net;  // from ABI 4
  std::uint64_t scoped;              // from ABI 6
};

// A rule set without rules: nothing of the file system, no TCP port, no abstract socket and no
// signal to others.
std::string enter_landlock(std::uint32_t abi) {
  if (abi == 0) {
    return {};
  }
  const int fs_rights = abi >= 5 ? 16 : abi >= 3 ? 15 : abi == 2 ? 14 : 13;
  LandlockRuleset rules{};
  rules.handled_access_fs = (1ULL << fs_rights) - 1;
  rules.handled_access_net = abi >= 4 ? 0x3 : 0;
  rules.scoped = abi >= 6 ? 0x3 : 0;
  const std::size_t size = abi >= 6 ? 24 : abi >= 4 ? 16 : 8;
  const long ruleset = ::syscall(SYS_landlock_create_ruleset, &rules, size, 0);
  if (ruleset < 0) {
    return system_problem("create a Landlock rule set", errno);
  }
  const long entered = ::syscall(SYS_landlock_restrict_self, ruleset, 0);
  const int error = errno;
  ::close(static_cast<int>(ruleset));
  return entered == 0 ? std::string() : system_problem("enter Landlock", error);
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
// Address space in use: the first number of /proc/self/statm, in pages. 0 where it can't be read.
std::uint64_t mapped_bytes() {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen("/proc/self/statm", "re"),
                                                             std::fclose);
  unsigned long pages = 0;
  if (!file || std::fscanf(file.get(), "%lu", &pages) != 1) {
    return 0;
  }
  return pages * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}
#endif

bool set_limit(__rlimit_resource resource, std::uint64_t soft, std::uint64_t hard) {
  const rlimit limit{soft, hard};
  return ::setrlimit(resource, &limit) == 0;
}

std::string enter_limits(const Sandbox::Limits& limits) {
  bool ok = true;
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  // Sanitizers reserve terabytes of address space.
  const std::uint64_t mapped = mapped_bytes();
  const std::uint64_t space = mapped + limits.memory_bytes;
  ok = mapped > 0 && set_limit(RLIMIT_AS, space, space);
#endif
  // SIGXCPU at the limit tells it from other deaths; SIGKILL follows a second later.
  ok = ok && (limits.cpu_seconds == 0 ||
              set_limit(RLIMIT_CPU, limits.cpu_seconds, limits.cpu_seconds + 1));
  ok = ok && set_limit(RLIMIT_NPROC, 0, 0) && set_limit(RLIMIT_CORE, 0, 0);
  ok = ok && set_limit(RLIMIT_FSIZE, limits.written_bytes, limits.written_bytes) &&
       set_limit(RLIMIT_NOFILE, 16, 16);
  return ok ? std::string() : system_problem("set the resource limits", errno);
}

}  // namespace

Sandbox::Sandbox(SandboxUse use) : filter_(compile_filter(use)), landlock_abi_(probe_landlock()) {}
Sandbox::~Sandbox() = default;

bool drop_root() {
  constexpr uid_t kNobody = 65534;
  if (::geteuid() != 0) {
    return true;
  }
  return ::setgroups(0, nullptr) == 0 && ::setresgid(kNobody, kNobody, kNobody) == 0 &&
         ::setresuid(kNobody, kNobody, kNobody) == 0;
}

std::string Sandbox::enter(const Limits& limits) const {
  if (std::string problem = enter_limits(limits); !problem.empty()) {
    return problem;
  }
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
    return system_problem("give up new privileges", errno);
  }
  if (::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) {
    return system_problem("become undumpable", errno);
  }
  if (std::string problem = enter_landlock(landlock_abi_); !problem.empty()) {
    return problem;
  }
  sock_fprog program{};
  program.len = static_cast<unsigned short>(filter_.size());
  program.filter = const_cast<sock_filter*>(filter_.data());
  if (::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) != 0) {
    return system_problem("install the system call filter", errno);
  }
  return {};
}

}  // namespace muster
