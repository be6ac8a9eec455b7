#pragma once

#include "storage/sqlite/connection.h"
#include "storage/survey_quality.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

// The rows of quality, exclusions and drift, each within the transaction of its caller.

namespace muster {

void stream_responses(Connection& connection,
                      SurveyId survey,
                      const std::function<void(const StoredResponse&)>& visit);

std::vector<QualityBaseline> read_baselines(Connection& connection, SurveyId survey);
// Gives the number that it got.
int insert_baseline(Connection& connection, SurveyId survey, const QualityBaseline& baseline);

void replace_flags(Connection& connection,
                   SurveyId survey,
                   std::int64_t baseline_row,
                   const std::vector<std::pair<ResponseId, QualityFlag>>& flags);
std::vector<QualityFlagRow> read_flags(Connection& connection,
                                       SurveyId survey,
                                       const std::optional<QualityRule>& rule,
                                       int limit);

std::vector<ExclusionRow> read_exclusions(Connection& connection,
                                          SurveyId survey,
                                          bool restored_too);
LeftOut count_left_out(Connection& connection, SurveyId survey);

std::vector<DriftRow> read_drift(Connection& connection, SurveyId survey);
std::vector<DriftRow> find_drift_within(Connection& connection, const AnswerFilter& filter);
// Throws ConflictError where answers of both sides of a breaking change would be mixed.
void refuse_drift(Connection& connection, const AnswerFilter& filter);

}  // namespace muster
