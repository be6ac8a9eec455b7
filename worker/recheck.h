#pragma once

#include "storage/store.h"
#include "worker/checker.h"

#include <vector>

namespace muster {

class BlobStore;
struct CheckWork;

// Judges a revision that was checked before once more by `rules`; only reads. What depended on the
// time of its check (what was found on arrival, and elsewhere) is taken from `recorded`, its
// findings. Throws PermanentError where bytes are missing.
CheckReport recheck(const CheckWork& work,
                    const std::vector<Finding>& recorded,
                    Rulebook& rules,
                    Store& store,
                    BlobStore& blobs,
                    Decoder& decoder);

}  // namespace muster
