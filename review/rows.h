#pragma once

// The store's rows as JSON: the one place that names the API's fields. Private to review/.

#include "core/json.h"
#include "storage/catalog.h"
#include "storage/decision_log.h"
#include "storage/fingerprints.h"
#include "storage/intake.h"
#include "storage/job_queue.h"
#include "storage/review_queue.h"
#include "storage/surveys.h"

namespace muster {

Json to_row(const SubmissionRow& row);
Json to_row(const SubmissionDetail& detail);
Json to_row(const AssetRow& asset);
Json to_row(const AssetHit& hit, Timestamp now);
Json to_row(const Identity& identity);
Json to_row(const SourceStatus& source);
Json to_row(const Pause& pause);
Json to_row(const ExportRow& row);
Json to_row(const SurveyRow& row);
Json to_row(const TextHit& hit);
Json to_row(const LogEntry& entry);
Json to_row(const QuarantineEntry& entry);
Json to_row(const DuplicateRow& row);

}  // namespace muster
