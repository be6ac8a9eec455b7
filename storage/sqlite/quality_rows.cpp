#include "storage/sqlite/quality_rows.h"

#include "core/error.h"
#include "core/json.h"
#include "core/text.h"
#include "storage/sqlite/survey_queries.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace muster {
namespace {

Json json_limits(const QualityBaseline& baseline) {
  return {{"speeding_share", baseline.speeding_share},
          {"fewest_timed", baseline.fewest_timed},
          {"matrix_rows", baseline.matrix_rows},
          {"gibberish_share", baseline.gibberish_share},
          {"gibberish_letters", baseline.gibberish_letters},
          {"duplicate_questions", baseline.duplicate_questions},
          {"pasted_characters", baseline.pasted_characters}};
}

void read_limits(const std::string& text, QualityBaseline& baseline) {
  const Json json = Json::parse(text, nullptr, false);
  if (!json.is_object()) {
    return;
  }
  baseline.speeding_share = json.value("speeding_share", baseline.speeding_share);
  baseline.fewest_timed = json.value("fewest_timed", baseline.fewest_timed);
  baseline.matrix_rows = json.value("matrix_rows", baseline.matrix_rows);
  baseline.gibberish_share = json.value("gibberish_share", baseline.gibberish_share);
  baseline.gibberish_letters = json.value("gibberish_letters", baseline.gibberish_letters);
  baseline.duplicate_questions = json.value("duplicate_questions", baseline.duplicate_questions);
  baseline.pasted_characters = json.value("pasted_characters", baseline.pasted_characters);
}

constexpr std::string_view kDriftColumns =
    "SELECT d.from_version, d.to_version, d.kind, d.question_id, d.question, d.before_value, "
    "d.after_value, d.breaks_comparison, d.export_id, d.seen_at, coalesce(d.accepted_by, ''), "
    "coalesce(d.accepted_note, '') FROM survey_drift d ";

DriftRow read_drift_row(const Statement& row) {
  return {static_cast<int>(row.integer(0)),
          static_cast<int>(row.integer(1)),
          row.text(2),
          row.text(3),
          row.text(4),
          row.text(5),
          row.text(6),
          row.boolean(7),
          row.id<ExportId>(8),
          row.time(9),
          row.text(10),
          row.text(11)};
}

Response read_response_row(const Statement& row) {
  Response response;
  response.id = row.text(1);
  response.status = row.name_of<ResponseStatus>(2);
  response.started_at = row.optional_time(3);
  response.submitted_at = row.optional_time(4);
  response.updated_at = row.optional_time(5);
  response.times_are_local = row.boolean(6);
  response.language = row.text(7);
  response.where = row.text(8);
  return response;
}

}  // namespace

void stream_responses(Connection& connection,
                      SurveyId survey,
                      const std::function<void(const StoredResponse&)>& visit) {
  Statement row = connection.prepare(
      "SELECT id, response_id, status, started_at, submitted_at, updated_at, times_are_local, "
      "language, place FROM response WHERE survey_id = ? AND status IN ('completed', 'partial') "
      "AND gone_at IS NULL ORDER BY id");
  row.bind(survey);
  while (row.step()) {
    StoredResponse stored{row.id<ResponseId>(0), read_response_row(row)};
    stored.response.hidden = read_hidden(connection, stored.row);
    stored.response.answers = read_answers(connection, stored.row);
    visit(stored);
  }
}

std::vector<QualityBaseline> read_baselines(Connection& connection, SurveyId survey) {
  Statement row = connection.prepare(
      "SELECT number, rules_version, responses, timed, median_seconds, limits, made_by, note, "
      "made_at FROM quality_baseline WHERE survey_id = ? ORDER BY number");
  row.bind(survey);
  std::vector<QualityBaseline> baselines;
  while (row.step()) {
    QualityBaseline& one = baselines.emplace_back();
    one.number = static_cast<int>(row.integer(0));
    one.rules_version = static_cast<int>(row.integer(1));
    one.responses = row.integer(2);
    one.timed = row.integer(3);
    one.median_seconds = row.optional_real(4);
    read_limits(row.text(5), one);
    one.made_by = row.text(6);
    one.note = row.text(7);
    one.made_at = row.time(8);
  }
  return baselines;
}

