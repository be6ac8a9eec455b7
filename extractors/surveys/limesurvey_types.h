#pragma once

#include "core/survey.h"

#include <optional>
#include <vector>

namespace muster {

// How LimeSurvey's one-letter types answer.
struct LimeSurveyType {
  char type;
  QuestionKind kind;
  // Of types with sub-questions: what each of them takes; `other` where they are choices.
  QuestionKind row = QuestionKind::other;
  std::optional<double> scale_min;
  std::optional<double> scale_max;
};

// Those of LimeSurvey 2 to 6. Types that are not here tell something and ask nothing.
const std::vector<LimeSurveyType>& limesurvey_types();

}  // namespace muster
