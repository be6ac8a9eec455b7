#include "extractors/registry.h"
#include "extractors/surveys/csv_survey.h"
#include "extractors/surveys/typeform.h"

#include <algorithm>

namespace muster {

const std::vector<std::unique_ptr<SurveyParser>>& all_survey_parsers() {
  static const auto parsers = [] {
    std::vector<std::unique_ptr<SurveyParser>> list;
    list.push_back(std::make_unique<TypeformParser>());
    list.push_back(std::make_unique<CsvSurveyParser>());  // takes every table, so it comes last
    return list;
  }();
  return parsers;
}

Parsed<ParsedExport> parse_survey_export(std::string_view document, const SurveyContext& context) {
  constexpr std::size_t kHead = 64'000;
  const auto& parsers = all_survey_parsers();
  const auto found = std::find_if(parsers.begin(), parsers.end(), [&](const auto& parser) {
    return parser->recognizes(document.substr(0, kHead));
  });
  if (found == parsers.end()) {
    return parse_error("",
                       document.empty() ? "the file is empty"
                                        : "not a survey export that can be read: supported are "
                                          "Typeform responses, webhooks and form "
                                          "definitions (JSON) and tables with a header row (CSV or "
                                          "TSV) from Qualtrics, SurveyMonkey, "
                                          "Typeform, Google Forms, LimeSurvey or anything else");
  }
  return (*found)->parse(document, context);
}

}  // namespace muster
