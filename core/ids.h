#pragma once

#include <cstdint>

namespace muster {

// Row ids of the store. Distinct types, so that a job id is never taken for a submission id.
// Ids from outside (external ids, response ids) are strings and never numbers.
enum class SubmissionId : std::int64_t {};
enum class RevisionId : std::int64_t {};
enum class AssetId : std::int64_t {};
enum class FindingId : std::int64_t {};
enum class DecisionId : std::int64_t {};
enum class JobId : std::int64_t {};
enum class SurveyId : std::int64_t {};
enum class ResponseId : std::int64_t {};
enum class ExportId : std::int64_t {};

template <typename Id>
constexpr std::int64_t raw(Id id) {
  return static_cast<std::int64_t>(id);
}

}  // namespace muster
