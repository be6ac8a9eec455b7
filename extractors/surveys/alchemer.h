#pragma once

#include "extractors/surveys/survey_parser.h"

namespace muster {

// Alchemer (SurveyGizmo) v5: pages of responses.
class AlchemerParser final : public SurveyParser {
 public:
  std::string_view provider() const override { return "alchemer"; }
  bool recognizes(std::string_view head) const override;
  Parsed<ExportFacts> parse(std::string_view document,
                            const SurveyContext& context,
                            ResponseSink& sink) const override;
};

}  // namespace muster
