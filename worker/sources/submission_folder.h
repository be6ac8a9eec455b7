#pragma once

#include "worker/sources/source.h"

#include <memory>

namespace muster {

// A drop folder of media with optional manifests (submission_grouping.h says which files make a
// submission). What is already recorded is recognized by id and fingerprint; what still changes is
// noted as waiting; what is in the blob store is moved to the done folder, and to the error folder
// where it failed on arrival. Needs no cursor: each poll looks at everything.
std::unique_ptr<Source> make_submission_folder(const SourceConfig& config,
                                               const SourceContext& context);

}  // namespace muster
