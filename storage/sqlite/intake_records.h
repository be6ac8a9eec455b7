#pragma once

#include "core/submission.h"
#include "storage/intake.h"
#include "storage/sqlite/connection.h"

#include <cstdint>

// How what a poll or a fetch found becomes rows and jobs. Each runs within the write transaction of
// its caller.

namespace muster {

using SourceId = std::int64_t;

// A new submission and its fetch job; a new revision of a known one whose fingerprint changed,
// which voids what was decided about the old one; or nothing. `counts` says which.
void record_submission(Connection& connection,
                       SourceId source,
                       const FoundSubmission& found,
                       Timestamp now,
                       RecordCounts& counts);

// As record_submission, with the parse job; a changed export ends the job that reads its earlier
// bytes.
void record_export(Connection& connection,
                   SourceId source,
                   const FoundExport& found,
                   Timestamp now,
                   RecordCounts& counts);

// The assets and findings of a fetch, and the hash over the revision's content.
void store_fetched(Connection& connection, RevisionId revision, const FetchOutcome& outcome);

}  // namespace muster
