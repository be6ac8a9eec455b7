#include "core/text.h"
#include "extractors/surveys/out/survey_writer.h"
#include "review/routes.h"
#include "review/spool_file.h"
#include "review/survey_query.h"

#include <algorithm>

#include <fmt/format.h>

namespace muster::route {
namespace {

constexpr std::pair<ExportFormat, const char*> kContentTypes[] = {
    {ExportFormat::csv, "text/csv; charset=utf-8"},
    {ExportFormat::jsonl, "application/x-ndjson"},
    {ExportFormat::sav, "application/x-spss-sav"}};

// Only this question, with the rows of a matrix and what it belongs to.
void keep_question(SurveyDefinition& definition, const Question& kept) {
  const std::string id = kept.id;
  const std::string parent = kept.parent_id;
  std::erase_if(definition.questions, [&](const Question& question) {
    return question.id != id && question.parent_id != id && question.id != parent;
  });
}

// "typeform/spring fizz" -> "typeform-spring-fizz": nothing of it is a path any more.
std::string export_file_stem(std::string_view name) {
  std::string stem;
  for (const char c : name) {
    const bool plain =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    if (plain) {
      stem += c;
    } else if (!stem.empty() && stem.back() != '-') {
      stem += '-';
    }
  }
  return stem.empty() ? "survey" : stem;
}

std::unique_ptr<SurveyWriter> make_writer(ExportFormat format,
                                          const SurveyDefinition& definition,
                                          const SurveyWriterOptions& options,
                                          ExportSink sink) {
  switch (format) {
    case ExportFormat::csv:
      return make_csv_writer(definition, options, std::move(sink));
    case ExportFormat::jsonl:
      return make_jsonl_writer(definition, std::move(sink));
    case ExportFormat::sav:
      break;
  }
  return make_sav_writer(definition, options, std::move(sink));
}

// Hidden fields of the definition first, then those that only responses have.
std::vector<std::string> all_hidden_fields(ApiContext& context, const SurveyRow& survey) {
  std::vector<std::string> names = survey.definition.hidden_fields;
  for (std::string& name : context.store.surveys().hidden_fields(survey_name(survey))) {
    if (std::ranges::find(names, name) == names.end()) {
      names.push_back(std::move(name));
    }
  }
  return names;
}

}  // namespace

ApiResponse export_survey(ApiContext& context, const ApiRequest& request, const PathParameters&) {
  allow_query(request, with_filter({"as", "labels", "all"}));
  const auto format = query_enum<ExportFormat>(request, "as").value_or(ExportFormat::csv);
  const bool all = query_flag(request, "all");
  AnswerFilter filter = read_filter(request);
  SurveyRow survey = require_survey(context, filter.survey);
  filter.survey = survey_name(survey);
  SurveyWriterOptions options;
  options.labels = query_flag(request, "labels");
  options.hidden_fields = all_hidden_fields(context, survey);
  if (!filter.question_id.empty()) {
    keep_question(survey.definition,
                  require_question(survey.definition, filter.question_id, std::nullopt));
  }

  SpoolFile spool;
  const auto writer = make_writer(
      format, survey.definition, options, [&](std::string_view bytes) { spool.append(bytes); });
  const std::int64_t total = survey.responses * writer->passes();
  std::int64_t done = 0;
  context.store.surveys().responses(
      filter, all, writer->passes(), [&](int pass, const ExportedResponse& stored) {
        const WrittenResponse exported{stored.response,
                                       stored.campaign,
                                       stored.creator,
                                       to_string(stored.tier),
                                       stored.wave,
                                       stored.counts};
        pass + 1 < writer->passes() ? writer->see(exported) : writer->add(exported);
        constexpr std::int64_t kShowEvery = 500;
        if (++done % kShowEvery == 0) {
          context.options.progress(done, std::max(done, total));
        }
      });
  writer->end();

  ApiResponse response;
  response.content = spool.finish();
  response.content_type =
      std::ranges::find(kContentTypes, format, &std::pair<ExportFormat, const char*>::first)
          ->second;
  response.download_name = fmt::format("{}.{}", export_file_stem(filter.survey), to_string(format));
  return response;
}

}  // namespace muster::route
