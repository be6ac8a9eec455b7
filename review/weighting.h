#pragma once

// Weights of a request. Private to review/.

#include "core/json.h"
#include "extractors/surveys/comparison.h"
#include "review/request.h"
#include "storage/surveys.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace muster {

// Raked weights of the respondents who were asked one question.
struct AnswerWeights {
  std::unordered_map<std::int64_t, double> by_response;  // mean 1
  std::vector<std::string> fields;
  Weights raked;             // without its values: they are in by_response
  std::size_t left_out = 0;  // respondents of whom a field is not known
  std::vector<std::string> notes;

  // nullopt for a respondent of whom a field is not known: left out of weighted figures.
  std::optional<double> of(ResponseId response) const;
};

// null where there are none.
Json to_row(const std::optional<AnswerWeights>& weights);

// The names of the parameters, for allow_query: `weights`, the text of a targets file (see
// extractors/surveys/weight_targets.h), and `weight_cap`, the largest weight.
inline constexpr const char* kWeightParameters[] = {"weights", "weight_cap"};

// nullopt where the request asks for none. `filter` names the question. Throws BadRequest with the
// line of the targets, PermanentError where they can't be met.
std::optional<AnswerWeights> read_weights(ApiContext& context,
                                          const ApiRequest& request,
                                          const SurveyDefinition& definition,
                                          const AnswerFilter& filter);

}  // namespace muster
