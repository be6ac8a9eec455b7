#pragma once

#include "core/hash.h"
#include "core/mapped_file.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace muster {

// Bytes on their way into the store. Dropping it without commit leaves nothing behind.
class BlobWriter {
 public:
  virtual ~BlobWriter() = default;
  virtual void append(std::span<const std::byte> bytes) = 0;
  virtual std::uint64_t size() const = 0;
  // Makes the bytes durable under their hash; known bytes are kept once. After it the writer is
  // done.
  virtual ContentHash commit() = 0;
};

// Bytes in the store, read from the start. For one thread.
class BlobReader {
 public:
  virtual ~BlobReader() = default;
  virtual std::uint64_t size() const = 0;
  // Fills the buffer as far as it can; 0 at the end.
  virtual std::size_t read(std::span<std::byte> buffer) = 0;
};

// Bytes by their SHA-256. A blob never changes; commit() returns after it is on disk. Thread-safe.
// Throws TransientError (disk full, I/O) and PermanentError.
class BlobStore {
 public:
  virtual ~BlobStore() = default;

  virtual std::unique_ptr<BlobWriter> create() = 0;
  // nullptr when there is none.
  virtual std::unique_ptr<BlobReader> open(const ContentHash& hash) = 0;
  virtual bool contains(const ContentHash& hash) = 0;
  // Its bytes as memory, however many they are; nullopt when there is none. A store that is
  // elsewhere brings them into an unnamed file first.
  virtual std::optional<MappedFile> map(const ContentHash& hash) = 0;
  // False when there was none.
  virtual bool remove(const ContentHash& hash) = 0;
  virtual void for_each(
      const std::function<void(const ContentHash&, std::uint64_t size)>& visit) = 0;
  // Removes what unfinished writers of earlier processes left. Called at start, when nobody else
  // writes.
  virtual void sweep() = 0;

  ContentHash put(std::string_view bytes);
  // nullopt when there is none; PermanentError when it is larger than `limit` bytes.
  std::optional<std::string> get(const ContentHash& hash, std::uint64_t limit);
  // Reads a blob through and compares its hash. False when it is missing or another.
  bool verify(const ContentHash& hash);
};

}  // namespace muster
