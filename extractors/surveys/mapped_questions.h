#pragma once

#include "config/survey_map.h"
#include "core/survey.h"
#include "extractors/surveys/csv_layout.h"
#include "extractors/surveys/csv_profile.h"
#include "extractors/surveys/csv_questions.h"

#include <cstddef>
#include <vector>

namespace muster {

// Questions as a map has them, rather than as their values look.

// The columns of the map's question that the table has, in the order of the map; without the one
// of other text.
std::vector<std::size_t> mapped_columns(const SurveyMap::MappedQuestion& mapped,
                                        std::size_t index,
                                        const CsvLayout& layout);

// The question without its rows. Choices that the map does not list are those that were seen.
Question mapped_question(const SurveyMap::MappedQuestion& mapped,
                         const CsvLayout& layout,
                         const std::vector<ColumnProfile>& profiles,
                         const std::vector<std::size_t>& columns);

// How the cells of its columns become answers; `none` for a matrix, whose rows answer.
CellUse mapped_use(const SurveyMap::MappedQuestion& mapped);

// What a column is called within its question.
Choice column_choice(const CsvColumn& column);

}  // namespace muster
