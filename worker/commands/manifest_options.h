#pragma once

#include "core/submission.h"
#include "worker/cli/command_line.h"

#include <string>
#include <vector>

namespace muster {

// --creator, --campaign, --caption, ...: the options with which `submit` and `check` describe a
// submission.
std::vector<CommandSpec::Option> manifest_options();

// Reads --manifest first, then what other options say over it. UsageError with the place for a
// manifest that can't be read.
Manifest read_manifest_options(const CommandLine& line);

}  // namespace muster
