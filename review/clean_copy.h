#pragma once

#include "core/mapped_file.h"
#include "storage/blob_store.h"

#include <memory>

namespace muster {

// The file without what it says of its maker (extractors/decode/private_data.h), to be read from
// the start. Throws PermanentError where it can't be told what that is. For one thread.
std::unique_ptr<BlobReader> open_clean_copy(MappedFile file);

}  // namespace muster
