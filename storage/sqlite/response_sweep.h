#pragma once

#include "core/ids.h"
#include "core/response_version.h"
#include "storage/sqlite/connection.h"
#include "storage/surveys.h"

#include <cstdint>
#include <functional>
#include <optional>

namespace muster {

// Tombstones of responses: what is not in its source any more counts in no figure, stays with all
// it said, and counts again when it reappears. Within the write transaction of the caller.
class ResponseSweep {
 public:
  // For the responses that the export brings.
  ResponseSweep(Connection& connection, ExportId id, Timestamp now)
      : connection_(connection), export_(id), now_(now) {}

  // The export said that the response was deleted, `said_at` when. Nothing happens where it is gone
  // already.
  void mark_deleted(ResponseId id, std::optional<Timestamp> said_at);
  // The export has the response, which is gone: it returns, unless the export was seen before the
  // one that lacked it, or holds no more than what was there before it was deleted.
  void mark_present(ResponseId id, const ResponseVersion& version, bool is_full);
  // Marks the responses of the export's source that a full export lacks. Those that a later export
  // brought are left alone. `was_there`: did the export have it?
  void mark_missing(SurveyId survey, const std::function<bool(ResponseId id)>& was_there);

  std::int64_t gone() const { return gone_; }
  std::int64_t returned() const { return returned_; }

 private:
  void mark(ResponseId id, GoneCause cause, std::optional<Timestamp> said_at);

  Connection& connection_;
  ExportId export_;
  Timestamp now_;
  std::int64_t gone_ = 0;
  std::int64_t returned_ = 0;
};

// How many responses a sweep by this export would look at, and how many of them it lacks.
SweepSize measure_sweep(Connection& connection, ExportId id, const ImportOutcome& outcome);

}  // namespace muster
