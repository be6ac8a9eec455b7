#pragma once

#include "extractors/surveys/survey_parser.h"
#include "extractors/surveys/table_reading.h"

namespace muster {

// Survey exports as tables: Qualtrics (3 header rows, or the legacy 2), SurveyMonkey (2 or 1),
// Typeform, Google Forms sheets, LimeSurvey, and any table with one header row and one response a
// row. Separator and encoding are judged. What the table does not say (kinds, scales, which columns
// are hidden fields or point to a person) is inferred from names and all values, and said in
// ParsedExport::notes. An empty cell gives no answer: a table does not tell "not shown" from
// "skipped".
class CsvSurveyParser final : public SurveyParser {
 public:
  std::string_view provider() const override { return "csv"; }
  bool recognizes(std::string_view head) const override;
  Parsed<ExportFacts> parse(std::string_view document,
                            const SurveyContext& context,
                            ResponseSink& sink) const override;
};

// Learns what the table holds and hands it to `use`.
Parsed<ExportFacts> read_csv_table(std::string_view document,
                                   const SurveyContext& context,
                                   ResponseSink& sink,
                                   const TableUse& use);

}  // namespace muster
