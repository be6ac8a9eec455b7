#include "storage/sqlite/survey_queries.h"

#include "core/error.h"
#include "core/json.h"
#include "core/text.h"
#include "storage/sqlite/quality_rows.h"
#include "storage/sqlite/rows.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace muster {
namespace {

std::vector<Choice> read_choices(Connection& connection, std::int64_t answer) {
  Statement row = connection.prepare(
      "SELECT choice_id, label FROM answer_choice WHERE answer = ? ORDER BY position");
  row.bind(answer);
  std::vector<Choice> choices;
  while (row.step()) {
    choices.push_back({row.text(0), row.text(1)});
  }
  return choices;
}

// Columns: answer row, question id, state, number, text, other text.
Answer read_answer(Connection& connection, const Statement& row, int first) {
  Answer answer;
  answer.question_id = row.text(first + 1);
  answer.state = row.name_of<AnswerState>(first + 2);
  answer.number = row.optional_real(first + 3);
  answer.text = row.text(first + 4);
  answer.other_text = row.text(first + 5);
  answer.choices = read_choices(connection, row.integer(first));
  return answer;
}

std::vector<SkippedRow> read_json_skipped(const std::string& text) {
  std::vector<SkippedRow> skipped;
  const Json list = Json::parse(text, nullptr, false);
  for (const Json& one : list) {
    if (one.is_object()) {
      skipped.push_back({one.value("where", ""), one.value("why", "")});
    }
  }
  return skipped;
}

std::vector<InsightRow> read_figures(Connection& connection, std::int64_t insight) {
  Statement row = connection.prepare(
      "SELECT group_value, label, value, n, base, lower, upper, confidence, method, small_base "
      "FROM insight_figure "
      "WHERE insight = ? ORDER BY position");
  row.bind(insight);
  std::vector<InsightRow> rows;
  while (row.step()) {
    InsightRow& one = rows.emplace_back();
    one.group = row.text(0);
    one.label = row.text(1);
    one.figure.value = row.real(2);
    one.figure.n = row.integer(3);
    one.figure.base = row.integer(4);
    one.figure.lower = row.optional_real(5);
    one.figure.upper = row.optional_real(6);
    one.figure.confidence = row.real(7);
    one.figure.method = row.text(8);
    one.small_base = row.boolean(9);
  }
  return rows;
}

}  // namespace

std::optional<SurveyId> find_survey_id(Connection& connection, std::string_view name) {
  if (const std::size_t slash = name.find('/'); slash != std::string_view::npos) {
    Statement row =
        connection.prepare("SELECT id FROM survey WHERE provider = ? AND external_id = ?");
    row.bind(name.substr(0, slash), name.substr(slash + 1));
    if (row.step()) {
      return row.id<SurveyId>(0);
    }
  }
  Statement row = connection.prepare("SELECT id FROM survey WHERE external_id = ? LIMIT 2");
  row.bind(name);
  if (!row.step()) {
    return std::nullopt;
  }
  const auto id = row.id<SurveyId>(0);
  return row.step() ? std::nullopt : std::optional(id);
}

SurveyId require_survey(Connection& connection, std::string_view name) {
  if (const auto id = find_survey_id(connection, name)) {
    return *id;
  }
  std::vector<std::string> known;
  Statement row =
      connection.prepare("SELECT provider || '/' || external_id FROM survey ORDER BY 1 LIMIT 50");
  while (row.step()) {
    known.push_back(row.text(0));
  }
  throw PermanentError(fmt::format("read survey '{}': there is none, or several have this id{}",
                                   name,
                                   known.empty() ? "" : did_you_mean(name, known)));
}

void add_answer_conditions(FilteredQuery& query, const AnswerFilter& filter) {
  query.equal("q.question_id", filter.question_id);
  add_response_conditions(query, filter);
}

void add_response_conditions(FilteredQuery& query, const AnswerFilter& filter) {
  query.equal("p.campaign", filter.campaign);
  query.equal("p.creator", filter.creator);
  query.equal(kResponseTier, filter.tier ? std::string(to_string(*filter.tier)) : "");
  query.equal("p.wave", filter.wave);
  for (const auto& [name, value] : filter.hidden) {
    query.add("EXISTS (SELECT 1 FROM response_hidden h WHERE h.response = p.id AND h.name = ?",
              name);
    query.add("h.value = ?)", value);
  }
  query.compare("p.submitted_at >=", filter.from);
  query.compare("p.submitted_at <", filter.until);
}

