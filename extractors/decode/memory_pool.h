#pragma once

#include "extractors/decode/message_socket.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

namespace muster {

// Shared memory that goes from one file to the next. All zero when it is handed out: nothing of one
// creator's file is left for the child that has the next one.
class PooledMemory {
 public:
  // Throws TransientError where there is not enough memory.
  explicit PooledMemory(std::uint64_t capacity);
  ~PooledMemory();
  PooledMemory(const PooledMemory&) = delete;
  PooledMemory& operator=(const PooledMemory&) = delete;

  // For who writes it; its position is the beginning.
  int fd() const { return fd_.get(); }
  // The same memory, for who may only read it.
  int read_only_fd() const { return read_only_fd_.get(); }
  std::span<std::byte> bytes() const { return {data_, capacity_}; }

  // Only its first bytes were ever writable for anybody: the rest needs no clearing.
  void wrote_only(std::size_t first) { dirty_ = first; }
  // Somebody else may still write to it: it does not go back to the pool.
  void spoil() { spoiled_ = true; }

 private:
  friend class MemoryPool;
  bool clear();

  UniqueFd fd_;
  UniqueFd read_only_fd_;
  std::byte* data_ = nullptr;
  std::size_t capacity_ = 0;
  std::size_t dirty_ = 0;
  bool spoiled_ = false;
};

// Keeps a few PooledMemory between files, since fresh pages of shared memory cost a microsecond
// each: four milliseconds for the pixels of one photo. Thread-safe. What it handed out may outlive
// it.
class MemoryPool {
 public:
  // Larger files and answers are better off with memory of their own.
  static constexpr std::uint64_t kLargest = 8'000'000;

  MemoryPool();
  ~MemoryPool();
  // At least `size` <= kLargest bytes. Throws as PooledMemory does.
  std::shared_ptr<PooledMemory> take(std::uint64_t size);

 private:
  struct Kept {
    std::mutex mutex;
    std::vector<std::unique_ptr<PooledMemory>> memories;
  };
  static void give_back(const std::weak_ptr<Kept>& kept, PooledMemory* memory);

  std::shared_ptr<Kept> kept_;
};

}  // namespace muster
