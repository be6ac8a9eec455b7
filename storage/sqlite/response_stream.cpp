#include "storage/sqlite/response_stream.h"

#include "storage/sqlite/rows.h"
#include "storage/sqlite/survey_queries.h"

#include <unordered_map>
#include <utility>

#include <fmt/format.h>

namespace muster {
namespace {

// The responses of one survey, by id, as the filter asks for them.
FilteredQuery response_query(SurveyId survey, const AnswerFilter& filter, bool all) {
  FilteredQuery query;
  query.sql = fmt::format(
      "SELECT p.id, p.response_id, p.status, p.started_at, p.submitted_at, p.updated_at, "
      "p.times_are_local, p.language, p.campaign, p.creator, {}, p.wave, p.counts, "
      "p.export_id, p.place FROM response p WHERE {}",
      kResponseTier,
      all ? "1" : "p.counts");
  query.add("p.survey_id = ?", raw(survey));
  add_response_conditions(query, filter);
  query.sql += " ORDER BY p.id";
  return query;
}

using QuestionIds = std::unordered_map<std::int64_t, std::string>;

QuestionIds question_ids(Connection& connection, SurveyId survey) {
  Statement row = connection.prepare("SELECT id, question_id FROM question WHERE survey_id = ?");
  row.bind(survey);
  QuestionIds ids;
  while (row.step()) {
    ids.emplace(row.integer(0), row.text(1));
  }
  return ids;
}

// The answers and, in a second statement, their choices; two statements a response, not one an
// answer.
void read_contents(Connection& connection,
                   std::int64_t response,
                   const QuestionIds& questions,
                   std::vector<Answer>& answers) {
  answers.clear();
  std::vector<std::int64_t> ids;
  Statement row = connection.prepare(
      "SELECT id, question, state, number, text, other_text FROM answer WHERE response = ? ORDER "
      "BY "
      "position");
  row.bind(response);
  while (row.step()) {
    Answer& answer = answers.emplace_back();
    ids.push_back(row.integer(0));
    answer.question_id = questions.at(row.integer(1));
    answer.state = row.name_of<AnswerState>(2);
    answer.number = row.optional_real(3);
    answer.text = row.text(4);
    answer.other_text = row.text(5);
  }
  Statement choice = connection.prepare(
      "SELECT c.answer, c.choice_id, c.label FROM answer a JOIN answer_choice c ON c.answer = a.id "
      "WHERE a.response = ? ORDER BY a.position, c.position");
  choice.bind(response);
  std::size_t at = 0;
  while (choice.step()) {
    while (ids[at] != choice.integer(0)) {
      ++at;
    }
    answers[at].choices.push_back({choice.text(1), choice.text(2)});
  }
}

}  // namespace

void stream_responses(Connection& connection,
                      const AnswerFilter& filter,
                      bool all,
                      const std::function<void(const ExportedResponse&)>& visit) {
  const SurveyId survey = require_survey(connection, filter.survey);
  const QuestionIds questions = question_ids(connection, survey);
  Statement row = response_query(survey, filter, all).prepare(connection);
  ExportedResponse stored;
  while (row.step()) {
    Response& response = stored.response;
    stored.id = row.id<ResponseId>(0);
    response.id = row.text(1);
    response.status = row.name_of<ResponseStatus>(2);
    response.started_at = row.optional_time(3);
    response.submitted_at = row.optional_time(4);
    response.updated_at = row.optional_time(5);
    response.times_are_local = row.boolean(6);
    response.language = row.text(7);
    stored.campaign = row.text(8);
    stored.creator = row.text(9);
    stored.tier = row.name_of<Tier>(10);
    stored.wave = row.text(11);
    stored.counts = row.boolean(12);
    stored.export_id = row.id<ExportId>(13);
    response.where = row.text(14);
    response.hidden = read_hidden(connection, stored.id);
    read_contents(connection, row.integer(0), questions, response.answers);
    visit(stored);
  }
}

std::vector<std::string> read_waves(Connection& connection, std::string_view survey) {
  Statement row = connection.prepare(
      "SELECT wave FROM response WHERE survey_id = ? AND counts AND wave <> '' GROUP BY wave ORDER "
      "BY min(submitted_at), wave");
  row.bind(require_survey(connection, survey));
  std::vector<std::string> waves;
  while (row.step()) {
    waves.push_back(row.text(0));
  }
  return waves;
}

std::vector<std::string> read_hidden_names(Connection& connection, std::string_view survey) {
  Statement row = connection.prepare(
      "SELECT DISTINCT h.name FROM response p JOIN response_hidden h ON h.response = p.id WHERE "
      "p.survey_id = ? ORDER BY 1");
  row.bind(require_survey(connection, survey));
  std::vector<std::string> names;
  while (row.step()) {
    names.push_back(row.text(0));
  }
  return names;
}

}  // namespace muster
