#pragma once

#include "extractors/decode/decoder.h"
#include "extractors/decode/memory_pool.h"
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
  explicit WritableMemory(std::shared_ptr<PooledMemory> pooled, std::uint64_t size);
  ~WritableMemory();
  WritableMemory(const WritableMemory&) = delete;
  WritableMemory& operator=(const WritableMemory&) = delete;

  std::span<std::byte> bytes() const { return {data_, size_}; }

 private:
  std::byte* data_ = nullptr;
  std::size_t size_ = 0;
  std::shared_ptr<PooledMemory> pooled_;  // whose memory it is; none: its own mapping
};

// Anonymous memory to hand to muster-decode; its size is sealed, so that no holder can make another
// one's reads fail. Small ones come from a pool. Throws TransientError where there is not enough
// memory.
class SharedMemory {
 public:
  // The whole file. Nobody else can write it: it is sealed, or the descriptor can only read. Throws
  // TransientError where the file is shorter than it said.
  static SharedMemory copy_of(const MediaBytes& bytes, MemoryPool& pool);
  // Zero-filled.
  static SharedMemory for_output(std::uint64_t size, MemoryPool& pool);

  // To hand over.
  int fd() const { return is_input_ && pooled_ ? pooled_->read_only_fd() : own_fd(); }
  MappedMemory map() const { return {own_fd(), size_}; }
  // A copy of its first bytes, fewer where it has fewer: mapping costs more.
  std::vector<std::byte> beginning(std::size_t count) const;
  // Once the child that wrote it is dead. Outlives this object.
  std::shared_ptr<WritableMemory> take() const;
  // Nothing is known about the child that has it, so it may still write.
  void abandon() const;

 private:
  SharedMemory(UniqueFd fd, std::uint64_t size) : fd_(std::move(fd)), size_(size) {}
  SharedMemory(std::shared_ptr<PooledMemory> pooled, std::uint64_t size, bool is_input)
      : pooled_(std::move(pooled)), size_(size), is_input_(is_input) {}
  int own_fd() const { return pooled_ ? pooled_->fd() : fd_.get(); }

  UniqueFd fd_;
  std::shared_ptr<PooledMemory> pooled_;  // none: fd_ is its own
  std::uint64_t size_ = 0;
  bool is_input_ = false;
};

// A memfd of this size, which it keeps. Throws TransientError.
UniqueFd create_memory(std::uint64_t size);
// Forbids to change its size for ever, and what `seals` names besides (F_SEAL_WRITE). Throws
// TransientError.
void seal_memory(int fd, int seals);
// Throws TransientError: "prepare memory for muster-decode: WHAT: " and errno in words.
[[noreturn]] void fail_memory(const char* what);

}  // namespace muster
