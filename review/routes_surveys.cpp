#include "core/text.h"
#include "extractors/surveys/comparison.h"
#include "review/answer_groups.h"
#include "review/routes.h"
#include "review/survey_quality_run.h"
#include "review/survey_query.h"

#include <algorithm>
#include <map>
#include <unordered_map>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace muster::route {
namespace {

// "hidden:panel=exposed" or "question:Q1=Yes": where to look, and for which value.
struct Condition {
  std::string field;
  std::string value;
};

Condition read_condition(const ApiRequest& request, const SurveyDefinition& definition) {
  const std::string text = query(request, "exposed");
  const std::size_t equals = text.rfind('=');
  if (equals == std::string::npos || equals == 0 || equals + 1 == text.size()) {
    throw BadRequest(
        "exposed: is required, as FIELD=VALUE: hidden:panel=exposed, question:ID=Yes or wave=2");
  }
  Condition condition{text.substr(0, equals), text.substr(equals + 1)};
  if (const Question* question = find_question(definition, condition.field)) {
    condition.field = "question:" + question->id;
  }
  return condition;
}

// Is this the answer that counts? With a value: the choice, or the text. Without: yes, or one of
// the top points of the scale.
bool counts(const Answer& answer, const Question& question, const std::string& value, int top) {
  if (!value.empty()) {
    const auto chosen = [&](const Choice& c) { return c.id == value || c.label == value; };
    return std::any_of(answer.choices.begin(), answer.choices.end(), chosen) ||
           answer.text == value;
  }
  if (!answer.number) {
    return false;
  }
  return question.kind == QuestionKind::boolean ? *answer.number == 1
                                                : *answer.number > *question.scale_max - top;
}

void check_outcome(const Question& question, const std::string& value) {
  const bool scale = question.scale_max &&
                     (question.kind == QuestionKind::scale || question.kind == QuestionKind::nps);
  if (value.empty() && !scale && question.kind != QuestionKind::boolean) {
    throw BadRequest(fmt::format("value: question '{}' is of kind {}: name the choice that counts",
                                 question.id,
                                 to_string(question.kind)));
  }
}

// The group of each response that answered the question of the filter.
std::unordered_map<std::int64_t, std::string> values_of(ApiContext& context,
                                                        const AnswerFilter& filter,
                                                        const AnswerGroups& groups) {
  std::unordered_map<std::int64_t, std::string> values;
  if (!groups.field().empty()) {
    context.store.surveys().answers(filter, groups.store_field(), [&](const AnswerRow& row) {
      values.emplace(raw(row.response), groups.group_of(row));
    });
  }
  return values;
}

std::string value_at(const std::unordered_map<std::int64_t, std::string>& values, ResponseId id) {
  const auto found = values.find(raw(id));
  return found == values.end() ? std::string() : found->second;
}

Json optional_number(const std::optional<double>& value) {
  return value ? Json(*value) : Json();
}

Json as_json(const LiftCell& cell) {
  const auto share = [](const Share& side) {
    return Json{{"n", side.n}, {"hits", side.hits}, {"value", side.value()}};
  };
  Json json{{"group", cell.group},
            {"exposed", share(cell.exposed)},
            {"control", share(cell.control)},
            {"absolute", cell.absolute},
            {"relative", optional_number(cell.relative)},
            {"p_value", optional_number(cell.p_value)},
            {"adjusted_p_value", optional_number(cell.adjusted_p)},
            {"effect_size", cell.effect_size},
            {"small_base", cell.small_base}};
  if (cell.interval) {
    json["lower"] = cell.interval->lower;
    json["upper"] = cell.interval->upper;
  }
  return json;
}

}  // namespace

ApiResponse lift(ApiContext& context, const ApiRequest& request, const PathParameters&) {
  allow_query(
      request,
      with_filter({"exposed", "by", "bands", "stratum", "value", "top", "confidence", "min_cell"}));
  AnswerFilter filter = read_filter(request);
  const SurveyRow survey = require_survey(context, filter.survey);
  const Question& question =
      require_question(survey.definition, filter.question_id, QuestionKind::scale);
  const Condition exposed = read_condition(request, survey.definition);
  const std::string value = query(request, "value");
  check_outcome(question, value);
  filter.survey = survey_name(survey);
  filter.question_id = question.id;
  const int top = static_cast<int>(query_number(request, "top", 1, 10).value_or(2));
  const int min_cell = static_cast<int>(query_number(request, "min_cell", 1, 100'000).value_or(30));
  const double confidence =
      static_cast<double>(query_number(request, "confidence", 50, 99).value_or(95)) / 100;

  const AnswerGroups by(context, survey.definition, query(request, "by"), query(request, "bands"));
  const AnswerGroups stratum(context, survey.definition, query(request, "stratum"), "");
  const auto groups = values_of(context, filter, by);
  const auto strata = values_of(context, filter, stratum);
  std::vector<LiftRespondent> respondents;
  std::int64_t unassigned = 0;
  context.store.surveys().answers(filter, exposed.field, [&](const AnswerRow& row) {
    if (row.answer.state != AnswerState::answered) {
      return;
    }
    if (row.group.empty()) {  // neither side
      ++unassigned;
      return;
    }
    respondents.push_back({row.group == exposed.value,
                           counts(row.answer, question, value, top),
                           value_at(groups, row.response),
                           value_at(strata, row.response)});
  });
  BrandLift found = brand_lift(respondents, confidence, min_cell);
  order_groups(found.cells, by.order());
  found.notes.insert(found.notes.end(), by.notes().begin(), by.notes().end());
  if (found.cells[0].exposed.n == 0 || found.cells[0].control.n == 0) {
    throw PermanentError(
        fmt::format("there is nothing to compare: {} respondents with {}={}, {} with "
                    "another value",
                    found.cells[0].exposed.n,
                    printable(exposed.field),
                    printable(exposed.value),
                    found.cells[0].control.n));
  }
  Json body{{"metric", "lift"},
            {"survey", filter.survey},
            {"question_id", question.id},
            {"question", question.title},
            {"exposed", exposed.field + "=" + exposed.value},
            {"group_by", query(request, "by")},
            {"counts_as_hit",
             !value.empty()                           ? value
             : question.kind == QuestionKind::boolean ? "yes"
                                                      : fmt::format("top {}", top)},
            {"confidence", confidence},
            {"stratified", optional_number(found.stratified)},
            {"stratified_lower",
             found.stratified_interval ? Json(found.stratified_interval->lower) : Json()},
            {"stratified_upper",
             found.stratified_interval ? Json(found.stratified_interval->upper) : Json()},
            {"balance", Json::array()},
            {"balance_p_value", optional_number(found.balance_p_value)},
            {"rows", Json::array()},
            {"notes", found.notes}};
  for (const LiftCell& cell : found.cells) {
    body["rows"].push_back(as_json(cell));
    body["rows"].back()["responses"] = rows_link(request, question.id, cell.group, "");
  }
  for (const BrandLift::Balance& part : found.balance) {
    body["balance"].push_back(Json{{"stratum", part.stratum},
                                   {"exposed", part.exposed.value()},
                                   {"control", part.control.value()},
                                   {"exposed_n", part.exposed.hits},
                                   {"control_n", part.control.hits}});
  }
  for (auto& note : figure_notes(context.store, survey.id, filter)) {
    body["notes"].push_back(std::move(note));
  }
  if (unassigned > 0) {
    body["notes"].push_back(
        fmt::format("{} answers name neither side and were left out", unassigned));
  }
  return answer(body);
}

}  // namespace muster::route
