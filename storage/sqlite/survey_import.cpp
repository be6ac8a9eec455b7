#include "storage/sqlite/survey_import.h"

#include "core/error.h"
#include "core/json.h"
#include "storage/sqlite/rows.h"
#include "storage/sqlite/survey_queries.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace muster {
namespace {

constexpr std::size_t kShownSkips = 50;

Json json_pairs(const std::vector<std::pair<std::string, std::string>>& pairs) {
  Json list = Json::array();
  for (const auto& [name, value] : pairs) {
    list.push_back({name, value});
  }
  return list;
}

Json json_time(const std::optional<Timestamp>& time) {
  return time ? Json(to_iso8601(*time)) : Json();
}

Json json_answers(const std::vector<Answer>& answers) {
  Json list = Json::array();
  for (const Answer& answer : answers) {
    to_json(list.emplace_back(), answer);
  }
  return list;
}

// Everything that the provider said; personal references stay out of what is kept as JSON, but
// count.
ContentHash digest_of(const Response& response) {
  const Json json{{"status", to_string(response.status)},
                  {"started_at", json_time(response.started_at)},
                  {"submitted_at", json_time(response.submitted_at)},
                  {"updated_at", json_time(response.updated_at)},
                  {"language", response.language},
                  {"hidden", json_pairs(response.hidden)},
                  {"respondent", json_pairs(response.respondent)},
                  {"answers", json_answers(response.answers)}};
  return sha256(dump(json));
}

// What orders the versions of one response.
std::optional<Timestamp> version_time(const std::optional<Timestamp>& updated,
                                      const std::optional<Timestamp>& submitted) {
  return updated ? updated : submitted;
}

// A title that only repeats the id says nothing: exports of bare answers have no better one.
bool is_named(const Question& question) {
  return !question.title.empty() && question.title != question.id && question.title != question.ref;
}

bool is_specific(QuestionKind kind) {
  return kind != QuestionKind::text && kind != QuestionKind::other;
}

}  // namespace

std::string json_skipped(const std::vector<SkippedRow>& rejected,
                         const std::vector<SkippedRow>& excluded) {
  Json list = Json::array();
  const auto add = [&list](const std::vector<SkippedRow>& rows, std::string_view what) {
    for (const SkippedRow& row : rows) {
      if (list.size() == kShownSkips) {
        return;
      }
      list.push_back({{"what", what}, {"where", row.where}, {"why", row.why}});
    }
  };
  add(rejected, "rejected");
  add(excluded, "excluded");
  return dump(list);
}

ImportCounts SurveyImport::run(const ImportOutcome& outcome) {
  ImportCounts counts;
  counts.rows_seen = outcome.rows_seen;
  counts.filed = static_cast<std::int64_t>(outcome.responses.size());
  counts.excluded = static_cast<std::int64_t>(outcome.excluded.size());
  counts.rejected = static_cast<std::int64_t>(outcome.rejected.size());
  if (!counts.holds()) {
    throw PermanentError(
        fmt::format("import export {}: {} rows seen, but {} filed + {} excluded + {} rejected",
                    raw(export_),
                    counts.rows_seen,
                    counts.filed,
                    counts.excluded,
                    counts.rejected));
  }
  merge_survey(outcome.definition);
  keep_definition(outcome.definition);
  for (std::size_t i = 0; i < outcome.definition.questions.size(); ++i) {
    merge_question(static_cast<int>(i), outcome.definition.questions[i]);
  }
  for (const PlacedResponse& placed : outcome.responses) {
    switch (store_response(placed)) {
      case Change::added:
        ++counts.added;
        break;
      case Change::updated:
        ++counts.updated;
        break;
      case Change::unchanged:
        ++counts.unchanged;
        break;
    }
  }
  return counts;
}

void SurveyImport::merge_survey(const SurveyDefinition& definition) {
  if (definition.provider.empty() || definition.external_id.empty()) {
    throw PermanentError(
        fmt::format("import export {}: it does not say which survey it is of", raw(export_)));
  }
  std::vector<std::string> hidden = definition.hidden_fields;
  {
    Statement row = connection_.prepare(
        "SELECT hidden_fields FROM survey WHERE provider = ? AND external_id = ?");
    row.bind(definition.provider, definition.external_id);
    if (row.step()) {
      std::vector<std::string> known = read_json_list(row.text(0));
      for (std::string& field : hidden) {
        if (std::find(known.begin(), known.end(), field) == known.end()) {
          known.push_back(std::move(field));
        }
      }
      hidden = std::move(known);
    }
  }
  Statement row = connection_.prepare(
      "INSERT INTO survey (provider, external_id, title, hidden_fields) VALUES (?, ?, ?, ?) "
      "ON CONFLICT (provider, external_id) DO UPDATE SET title = iif(excluded.title = '', title, "
      "excluded.title), "
      "hidden_fields = excluded.hidden_fields RETURNING id");
  row.bind(definition.provider, definition.external_id, definition.title, json_list(hidden));
  row.step();
  survey_ = row.id<SurveyId>(0);
  row.run();
}

