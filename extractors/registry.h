#pragma once

#include "extractors/media/check.h"
#include "extractors/surveys/survey_parser.h"

#include <memory>
#include <vector>

namespace muster {

// THE list of checks, in the order in which they run and report.
const std::vector<std::unique_ptr<Check>>& all_checks();

// THE list of survey formats, most specific first.
const std::vector<std::unique_ptr<SurveyParser>>& all_survey_parsers();

}  // namespace muster
