#include "core/text.h"
#include "extractors/surveys/insights.h"
#include "review/answer_groups.h"
#include "review/routes.h"
#include "review/rows.h"
#include "review/survey_quality_run.h"
#include "review/survey_query.h"

#include <map>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace muster::route {
namespace {

using Metric = Parsed<Insight> (*)(const Question&,
                                   std::span<const GroupedAnswer>,
                                   const InsightOptions&);

struct NamedMetric {
  std::string_view name;
  Metric compute;
  std::optional<QuestionKind>
      default_kind;  // a survey's only question of this kind need not be named
};

constexpr NamedMetric kMetrics[] = {
    {"nps", net_promoter_score, QuestionKind::nps},
    {"csat", customer_satisfaction, QuestionKind::scale},
    {"top-box", top_box, QuestionKind::scale},
    {"mean", mean, QuestionKind::scale},
    {"share", shares, QuestionKind::single_choice},
};

}  // namespace

ApiResponse list_surveys(ApiContext& context, const ApiRequest& request, const PathParameters&) {
  allow_query(request, {});
  Json list = Json::array();
  for (const SurveyRow& row : context.store.surveys().surveys()) {
    list.push_back(to_row(row));
  }
  return answer(Json{{"surveys", std::move(list)}});
}

ApiResponse list_exports(ApiContext& context, const ApiRequest& request, const PathParameters&) {
  allow_query(request, {"survey"});
  Json list = Json::array();
  for (const ExportRow& row : context.store.surveys().exports(query(request, "survey"))) {
    list.push_back(to_row(row));
  }
  return answer(Json{{"exports", std::move(list)}});
}

ApiResponse filed_insights(ApiContext& context, const ApiRequest& request, const PathParameters&) {
  allow_query(request, {"survey"});
  return answer(
      Json{{"insights", context.store.surveys().filed_insights(query(request, "survey"))}});
}

ApiResponse figure(ApiContext& context,
                   const ApiRequest& request,
                   const PathParameters& parameters) {
  allow_query(request, with_filter({"by", "bands", "confidence", "top", "min_cell"}));
  const NamedMetric* metric = nullptr;
  for (const NamedMetric& candidate : kMetrics) {
    if (candidate.name == parameters[0]) {
      metric = &candidate;
    }
  }
  if (metric == nullptr) {
    throw NotFound(fmt::format("'{}' is no metric; known: nps, csat, top-box, mean, share",
                               printable(parameters[0])));
  }
  AnswerFilter filter = read_filter(request);
  const SurveyRow survey = require_survey(context, filter.survey);
  const Question& question =
      require_question(survey.definition, filter.question_id, metric->default_kind);
  filter.survey = survey_name(survey);
  filter.question_id = question.id;

  const AnswerGroups groups(
      context, survey.definition, query(request, "by"), query(request, "bands"));
  InsightOptions options;
  options.group_by = groups.field();
  options.top_boxes = static_cast<int>(query_number(request, "top", 1, 10).value_or(2));
  options.min_cell = static_cast<int>(query_number(request, "min_cell", 1, 100'000).value_or(30));
  options.confidence =
      static_cast<double>(query_number(request, "confidence", 50, 99).value_or(95)) / 100;

  std::vector<GroupedAnswer> answers;
  std::map<ExportId, std::int64_t> exports;
  context.store.surveys().answers(filter, groups.store_field(), [&](const AnswerRow& row) {
    answers.push_back({groups.group_of(row), row.answer});
    ++exports[row.export_id];
  });
  auto insight = metric->compute(question, answers, options);
  if (!insight) {
    throw PermanentError(to_string(insight.error()));
  }
  insight->survey = filter.survey;
  for (auto& note : figure_notes(context.store, survey.id, filter)) {
    insight->notes.push_back(std::move(note));
  }
  order_groups(insight->rows, groups.order());
  insight->notes.insert(insight->notes.end(), groups.notes().begin(), groups.notes().end());
  Json body = *insight;
  // Every number back to its rows: the exports that they came from.
  body["exports"] = Json::array();
  for (const auto& [id, rows] : exports) {
    if (const auto row = context.store.surveys().find_export(id)) {
      body["exports"].push_back(Json{{"id", raw(id)},
                                     {"external_id", row->external_id},
                                     {"sha256", row->blob ? row->blob->hex() : ""},
                                     {"answers", rows}});
    }
  }
  return answer(body);
}

ApiResponse crosstab(ApiContext& context, const ApiRequest& request, const PathParameters&) {
  allow_query(request, with_filter({"row", "column"}));
  AnswerFilter filter = read_filter(request);
  const SurveyRow survey = require_survey(context, filter.survey);
  const Question& row = require_question(survey.definition, query(request, "row"), std::nullopt);
  const std::string column_name = query(request, "column");
  if (column_name.empty()) {
    throw BadRequest(
        "column: is required: a question, creator, creator.tier, campaign, wave or hidden:NAME");
  }
  const Question* column = find_question(survey.definition, column_name);
  const std::string group_by = column != nullptr ? "question:" + column->id : column_name;
  filter.survey = survey_name(survey);
  filter.question_id = row.id;

  const auto labels = [](const Answer& given) {
    std::vector<std::string> names;
    for (const Choice& choice : given.choices) {
      names.push_back(choice.label);
    }
    if (names.empty() && given.number) {
      names.push_back(fmt::format("{:g}", *given.number));
    }
    return names;
  };
  std::vector<std::pair<std::string, std::string>> pairs;
  context.store.surveys().answers(filter, group_by, [&](const AnswerRow& found) {
    if (found.group.empty()) {
      return;
    }
    for (std::string& label : labels(found.answer)) {
      pairs.emplace_back(std::move(label), found.group);
    }
  });
  const Crosstab table =
      muster::crosstab(row.title, column != nullptr ? column->title : column_name, pairs);
  Json body{{"survey", filter.survey},
            {"row_question", table.row_question},
            {"column_question", table.column_question},
            {"rows", table.rows},
            {"columns", table.columns},
            {"counts", table.counts},
            {"n", table.n},
            {"degrees_of_freedom", table.degrees_of_freedom},
            {"notes", table.notes}};
  for (auto& note : figure_notes(context.store, survey.id, filter)) {
    body["notes"].push_back(std::move(note));
  }
  body["chi_square"] = table.chi_square ? Json(*table.chi_square) : Json(nullptr);
  body["p_value"] = table.p_value ? Json(*table.p_value) : Json(nullptr);
  return answer(body);
}

ApiResponse search_text(ApiContext& context, const ApiRequest& request, const PathParameters&) {
  allow_query(request, with_filter({"q", "limit"}));
  const std::string text = query(request, "q");
  if (trim(text).empty()) {
    throw BadRequest("q: what to search for is required");
  }
  const int limit = static_cast<int>(query_number(request, "limit", 1, 1000).value_or(50));
  Json list = Json::array();
  for (const TextHit& hit :
       context.store.surveys().search_text(text, read_filter(request), limit)) {
    list.push_back(to_row(hit));
  }
  return answer(Json{{"hits", std::move(list)}});
}

}  // namespace muster::route
