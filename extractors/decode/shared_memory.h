#pragma once

#include "extractors/decode/decoder.h"
#include "extractors/decode/message_socket.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace muster {

// A view of a SharedMemory, read-only.
class MappedMemory {
 public:
  MappedMemory(int fd, std::uint64_t size);
  ~MappedMemory();
  MappedMemory(const MappedMemory&) = delete;
  MappedMemory& operator=(const MappedMemory&) = delete;

  std::span<const std::byte> bytes() const { return {data_, size_}; }

 private:
  const std::byte* data_ = nullptr;
  std::size_t size_ = 0;
};

// The same for good: nobody else writes any more, and what this process writes stays its own.
class WritableMemory {
 public:
  WritableMemory(int fd, std::uint64_t size);
  ~WritableMemory();
  WritableMemory(const WritableMemory&) = delete;
  WritableMemory& operator=(const WritableMemory&) = delete;

  std::span<std::byte> bytes() const { return {data_, size_}; }

 private:
  std::byte* data_ = nullptr;
  std::size_t size_ = 0;
};

// Anonymous memory to hand to muster-decode; its size is sealed, so that no holder can make another
// one's reads fail. Throws TransientError where there is not enough memory.
class SharedMemory {
 public:
  // The whole file, sealed against writing too. Throws TransientError where the file is shorter
  // than it said.
  static SharedMemory sealed_copy(const MediaBytes& bytes);
  // Zero-filled; pages are taken only where they are written.
  static SharedMemory for_output(std::uint64_t size);

  int fd() const { return fd_.get(); }
  MappedMemory map() const { return {fd_.get(), size_}; }
  // A copy of its first bytes, fewer where it has fewer: mapping costs more.
  std::vector<std::byte> beginning(std::size_t count) const;
  // Once the child that wrote it is dead. Outlives this object.
  std::shared_ptr<WritableMemory> take() const {
    return std::make_shared<WritableMemory>(fd_.get(), size_);
  }

 private:
  SharedMemory(UniqueFd fd, std::uint64_t size) : fd_(std::move(fd)), size_(size) {}

  UniqueFd fd_;
  std::uint64_t size_ = 0;
};

}  // namespace muster
