#pragma once

#include "config/survey_map.h"
#include "core/result.h"
#include "extractors/surveys/csv_layout.h"

#include <optional>
#include <string>
#include <vector>

namespace muster {

// Puts what a map says over what was judged from the header. Where `may_lack_columns`, as a list of
// records in which nobody answered a question, columns of questions and hidden fields that are not
// there become a note; otherwise, and for ids and times always, they are an error that names them
// all. An error with an empty `what` is none.
ParseError apply_map(const SurveyMap& map, bool may_lack_columns, CsvLayout& layout);

// The role in the words of a map, nullopt for questions.
std::optional<SurveyMap::Role> map_role(ColumnRole role);

}  // namespace muster
