#include "core/response_version.h"

namespace muster {

ResponseVersion version_of(const Response& response) {
  return {response.status, response.started_at, response.submitted_at, response.updated_at};
}

bool replaces(const ResponseVersion& later_row, const ResponseVersion& earlier_row) {
  if (later_row.updated_at && earlier_row.updated_at) {
    return *later_row.updated_at >= *earlier_row.updated_at;
  }
  const bool was_whole = earlier_row.status == ResponseStatus::completed;
  const bool is_whole = later_row.status == ResponseStatus::completed;
  if (was_whole && later_row.status == ResponseStatus::partial) {
    return false;
  }
  if (is_whole && earlier_row.status == ResponseStatus::partial) {
    return true;
  }
  const auto time = [](const ResponseVersion& v) {
    return v.updated_at ? v.updated_at : v.submitted_at ? v.submitted_at : v.started_at;
  };
  return time(later_row) >= time(earlier_row);
}

std::string repeated_id(std::string_view response_id) {
  constexpr std::size_t kShownBytes = 80;
  return "repeated id: another row with " + std::string(response_id.substr(0, kShownBytes)) +
         " counts";
}

}  // namespace muster
