#pragma once

#include "core/finding.h"
#include "core/job.h"
#include "core/submission.h"

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace muster {

// How far a source was read. Opaque to everyone but the source.
struct Cursor {
  std::string position;  // page cursor or high-water mark
  std::string etag;
  std::string last_modified;

  bool operator==(const Cursor&) const = default;
};

// A submission as a source found it.
struct FoundSubmission {
  std::string external_id;  // unique within the source
  std::string fingerprint;  // another value means that the content may have changed: a new revision
  Manifest manifest;
  std::vector<MediaRef> media;
  std::vector<Finding> intake_findings;  // what was wrong on arrival: a manifest that can't be read
};

struct FoundExport {
  std::string external_id;
  std::string fingerprint;
  std::string locator;
  std::string survey;  // the survey's name, by the source's rule
  std::uint64_t byte_size = 0;
};

// Seen, and not taken yet: still growing, locked, unreadable. Shown by `muster status`.
struct WaitingItem {
  std::string external_id;
  std::string why;
};

struct RecordCounts {
  int added = 0;    // new submissions or exports
  int revised = 0;  // known ones with another fingerprint: a new revision, or an export read again
  int unchanged = 0;  // known with this fingerprint
};

struct KnownItem {
  std::string fingerprint;
  bool fetched = false;  // its bytes are in the blob store: the source may put the file away
};

struct SourceStatus {
  std::string source;
  std::int64_t items_seen = 0;
  std::int64_t items_waiting = 0;
  std::vector<WaitingItem> waiting;  // the first 20
  std::optional<Timestamp> polled_at;
  std::string last_error;  // of the last poll; empty when it went well
};

// What a fetch job needs.
struct FetchWork {
  SubmissionId submission{};
  RevisionId revision{};
  int revision_number = 1;
  std::string source;
  std::string external_id;
  std::vector<MediaRef> media;
  std::vector<Finding> intake_findings;
};

struct FetchedAsset {
  ContentHash blob;
  std::uint64_t byte_size = 0;
  std::string display_name;
  std::optional<TranscriptFile> transcript = {};
};

// What a fetch job found; media that could not be had (vanished, too large) become findings.
struct FetchOutcome {
  std::vector<FetchedAsset> assets;  // in order
  std::vector<Finding> findings;
};

// The terms of the identity over all submissions (or exports), and their sum.
struct Identity {
  std::int64_t seen = 0;
  std::int64_t filed = 0;
  std::int64_t flagged = 0;
  std::int64_t returned = 0;
  std::int64_t rejected = 0;
  std::int64_t failed = 0;
  std::int64_t waiting = 0;

  bool holds() const { return seen == filed + flagged + returned + rejected + failed + waiting; }
  bool operator==(const Identity&) const = default;
};

// Where submissions and exports come in: once each, with their job, while the cursor moves.
class Intake {
 public:
  virtual ~Intake() = default;

  // Records what a poll found and its new cursor together: new items with a fetch (or parse) job,
  // changed items as a new revision (or a new reading), known ones not at all. Clears their waiting
  // notes.
  virtual RecordCounts record(std::string_view source,
                              std::span<const FoundSubmission> found,
                              const std::optional<Cursor>& cursor) = 0;
  virtual RecordCounts record_exports(std::string_view source,
                                      std::span<const FoundExport> found,
                                      const std::optional<Cursor>& cursor) = 0;
  // Replaces the source's waiting notes and writes down how the poll went.
  virtual void end_poll(std::string_view source,
                        std::span<const WaitingItem> waiting,
                        std::string_view error) = 0;

  virtual std::optional<Cursor> cursor(std::string_view source) = 0;
  // Those of `external_ids` that are known.
  virtual std::map<std::string, KnownItem> known(std::string_view source,
                                                 std::span<const std::string> external_ids) = 0;
  virtual std::vector<SourceStatus> sources() = 0;

  // nullopt when the revision is gone or was overtaken by a newer one.
  virtual std::optional<FetchWork> fetch_work(RevisionId revision) = 0;
  // Commits assets and content hash, state checking, and the check job. LeaseLost: nothing
  // happened.
  virtual void finish_fetch(const Claim& claim,
                            RevisionId revision,
                            const FetchOutcome& outcome) = 0;

  // Over all sources; `waiting` includes items seen and not taken yet.
  virtual Identity submissions_identity() = 0;
  virtual Identity exports_identity() = 0;
};

}  // namespace muster
