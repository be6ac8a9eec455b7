#pragma once

#include <cstdint>
#include <string>
#include <vector>

struct sock_filter;

namespace muster {

// What a process does within the walls.
enum class SandboxUse {
  one_file,     // reads its input, writes its output, allocates within its limit, and exits
  conversation  // also talks on the socket that it has, and takes memory over it
};

// The walls around a process that looks at untrusted media. The filter is compiled once; a child
// only installs it.
class Sandbox {
 public:
  // Throws Error where the filter can't be compiled.
  explicit Sandbox(SandboxUse use);
  ~Sandbox();
  Sandbox(const Sandbox&) = delete;
  Sandbox& operator=(const Sandbox&) = delete;

  struct Limits {
    std::uint64_t memory_bytes = 0;   // address space on top of what is mapped now
    std::uint32_t cpu_seconds = 0;    // 0: no limit
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

// Gives up root for nobody: the process then also lacks the rights of root's own files. True where
// it runs without root's rights now. Containers without other users keep them.
bool drop_root();

}  // namespace muster
