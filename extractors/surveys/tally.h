#pragma once

#include "extractors/surveys/survey_parser.h"

namespace muster {

// Tally: webhook bodies (one or a list) and pages of the submissions API.
class TallyParser final : public SurveyParser {
 public:
  std::string_view provider() const override { return "tally"; }
  bool recognizes(std::string_view head) const override;
  Parsed<ExportFacts> parse(std::string_view document,
                            const SurveyContext& context,
                            ResponseSink& sink) const override;
};

}  // namespace muster
