#pragma once

#include "core/quality.h"
#include "storage/store.h"
#include "storage/survey_quality.h"
#include "storage/surveys.h"

#include <string>
#include <string_view>
#include <vector>

namespace muster {

// A baseline over the present responses of the survey, frozen, with the flags that follow from it.
QualityBaseline freeze_baseline(Store& store,
                                const SurveyRow& survey,
                                std::string_view actor,
                                std::string_view note);

// Judges every response of the survey by its newest baseline and stores the flags; nothing happens
// where there is no baseline, or where it was made by other rules than this program has. Reads all
// answers of the survey once.
void refresh_flags(Store& store, const SurveyRow& survey);

// What belongs beside a figure over these answers: how many responses of the survey are left out
// and why, and which changes of the question it mixes (SurveyQuality::drift_within; the worst of
// them refuse the figure unless the filter allows it). Empty where there is nothing to say.
std::vector<std::string> figure_notes(Store& store, SurveyId survey, const AnswerFilter& filter);

}  // namespace muster
