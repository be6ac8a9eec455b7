#pragma once

#include "config/survey_map.h"
#include "core/survey.h"
#include "extractors/surveys/csv_layout.h"
#include "extractors/surveys/csv_profile.h"

#include <cstddef>
#include <string>
#include <unordered_set>
#include <vector>

namespace muster {

// How the cells of a column become answers.
enum class CellUse {
  none,
  choice,     // the cell is the label of the one choice
  member,     // the column is one choice of several
  list,       // several choices joined by ", "
  rank,       // the cell is the rank of the column's choice
  rank_slot,  // the column is a rank, the cell the label of the choice
  number,
  boolean,
  date,
  text,
  other_text,  // typed beside "other"
};

struct ColumnPlan {
  CellUse use = CellUse::none;
  std::size_t question = 0;                           // index into SurveyDefinition::questions
  Choice choice;                                      // member, rank: the column's
  const SurveyMap::MappedQuestion* mapped = nullptr;  // what a map says of its cells; borrowed
};

// Facts about the rows of a group of columns that single columns can't tell: do they rank?
struct GroupProfile {
  std::vector<std::size_t> columns;     // without other-text columns
  std::size_t rows = 0;                 // with at least one cell filled
  std::size_t rows_without_repeat = 0;  // of these: no two cells are equal
};

struct CsvPlan {
  std::vector<ColumnPlan> columns;  // one a column
  std::vector<Question> questions;
  // For `list` questions: the labels that are choices; other pieces are other text.
  std::vector<std::unordered_set<std::string, TextHash, std::equal_to<>>> list_choices;
  std::vector<std::string> notes;
};

// Decides what every column asks, from all its values. `known`: the definition as known so far.
// `map`: the one that was put over the layout; the plan borrows from it.
CsvPlan plan_questions(const CsvLayout& layout,
                       const std::vector<ColumnProfile>& profiles,
                       const std::vector<GroupProfile>& groups,
                       const SurveyDefinition* known,
                       const SurveyMap* map);

}  // namespace muster
