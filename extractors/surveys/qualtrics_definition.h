#pragma once

#include "extractors/surveys/survey_builder.h"

namespace simdjson::dom {
class object;
}

namespace muster {

// Adds the questions of a QSF file, or of a survey definition of the API. False where `document` is
// neither.
bool read_qualtrics_definition(const simdjson::dom::object& document, SurveyBuilder& builder);

}  // namespace muster
