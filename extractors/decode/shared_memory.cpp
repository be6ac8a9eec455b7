#include "extractors/decode/shared_memory.h"

#include "core/error.h"

#include <cerrno>
#include <string>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <system_error>
#include <unistd.h>

namespace muster {
namespace {

[[noreturn]] void fail(const char* what) {
  throw TransientError(fmt::format(
      "prepare memory for muster-decode: {}: {}", what, std::generic_category().message(errno)));
}

UniqueFd create(std::uint64_t size) {
  UniqueFd fd(::memfd_create("muster-decode", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  if (fd.get() < 0) {
    fail("create it");
  }
  if (::ftruncate(fd.get(), static_cast<off_t>(size)) != 0) {
    fail("set its size");
  }
  return fd;
}

void seal(int fd, int seals) {
  if (::fcntl(fd, F_ADD_SEALS, seals | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL) != 0) {
    fail("seal it");
  }
}

// Writable for as long as the file is copied; a seal against writing needs that no such mapping is
// left.
class WritableMapping {
 public:
  WritableMapping(int fd, std::uint64_t size) : size_(static_cast<std::size_t>(size)) {
    // Populated now: writing to a page for which there is no memory would be a signal, not an
    // error.
    if (::fallocate(fd, 0, 0, static_cast<off_t>(size)) != 0) {
      fail("reserve it");
    }
    memory_ = ::mmap(nullptr, size_, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (memory_ == MAP_FAILED) {
      fail("map it");
    }
  }
  ~WritableMapping() { ::munmap(memory_, size_); }
  WritableMapping(const WritableMapping&) = delete;
  WritableMapping& operator=(const WritableMapping&) = delete;

  std::span<std::byte> bytes() { return {static_cast<std::byte*>(memory_), size_}; }

 private:
  void* memory_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace

MappedMemory::MappedMemory(int fd, std::uint64_t size) : size_(static_cast<std::size_t>(size)) {
  // Private: kernels before 6.7 refuse shared mappings of write-sealed memory, even read-only ones.
  void* memory = ::mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, fd, 0);
  if (memory == MAP_FAILED) {
    fail("map it");
  }
  data_ = static_cast<const std::byte*>(memory);
}

MappedMemory::~MappedMemory() {
  ::munmap(const_cast<std::byte*>(data_), size_);
}

WritableMemory::WritableMemory(int fd, std::uint64_t size) : size_(static_cast<std::size_t>(size)) {
  void* memory = ::mmap(nullptr, size_, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
  if (memory == MAP_FAILED) {
    fail("map it");
  }
  data_ = static_cast<std::byte*>(memory);
}

WritableMemory::~WritableMemory() {
  ::munmap(data_, size_);
}

SharedMemory SharedMemory::sealed_copy(const MediaBytes& bytes) {
  UniqueFd fd = create(bytes.size);
  {
    WritableMapping mapping(fd.get(), bytes.size);
    std::span<std::byte> left = mapping.bytes();
    while (!left.empty()) {
      const std::size_t count = bytes.read(left);
      if (count == 0 || count > left.size()) {
        throw TransientError(
            fmt::format("read media: {} of {} bytes came", bytes.size - left.size(), bytes.size));
      }
      left = left.subspan(count);
    }
  }
  seal(fd.get(), F_SEAL_WRITE);
  return {std::move(fd), bytes.size};
}

SharedMemory SharedMemory::for_output(std::uint64_t size) {
  UniqueFd fd = create(size);
  seal(fd.get(), 0);
  return {std::move(fd), size};
}

}  // namespace muster
