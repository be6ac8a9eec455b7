#pragma once

#include "config/config.h"
#include "core/result.h"
#include "storage/intake.h"
#include "worker/sources/submission_grouping.h"

#include <string>
#include <vector>

namespace muster {

// An item of a submission folder with its manifest read.
struct FoundItem {
  FoundSubmission submission;
  std::vector<std::size_t> files;  // everything it consists of, as positions in the scan
  std::string not_yet;             // why it can't be looked at now, in words
  std::string missing;             // what it lacks and may still come; a finding says so, too
};

// Reads the manifest, puts the media in its order and says what is odd in findings. Does not look
// at times.
FoundItem read_item(int directory,
                    std::span<const ScannedFile> files,
                    const FolderItem& item,
                    const SourceConfig& config);

// A finding about the way a submission came in. `where` is a place in the manifest.
Finding intake_finding(std::string rule,
                       Outcome outcome,
                       std::string message,
                       std::string remedy,
                       std::string reason_code,
                       std::string where = "");

// A manifest that can't be read: `name` is what its sender calls it.
Finding unreadable_manifest(const std::string& name, const ParseError& error);

// Has something failed on arrival?
bool has_failed(const FoundSubmission& submission);

// Campaign, platform and placement of the source for items that do not say.
void apply_defaults(Manifest& manifest, const SourceConfig& config);

}  // namespace muster
