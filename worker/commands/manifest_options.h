#pragma once

#include "core/submission.h"
#include "worker/cli/command_line.h"

#include <cstddef>
#include <map>
#include <string>
#include <vector>

namespace muster {

// --creator, --campaign, --caption, ...: the options with which `submit` and `check` describe a
// submission.
std::vector<CommandSpec::Option> manifest_options();

// Reads --manifest first, then what other options say over it. UsageError with the place for a
// manifest that can't be read.
Manifest read_manifest_options(const CommandLine& line);

// The file that each --transcript belongs to, by its position among `files`. UsageError where
// nobody can tell.
std::map<std::size_t, std::string> read_transcript_options(const CommandLine& line,
                                                           const std::vector<std::string>& files);

}  // namespace muster