int insert_baseline(Connection& connection, SurveyId survey, const QualityBaseline& baseline) {
  Statement row = connection.prepare(
      "INSERT INTO quality_baseline (survey_id, number, rules_version, responses, timed, "
      "median_seconds, limits, made_by, note, made_at) VALUES (?1, (SELECT coalesce(max(number), "
      "0) "
      "+ 1 FROM quality_baseline WHERE survey_id = ?1), ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) RETURNING "
      "number");
  row.bind(survey,
           baseline.rules_version,
           baseline.responses,
           baseline.timed,
           baseline.median_seconds,
           dump(json_limits(baseline)),
           baseline.made_by,
           baseline.note,
           baseline.made_at);
  row.step();
  const int number = static_cast<int>(row.integer(0));
  row.run();
  return number;
}

void replace_flags(Connection& connection,
                   SurveyId survey,
                   std::int64_t baseline_row,
                   const std::vector<std::pair<ResponseId, QualityFlag>>& flags) {
  connection.run(
      "DELETE FROM quality_flag WHERE response IN (SELECT id FROM response WHERE survey_id = ?)",
      survey);
  for (const auto& [row, flag] : flags) {
    connection.run(
        "INSERT INTO quality_flag (response, rule, question_id, baseline, measured, threshold, "
        "why) "
        "VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        row,
        flag.rule,
        flag.question_id,
        baseline_row,
        flag.measured,
        flag.threshold,
        flag.why);
  }
}

std::vector<QualityFlagRow> read_flags(Connection& connection,
                                       SurveyId survey,
                                       const std::optional<QualityRule>& rule,
                                       int limit) {
  Statement row = connection.prepare(
      "SELECT f.response, p.response_id, f.rule, f.question_id, f.measured, f.threshold, f.why, "
      "b.number, b.rules_version, p.excluded FROM response p JOIN quality_flag f ON f.response = "
      "p.id JOIN quality_baseline b ON b.id = f.baseline WHERE p.survey_id = ?1 AND (?2 IS NULL OR "
      "f.rule = ?2) ORDER BY f.response, f.rule, f.question_id LIMIT ?3");
  row.bind(survey, rule ? std::optional(std::string(to_string(*rule))) : std::nullopt, limit);
  std::vector<QualityFlagRow> flags;
  while (row.step()) {
    flags.push_back(
        {row.id<ResponseId>(0),
         row.text(1),
         {row.name_of<QualityRule>(2), row.text(3), row.text(4), row.text(5), row.text(6)},
         static_cast<int>(row.integer(7)),
         static_cast<int>(row.integer(8)),
         row.boolean(9)});
  }
  return flags;
}

std::vector<ExclusionRow> read_exclusions(Connection& connection,
                                          SurveyId survey,
                                          bool restored_too) {
  Statement row = connection.prepare(
      "SELECT x.id, p.response_id, x.rule, x.rules_version, b.number, x.actor, x.note, "
      "x.excluded_at, x.restored_at, coalesce(x.restored_by, ''), coalesce(x.restore_note, '') "
      "FROM response_exclusion x JOIN response p ON p.id = x.response LEFT JOIN quality_baseline b "
      "ON b.id = x.baseline WHERE p.survey_id = ? AND (? OR x.restored_at IS NULL) ORDER BY x.id");
  row.bind(survey, restored_too);
  std::vector<ExclusionRow> rows;
  const auto small = [](const std::optional<std::int64_t>& value) {
    return value ? std::optional(static_cast<int>(*value)) : std::nullopt;
  };
  while (row.step()) {
    ExclusionRow& one = rows.emplace_back();
    one.id = row.integer(0);
    one.response_id = row.text(1);
    one.rule = row.text(2);
    one.rules_version = small(row.optional_integer(3));
    one.baseline = small(row.optional_integer(4));
    one.actor = row.text(5);
    one.note = row.text(6);
    one.excluded_at = row.time(7);
    one.restored_at = row.optional_time(8);
    one.restored_by = row.text(9);
    one.restore_note = row.text(10);
  }
  return rows;
}

