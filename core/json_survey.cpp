#include "core/json_fields.h"

namespace muster {

using namespace json_fields;

void to_json(Json& json, const Choice& choice) {
  json = Json{{"id", choice.id}, {"label", choice.label}};
}

void from_json(const Json& json, Choice& choice) {
  get(json, "id", choice.id);
  get(json, "label", choice.label);
}

void to_json(Json& json, const Answer& answer) {
  json = Json{{"question_id", answer.question_id}, {"state", to_string(answer.state)}};
  if (!answer.choices.empty()) {
    json["choices"] = answer.choices;
  }
  put_optional(json, "number", answer.number);
  put_text(json, "text", answer.text);
  put_text(json, "other_text", answer.other_text);
}

void from_json(const Json& json, Answer& answer) {
  answer = Answer{};
  get(json, "question_id", answer.question_id);
  get_enum(json, "state", answer.state);
  get(json, "choices", answer.choices);
  get_optional(json, "number", answer.number);
  get(json, "text", answer.text);
  get(json, "other_text", answer.other_text);
}

void to_json(Json& json, const Question& question) {
  json = Json{{"id", question.id}};
  put_text(json, "ref", question.ref);
  json["title"] = question.title;
  json["kind"] = to_string(question.kind);
  put_text(json, "parent_id", question.parent_id);
  if (!question.choices.empty()) {
    json["choices"] = question.choices;
  }
  put_optional(json, "scale_min", question.scale_min);
  put_optional(json, "scale_max", question.scale_max);
}

void from_json(const Json& json, Question& question) {
  question = Question{};
  get(json, "id", question.id);
  get(json, "ref", question.ref);
  get(json, "title", question.title);
  get_enum(json, "kind", question.kind);
  get(json, "parent_id", question.parent_id);
  get(json, "choices", question.choices);
  get_optional(json, "scale_min", question.scale_min);
  get_optional(json, "scale_max", question.scale_max);
}

void to_json(Json& json, const SurveyDefinition& definition) {
  json = Json{{"provider", definition.provider},
              {"external_id", definition.external_id},
              {"title", definition.title},
              {"questions", definition.questions},
              {"hidden_fields", definition.hidden_fields}};
}

void from_json(const Json& json, SurveyDefinition& definition) {
  definition = SurveyDefinition{};
  get(json, "provider", definition.provider);
  get(json, "external_id", definition.external_id);
  get(json, "title", definition.title);
  get(json, "questions", definition.questions);
  get(json, "hidden_fields", definition.hidden_fields);
}

void to_json(Json& json, const Figure& figure) {
  json = Json{{"value", figure.value}, {"n", figure.n}, {"base", figure.base}};
  put_optional(json, "lower", figure.lower);
  put_optional(json, "upper", figure.upper);
  json["confidence"] = figure.confidence;
  put_text(json, "method", figure.method);
  put_optional(json, "standard_error", figure.standard_error);
  json["weighted"] = figure.effective_n.has_value();
  put_optional(json, "effective_n", figure.effective_n);
}

void to_json(Json& json, const Insight& insight) {
  Json rows = Json::array();
  for (const InsightRow& row : insight.rows) {
    Json entry = Json::object();
    put_text(entry, "group", row.group);
    put_text(entry, "label", row.label);
    to_json(entry["figure"], row.figure);
    entry["small_base"] = row.small_base;
    rows.push_back(std::move(entry));
  }
  json = Json{{"metric", insight.metric},
              {"survey", insight.survey},
              {"question_id", insight.question_id},
              {"question", insight.question}};
  put_text(json, "group_by", insight.group_by);
  json["rows"] = std::move(rows);
  json["notes"] = insight.notes;
}

}  // namespace muster
