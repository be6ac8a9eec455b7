#pragma once

#include "extractors/decode/protocol.h"

#include <cstddef>
#include <functional>
#include <span>
#include <string>

#include <sys/types.h>

namespace muster {

// What a child has when it is locked up.
struct ChildContext {
  DecodeRequest request;
  std::span<const std::byte> input;
  std::span<std::byte> output;  // zero-filled; the client gets it when the child is done
  pid_t zygote = 0;
  // How many bytes of the output were used, where the child knows: the rest need not be handed
  // over. Shared by all copies of the context.
  std::uint64_t* used = nullptr;
};

// The work of a child; what it returns is its exit status (kExit... in protocol.h).
using ChildMain = std::function<int(const ChildContext&)>;

// Says hello on kControlFd, with the names and versions of the libraries that decode, then forks
// one child per request until the client goes away, each a request ahead; it is locked up when it
// has its file. Returns the exit status of the program. The caller has loaded and warmed everything
// that a child needs, and runs no other thread.
int run_zygote(const ChildMain& child_main, const std::string& libraries = {});

}  // namespace muster
