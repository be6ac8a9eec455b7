#pragma once

#include "extractors/surveys/survey_parser.h"

namespace muster {

// Formbricks: responses of the management API (v1, v2), webhook bodies, and surveys (questions and
// no rows).
class FormbricksParser final : public SurveyParser {
 public:
  std::string_view provider() const override { return "formbricks"; }
  bool recognizes(std::string_view head) const override;
  Parsed<ExportFacts> parse(std::string_view document,
                            const SurveyContext& context,
                            ResponseSink& sink) const override;
};

}  // namespace muster
