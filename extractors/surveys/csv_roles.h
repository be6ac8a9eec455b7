#pragma once

#include "extractors/surveys/csv_layout.h"

#include <optional>
#include <string_view>

namespace muster {

// What a column is for, judged by its name alone; nullopt for what must be a question.
// `squeezed_name` as by squeezed().
std::optional<ColumnRole> role_of(std::string_view squeezed_name, CsvDialect dialect);

// Of several columns that could be the response's id, the one with the lowest rank is. 100: can't
// be one.
int id_rank(std::string_view squeezed_name);

}  // namespace muster
