#pragma once

#include "storage/blob_store.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace muster {

// Bytes that are made as a whole before the first of them is sent, so that an answer is never half
// of one: a file without a name in $TMPDIR (or /tmp), gone with its last user. Throws
// TransientError (disk full). For one thread.
class SpoolFile {
 public:
  SpoolFile();
  ~SpoolFile();
  SpoolFile(const SpoolFile&) = delete;
  SpoolFile& operator=(const SpoolFile&) = delete;

  void append(std::string_view bytes);
  // Reads it from the start; nothing can be appended any more.
  std::unique_ptr<BlobReader> finish();

 private:
  void flush();

  int fd_ = -1;
  std::string buffer_;
  std::uint64_t size_ = 0;
};

}  // namespace muster
