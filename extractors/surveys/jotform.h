#pragma once

#include "extractors/surveys/survey_parser.h"

namespace muster {

// Jotform: pages of submissions, or one.
class JotformParser final : public SurveyParser {
 public:
  std::string_view provider() const override { return "jotform"; }
  bool recognizes(std::string_view head) const override;
  Parsed<ExportFacts> parse(std::string_view document,
                            const SurveyContext& context,
                            ResponseSink& sink) const override;
};

}  // namespace muster
