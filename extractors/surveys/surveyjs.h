#pragma once

#include "extractors/surveys/survey_parser.h"

namespace muster {

// SurveyJS: survey models (questions and no rows), and results, which only their model tells from
// other JSON: load the model first.
class SurveyJsParser final : public SurveyParser {
 public:
  std::string_view provider() const override { return "surveyjs"; }
  bool recognizes(std::string_view head) const override;
  Parsed<ExportFacts> parse(std::string_view document,
                            const SurveyContext& context,
                            ResponseSink& sink) const override;
};

}  // namespace muster
