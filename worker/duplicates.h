#pragma once

#include "core/finding.h"
#include "extractors/media/seen_media.h"
#include "storage/checks.h"
#include "storage/fingerprints.h"

#include <vector>

namespace muster {

// Stores what the files of a revision show, finds the same among all others, and records what was
// found. The findings depend on what the store holds at this time; replay takes them as recorded.
std::vector<Finding> find_duplicates(const CheckWork& work,
                                     const std::vector<SeenMedia>& media,
                                     Fingerprints& fingerprints);

// Those of the findings that find_duplicates() gave.
std::vector<Finding> duplicate_findings(const std::vector<Finding>& findings);

}  // namespace muster
