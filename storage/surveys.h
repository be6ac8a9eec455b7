#pragma once

#include "core/creator.h"
#include "core/enum_names.h"
#include "core/hash.h"
#include "core/ids.h"
#include "core/insight.h"
#include "core/job.h"
#include "core/result.h"
#include "core/survey.h"
#include "storage/response_spool.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace muster {

// A difference between two forms of a questionnaire, in the words of extractors/surveys/drift.h,
// with what became of it.
struct DriftRow {
  int from_version = 0;
  int to_version = 0;
  std::string kind;
  std::string question_id;
  std::string question;
  std::string before;
  std::string after;
  bool breaks_comparison = false;
  ExportId export_id{};
  Timestamp seen_at{};
  std::string accepted_by;  // "" where nobody did
  std::string accepted_note;
};

// Why an export is not filed unless a person says so.
enum class ExportDoubt {
  none,
  another_survey,  // its questions are not those that were known under the name
  much_smaller,    // a full export that lacks much of what was there
};
template <>
inline constexpr auto kEnumNames<ExportDoubt> =
    enum_names<ExportDoubt>({{ExportDoubt::none, "none"},
                             {ExportDoubt::another_survey, "another_survey"},
                             {ExportDoubt::much_smaller, "much_smaller"}});

// Why a response is taken for deleted.
enum class GoneCause {
  full_export,        // a full export of its source lacked it
  deleted_at_source,  // an export said so
};
template <>
inline constexpr auto kEnumNames<GoneCause> = enum_names<GoneCause>(
    {{GoneCause::full_export, "full_export"}, {GoneCause::deleted_at_source, "deleted_at_source"}});

// What a parse job needs.
struct ParseWork {
  ExportId id{};
  std::string source;
  std::string external_id;
  std::string locator;
  std::string survey;
  std::optional<SurveyDefinition> definition;  // as known so far
  bool accepted = false;                       // a person said that it is to be filed
  std::optional<ContentHash> blob;             // of an accepted export: its bytes are here
};

// Rows that are not filed: all are counted, the first are kept for people.
struct SkippedRows {
  static constexpr std::size_t kKept = 50;
  std::int64_t count = 0;
  std::vector<SkippedRow> first;

  void add(SkippedRow row) {
    ++count;
    if (first.size() < kKept) {
      first.push_back(std::move(row));
    }
  }
};

// How many present responses a full export speaks about (those that its source brought before), and
// how many of them it lacks.
struct SweepSize {
  std::int64_t known = 0;
  std::int64_t missing = 0;

  // Some deletions are usual; the loss of all, or of more than a fifth, is rather an export that
  // was filtered or cut short.
  bool is_doubtful() const {
    constexpr std::int64_t kFew = 10;
    return missing > 0 && (missing == known || (missing > kFew && missing * 5 > known));
  }
};

struct ImportOutcome {
  ContentHash blob;  // the raw export
  std::uint64_t byte_size = 0;
  SurveyDefinition definition;
  ResponseSpool responses;  // ids may repeat: which row counts, core/response_version.h says
  SkippedRows excluded;
  SkippedRows rejected;
  std::vector<std::string> notes;
  std::int64_t rows_seen = 0;
  // It holds all responses of its source: known ones that it lacks are gone.
  bool is_full = false;
  // What changed from the survey's last form to this one; export_id, versions and seen_at of the
  // rows are set by the store. Empty: nobody looks.
  std::function<std::vector<DriftRow>(const SurveyDefinition& before,
                                      const SurveyDefinition& after)>
      find_drift;
};

// rows_seen = filed + excluded + rejected. `filed` splits into what the store did with the rows.
struct ImportCounts {
  std::int64_t rows_seen = 0;
  std::int64_t filed = 0;
  std::int64_t excluded = 0;
  std::int64_t rejected = 0;
  std::int64_t added = 0;
  std::int64_t updated = 0;    // newer version of a known response
  std::int64_t unchanged = 0;  // same or older version
  // Not terms of the identity: what a full export lacked, or a row said to be deleted, and what
  // came back.
  std::int64_t gone = 0;
  std::int64_t returned = 0;

  bool holds() const { return rows_seen == filed + excluded + rejected; }
};

struct ExportRow {
  ExportId id{};
  std::string source;
  std::string external_id;
  std::string survey;
  std::string provider;
  std::string state;  // "waiting", "parsed", "failed"
  std::string error;  // located, when failed
  std::optional<ContentHash> blob;
  ImportCounts counts;
  std::vector<std::string> notes;
  std::vector<SkippedRow> skipped;  // the first 50, rejected before excluded
  Timestamp seen_at{};
  bool is_full = false;
  ExportDoubt doubt = ExportDoubt::none;  // with state "failed"
  std::string accepted_by;                // "" where nobody did
  std::string accepted_note;
};