void SurveyImport::keep_definition(const SurveyDefinition& definition) {
  Json json;
  to_json(json, definition);
  const std::string text = dump(json);
  connection_.run(
      "INSERT INTO survey_definition (survey_id, version, hash, definition, seen_at) "
      "VALUES (?1, (SELECT coalesce(max(version), 0) + 1 FROM survey_definition WHERE survey_id = "
      "?1), ?2, ?3, ?4) "
      "ON CONFLICT DO NOTHING",
      survey_,
      sha256(text),
      text,
      now_);
}

void SurveyImport::merge_question(int position, const Question& question) {
  // What an earlier export knew better stays.
  Statement row = connection_.prepare(
      "INSERT INTO question (survey_id, question_id, position, ref, title, kind, parent_id, "
      "scale_min, scale_max) "
      "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) "
      "ON CONFLICT (survey_id, question_id) DO UPDATE SET "
      "position = iif(?10, excluded.position, position), "
      "ref = iif(excluded.ref = '', ref, excluded.ref), "
      "title = iif(?10 OR title = '', excluded.title, title), "
      "kind = iif(?10 OR ?11, excluded.kind, kind), "
      "parent_id = iif(excluded.parent_id = '', parent_id, excluded.parent_id), "
      "scale_min = coalesce(excluded.scale_min, scale_min), "
      "scale_max = coalesce(excluded.scale_max, scale_max) RETURNING id");
  row.bind(survey_,
           question.id,
           position,
           question.ref,
           question.title,
           question.kind,
           question.parent_id,
           question.scale_min,
           question.scale_max,
           is_named(question),
           is_specific(question.kind));
  row.step();
  const std::int64_t id = row.integer(0);
  row.run();
  questions_[question.id] = id;
  for (std::size_t i = 0; i < question.choices.size(); ++i) {
    const Choice& choice = question.choices[i];
    connection_.run(
        "INSERT INTO choice (question, choice_id, position, label) VALUES (?, ?, ?, ?) "
        "ON CONFLICT (question, choice_id) DO UPDATE SET position = excluded.position, "
        "label = iif(excluded.label IN ('', excluded.choice_id), label, excluded.label)",
        id,
        choice.id,
        i,
        choice.label);
  }
}

std::int64_t SurveyImport::question_row(const std::string& question_id) {
  const auto found = questions_.find(question_id);
  if (found != questions_.end()) {
    return found->second;
  }
  Statement row =
      connection_.prepare("SELECT id FROM question WHERE survey_id = ? AND question_id = ?");
  row.bind(survey_, question_id);
  if (row.step()) {
    return questions_[question_id] = row.integer(0);
  }
  connection_.run(
      "INSERT INTO question (survey_id, question_id, position, ref, title, kind, parent_id) "
      "VALUES (?1, ?2, (SELECT count(*) FROM question WHERE survey_id = ?1), '', ?2, 'text', '')",
      survey_,
      question_id);
  return questions_[question_id] = connection_.last_insert_id();
}

SurveyImport::Change SurveyImport::store_response(const PlacedResponse& placed) {
  const Response& response = placed.response;
  const ContentHash digest = digest_of(response);
  Statement known = connection_.prepare(
      "SELECT id, version, updated_at, submitted_at, digest FROM response WHERE survey_id = ? AND "
      "response_id = ?");
  known.bind(survey_, response.id);
  const bool exists = known.step();
  if (!exists) {
    connection_.run(
        "INSERT INTO response (survey_id, response_id, version, status, started_at, submitted_at, "
        "updated_at, "
        "times_are_local, language, campaign, creator, wave, export_id, place, digest, stored_at) "
        "VALUES (?, ?, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        survey_,
        response.id,
        response.status,
        response.started_at,
        response.submitted_at,
        response.updated_at,
        response.times_are_local,
        response.language,
        placed.campaign,
        placed.creator,
        placed.wave,
        export_,
        response.where,
        digest,
        now_);
    insert_contents(static_cast<ResponseId>(connection_.last_insert_id()), 1, response);
    return Change::added;
  }
  const auto id = known.id<ResponseId>(0);
  const auto version = static_cast<int>(known.integer(1));
  const auto old_time = version_time(known.optional_time(2), known.optional_time(3));
  const auto new_time = version_time(response.updated_at, response.submitted_at);
  // Without any time, the later reading of other contents is the newer one. nullopt orders before
  // every time.
  const bool newer =
      new_time == old_time ? !new_time && known.hash(4) != digest : old_time < new_time;
  if (!newer) {
    if (new_time == old_time) {
      // The same version: only what the configuration says about it may be another by now.
      connection_.run(
          "UPDATE response SET campaign = ?1, creator = ?2, wave = ?3 "
          "WHERE id = ?4 AND (campaign <> ?1 OR creator <> ?2 OR wave <> ?3)",
          placed.campaign,
          placed.creator,
          placed.wave,
          id);
    }
    return Change::unchanged;
  }
  retire_version(id, version);
  connection_.run(
      "UPDATE response SET version = ?, status = ?, started_at = ?, submitted_at = ?, updated_at = "
      "?, "
      "times_are_local = ?, language = ?, campaign = ?, creator = ?, wave = ?, export_id = ?, "
      "place = ?, digest = ?, "
      "stored_at = ? WHERE id = ?",
      version + 1,
      response.status,
      response.started_at,
      response.submitted_at,
      response.updated_at,
      response.times_are_local,
      response.language,
      placed.campaign,
      placed.creator,
      placed.wave,
      export_,
      response.where,
      digest,
      now_,
      id);
  insert_contents(id, version + 1, response);
  return Change::updated;
}

