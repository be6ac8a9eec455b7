#include "storage/sqlite/survey_import.h"

#include "core/error.h"
#include "core/json.h"
#include "storage/sqlite/rows.h"
#include "storage/sqlite/survey_queries.h"

#include <algorithm>
#include <bit>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace muster {
namespace {

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
// count. Each text goes with its length.
ContentHash digest_of(const Response& response) {
  std::string said;
  const auto add_number = [&said](std::uint64_t number) {
    for (int shift = 0; shift < 64; shift += 8) {
      said += static_cast<char>(number >> shift);
    }
  };
  const auto add = [&](std::string_view text) {
    add_number(text.size());
    said += text;
  };
  add(to_string(response.status));
  for (const auto& time : {response.started_at, response.submitted_at, response.updated_at}) {
    add(time ? to_iso8601(*time) : "");
  }
  add(response.language);
  for (const auto* pairs : {&response.hidden, &response.respondent}) {
    add_number(pairs->size());
    for (const auto& [name, value] : *pairs) {
      add(name);
      add(value);
    }
  }
  for (const Answer& answer : response.answers) {
    add(answer.question_id);
    add(to_string(answer.state));
    add_number(answer.number ? std::bit_cast<std::uint64_t>(*answer.number) : ~std::uint64_t{0});
    add(answer.text);
    add(answer.other_text);
    add_number(answer.choices.size());
    for (const Choice& choice : answer.choices) {
      add(choice.id);
      add(choice.label);
    }
  }
  for (const RawText& raw : response.raw_texts) {
    add_number(raw.answer);
    add(raw.text);
    add(raw.other_text);
  }
  return sha256(said);
}

// What orders the versions of one response over several exports.
std::optional<Timestamp> version_time(const ResponseVersion& version) {
  return version.updated_at ? version.updated_at : version.submitted_at;
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
                         const std::vector<SkippedRow>& excluded,
                         const std::vector<SkippedRow>& repeated) {
  Json list = Json::array();
  const auto add = [&list](const std::vector<SkippedRow>& rows, std::string_view what) {
    for (const SkippedRow& row : rows) {
      if (list.size() == SkippedRows::kKept) {
        return;
      }
      list.push_back({{"what", what}, {"where", row.where}, {"why", row.why}});
    }
  };
  add(rejected, "rejected");
  add(excluded, "excluded");
  add(repeated, "excluded");
  return dump(list);
}

ImportCounts SurveyImport::run(const ImportOutcome& outcome) {
  ImportCounts counts;
  counts.rows_seen = outcome.rows_seen;
  counts.filed = outcome.responses.size();
  counts.excluded = outcome.excluded.count;
  counts.rejected = outcome.rejected.count;
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
  outcome.responses.for_each([&](const PlacedResponse& placed) {
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
      case Change::updated_late:
        --counts.unchanged;
        ++counts.updated;
        break;
      case Change::repeated:
        break;
    }
  });
  counts.filed -= repeated_.count;
  counts.excluded += repeated_.count;
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

std::optional<SurveyImport::Known> SurveyImport::find_known(const std::string& response_id) {
  Statement row = connection_.prepare(
      "SELECT id, version, status, started_at, submitted_at, updated_at, digest FROM response "
      "WHERE survey_id = ? AND response_id = ?");
  row.bind(survey_, response_id);
  if (!row.step()) {
    return std::nullopt;
  }
  return Known{row.id<ResponseId>(0),
               static_cast<int>(row.integer(1)),
               {row.name_of<ResponseStatus>(2),
                row.optional_time(3),
                row.optional_time(4),
                row.optional_time(5)},
               row.hash(6)};
}

SurveyImport::Change SurveyImport::store_response(const PlacedResponse& placed) {
  const auto known = find_known(placed.response.id);
  if (!known) {
    return add_response(placed);
  }
  return rows_of(known->id) == Rows::none ? store_version(placed, *known)
                                          : store_repeated(placed, *known);
}

SurveyImport::Change SurveyImport::add_response(const PlacedResponse& placed) {
  const Response& response = placed.response;
  connection_.run(
      "INSERT INTO response (survey_id, response_id, version, status, started_at, submitted_at, "
      "updated_at, times_are_local, language, campaign, creator, wave, export_id, place, digest, "
      "stored_at) VALUES (?, ?, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
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
      digest_of(response),
      now_);
  const auto id = static_cast<ResponseId>(connection_.last_insert_id());
  insert_contents(id, 1, response);
  note_rows(id, Rows::written);
  return Change::added;
}

// Another export brought this response.
SurveyImport::Change SurveyImport::store_version(const PlacedResponse& placed, const Known& known) {
  const auto old_time = version_time(known.times);
  const auto new_time = version_time(version_of(placed.response));
  note_rows(known.id, Rows::seen);
  // Without any time, the later reading of other contents is the newer one. nullopt orders before
  // every time.
  const bool newer = new_time == old_time ? !new_time && known.digest != digest_of(placed.response)
                                          : old_time < new_time;
  if (newer) {
    retire_version(known.id, known.version);
    replace_response(placed, known, known.version + 1);
    note_rows(known.id, Rows::written);
    return Change::updated;
  }
  if (new_time == old_time) {
    // The same version: only what the configuration says about it may be another by now.
    connection_.run(
        "UPDATE response SET campaign = ?1, creator = ?2, wave = ?3 "
        "WHERE id = ?4 AND (campaign <> ?1 OR creator <> ?2 OR wave <> ?3)",
        placed.campaign,
        placed.creator,
        placed.wave,
        known.id);
  }
  return Change::unchanged;
}

// A row of this export had the same id.
SurveyImport::Change SurveyImport::store_repeated(const PlacedResponse& placed,
                                                  const Known& known) {
  repeated_.add({placed.response.where, repeated_id(placed.response.id)});
  if (rows_of(known.id) == Rows::seen) {
    return store_version(placed, known) == Change::updated ? Change::updated_late
                                                           : Change::repeated;
  }
  if (replaces(version_of(placed.response), known.times)) {
    clear_contents(known.id);
    connection_.run(
        "DELETE FROM respondent WHERE response = ? AND version = ?", known.id, known.version);
    connection_.run(
        "DELETE FROM answer_raw WHERE response = ? AND version = ?", known.id, known.version);
    replace_response(placed, known, known.version);
  }
  return Change::repeated;
}

void SurveyImport::replace_response(const PlacedResponse& placed, const Known& known, int version) {
  const Response& response = placed.response;
  connection_.run(
      "UPDATE response SET version = ?, status = ?, started_at = ?, submitted_at = ?, "
      "updated_at = ?, times_are_local = ?, language = ?, campaign = ?, creator = ?, wave = ?, "
      "export_id = ?, place = ?, digest = ?, stored_at = ? WHERE id = ?",
      version,
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
      digest_of(response),
      now_,
      known.id);
  insert_contents(known.id, version, response);
}

SurveyImport::Rows SurveyImport::rows_of(ResponseId id) const {
  const auto row = static_cast<std::size_t>(raw(id));
  return row < rows_.size() ? rows_[row] : Rows::none;
}

void SurveyImport::note_rows(ResponseId id, Rows rows) {
  const auto row = static_cast<std::size_t>(raw(id));
  if (row >= rows_.size()) {
    rows_.resize(std::max(row + 1, 2 * rows_.size()));
  }
  rows_[row] = rows;
}

// Keeps the present version as JSON and clears what hangs on it. Personal references and texts as
// they were written stay where they are, apart.
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
  clear_contents(id);
}

void SurveyImport::clear_contents(ResponseId id) {
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
  for (const RawText& raw : response.raw_texts) {
    connection_.run(
        "INSERT INTO answer_raw (response, version, position, text, other_text) VALUES (?, ?, ?, "
        "?, ?)",
        id,
        version,
        raw.answer,
        raw.text,
        raw.other_text);
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
