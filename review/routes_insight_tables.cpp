#include "core/text.h"
#include "extractors/surveys/crosstab.h"
#include "extractors/surveys/insights.h"
#include "extractors/surveys/terms.h"
#include "review/answer_groups.h"
#include "review/routes.h"
#include "review/survey_quality_run.h"
#include "review/survey_query.h"
#include "review/weighting.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace muster::route {
namespace {

double read_confidence(const ApiRequest& request) {
  return static_cast<double>(query_number(request, "confidence", 50, 99).value_or(95)) / 100;
}

std::vector<std::string> labels_in_order(const Question& question) {
  std::vector<std::string> labels;
  for (const Choice& choice : question.choices) {
    labels.push_back(choice.label.empty() ? choice.id : choice.label);
  }
  constexpr double kMostPoints = 100;
  if (labels.empty() && question.scale_min && question.scale_max &&
      *question.scale_max - *question.scale_min <= kMostPoints) {
    for (double point = *question.scale_min; point <= *question.scale_max; ++point) {
      labels.push_back(fmt::format("{:g}", point));
    }
  }
  return labels;
}

Json as_json(const CrosstabColumn& column) {
  return Json{{"name", column.name},
              {"letter", column.letter},
              {"n", column.n},
              {"weighted_n", column.weighted_n},
              {"effective_n", column.effective_n},
              {"small_base", column.small_base}};
}

Json as_json(const Crosstab& table) {
  Json columns = Json::array();
  for (const CrosstabColumn& column : table.columns) {
    columns.push_back(as_json(column));
  }
  Json cells = Json::array();
  for (const auto& row : table.cells) {
    Json line = Json::array();
    for (const CrosstabCell& cell : row) {
      line.push_back(Json{{"count", cell.count}, {"share", cell.share}, {"above", cell.above}});
    }
    cells.push_back(std::move(line));
  }
  Json json{{"row_question", table.row_question},
            {"column_question", table.column_question},
            {"rows", table.rows},
            {"columns", std::move(columns)},
            {"cells", std::move(cells)},
            {"n", table.n},
            {"degrees_of_freedom", table.degrees_of_freedom},
            {"notes", table.notes}};
  json["chi_square"] = table.chi_square ? Json(*table.chi_square) : Json(nullptr);
  json["p_value"] = table.p_value ? Json(*table.p_value) : Json(nullptr);
  return json;
}

Json as_json(const std::vector<Term>& terms) {
  Json list = Json::array();
  for (const Term& term : terms) {
    list.push_back(
        Json{{"term", term.term}, {"answers", term.answers}, {"share", term.share}, {"z", term.z}});
  }
  return list;
}

// The exports that rows came from, looked up once each.
class ExportNames {
 public:
  explicit ExportNames(ApiContext& context) : context_(context) {}
  const ExportRow& of(ExportId id) {
    auto found = known_.find(id);
    if (found == known_.end()) {
      found =
          known_.emplace(id, context_.store.surveys().find_export(id).value_or(ExportRow{})).first;
    }
    return found->second;
  }

 private:
  ApiContext& context_;
  std::map<ExportId, ExportRow> known_;
};

}  // namespace

