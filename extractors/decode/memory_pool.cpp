#include "extractors/decode/memory_pool.h"

#include "core/error.h"
#include "extractors/decode/shared_memory.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <system_error>
#include <unistd.h>

namespace muster {
namespace {

// Sizes are rounded up to this, so that one memory fits files of about the same size.
constexpr std::uint64_t kPoolStep = 1 << 20;
// A file and its answer for each of two runners, and no more than 32 MB.
constexpr std::size_t kMostKept = 4;

}  // namespace

PooledMemory::PooledMemory(std::uint64_t capacity)
    : fd_(create_memory(capacity)), capacity_(static_cast<std::size_t>(capacity)) {
  read_only_fd_ =
      UniqueFd(::open(fmt::format("/proc/self/fd/{}", fd_.get()).c_str(), O_RDONLY | O_CLOEXEC));
  if (read_only_fd_.get() < 0) {
    fail_memory("open it for reading");
  }
  seal_memory(fd_.get(), 0);
  void* memory =
      ::mmap(nullptr, capacity_, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, fd_.get(), 0);
  if (memory == MAP_FAILED) {
    fail_memory("map it");
  }
  data_ = static_cast<std::byte*>(memory);
}

PooledMemory::~PooledMemory() {
  if (data_ != nullptr) {
    ::munmap(data_, capacity_);
  }
}

bool PooledMemory::clear() {
  std::memset(data_, 0, dirty_);
  return ::lseek(fd_.get(), 0, SEEK_SET) == 0;
}

MemoryPool::MemoryPool() : kept_(std::make_shared<Kept>()) {}
MemoryPool::~MemoryPool() = default;

std::shared_ptr<PooledMemory> MemoryPool::take(std::uint64_t size) {
  std::unique_ptr<PooledMemory> memory;
  {
    const std::lock_guard lock(kept_->mutex);
    auto& memories = kept_->memories;
    const auto found = std::find_if(memories.begin(), memories.end(), [&](const auto& known) {
      return known->bytes().size() >= size && known->bytes().size() <= size * 2 + kPoolStep;
    });
    if (found != memories.end()) {
      memory = std::move(*found);
      memories.erase(found);
    }
  }
  if (!memory) {
    memory = std::make_unique<PooledMemory>((size / kPoolStep + 1) * kPoolStep);
  }
  memory->dirty_ = memory->capacity_;  // a child may write anywhere
  return {memory.release(),
          [kept = std::weak_ptr(kept_)](PooledMemory* done) { give_back(kept, done); }};
}

void MemoryPool::give_back(const std::weak_ptr<Kept>& kept, PooledMemory* memory) {
  std::unique_ptr<PooledMemory> owned(memory);
  const auto pool = kept.lock();
  if (!pool || owned->spoiled_ || !owned->clear()) {
    return;
  }
  const std::lock_guard lock(pool->mutex);
  auto& memories = pool->memories;
  memories.push_back(std::move(owned));
  // The smallest first, so that take() finds the one that fits best; too many: the smallest goes.
  std::sort(memories.begin(), memories.end(), [](const auto& a, const auto& b) {
    return a->bytes().size() < b->bytes().size();
  });
  if (memories.size() > kMostKept) {
    memories.erase(memories.begin());
  }
}

}  // namespace muster
