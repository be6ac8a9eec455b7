#pragma once

#include "extractors/surveys/survey_parser.h"

#include <string_view>

namespace muster {

// The first line of our own export is {"muster_survey_export": 1, "definition": {...}}; each other
// line is a response (extractors/surveys/out/jsonl_writer.cpp writes them). Nothing is lost on the
// way: what comes back equals what was stored, but for personal references, which do not leave.
inline constexpr const char* kMusterJsonlMark = "muster_survey_export";
inline constexpr int kMusterJsonlVersion = 1;

class MusterJsonlParser final : public SurveyParser {
 public:
  std::string_view provider() const override { return "muster"; }
  bool recognizes(std::string_view head) const override;
  Parsed<ExportFacts> parse(std::string_view document,
                            const SurveyContext& context,
                            ResponseSink& sink) const override;
};

}  // namespace muster