SurveyDefinition read_definition(Connection& connection, SurveyId id) {
  SurveyDefinition definition;
  Statement survey = connection.prepare(
      "SELECT provider, external_id, title, hidden_fields FROM survey WHERE id = ?");
  survey.bind(id);
  survey.step();
  definition.provider = survey.text(0);
  definition.external_id = survey.text(1);
  definition.title = survey.text(2);
  definition.hidden_fields = read_json_list(survey.text(3));
  Statement row = connection.prepare(
      "SELECT id, question_id, ref, title, kind, parent_id, scale_min, scale_max FROM question "
      "WHERE survey_id = ? "
      "ORDER BY position, id");
  row.bind(id);
  while (row.step()) {
    Question& question = definition.questions.emplace_back();
    question.id = row.text(1);
    question.ref = row.text(2);
    question.title = row.text(3);
    question.kind = row.name_of<QuestionKind>(4);
    question.parent_id = row.text(5);
    question.scale_min = row.optional_real(6);
    question.scale_max = row.optional_real(7);
    Statement choice = connection.prepare(
        "SELECT choice_id, label FROM choice WHERE question = ? ORDER BY position, choice_id");
    choice.bind(row.integer(0));
    while (choice.step()) {
      question.choices.push_back({choice.text(0), choice.text(1)});
    }
  }
  return definition;
}

std::optional<SurveyRow> read_survey(Connection& connection, SurveyId id) {
  Statement row = connection.prepare(
      // From indexes alone: what counts is all but what was left out, and the first and the last
      // are at the ends.
      "SELECT (SELECT count(*) FROM response p WHERE p.survey_id = y.id) - "
      "(SELECT count(*) FROM response p WHERE p.survey_id = y.id AND p.counts = 0), "
      "(SELECT p.submitted_at FROM response p WHERE p.survey_id = y.id AND p.submitted_at NOT NULL "
      "AND p.counts ORDER BY p.submitted_at LIMIT 1), "
      "(SELECT p.submitted_at FROM response p WHERE p.survey_id = y.id AND p.counts "
      "ORDER BY p.submitted_at DESC LIMIT 1) FROM survey y WHERE y.id = ?");
  row.bind(id);
  if (!row.step()) {
    return std::nullopt;
  }
  return SurveyRow{id,
                   read_definition(connection, id),
                   row.integer(0),
                   row.optional_time(1),
                   row.optional_time(2)};
}

std::vector<ExportRow> find_exports(Connection& connection,
                                    std::string_view survey,
                                    std::optional<ExportId> id) {
  FilteredQuery query;
  query.sql =
      "SELECT e.id, o.name, e.external_id, coalesce(y.provider || '/' || y.external_id, "
      "e.survey_name), "
      "coalesce(y.provider, ''), e.state, e.error, e.blob, e.rows_seen, e.filed, e.excluded, "
      "e.rejected, e.added, "
      "e.updated, e.unchanged, e.notes, e.skipped, e.seen_at, e.gone, e.returned, e.is_full, "
      "e.doubt, coalesce(e.accepted_by, ''), coalesce(e.accepted_note, '') FROM export e JOIN "
      "source o ON o.id = e.source_id "
      "LEFT JOIN survey y ON y.id = e.survey_id WHERE 1";
  if (id) {
    query.add("e.id = ?", raw(*id));
  } else if (!survey.empty()) {
    const auto known = find_survey_id(connection, survey);
    query.add("(e.survey_name = ?", std::string(survey));
    query.sql += " OR e.survey_id = ?)";
    query.values.emplace_back(known ? raw(*known) : std::int64_t{0});
  }
  query.sql += " ORDER BY e.id";
  Statement row = query.prepare(connection);
  std::vector<ExportRow> exports;
  while (row.step()) {
    ExportRow& one = exports.emplace_back();
    one.id = row.id<ExportId>(0);
    one.source = row.text(1);
    one.external_id = row.text(2);
    one.survey = row.text(3);
    one.provider = row.text(4);
    one.state = row.text(5);
    one.error = row.text(6);
    if (!row.is_null(7)) {
      one.blob = row.hash(7);
    }
    one.counts = {row.integer(8),
                  row.integer(9),
                  row.integer(10),
                  row.integer(11),
                  row.integer(12),
                  row.integer(13),
                  row.integer(14),
                  row.integer(18),
                  row.integer(19)};
    one.is_full = row.boolean(20);
    one.doubt = row.name_of<ExportDoubt>(21);
    one.accepted_by = row.text(22);
    one.accepted_note = row.text(23);
    one.notes = read_json_list(row.text(15));
    one.skipped = read_json_skipped(row.text(16));
    one.seen_at = row.time(17);
  }
  return exports;
}

std::vector<Answer> read_answers(Connection& connection, ResponseId response) {
  Statement row = connection.prepare(
      "SELECT a.id, q.question_id, a.state, a.number, a.text, a.other_text FROM answer a "
      "JOIN question q ON q.id = a.question WHERE a.response = ? ORDER BY a.position");
  row.bind(response);
  std::vector<Answer> answers;
  while (row.step()) {
    answers.push_back(read_answer(connection, row, 0));
  }
  return answers;
}

