#pragma once

#include "core/result.h"
#include "extractors/surveys/survey_parser.h"

#include <cstddef>
#include <string_view>

namespace muster {

// A structure file may have this; real ones have below 2 MB.
inline constexpr std::size_t kMaxStructureBytes = 64'000'000;

// The questionnaire in LimeSurvey's survey structure (.lss, XML of versions 2 to 6): questions
// under their codes, which are the columns of its response exports, with rows as "code[sub]". Texts
// of the survey's base language. Refused: document types and entities, more than
// kMaxStructureBytes, deeper nesting than a structure has. `where` of an error is the line.
Parsed<SurveyDefinition> read_limesurvey_structure(std::string_view document);

// Takes .lss files: a definition without responses. Where the survey is already known from its
// tables it keeps their provider, so that both are one survey.
class LimeSurveyStructureParser final : public SurveyParser {
 public:
  std::string_view provider() const override { return "limesurvey"; }
  bool recognizes(std::string_view head) const override;
  Parsed<ExportFacts> parse(std::string_view document,
                            const SurveyContext& context,
                            ResponseSink& sink) const override;
};

}  // namespace muster
