#include "extractors/decode/shared_memory.h"

#include "core/error.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <string>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <system_error>
#include <unistd.h>

namespace muster {
namespace {

// Writing costs far less than filling a mapping, where every page is a fault. And where there is no
// memory left, it is an error and not a signal.
void write_all(int fd, std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno != EINTR) {
      fail_memory("fill it");
    }
    bytes = bytes.subspan(static_cast<std::size_t>(std::max<ssize_t>(written, 0)));
  }
}

// Fills `piece` as far as there is something to read; throws where nothing came.
std::size_t read_some(const MediaBytes& bytes, std::span<std::byte> piece, std::uint64_t left) {
  const std::size_t count = bytes.read(piece);
  if (count == 0 || count > piece.size()) {
    throw TransientError(
        fmt::format("read media: {} of {} bytes came", bytes.size - left, bytes.size));
  }
  return count;
}

}  // namespace

void fail_memory(const char* what) {
  throw TransientError(fmt::format(
      "prepare memory for muster-decode: {}: {}", what, std::generic_category().message(errno)));
}

void seal_memory(int fd, int seals) {
  if (::fcntl(fd, F_ADD_SEALS, seals | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL) != 0) {
    fail_memory("seal it");
  }
}

UniqueFd create_memory(std::uint64_t size) {
  UniqueFd fd(::memfd_create("muster-decode", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  if (fd.get() < 0) {
    fail_memory("create it");
  }
  if (::ftruncate(fd.get(), static_cast<off_t>(size)) != 0) {
    fail_memory("set its size");
  }
  return fd;
}

MappedMemory::MappedMemory(int fd, std::uint64_t size) : size_(static_cast<std::size_t>(size)) {
  // Private: kernels before 6.7 refuse shared mappings of write-sealed memory, even read-only ones.
  void* memory = ::mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, fd, 0);
  if (memory == MAP_FAILED) {
    fail_memory("map it");
  }
  data_ = static_cast<const std::byte*>(memory);
}

MappedMemory::~MappedMemory() {
  ::munmap(const_cast<std::byte*>(data_), size_);
}

WritableMemory::WritableMemory(int fd, std::uint64_t size) : size_(static_cast<std::size_t>(size)) {
  void* memory = ::mmap(nullptr, size_, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
  if (memory == MAP_FAILED) {
    fail_memory("map it");
  }
  data_ = static_cast<std::byte*>(memory);
}

WritableMemory::WritableMemory(std::shared_ptr<PooledMemory> pooled, std::uint64_t size)
    : data_(pooled->bytes().data()),
      size_(static_cast<std::size_t>(size)),
      pooled_(std::move(pooled)) {}

WritableMemory::~WritableMemory() {
  if (!pooled_) {
    ::munmap(data_, size_);
  }
}

SharedMemory SharedMemory::copy_of(const MediaBytes& bytes, MemoryPool& pool) {
  if (bytes.size <= MemoryPool::kLargest) {
    SharedMemory memory(pool.take(bytes.size), bytes.size, true);
    memory.pooled_->wrote_only(static_cast<std::size_t>(bytes.size));
    auto rest = memory.pooled_->bytes().first(static_cast<std::size_t>(bytes.size));
    while (!rest.empty()) {
      rest = rest.subspan(read_some(bytes, rest, rest.size()));
    }
    return memory;
  }
  UniqueFd fd = create_memory(bytes.size);
  std::array<std::byte, 64 * 1024> piece;
  for (std::uint64_t left = bytes.size; left > 0;) {
    const auto wanted = std::span(piece).first(std::min<std::uint64_t>(left, piece.size()));
    const std::size_t count = read_some(bytes, wanted, left);
    write_all(fd.get(), wanted.first(count));
    left -= count;
  }
  seal_memory(fd.get(), F_SEAL_WRITE);
  return {std::move(fd), bytes.size};
}

std::vector<std::byte> SharedMemory::beginning(std::size_t count) const {
  std::vector<std::byte> bytes(std::min<std::uint64_t>(count, size_));
  const ssize_t got = ::pread(own_fd(), bytes.data(), bytes.size(), 0);
  bytes.resize(static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
  return bytes;
}

SharedMemory SharedMemory::for_output(std::uint64_t size, MemoryPool& pool) {
  if (size <= MemoryPool::kLargest) {
    return {pool.take(size), size, false};
  }
  UniqueFd fd = create_memory(size);
  seal_memory(fd.get(), 0);
  return {std::move(fd), size};
}

std::shared_ptr<WritableMemory> SharedMemory::take() const {
  return pooled_ ? std::make_shared<WritableMemory>(pooled_, size_)
                 : std::make_shared<WritableMemory>(fd_.get(), size_);
}

void SharedMemory::abandon() const {
  if (pooled_) {
    pooled_->spoil();
  }
}

}  // namespace muster