std::vector<std::pair<std::string, std::string>> read_hidden(Connection& connection,
                                                             ResponseId response) {
  Statement row = connection.prepare(
      "SELECT name, value FROM response_hidden WHERE response = ? ORDER BY position, name");
  row.bind(response);
  std::vector<std::pair<std::string, std::string>> hidden;
  while (row.step()) {
    hidden.emplace_back(row.text(0), row.text(1));
  }
  return hidden;
}

std::pair<int, int> definition_versions(Connection& connection,
                                        SurveyId survey,
                                        const AnswerFilter& filter) {
  FilteredQuery query;
  query.sql =
      "SELECT coalesce(min(p.definition_version), 0), coalesce(max(p.definition_version), 0) FROM "
      "answer a JOIN response p ON p.id = a.response JOIN question q ON q.id = a.question WHERE "
      "p.counts";
  query.add("p.survey_id = ?", raw(survey));
  query.add("q.survey_id = ?", raw(survey));
  add_answer_conditions(query, filter);
  Statement row = query.prepare(connection);
  row.step();
  return {static_cast<int>(row.integer(0)), static_cast<int>(row.integer(1))};
}

std::vector<TextHit> search_answers(Connection& connection,
                                    std::string_view text,
                                    const AnswerFilter& filter,
                                    int limit) {
  const std::string match = full_text_query(text);
  if (match.empty()) {
    return {};
  }
  FilteredQuery query;
  query.sql =
      "SELECT p.id, p.response_id, y.provider || '/' || y.external_id, q.question_id, p.creator, "
      "p.campaign, "
      "snippet(answer_text, -1, '[', ']', '…', 24) FROM answer_text JOIN answer a ON a.id = "
      "answer_text.rowid "
      "JOIN response p ON p.id = a.response JOIN question q ON q.id = a.question JOIN survey y ON "
      "y.id = p.survey_id "
      "WHERE p.counts";
  query.add("answer_text MATCH ?", match);
  if (!filter.survey.empty()) {
    query.add("p.survey_id = ?", raw(require_survey(connection, filter.survey)));
  }
  add_answer_conditions(query, filter);
  query.sql += " ORDER BY answer_text.rank, a.id LIMIT ?";
  query.values.emplace_back(static_cast<std::int64_t>(std::max(limit, 0)));
  Statement row = query.prepare(connection);
  std::vector<TextHit> hits;
  while (row.step()) {
    hits.push_back({row.id<ResponseId>(0),
                    row.text(1),
                    row.text(2),
                    row.text(3),
                    row.text(4),
                    row.text(5),
                    row.text(6)});
  }
  return hits;
}

void store_insights(Connection& connection,
                    SurveyId survey,
                    const std::vector<Insight>& insights,
                    Timestamp now) {
  connection.run(
      "DELETE FROM insight_figure WHERE insight IN (SELECT id FROM insight WHERE survey_id = ?)",
      survey);
  connection.run("DELETE FROM insight WHERE survey_id = ?", survey);
  for (std::size_t i = 0; i < insights.size(); ++i) {
    const Insight& insight = insights[i];
    connection.run(
        "INSERT INTO insight (survey_id, position, metric, question_id, question, group_by, notes, "
        "filed_at) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        survey,
        i,
        insight.metric,
        insight.question_id,
        insight.question,
        insight.group_by,
        json_list(insight.notes),
        now);
    const std::int64_t id = connection.last_insert_id();
    for (std::size_t j = 0; j < insight.rows.size(); ++j) {
      const InsightRow& row = insight.rows[j];
      connection.run(
          "INSERT INTO insight_figure (insight, position, group_value, label, value, n, base, "
          "lower, upper, confidence, "
          "method, small_base) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
          id,
          j,
          row.group,
          row.label,
          row.figure.value,
          row.figure.n,
          row.figure.base,
          row.figure.lower,
          row.figure.upper,
          row.figure.confidence,
          row.figure.method,
          row.small_base);
    }
  }
}

std::vector<Insight> read_insights(Connection& connection, std::string_view survey) {
  FilteredQuery query;
  query.sql =
      "SELECT i.id, i.metric, y.provider || '/' || y.external_id, i.question_id, i.question, "
      "i.group_by, i.notes "
      "FROM insight i JOIN survey y ON y.id = i.survey_id WHERE 1";
  if (!survey.empty()) {
    query.add("i.survey_id = ?", raw(require_survey(connection, survey)));
  }
  query.sql += " ORDER BY y.provider, y.external_id, i.position";
  Statement row = query.prepare(connection);
  std::vector<Insight> insights;
  while (row.step()) {
    insights.push_back({row.text(1),
                        row.text(2),
                        row.text(3),
                        row.text(4),
                        row.text(5),
                        read_figures(connection, row.integer(0)),
                        read_json_list(row.text(6))});
  }
  return insights;
}

}  // namespace muster
