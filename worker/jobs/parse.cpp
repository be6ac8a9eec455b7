#include "core/error.h"
#include "core/text.h"
#include "extractors/surveys/drift.h"
#include "extractors/surveys/survey_parser.h"
#include "storage/surveys.h"
#include "worker/jobs/jobs.h"
#include "worker/jobs/parse_metrics.h"

#include <algorithm>
#include <filesystem>
#include <functional>
#include <set>
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

std::vector<DriftRow> drift_rows(const SurveyDefinition& before, const SurveyDefinition& after) {
  std::vector<DriftRow> rows;
  for (const Drift& one : find_drift(before, after)) {
    DriftRow& row = rows.emplace_back();
    row.kind = to_string(one.kind);
    row.question_id = one.question_id;
    row.question = one.question;
    row.before = one.before;
    row.after = one.after;
    row.breaks_comparison = one.breaks_comparison;
  }
  return rows;
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
    note_asked(response);
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

  // The questions that this document itself knows of: responses without their form come with
  // everything that was known before.
  SurveyDefinition asked(const ExportFacts& facts) const {
    const bool says_all = facts.extent == ExportExtent::form ||
                          facts.definition.provider == "csv" || facts.definition.provider == "json";
    if (says_all) {
      return facts.definition;
    }
    SurveyDefinition asked = facts.definition;
    std::set<std::string> wholes;
    for (const Question& question : asked.questions) {
      if (asked_.contains(question.id)) {
        wholes.insert(question.parent_id.empty() ? question.id : question.parent_id);
      }
    }
    std::erase_if(asked.questions, [&](const Question& question) {
      return !wholes.contains(question.id) && !wholes.contains(question.parent_id);
    });
    return asked;
  }

  ImportOutcome finish(ExportFacts facts) {
    outcome_.definition = std::move(facts.definition);
    outcome_.notes = std::move(facts.notes);
    outcome_.rows_seen = facts.rows_seen;
    outcome_.find_drift = drift_rows;
    if (source_.full_export || (source_.map && source_.map->full_export)) {
      take_for_full(facts.extent);
    }
    return std::move(outcome_);
  }

 private:
  void note_asked(const Response& response) {
    constexpr std::int64_t kEnough = 1000;
    if (outcome_.responses.size() < kEnough) {
      for (const Answer& answer : response.answers) {
        asked_.insert(answer.question_id);
      }
    }
  }

  // Only what is read to its last row can say that something is missing.
  void take_for_full(ExportExtent extent) {
    if (extent == ExportExtent::part) {
      outcome_.notes.push_back(
          "not taken for a full export, because it says itself that it is a part: nothing is "
          "marked as gone");
    } else if (outcome_.rejected.count > 0) {
      outcome_.notes.push_back(
          fmt::format("not taken for a full export, because {} rows could not be read: nothing is "
                      "marked as gone",
                      outcome_.rejected.count));
    } else {
      outcome_.is_full = extent == ExportExtent::whole;
    }
  }

  const SourceConfig& source_;
  MappedFile& document_;
  std::function<void(const ReadingProgress&)> progress_;
  PlacedResponse placed_;
  ImportOutcome outcome_;
  std::set<std::string> asked_;  // questions that the first responses answer
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

ContentHash fetch_export(const ParseWork& work, JobContext& context, std::stop_token stop) {
  Source* source = context.source(work.source);
  if (source == nullptr) {
    throw TransientError(
        fmt::format("parse export: its source '{}' is not running", printable(work.source)));
  }
  const auto writer = context.blobs.create();
  source->fetch({work.locator, work.external_id, 0}, *writer, stop);
  if (writer->size() > kMaxExportBytes) {
    throw PermanentError(fmt::format("the export has {}; split it into parts of at most {}",
                                     format_bytes(writer->size()),
                                     format_bytes(kMaxExportBytes)));
  }
  return writer->commit();
}

// What speaks against filing an export, in words with the way out. `why` empty: nothing does.
struct Objection {
  ExportDoubt doubt = ExportDoubt::none;
  std::string why;
};

Objection object_to(const ParseWork& work,
                    const SurveyDefinition& asked,
                    const ImportOutcome& outcome,
                    Surveys& surveys) {
  if (work.accepted) {
    return {};
  }
  const std::string accept =
      fmt::format("muster survey accept {} --note WHY files it all the same", raw(work.id));
  const bool same_tool = work.definition && work.definition->provider == asked.provider;
  if (const auto apart = same_tool ? tell_apart(*work.definition, asked) : std::nullopt) {
    return {
        ExportDoubt::another_survey,
        fmt::format("is of another survey than '{}': {}. Nothing was filed; give it a name of its "
                    "own (another sub-folder or file name, or `survey` of its source), or, where "
                    "it is the same survey: {}",
                    printable(work.survey),
                    *apart,
                    accept)};
  }
  if (const SweepSize size =
          outcome.is_full ? surveys.measure_sweep(work.id, outcome) : SweepSize{};
      size.is_doubtful()) {
    return {ExportDoubt::much_smaller,
            fmt::format("is said to be a full export, and lacks {} of the {} responses that its "
                        "source had. Nothing was filed; was it filtered, cut short, or one page of "
                        "several? Where they were deleted: {}",
                        size.missing,
                        size.known,
                        accept)};
  }
  return {};
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
  ContentHash blob;
  try {
    blob = work->blob ? *work->blob : fetch_export(*work, context, stop);
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
  auto facts = read_survey_export(document->bytes(),
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
  const SurveyDefinition asked = rows.asked(*facts);
  ImportOutcome outcome = rows.finish(std::move(*facts));
  outcome.blob = blob;
  outcome.byte_size = document->bytes().size();
  if (const Objection objection = object_to(*work, asked, outcome, surveys);
      !objection.why.empty()) {
    surveys.finish_unreadable(claim, id, blob, {"", objection.why}, objection.doubt);
    return JobEnd::committed;
  }
  if (context.tell) {
    context.tell(fmt::format(
        "filing {} responses of {}", outcome.responses.size(), printable(work->external_id)));
  }
  surveys.finish_parse(claim, id, outcome);
  return JobEnd::committed;
}

}  // namespace muster
