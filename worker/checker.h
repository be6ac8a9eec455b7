#pragma once

#include "core/finding.h"
#include "extractors/decode/decoder.h"
#include "extractors/media/seen_media.h"
#include "worker/rulebook.h"

#include <functional>
#include <string>
#include <vector>

namespace muster {

// A file to check: how to read it again from its start. Called again when the decoder died on it.
struct MediaToCheck {
  std::string name;  // for people
  std::function<MediaBytes()> open;
  // Why it must not be decoded at all (it is in quarantine); empty: decode it.
  std::string refused;
  // The transcript that was sent with it: its name for people, and how to read it. Not set: none
  // was sent.
  std::string transcript_name = {};
  std::function<Parsed<Transcript>()> transcript = {};
};

struct CheckReport {
  std::vector<SeenMedia> media;   // as given
  std::vector<Finding> findings;  // those on arrival first
  Verdict verdict;
  std::vector<std::string> defects;  // checks and looks that threw, for the log
  // Position of a file that the decoder died on as often as allowed, and the evidence.
  std::vector<std::pair<int, std::string>> quarantined;
};

// What is known of the same files from elsewhere, as findings: asked once the files were looked at,
// before the verdict.
using SeenElsewhereFindings = std::function<std::vector<Finding>(const std::vector<SeenMedia>&)>;

// Decodes and judges one revision. The daemon, `muster check` and `muster replay` all come through
// here, so that a creator's pre-check, the final check and the replay can't differ. Throws
// TransientError where no decoder can be started.
//
// `content` is the revision's content hash; `died(position, evidence)` is told of each death of the
// decoder and says how often the file has killed it so far, `deaths_allowed` how often it may.
CheckReport check_revision(const Manifest& manifest,
                           const ContentHash& content,
                           const std::vector<MediaToCheck>& media,
                           const std::vector<Finding>& intake_findings,
                           Rulebook& rulebook,
                           Decoder& decoder,
                           int deaths_allowed,
                           const std::function<int(int, const std::string&)>& died,
                           const SeenElsewhereFindings& elsewhere = {});

}  // namespace muster
