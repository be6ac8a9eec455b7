#pragma once

#include "extractors/surveys/survey_parser.h"

namespace muster {

// Typeform's JSON: pages of the Responses API, webhook bodies (one or an array of them), bare
// arrays of responses, and form definitions (an export with questions and no rows).
class TypeformParser final : public SurveyParser {
 public:
  std::string_view provider() const override { return "typeform"; }
  bool recognizes(std::string_view head) const override;
  Parsed<ExportFacts> parse(std::string_view document,
                            const SurveyContext& context,
                            ResponseSink& sink) const override;
};

}  // namespace muster
