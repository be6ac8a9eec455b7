#include "core/error.h"
#include "core/text.h"
#include "extractors/surveys/survey_parser.h"
#include "storage/surveys.h"
#include "worker/jobs/jobs.h"
#include "worker/jobs/parse_metrics.h"

#include <algorithm>
#include <filesystem>
#include <functional>
#include <utility>

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

// Keeps responses aside with what the source's configuration says about them, while the document
// is read.
class PlacingRows final : public ResponseSink {
 public:
  PlacingRows(const SourceConfig& source,
              MappedFile& document,
              std::function<void(const ReadingProgress&)> progress,
              std::filesystem::path folder)
      : source_(source), document_(document), progress_(std::move(progress)) {
    outcome_.responses = ResponseSpool(std::move(folder));
  }

  void file(Response& response, const SurveyDefinition& known) override {
    placed_.creator = normalize_handle(field_value(response, known, source_.creator_field));
    placed_.campaign = field_value(response, known, source_.campaign_field);
    if (placed_.campaign.empty()) {
      placed_.campaign = source_.campaign;
    }
    placed_.wave = field_value(response, known, source_.wave_field);
    if (placed_.wave.empty()) {
      placed_.wave = source_.wave;
    }
    std::swap(placed_.response, response);
    outcome_.responses.add(placed_);
    std::swap(placed_.response, response);  // its memory is used again
  }
  void exclude(SkippedRow row) override { outcome_.excluded.add(std::move(row)); }
  void reject(SkippedRow row) override { outcome_.rejected.add(std::move(row)); }
  void progress(const ReadingProgress& progress) override {
    constexpr std::size_t kKeptBytes = 4'000'000;  // the row at hand may begin before the offset
    document_.forget_before(progress.offset > kKeptBytes ? progress.offset - kKeptBytes : 0);
    progress_(progress);
  }

  ImportOutcome finish(ExportFacts facts) {
    outcome_.definition = std::move(facts.definition);
    outcome_.notes = std::move(facts.notes);
    outcome_.rows_seen = facts.rows_seen;
    return std::move(outcome_);
  }

 private:
  const SourceConfig& source_;
  MappedFile& document_;
  std::function<void(const ReadingProgress&)> progress_;
  PlacedResponse placed_;
  ImportOutcome outcome_;
};

int percent(const ReadingProgress& now) {
  const double passes =
      now.pass.number - 1 +
      static_cast<double>(now.offset) / static_cast<double>(std::max<std::size_t>(now.size, 1));
  return static_cast<int>(100 * passes / now.pass.of);
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

  auto document = context.blobs.map(blob);
  if (!document) {
    throw TransientError(
        fmt::format("parse export: blob {} is missing; run muster verify", blob.short_hex()));
  }
  const auto progress = [&](const ReadingProgress& now) {
    if (stop.stop_requested()) {
      throw Interrupted();
    }
    if (context.tell) {
      context.tell(fmt::format("reading {}, {} %", printable(work->external_id), percent(now)));
    }
  };
  PlacingRows rows(config, *document, progress, context.config.data_directory);
  auto facts = read_survey_export(
      document->bytes(),
      {.survey = work->survey,
       .zone = config.zone,
       .definition = work->definition,
       .map = config.map ? &*config.map : nullptr},
      rows);
  if (!facts) {
    surveys.finish_unreadable(claim, id, blob, facts.error());
    return JobEnd::committed;
  }
  // A form's definition carries the provider's id, its responses do not: the source's name for the
  // survey joins them.
  facts->definition.external_id = work->survey;
  ImportOutcome outcome = rows.finish(std::move(*facts));
  outcome.blob = blob;
  outcome.byte_size = document->bytes().size();
  if (context.tell) {
    context.tell(fmt::format(
        "filing {} responses of {}", outcome.responses.size(), printable(work->external_id)));
  }
  surveys.finish_parse(claim, id, outcome);
  return JobEnd::committed;
}

}  // namespace muster
