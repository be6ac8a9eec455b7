#pragma once

#include "storage/blob_store.h"

#include <filesystem>
#include <memory>

namespace muster {

// Blobs as files ROOT/aa/bb/<sha256> (0600, folders 0700). Creates ROOT. Bytes are on disk, and can
// be found there after a power loss, before commit() returns. After a failed fsync nobody knows
// what is on disk, so the store refuses every later commit.
std::unique_ptr<BlobStore> make_file_blob_store(const std::filesystem::path& root);

}  // namespace muster
