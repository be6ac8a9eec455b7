#pragma once

#include "extractors/surveys/survey_parser.h"

namespace muster {

// The Google Forms API: pages of responses, and forms (questions and no rows). Sheets are read by
// CsvSurveyParser.
class GoogleFormsParser final : public SurveyParser {
 public:
  std::string_view provider() const override { return "google_forms"; }
  bool recognizes(std::string_view head) const override;
  Parsed<ExportFacts> parse(std::string_view document,
                            const SurveyContext& context,
                            ResponseSink& sink) const override;
};

}  // namespace muster
