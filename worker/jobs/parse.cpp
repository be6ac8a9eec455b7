#include "core/error.h"
#include "core/text.h"
#include "extractors/surveys/survey_parser.h"
#include "storage/surveys.h"
#include "worker/jobs/jobs.h"
#include "worker/jobs/parse_metrics.h"

#include <algorithm>

#include <fmt/format.h>

namespace muster {
namespace {

// The value of a hidden field, or of the question with this id, ref or title; "" when there is
// none.
std::string field_value(const Response& response,
                        const SurveyDefinition& definition,
                        const std::string& name) {
  if (name.empty()) {
    return {};
  }
  for (const auto& [key, value] : response.hidden) {
    if (equals_ignoring_case_ascii(key, name)) {
      return value;
    }
  }
  for (const Question& question : definition.questions) {
    if (question.id != name && question.ref != name && question.title != name) {
      continue;
    }
    for (const Answer& answer : response.answers) {
      if (answer.question_id == question.id) {
        return answer.choices.empty() ? answer.text : answer.choices.front().label;
      }
    }
  }
  return {};
}

PlacedResponse place(Response response,
                     const SurveyDefinition& definition,
                     const SourceConfig& source) {
  PlacedResponse placed;
  placed.creator = normalize_handle(field_value(response, definition, source.creator_field));
  placed.campaign = field_value(response, definition, source.campaign_field);
  if (placed.campaign.empty()) {
    placed.campaign = source.campaign;
  }
  placed.wave = field_value(response, definition, source.wave_field);
  if (placed.wave.empty()) {
    placed.wave = source.wave;
  }
  placed.response = std::move(response);
  return placed;
}

const SourceConfig& config_of(const Config& config, const std::string& source) {
  const auto found = std::ranges::find(config.sources, source, &SourceConfig::name);
  if (found == config.sources.end()) {
    throw TransientError(
        fmt::format("parse export: its source '{}' is not configured any more", printable(source)));
  }
  return *found;
}

}  // namespace

JobEnd run_parse(const Claim& claim, JobContext& context, std::stop_token stop) {
  Surveys& surveys = context.store.surveys();
  const ExportId id{subject_of(claim, "export")};
  const auto work = surveys.parse_work(id);
  if (!work) {
    return JobEnd::nothing_to_do;
  }
  const SourceConfig& config = config_of(context.config, work->source);
  if (config.kind == SourceKind::metric_folder) {
    return parse_metrics(claim, context, *work, config, stop);
  }
  Source* source = context.source(work->source);
  if (source == nullptr) {
    throw TransientError(
        fmt::format("parse export: its source '{}' is not running", printable(work->source)));
  }

  ContentHash blob;
  try {
    const auto writer = context.blobs.create();
    source->fetch({work->locator, work->external_id, 0}, *writer, stop);
    if (writer->size() > kMaxExportBytes) {
      throw PermanentError(fmt::format("the export has {}; split it into parts of at most {}",
                                       format_bytes(writer->size()),
                                       format_bytes(kMaxExportBytes)));
    }
    blob = writer->commit();
  } catch (const PermanentError& error) {
    surveys.finish_unreadable(claim, id, std::nullopt, {"", error.what()});
    return JobEnd::committed;
  }

  const auto document = context.blobs.get(blob, kMaxExportBytes);
  if (!document) {
    throw TransientError(
        fmt::format("parse export: blob {} is missing; run muster verify", blob.short_hex()));
  }
  auto parsed = parse_survey_export(
      *document, {.survey = work->survey, .zone = config.zone, .definition = work->definition});
  if (!parsed) {
    surveys.finish_unreadable(claim, id, blob, parsed.error());
    return JobEnd::committed;
  }
  // A form's definition carries the provider's id, its responses do not: the source's name for the
  // survey joins them.
  parsed->definition.external_id = work->survey;
  ImportOutcome outcome;
  outcome.blob = blob;
  outcome.byte_size = document->size();
  for (Response& response : parsed->responses) {
    outcome.responses.push_back(place(std::move(response), parsed->definition, config));
  }
  outcome.definition = std::move(parsed->definition);
  outcome.excluded = std::move(parsed->excluded);
  outcome.rejected = std::move(parsed->rejected);
  outcome.notes = std::move(parsed->notes);
  outcome.rows_seen = parsed->rows_seen;
  surveys.finish_parse(claim, id, outcome);
  return JobEnd::committed;
}

}  // namespace muster
