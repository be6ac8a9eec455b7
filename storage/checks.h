#pragma once

#include "core/decision.h"
#include "core/finding.h"
#include "core/job.h"
#include "core/media_origin.h"
#include "core/submission.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace muster {

struct AssetRow {
  AssetId id{};
  int position = 0;  // in the submission, from 0
  ContentHash blob;
  std::uint64_t byte_size = 0;
  std::string display_name;
  std::optional<MediaFacts> facts;  // after the check
  std::string text_seen;
  std::optional<TranscriptFile> transcript = {};  // nullopt: none was sent with it
};

// What a check job (or a replay) needs.
struct CheckWork {
  SubmissionId submission{};
  RevisionId revision{};
  int revision_number = 1;
  Manifest manifest;
  ContentHash content;
  Timestamp received_at{};
  std::vector<AssetRow> assets;
  std::vector<Finding> intake_findings;
};

struct CheckedAsset {
  AssetId id{};
  MediaFacts facts;
  std::string text_seen;
  MediaOrigin origin = {};
  std::optional<GeoPoint> place = {};
};

struct CheckOutcome {
  std::vector<CheckedAsset> assets;
  std::vector<Finding> findings;
  Verdict verdict;
};

// A text or picture that verdicts depend on (brief, pack, kit file), kept by its hash for replay.
struct Artifact {
  std::string kind;  // "brief", "placement_pack", "market_pack", "kit", "kit_picture"
  std::string name;
  ContentHash hash;
};

struct QuarantineEntry {
  ContentHash blob;
  int deaths = 0;
  std::string reason;
  std::string evidence;
  Timestamp since{};
};

// How many verdicts on current revisions were given by other rules than today's, and how many
// submissions are checked again for it.
struct StaleMarks {
  int stale = 0;
  int checked_again = 0;
};

// What the checks read and write.
class Checks {
 public:
  virtual ~Checks() = default;

  // nullopt when the revision is gone or was overtaken by a newer one.
  virtual std::optional<CheckWork> work(RevisionId revision) = 0;
  // Any revision, also an overtaken one: for replay.
  virtual std::optional<CheckWork> history(RevisionId revision) = 0;

  // Commits facts, findings and verdict, indexes them for search, and moves the submission on: a
  // rule's approval or return becomes a logged decision of that rule, an approval enqueues the file
  // job. LeaseLost: nothing happened.
  virtual void finish(const Claim& claim, RevisionId revision, const CheckOutcome& outcome) = 0;

  virtual std::vector<Finding> findings(RevisionId revision) = 0;
  virtual std::optional<Verdict> verdict(RevisionId revision) = 0;

  // Marks every verdict whose brief, packs, kits or engine are not those of today, and unmarks
  // those that are current again; submissions that wait for a person are checked again. `present`
  // says what a verdict would depend on today (its content is not looked at), by campaign,
  // placement and markets alone. `digest` stands for all rules: nothing is done where it is that of
  // the last time.
  virtual StaleMarks mark_stale(const ContentHash& digest,
                                const std::function<Provenance(const Manifest&)>& present) = 0;

  // Writes down that the decoder died on these bytes. Returns how often by now.
  virtual int record_death(const ContentHash& blob, std::string_view evidence) = 0;
  virtual void quarantine(const ContentHash& blob, std::string_view reason) = 0;
  virtual std::optional<QuarantineEntry> quarantined(const ContentHash& blob) = 0;
  virtual std::vector<QuarantineEntry> quarantine_list() = 0;
  // True when it was there. Logged under `actor`.
  virtual bool release_quarantine(const ContentHash& blob, std::string_view actor) = 0;

  // Remembers which blob holds which artifact; known ones are left alone.
  virtual void remember(const std::vector<Artifact>& artifacts) = 0;
  virtual std::optional<Artifact> artifact(std::string_view kind, const ContentHash& hash) = 0;
};

}  // namespace muster
