#include "extractors/decode/helper/child.h"

#include "extractors/decode/message_socket.h"

#include <algorithm>
#include <csignal>
#include <cstdint>
#include <new>
#include <optional>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace muster {
namespace {

// The child's own end of the output memory, where it is written; until the child has its order, the
// socket that it comes over.
constexpr int kOutputFd = STDERR_FILENO + 1;
constexpr int kOrderFd = kOutputFd;
// Files up to this size are mapped at once, and not page by page as they are read.
constexpr std::uint64_t kPopulatedBytes = 16 << 20;

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

}  // namespace

void live_as_child(const Sandbox& sandbox, const ChildMain& child_main, int order, pid_t zygote) {
  // Dies with the zygote; the zygote may have died before we asked.
  ::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
  if (::getppid() != zygote) {
    ::_exit(kExitFailed);
  }
  // What else the zygote has open (its client, the replies of other children) is not for this one.
  if (::dup2(order, kOrderFd) < 0 || ::close_range(kOrderFd + 1, ~0U, 0) != 0) {
    ::_exit(kExitFailed);
  }
  const auto message = receive_message(kOrderFd, kMaxMessageBytes);
  if (!message) {
    ::_exit(kExitFailed);  // the zygote leaves
  }
  const auto request = parse_request(message->bytes);
  if (!request || message->fds.size() != 2) {
    ::_exit(kExitBadRequest);
  }
  child(sandbox, child_main, *request, *message, zygote);
}

}  // namespace muster
