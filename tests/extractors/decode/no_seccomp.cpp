// Runs a helper on a system that refuses system call filters, as some containers do.

#include <cerrno>
#include <cstdlib>

#include <seccomp.h>
#include <sys/prctl.h>
#include <unistd.h>

int main() {
  scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
  const bool ready = filter != nullptr &&
                     seccomp_rule_add(filter, SCMP_ACT_ERRNO(EINVAL), SCMP_SYS(seccomp), 0) == 0 &&
                     seccomp_rule_add(filter,
                                      SCMP_ACT_ERRNO(EINVAL),
                                      SCMP_SYS(prctl),
                                      1,
                                      SCMP_A0(SCMP_CMP_EQ, PR_SET_SECCOMP)) == 0 &&
                     seccomp_load(filter) == 0;
  if (!ready) {
    return 99;
  }
  const char* const arguments[] = {MUSTER_HELPER, nullptr};
  ::execv(MUSTER_HELPER, const_cast<char* const*>(arguments));
  return 98;
}