// Keeps the present version as JSON and clears what hangs on it. Personal references stay where
// they are, apart.
void SurveyImport::retire_version(ResponseId id, int version) {
  Json body;
  {
    Statement row = connection_.prepare(
        "SELECT status, started_at, submitted_at, updated_at, language, campaign, creator, wave, "
        "export_id, place "
        "FROM response WHERE id = ?");
    row.bind(id);
    row.step();
    body = Json{{"status", row.text(0)},
                {"started_at", json_time(row.optional_time(1))},
                {"submitted_at", json_time(row.optional_time(2))},
                {"updated_at", json_time(row.optional_time(3))},
                {"language", row.text(4)},
                {"campaign", row.text(5)},
                {"creator", row.text(6)},
                {"wave", row.text(7)},
                {"export_id", row.integer(8)},
                {"place", row.text(9)},
                {"hidden", json_pairs(read_hidden(connection_, id))},
                {"answers", json_answers(read_answers(connection_, id))}};
  }
  connection_.run(
      "INSERT INTO response_version (response, version, body, replaced_at) VALUES (?, ?, ?, ?)",
      id,
      version,
      dump(body),
      now_);
  connection_.run(
      "DELETE FROM answer_text WHERE rowid IN (SELECT id FROM answer WHERE response = ?)", id);
  connection_.run(
      "DELETE FROM answer_choice WHERE answer IN (SELECT id FROM answer WHERE response = ?)", id);
  connection_.run("DELETE FROM answer WHERE response = ?", id);
  connection_.run("DELETE FROM response_hidden WHERE response = ?", id);
}

void SurveyImport::insert_contents(ResponseId id, int version, const Response& response) {
  for (std::size_t i = 0; i < response.answers.size(); ++i) {
    insert_answer(id, static_cast<int>(i), response.answers[i]);
  }
  for (std::size_t i = 0; i < response.hidden.size(); ++i) {
    connection_.run(
        "INSERT INTO response_hidden (response, name, position, value) VALUES (?, ?, ?, ?)",
        id,
        response.hidden[i].first,
        i,
        response.hidden[i].second);
  }
  for (std::size_t i = 0; i < response.respondent.size(); ++i) {
    connection_.run(
        "INSERT INTO respondent (response, version, position, name, value) VALUES (?, ?, ?, ?, ?)",
        id,
        version,
        i,
        response.respondent[i].first,
        response.respondent[i].second);
  }
}

void SurveyImport::insert_answer(ResponseId id, int position, const Answer& answer) {
  connection_.run(
      "INSERT INTO answer (response, position, question, state, number, text, other_text) VALUES "
      "(?, ?, ?, ?, ?, ?, ?)",
      id,
      position,
      question_row(answer.question_id),
      answer.state,
      answer.number,
      answer.text,
      answer.other_text);
  const std::int64_t row = connection_.last_insert_id();
  for (std::size_t i = 0; i < answer.choices.size(); ++i) {
    connection_.run(
        "INSERT INTO answer_choice (answer, position, choice_id, label) VALUES (?, ?, ?, ?)",
        row,
        i,
        answer.choices[i].id,
        answer.choices[i].label);
  }
  if (!answer.text.empty() || !answer.other_text.empty()) {
    connection_.run("INSERT INTO answer_text (rowid, text, other_text) VALUES (?, ?, ?)",
                    row,
                    answer.text,
                    answer.other_text);
  }
}

}  // namespace muster
