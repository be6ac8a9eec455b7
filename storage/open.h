#pragma once

#include "core/clock.h"
#include "storage/blob_store.h"
#include "storage/store.h"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace muster {

enum class OpenMode {
  owner,      // reads and writes; the caller holds the data directory's lock
  read_only,  // beside an owner
};

// Opens the store behind "sqlite:PATH" (relative to `base`), migrating it as owner. Throws
// ConfigError for an unknown scheme, PermanentError for a database that is newer than this program.
// The clock must outlive the store.
std::unique_ptr<Store> open_store(std::string_view url,
                                  const std::filesystem::path& base,
                                  OpenMode mode,
                                  Clock& clock);

// Opens the blobs behind "file:PATH" (relative to `base`).
std::unique_ptr<BlobStore> open_blob_store(std::string_view url, const std::filesystem::path& base);

// One owning process a data directory: an exclusive flock on DIR/LOCK, held while the object lives.
// The lock file says who holds it.
class DirectoryLock {
 public:
  // nullopt when another process holds it. Creates the directory (0700). Refuses network file
  // systems with PermanentError.
  static std::optional<DirectoryLock> try_acquire(const std::filesystem::path& directory);
  // What the holder wrote about itself ("pid 812, muster run"), for messages; empty when nobody
  // holds it.
  static std::string holder(const std::filesystem::path& directory);

  DirectoryLock(DirectoryLock&&) noexcept;
  DirectoryLock& operator=(DirectoryLock&&) noexcept;
  ~DirectoryLock();

 private:
  explicit DirectoryLock(int fd) : fd_(fd) {}
  int fd_ = -1;
};

}  // namespace muster
