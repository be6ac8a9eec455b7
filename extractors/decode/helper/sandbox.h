#pragma once

#include <cstdint>
#include <string>
#include <vector>

struct sock_filter;

namespace muster {

// The walls around a child of muster-decode. What it may do afterwards: read its input, write its
// output, allocate within its limit, and exit.
//
// The filter is compiled once, in the zygote; a child only installs it.
class Sandbox {
 public:
  // Throws Error where the filter can't be compiled.
  Sandbox();
  ~Sandbox();
  Sandbox(const Sandbox&) = delete;
  Sandbox& operator=(const Sandbox&) = delete;

  struct Limits {
    std::uint64_t memory_bytes = 0;  // address space on top of what is mapped now
    std::uint32_t cpu_seconds = 0;
    std::uint64_t written_bytes = 0;  // to a file; 0: none
  };
  // Locks up the calling process for good; empty, or what went wrong. The filter is mandatory;
  // Landlock adds to it where the kernel has it.
  std::string enter(const Limits& limits) const;

  // 0 where this kernel has no Landlock.
  std::uint32_t landlock_abi() const { return landlock_abi_; }

 private:
  std::vector<sock_filter> filter_;
  std::uint32_t landlock_abi_ = 0;
};

}  // namespace muster
