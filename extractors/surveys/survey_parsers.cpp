#include "core/response_version.h"
#include "extractors/registry.h"
#include "extractors/surveys/alchemer.h"
#include "extractors/surveys/csv_survey.h"
#include "extractors/surveys/formbricks.h"
#include "extractors/surveys/google_forms.h"
#include "extractors/surveys/jotform.h"
#include "extractors/surveys/json_records.h"
#include "extractors/surveys/kobo.h"
#include "extractors/surveys/limesurvey_structure.h"
#include "extractors/surveys/masking.h"
#include "extractors/surveys/muster_jsonl.h"
#include "extractors/surveys/qualtrics.h"
#include "extractors/surveys/surveyjs.h"
#include "extractors/surveys/surveymonkey.h"
#include "extractors/surveys/tally.h"
#include "extractors/surveys/typeform.h"

#include <algorithm>

namespace muster {
namespace {

Parsed<ParsedExport> finish_collected(CollectedRows& rows, Parsed<ExportFacts> facts) {
  if (!facts) {
    return tl::unexpected(std::move(facts.error()));
  }
  return rows.finish(std::move(*facts));
}

const SurveyParser& parser_of(std::string_view provider) {
  return **std::find_if(all_survey_parsers().begin(),
                        all_survey_parsers().end(),
                        [&](const auto& parser) { return parser->provider() == provider; });
}

// A map says how a table is to be read, whoever may have made it.
Parsed<ExportFacts> read_mapped(std::string_view document,
                                std::string_view head,
                                const SurveyContext& context,
                                ResponseSink& sink) {
  for (const std::string_view provider : {"json", "csv"}) {
    const SurveyParser& parser = parser_of(provider);
    if (parser.recognizes(head)) {
      return parser.parse(document, context, sink);
    }
  }
  return parse_error("",
                     "can't be read with a map: expected a table with a header row (CSV or TSV), "
                     "or a list of JSON records");
}

Parsed<ExportFacts> read_unmasked(std::string_view document,
                                  const SurveyContext& context,
                                  ResponseSink& sink) {
  constexpr std::size_t kHead = 64'000;
  const auto head = document.substr(0, kHead);
  if (context.map != nullptr) {
    return read_mapped(document, head, context, sink);
  }
  const auto& parsers = all_survey_parsers();
  const auto found = std::find_if(
      parsers.begin(), parsers.end(), [&](const auto& parser) { return parser->recognizes(head); });
  if (found == parsers.end()) {
    return parse_error(
        "",
        document.empty()
            ? "the file is empty"
            : "not a survey export that can be read: supported are JSON of Typeform, SurveyMonkey, "
              "Qualtrics, Google Forms, Formbricks, Tally, Jotform, KoboToolbox, ODK, Alchemer, "
              "LimeSurvey and SurveyJS, lists of JSON records, and tables with a header row (CSV "
              "or TSV) of any tool");
  }
  // The results of SurveyJS are bare records: only what is known of the survey tells them.
  const bool bare = (*found)->provider() == "json" && context.definition &&
                    context.definition->provider == "surveyjs";
  if (bare) {
    return parser_of("surveyjs").parse(document, context, sink);
  }
  return (*found)->parse(document, context, sink);
}

}  // namespace

const std::vector<std::unique_ptr<SurveyParser>>& all_survey_parsers() {
  static const auto parsers = [] {
    std::vector<std::unique_ptr<SurveyParser>> list;
    list.push_back(std::make_unique<MusterJsonlParser>());
    list.push_back(std::make_unique<LimeSurveyStructureParser>());
    list.push_back(std::make_unique<SurveyMonkeyParser>());
    list.push_back(std::make_unique<QualtricsParser>());
    list.push_back(std::make_unique<GoogleFormsParser>());
    list.push_back(std::make_unique<FormbricksParser>());
    list.push_back(std::make_unique<TallyParser>());
    list.push_back(std::make_unique<JotformParser>());
    list.push_back(std::make_unique<KoboParser>());
    list.push_back(std::make_unique<AlchemerParser>());
    list.push_back(std::make_unique<SurveyJsParser>());
    list.push_back(std::make_unique<TypeformParser>());
    list.push_back(std::make_unique<JsonRecordsParser>());  // takes every other JSON
    list.push_back(std::make_unique<CsvSurveyParser>());    // takes every table, so it comes last
    return list;
  }();
  return parsers;
}

Parsed<ExportFacts> read_survey_export(std::string_view document,
                                       const SurveyContext& context,
                                       ResponseSink& sink) {
  MaskingSink masking(sink);
  auto facts = read_unmasked(document, context, masking);
  if (facts) {
    masking.finish(*facts);
  }
  return facts;
}

Parsed<ParsedExport> parse_survey_export(std::string_view document, const SurveyContext& context) {
  CollectedRows rows;
  return finish_collected(rows, read_survey_export(document, context, rows));
}

Parsed<ParsedExport> collect(const SurveyParser& parser,
                             std::string_view document,
                             const SurveyContext& context) {
  CollectedRows rows;
  return finish_collected(rows, parser.parse(document, context, rows));
}

void CollectedRows::file(Response& response, const SurveyDefinition&) {
  const auto [entry, added] = by_id_.emplace(response.id, export_.responses.size());
  if (added) {
    export_.responses.push_back(std::move(response));
    return;
  }
  Response& known = export_.responses[entry->second];
  if (replaces(version_of(response), version_of(known))) {
    std::swap(known, response);
  }
  exclude({response.where, repeated_id(response.id)});
}

ParsedExport CollectedRows::finish(ExportFacts facts) {
  export_.definition = std::move(facts.definition);
  export_.notes = std::move(facts.notes);
  export_.rows_seen = facts.rows_seen;
  return std::move(export_);
}

}  // namespace muster
