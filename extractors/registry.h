#pragma once

#include <memory>
#include <vector>

#include "extractors/media/check.h"
#include "extractors/surveys/survey_parser.h"

namespace muster {

// THE list of checks, in the order in which they run and report.
const std::vector<std::unique_ptr<Check>>& all_checks();

// THE list of survey formats, most specific first.
const std::vector<std::unique_ptr<SurveyParser>>& all_survey_parsers();

}  // namespace muster
