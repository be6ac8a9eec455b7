#pragma once

#include "extractors/surveys/survey_parser.h"

namespace muster {

// KoboToolbox and ODK: pages of submissions, asset content (questions and no rows), both in one
// document, and ODK Central's submission tables.
class KoboParser final : public SurveyParser {
 public:
  std::string_view provider() const override { return "kobo"; }
  bool recognizes(std::string_view head) const override;
  Parsed<ExportFacts> parse(std::string_view document,
                            const SurveyContext& context,
                            ResponseSink& sink) const override;
};

}  // namespace muster