struct SurveyRow {
  SurveyId id{};
  SurveyDefinition definition;
  std::int64_t responses = 0;  // that count: completed or partial
  std::optional<Timestamp> first_at;
  std::optional<Timestamp> last_at;
};

struct AnswerFilter {
  std::string survey;       // required: "typeform/abc" or "abc"
  std::string question_id;  // empty: all questions
  std::string campaign;
  std::string creator;
  std::optional<Tier> tier;
  std::string wave;
  std::vector<std::pair<std::string, std::string>> hidden;
  std::optional<Timestamp> from;   // by submitted_at, inclusive
  std::optional<Timestamp> until;  // exclusive
  bool across_drift = false;  // take answers from both sides of a change that breaks comparison
};

// One answer with what figures are grouped by.
struct AnswerRow {
  ResponseId response{};
  std::string response_id;  // the provider's
  ExportId export_id{};
  std::string where;  // its place in that export
  std::string campaign;
  std::string creator;
  Tier tier = Tier::unknown;
  std::string wave;
  std::string group;  // the value of `group_by`, "" when none was asked for
  Answer answer;
};

// One response with its answers, as it is stored.
struct ExportedResponse {
  ResponseId id{};
  Response response;  // without personal references
  std::string campaign;
  std::string creator;
  Tier tier = Tier::unknown;
  std::string wave;
  bool counts = true;  // in figures
  ExportId export_id{};
};

struct TextHit {
  ResponseId response{};
  std::string response_id;
  std::string survey;
  std::string question_id;
  std::string creator;
  std::string campaign;
  std::string snippet;  // hits in [brackets]
};

// Survey exports, responses and filed insights.
class Surveys {
 public:
  virtual ~Surveys() = default;

  virtual std::optional<ParseWork> parse_work(ExportId id) = 0;
  // Upserts the responses by (survey, response id): a newer version replaces the whole answer set
  // and the old one is kept; enqueues the insight job. LeaseLost: nothing happened.
  virtual ImportCounts finish_parse(const Claim& claim,
                                    ExportId id,
                                    const ImportOutcome& outcome) = 0;
  // The export can't be read, or is not filed because of a doubt: an explained result, not an error
  // of the worker.
  virtual void finish_unreadable(const Claim& claim,
                                 ExportId id,
                                 const std::optional<ContentHash>& blob,
                                 const ParseError& error,
                                 ExportDoubt doubt = ExportDoubt::none) = 0;
  // What a full export would sweep away.
  virtual SweepSize measure_sweep(ExportId id, const ImportOutcome& outcome) = 0;
  // A person's word that an export is to be filed in spite of its doubt: it is read again. Logged.
  // PermanentError where it is not there or was not refused for a doubt, and without a note.
  virtual void accept_export(ExportId id, std::string_view actor, std::string_view note) = 0;

  virtual std::vector<ExportRow> exports(std::string_view survey) = 0;  // empty: all
  virtual std::optional<ExportRow> find_export(ExportId id) = 0;
  virtual std::vector<SurveyRow> surveys() = 0;
  // By "provider/id", or by the id alone where it is not ambiguous.
  virtual std::optional<SurveyRow> find_survey(std::string_view name) = 0;
  virtual std::optional<SurveyRow> survey(SurveyId id) = 0;

  // Calls `row` for every current answer that matches, in order of response. ConflictError where
  // they are answers to one question that changed meanwhile, so that its numbers may not be mixed
  // (SurveyQuality::drift_within), unless the filter allows it. `group_by`: "",
  // "creator", "creator.tier", "campaign", "wave", "day", "week" (its Monday), "month" (of
  // submitted_at, UTC), "question:ID", "hidden:NAME".
  virtual void answers(const AnswerFilter& filter,
                       std::string_view group_by,
                       const std::function<void(const AnswerRow&)>& row) = 0;
  // Calls `visit` for every response of the survey that matches (question_id of the filter is not
  // looked at), in order of response, `passes` times over on one snapshot. `all`: also those that
  // count in no figure: excluded, deleted, screened out. PermanentError for an unknown survey.
  virtual void responses(
      const AnswerFilter& filter,
      bool all,
      int passes,
      const std::function<void(int pass, const ExportedResponse& response)>& visit) = 0;
  // The waves of the survey, by when their first response was submitted.
  virtual std::vector<std::string> waves(std::string_view survey) = 0;
  // Names of hidden fields that any response of the survey has, by name.
  virtual std::vector<std::string> hidden_fields(std::string_view survey) = 0;
  virtual std::vector<TextHit> search_text(std::string_view text,
                                           const AnswerFilter& filter,
                                           int limit) = 0;

  // Replaces the filed insights of a survey.
  virtual void finish_insights(const Claim& claim,
                               SurveyId survey,
                               const std::vector<Insight>& insights) = 0;
  virtual std::vector<Insight> filed_insights(std::string_view survey) = 0;  // empty: all
};

}  // namespace muster