LeftOut count_left_out(Connection& connection, SurveyId survey) {
  LeftOut left;
  Statement row = connection.prepare(
      "SELECT coalesce(sum(excluded), 0), coalesce(sum(excluded = 0 AND gone_at IS NOT NULL), 0), "
      "coalesce(sum(excluded = 0 AND gone_at IS NULL), 0) FROM response WHERE survey_id = ? AND "
      "counts = 0");
  row.bind(survey);
  if (row.step()) {
    left.excluded = row.integer(0);
    left.gone = row.integer(1);
    left.not_valid = row.integer(2);
  }
  Statement rule = connection.prepare(
      "SELECT x.rule, count(*) FROM response_exclusion x JOIN response p ON p.id = x.response "
      "WHERE "
      "p.survey_id = ? AND x.restored_at IS NULL GROUP BY x.rule ORDER BY x.rule");
  rule.bind(survey);
  while (rule.step()) {
    left.excluded_by_rule.emplace_back(rule.text(0), rule.integer(1));
  }
  return left;
}

std::vector<DriftRow> read_drift(Connection& connection, SurveyId survey) {
  Statement row = connection.prepare(std::string(kDriftColumns) +
                                     "WHERE d.survey_id = ? ORDER BY d.to_version, d.position");
  row.bind(survey);
  std::vector<DriftRow> rows;
  while (row.step()) {
    rows.push_back(read_drift_row(row));
  }
  return rows;
}

std::vector<DriftRow> find_drift_within(Connection& connection, const AnswerFilter& filter) {
  const auto survey = find_survey_id(connection, filter.survey);
  if (!survey) {
    return {};
  }
  Statement any = connection.prepare(
      "SELECT 1 FROM survey_drift WHERE survey_id = ? AND question_id = ? AND breaks_comparison = "
      "1 "
      "AND accepted_by IS NULL LIMIT 1");
  any.bind(*survey, filter.question_id);
  if (!any.step()) {
    return {};
  }
  const auto [first, last] = definition_versions(connection, *survey, filter);
  Statement row = connection.prepare(
      std::string(kDriftColumns) +
      "WHERE d.survey_id = ? AND d.question_id = ? AND d.breaks_comparison = 1 AND d.accepted_by "
      "IS "
      "NULL AND d.to_version > ? AND d.to_version <= ? AND d.kind NOT IN ('question_added', "
      "'question_vanished', 'question_replaced', 'question_split') ORDER BY d.to_version, "
      "d.position");
  row.bind(*survey, filter.question_id, first, last);
  std::vector<DriftRow> rows;
  while (row.step()) {
    rows.push_back(read_drift_row(row));
  }
  return rows;
}

void refuse_drift(Connection& connection, const AnswerFilter& filter) {
  if (filter.across_drift || filter.question_id.empty()) {
    return;
  }
  // A new title or one choice more is said beside the figure; numbers that mean something else may
  // not be added up at all.
  static constexpr std::string_view kRefused[] = {
      "kind_changed", "scale_changed", "choice_renamed", "choice_recoded"};
  std::string changes;
  for (const DriftRow& drift : find_drift_within(connection, filter)) {
    if (std::find(std::begin(kRefused), std::end(kRefused), drift.kind) != std::end(kRefused)) {
      changes += (changes.empty() ? "" : "; ") + to_text(drift);
    }
  }
  if (changes.empty()) {
    return;
  }
  throw ConflictError(fmt::format(
      "question '{}' changed while it was asked, so its answers are not of one question: {}. Count "
      "one side alone (--wave, --from, --until), mix them in this figure (--across-drift), or "
      "decide for all that they compare: muster survey drift {} --accept '{}' --note WHY",
      printable(filter.question_id),
      changes,
      printable(filter.survey),
      printable(filter.question_id)));
}

}  // namespace muster
