#pragma once

#include "core/survey.h"
#include "core/time.h"

#include <optional>
#include <string>
#include <string_view>

namespace muster {

// What orders the versions of one response.
struct ResponseVersion {
  ResponseStatus status = ResponseStatus::completed;
  std::optional<Timestamp> started_at;
  std::optional<Timestamp> submitted_at;
  std::optional<Timestamp> updated_at;
};

ResponseVersion version_of(const Response& response);

// Of two rows of one export with the same id: does the later row count? By the time of the last
// edit where both have one. A completed response is never replaced by a part of it, which a webhook
// may deliver late. Of equal versions the later row counts.
bool replaces(const ResponseVersion& later_row, const ResponseVersion& earlier_row);

// Why the row that does not count was left out.
std::string repeated_id(std::string_view response_id);

}  // namespace muster