ApiResponse crosstab(ApiContext& context, const ApiRequest& request, const PathParameters&) {
  allow_query(request,
              with_filter({"row",
                           "column",
                           "bands",
                           "confidence",
                           "min_cell",
                           kWeightParameters[0],
                           kWeightParameters[1]}));
  AnswerFilter filter = read_filter(request);
  const SurveyRow survey = require_survey(context, filter.survey);
  const Question& row = require_question(survey.definition, query(request, "row"), std::nullopt);
  const std::string column_name = query(request, "column");
  if (column_name.empty()) {
    throw BadRequest(
        "column: is required: a question, creator, creator.tier, campaign, wave, month, "
        "hidden:NAME, asset.seconds_visible, ...");
  }
  filter.survey = survey_name(survey);
  filter.question_id = row.id;
  const AnswerGroups columns(context, survey.definition, column_name, query(request, "bands"));
  const auto weights = read_weights(context, request, survey.definition, filter);
  const Question* column = nullptr;
  if (columns.field().starts_with("question:")) {
    column = find_question(survey.definition, columns.field().substr(9));
  }
  CrosstabOptions options;
  options.confidence = read_confidence(request);
  options.min_cell = static_cast<int>(query_number(request, "min_cell", 1, 100'000).value_or(30));
  options.weighted = weights.has_value();
  options.row_order = labels_in_order(row);
  options.column_order = column != nullptr ? labels_in_order(*column) : columns.order();
  if (column_name == "wave") {
    options.column_order = context.store.surveys().waves(filter.survey);
  }
  std::vector<CrosstabRespondent> respondents;
  context.store.surveys().answers(filter, columns.store_field(), [&](const AnswerRow& found) {
    const auto weight = weights ? weights->of(found.response) : std::optional(1.0);
    std::string group = columns.group_of(found);
    auto labels = answer_labels(found.answer);
    if (!group.empty() && weight && !labels.empty() &&
        found.answer.state == AnswerState::answered) {
      respondents.push_back({std::move(labels), std::move(group), *weight});
    }
  });
  Crosstab table = muster::crosstab(
      row.title, column != nullptr ? column->title : columns.field(), respondents, options);
  for (auto& note : figure_notes(context.store, survey.id, filter)) {
    table.notes.push_back(std::move(note));
  }
  table.notes.insert(table.notes.end(), columns.notes().begin(), columns.notes().end());
  if (weights) {
    table.notes.insert(table.notes.end(), weights->notes.begin(), weights->notes.end());
  }
  Json body{{"survey", filter.survey}};
  body.update(as_json(table));
  body["confidence"] = options.confidence;
  body["weighting"] = to_row(weights);
  body["responses"] = rows_link(request, row.id, "", "");
  return answer(body);
}

ApiResponse terms(ApiContext& context, const ApiRequest& request, const PathParameters&) {
  allow_query(request, with_filter({"by", "bands", "most", "fewest"}));
  AnswerFilter filter = read_filter(request);
  const SurveyRow survey = require_survey(context, filter.survey);
  const Question& question =
      require_question(survey.definition, filter.question_id, QuestionKind::text);
  filter.survey = survey_name(survey);
  filter.question_id = question.id;
  const AnswerGroups groups(
      context, survey.definition, query(request, "by"), query(request, "bands"));
  TermOptions options;
  options.most = static_cast<int>(query_number(request, "most", 1, 1000).value_or(15));
  options.fewest_answers = static_cast<int>(query_number(request, "fewest", 1, 1000).value_or(3));
  std::vector<GroupedText> texts;
  context.store.surveys().answers(filter, groups.store_field(), [&](const AnswerRow& row) {
    const std::string& text = row.answer.text.empty() ? row.answer.other_text : row.answer.text;
    if (!text.empty()) {
      std::string group = groups.group_of(row);
      texts.push_back({groups.field().empty() ? ""
                       : group.empty()        ? "unknown"
                                              : std::move(group),
                       text});
    }
  });
  Json list = Json::array();
  std::vector<TermGroup> found = find_terms(texts, options);
  order_groups(found, groups.order());
  for (const TermGroup& group : found) {
    list.push_back(Json{{"group", group.group},
                        {"n", group.n},
                        {"frequent", as_json(group.frequent)},
                        {"distinctive", as_json(group.distinctive)},
                        {"responses", rows_link(request, question.id, group.group, "")}});
  }
  return answer(Json{{"survey", filter.survey},
                     {"question_id", question.id},
                     {"question", question.title},
                     {"group_by", groups.field()},
                     {"groups", std::move(list)},
                     {"notes", groups.notes()}});
}

ApiResponse insight_responses(ApiContext& context,
                              const ApiRequest& request,
                              const PathParameters&) {
  allow_query(request, with_filter({"by", "bands", "group", "label", "limit"}));
  AnswerFilter filter = read_filter(request);
  const SurveyRow survey = require_survey(context, filter.survey);
  const Question& question = require_question(survey.definition, filter.question_id, std::nullopt);
  filter.survey = survey_name(survey);
  filter.question_id = question.id;
  const AnswerGroups groups(
      context, survey.definition, query(request, "by"), query(request, "bands"));
  const std::string group = query(request, "group");
  const std::string label = query(request, "label");
  const auto limit = query_number(request, "limit", 1, 100'000).value_or(100);
  ExportNames exports(context);
  Json rows = Json::array();
  std::int64_t n = 0;
  context.store.surveys().answers(filter, groups.store_field(), [&](const AnswerRow& row) {
    const std::string of_row = groups.group_of(row);
    const auto labels = answer_labels(row.answer);
    const bool in_group =
        group.empty() || of_row == group || (of_row.empty() && group == "unknown");
    const bool has_label = label.empty() || std::ranges::find(labels, label) != labels.end();
    if (row.answer.state != AnswerState::answered || !in_group || !has_label || ++n > limit) {
      return;
    }
    const ExportRow& from = exports.of(row.export_id);
    rows.push_back(Json{{"response", raw(row.response)},
                        {"response_id", row.response_id},
                        {"group", of_row},
                        {"labels", labels},
                        {"text", row.answer.text},
                        {"creator", row.creator},
                        {"tier", to_string(row.tier)},
                        {"campaign", row.campaign},
                        {"wave", row.wave},
                        {"export_id", raw(row.export_id)},
                        {"export", from.external_id},
                        {"sha256", from.blob ? from.blob->hex() : ""},
                        {"where", row.where}});
  });
  return answer(Json{{"survey", filter.survey},
                     {"question_id", question.id},
                     {"question", question.title},
                     {"n", n},
                     {"responses", std::move(rows)}});
}

}  // namespace muster::route
