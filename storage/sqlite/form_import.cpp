#include "storage/sqlite/form_import.h"

#include "core/error.h"
#include "core/json.h"
#include "storage/sqlite/rows.h"
#include "storage/sqlite/survey_queries.h"

#include <algorithm>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace muster {
namespace {

// A title that only repeats the id says nothing: exports of bare answers have no better one.
bool is_named(const Question& question) {
  return !question.title.empty() && question.title != question.id && question.title != question.ref;
}

bool is_specific(QuestionKind kind) {
  return kind != QuestionKind::text && kind != QuestionKind::other;
}

}  // namespace

void FormImport::run(const ImportOutcome& outcome) {
  merge_survey(outcome.definition);
  keep_form(outcome);
  for (std::size_t i = 0; i < outcome.definition.questions.size(); ++i) {
    merge_question(static_cast<int>(i), outcome.definition.questions[i]);
  }
}

void FormImport::merge_survey(const SurveyDefinition& definition) {
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

// A form that was there before keeps its version.
void FormImport::keep_form(const ImportOutcome& outcome) {
  Json json;
  to_json(json, outcome.definition);
  const std::string text = dump(json);
  const ContentHash hash = sha256(text);
  int last = 0;
  std::string before;
  {
    Statement row = connection_.prepare(
        "SELECT version, hash, definition FROM survey_definition WHERE survey_id = ? ORDER BY "
        "version");
    row.bind(survey_);
    while (row.step()) {
      last = static_cast<int>(row.integer(0));
      version_ = row.hash(1) == hash ? last : version_;
      before = row.text(2);
    }
  }
  if (version_ != 0) {
    return;
  }
  version_ = last + 1;
  connection_.run(
      "INSERT INTO survey_definition (survey_id, version, hash, definition, seen_at) VALUES (?, ?, "
      "?, ?, ?)",
      survey_,
      version_,
      hash,
      text,
      now_);
  if (last > 0 && outcome.find_drift) {
    keep_drift(outcome, last, Json::parse(before).get<SurveyDefinition>());
  }
}

void FormImport::keep_drift(const ImportOutcome& outcome,
                            int last,
                            const SurveyDefinition& before) {
  const std::vector<DriftRow> found = outcome.find_drift(before, outcome.definition);
  for (std::size_t i = 0; i < found.size(); ++i) {
    connection_.run(
        "INSERT INTO survey_drift (survey_id, to_version, position, from_version, kind, "
        "question_id, question, before_value, after_value, breaks_comparison, export_id, seen_at) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        survey_,
        version_,
        i,
        last,
        found[i].kind,
        found[i].question_id,
        found[i].question,
        found[i].before,
        found[i].after,
        found[i].breaks_comparison,
        export_,
        now_);
  }
}

void FormImport::merge_question(int position, const Question& question) {
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

void FormImport::note_choices(std::int64_t question, const std::vector<Choice>& choices) {
  if (choices.empty()) {
    return;
  }
  const auto [known, is_new] = names_choices_.try_emplace(question, false);
  if (is_new) {
    Statement row = connection_.prepare("SELECT EXISTS (SELECT 1 FROM choice WHERE question = ?)");
    row.bind(question);
    row.step();
    known->second = row.boolean(0);
  }
  if (known->second) {
    return;
  }
  for (const Choice& choice : choices) {
    connection_.run(
        "INSERT INTO choice (question, choice_id, position, label) VALUES (?1, ?2, (SELECT "
        "count(*) "
        "FROM choice WHERE question = ?1), ?3) ON CONFLICT (question, choice_id) DO NOTHING",
        question,
        choice.id,
        choice.label);
  }
}

std::int64_t FormImport::question_row(const std::string& question_id) {
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

}  // namespace muster
