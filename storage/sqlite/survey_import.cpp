#include "storage/sqlite/survey_import.h"

#include "core/error.h"
#include "core/json.h"
#include "storage/sqlite/rows.h"
#include "storage/sqlite/survey_queries.h"
#include "storage/sqlite/workflow.h"

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

// A row that says that a response was deleted, and nothing else.
bool is_deletion(const Response& response) {
  return response.status == ResponseStatus::deleted && response.answers.empty();
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
  is_full_ = outcome.is_full;
  form_.run(outcome);
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
  if (is_full_) {
    sweep_.mark_missing(form_.survey(), [&](ResponseId id) { return rows_of(id) != Rows::none; });
  }
  counts.gone = sweep_.gone();
  counts.returned = sweep_.returned();
  log_sweep();
  return counts;
}

// Figures change without an answer that changed: whoever wonders finds the export here.
void SurveyImport::log_sweep() const {
  if (sweep_.gone() + sweep_.returned() > 0) {
    append_log(
        connection_,
        now_,
        is_full_ ? "rule:full_export" : "rule:deleted_at_source",
        "responses.swept",
        fmt::format("survey/{}", raw(form_.survey())),
        {{"export", raw(export_)}, {"gone", sweep_.gone()}, {"returned", sweep_.returned()}});
  }
}

std::optional<SurveyImport::Known> SurveyImport::find_known(const std::string& response_id) {
  Statement row = connection_.prepare(
      "SELECT id, version, status, started_at, submitted_at, updated_at, digest, gone_at IS NOT "
      "NULL, coalesce(definition_version, 0) FROM response WHERE survey_id = ? AND response_id = "
      "?");
  row.bind(form_.survey(), response_id);
  if (!row.step()) {
    return std::nullopt;
  }
  return Known{row.id<ResponseId>(0),
               static_cast<int>(row.integer(1)),
               {row.name_of<ResponseStatus>(2),
                row.optional_time(3),
                row.optional_time(4),
                row.optional_time(5)},
               row.hash(6),
               row.boolean(7),
               static_cast<int>(row.integer(8))};
}

SurveyImport::Change SurveyImport::store_response(const PlacedResponse& placed) {
  const auto known = find_known(placed.response.id);
  if (!known) {
    return add_response(placed);
  }
  if (is_deletion(placed.response)) {
    sweep_.mark_deleted(known->id, placed.response.updated_at);
    return Change::unchanged;
  }
  if (known->is_gone) {
    sweep_.mark_present(known->id, version_of(placed.response), is_full_);
  }
  return rows_of(known->id) == Rows::none ? store_version(placed, *known)
                                          : store_repeated(placed, *known);
}

SurveyImport::Change SurveyImport::add_response(const PlacedResponse& placed) {
  const Response& response = placed.response;
  connection_.run(
      "INSERT INTO response (survey_id, response_id, version, status, started_at, submitted_at, "
      "updated_at, times_are_local, language, campaign, creator, wave, export_id, place, digest, "
      "stored_at, definition_version) VALUES (?, ?, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      form_.survey(),
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
      now_,
      form_.version());
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
  // Without any time, the later reading of other contents is the newer one. So is one by a later
  // form (a map, kinds that were judged from more answers), which may make other answers of the
  // same cells. nullopt orders before every time.
  const bool rereads = !new_time || known.form < form_.version();
  const bool newer = new_time == old_time ? rereads && known.digest != digest_of(placed.response)
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
      "export_id = ?, place = ?, digest = ?, stored_at = ?, definition_version = ? WHERE id = ?",
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
      form_.version(),
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
  const std::int64_t question = form_.question_row(answer.question_id);
  form_.note_choices(question, answer.choices);
  connection_.run(
      "INSERT INTO answer (response, position, question, state, number, text, other_text) VALUES "
      "(?, ?, ?, ?, ?, ?, ?)",
      id,
      position,
      question,
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
