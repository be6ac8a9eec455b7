#pragma once

#include "extractors/surveys/survey_parser.h"

namespace muster {

// Qualtrics: responses as JSON or newline-delimited JSON, and QSF files (questions and no rows).
// Tables are read by CsvSurveyParser.
class QualtricsParser final : public SurveyParser {
 public:
  std::string_view provider() const override { return "qualtrics"; }
  bool recognizes(std::string_view head) const override;
  Parsed<ExportFacts> parse(std::string_view document,
                            const SurveyContext& context,
                            ResponseSink& sink) const override;
};

}  // namespace muster
