#pragma once

#include "extractors/surveys/survey_parser.h"

namespace muster {

// SurveyMonkey's API v3: survey details (questions and no rows), pages of bulk responses, single
// responses. Answers carry ids only, so the details have to come first for texts. Webhook bodies
// and overview lists hold no answers and are refused with what to fetch instead.
class SurveyMonkeyParser final : public SurveyParser {
 public:
  std::string_view provider() const override { return "surveymonkey"; }
  bool recognizes(std::string_view head) const override;
  Parsed<ExportFacts> parse(std::string_view document,
                            const SurveyContext& context,
                            ResponseSink& sink) const override;
};

}  // namespace muster
