#pragma once

#include "config/survey_map.h"
#include "core/result.h"
#include "extractors/surveys/survey_parser.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace muster {

// What was understood of one column, and from what.
struct ColumnFinding {
  std::string column;
  std::string use;   // "id", "submitted_at", "nps", "single_choice", ...; as the map writes it
  std::string part;  // of a question with several columns: its id; else ""
  std::size_t filled = 0;
  // The values that came most often, with counts; personal data is masked, and of columns that
  // point to a person no value is shown.
  std::string seen;
  std::string doubt;  // what a person should look at; "": nothing
};

// A map of a table or of a list of records, judged from all its values.
struct MapProposal {
  SurveyMap map;  // with doubts and evidence as comments
  std::vector<ColumnFinding> columns;
  std::size_t rows = 0;
  std::vector<std::string> notes;
};

// Reads the document as a table or as a list of records, whatever tool it may be of, and says what
// its columns seem to hold. A question that asks for a recommendation and was never answered with 0
// is proposed as a scale, not as a net promoter question: whether 0 could be chosen is for a person
// to say.
Parsed<MapProposal> propose_survey_map(std::string_view document, const SurveyContext& context);

}  // namespace muster
