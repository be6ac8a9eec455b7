#include "core/text.h"
#include "extractors/surveys/insights.h"
#include "extractors/surveys/trend.h"
#include "review/answer_groups.h"
#include "review/routes.h"
#include "review/rows.h"
#include "review/survey_quality_run.h"
#include "review/survey_query.h"
#include "review/weighting.h"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <set>

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
    {"bottom-box", bottom_box, QuestionKind::scale},
    {"mean", mean, QuestionKind::scale},
    {"share", shares, QuestionKind::single_choice},
    {"rank", mean_rank, QuestionKind::ranking},
};

const NamedMetric& require_metric(const std::string& name) {
  std::vector<std::string> known;
  for (const NamedMetric& candidate : kMetrics) {
    if (candidate.name == name) {
      return candidate;
    }
    known.emplace_back(candidate.name);
  }
  throw NotFound(fmt::format("'{}' is no metric; known: {}", printable(name), join(known, ", ")));
}

// "0-10": the ends of a scale that the export does not tell.
void read_stated_scale(const ApiRequest& request, InsightOptions& options) {
  const std::string text = query(request, "scale");
  if (text.empty()) {
    return;
  }
  const std::size_t dash = text.find('-', 1);
  char* end = nullptr;
  const double low = std::strtod(text.c_str(), &end);
  const bool first = dash != std::string::npos && end == text.c_str() + dash;
  const double high = first ? std::strtod(text.c_str() + dash + 1, &end) : 0;
  if (!first || *end != '\0' || text.size() == dash + 1 || !(low < high)) {
    throw BadRequest(fmt::format("scale: '{}' must be its two ends, as in 0-10", printable(text)));
  }
  options.stated_min = low;
  options.stated_max = high;
}

InsightOptions read_options(const ApiRequest& request) {
  InsightOptions options;
  options.top_boxes = static_cast<int>(query_number(request, "top", 1, 10).value_or(2));
  options.min_cell = static_cast<int>(query_number(request, "min_cell", 1, 100'000).value_or(30));
  options.confidence =
      static_cast<double>(query_number(request, "confidence", 50, 99).value_or(95)) / 100;
  read_stated_scale(request, options);
  return options;
}

// The answers that a figure rests on, with their weights, and the exports that they came from.
struct FigureAnswers {
  std::vector<GroupedAnswer> answers;
  std::map<ExportId, std::int64_t> exports;
};

FigureAnswers read_answers(ApiContext& context,
                           const SurveyRow& survey,
                           const AnswerFilter& filter,
                           const AnswerGroups& groups,
                           const std::optional<AnswerWeights>& weights) {
  FigureAnswers found;
  // Growing by doubling would copy every answer once more.
  found.answers.reserve(static_cast<std::size_t>(survey.responses));
  context.store.surveys().answers(filter, groups.store_field(), [&](const AnswerRow& row) {
    const auto weight = weights ? weights->of(row.response) : std::optional(1.0);
    if (weight) {
      // Without the question's id, which is one for all: text that is copied a million times.
      GroupedAnswer& one = found.answers.emplace_back();
      one.group = groups.group_of(row);
      one.answer.state = row.answer.state;
      one.answer.number = row.answer.number;
      one.answer.choices = row.answer.choices;
      one.answer.text = row.answer.text;
      one.answer.other_text = row.answer.other_text;
      one.weight = *weight;
      ++found.exports[row.export_id];
    }
  });
  return found;
}

// Every number back to its rows: the exports that they came from, and for each row of the figure
// where its responses are listed.
void add_sources(ApiContext& context,
                 const ApiRequest& request,
                 const Insight& insight,
                 const std::map<ExportId, std::int64_t>& exports,
                 Json& body) {
  body["exports"] = Json::array();
  for (const auto& [id, rows] : exports) {
    if (const auto row = context.store.surveys().find_export(id)) {
      body["exports"].push_back(Json{{"id", raw(id)},
                                     {"external_id", row->external_id},
                                     {"sha256", row->blob ? row->blob->hex() : ""},
                                     {"answers", rows}});
    }
  }
  for (std::size_t i = 0; i < insight.rows.size(); ++i) {
    body["rows"][i]["responses"] =
        rows_link(request, insight.question_id, insight.rows[i].group, insight.rows[i].label);
  }
}

Json as_json(const TrendStep& step) {
  Json json{{"label", step.label},
            {"from", step.from},
            {"to", step.to},
            {"difference", step.difference},
            {"p_value", step.p_value ? Json(*step.p_value) : Json()},
            {"adjusted_p_value", step.adjusted_p ? Json(*step.adjusted_p) : Json()},
            {"small_base", step.small_base}};
  if (step.interval) {
    json["lower"] = step.interval->lower;
    json["upper"] = step.interval->upper;
  }
  return json;
}

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
  allow_query(request,
              with_filter({"by",
                           "bands",
                           "confidence",
                           "top",
                           "min_cell",
                           "scale",
                           kWeightParameters[0],
                           kWeightParameters[1]}));
  const NamedMetric& metric = require_metric(parameters[0]);
  AnswerFilter filter = read_filter(request);
  const SurveyRow survey = require_survey(context, filter.survey);
  const Question& question =
      require_question(survey.definition, filter.question_id, metric.default_kind);
  filter.survey = survey_name(survey);
  filter.question_id = question.id;
  const AnswerGroups groups(
      context, survey.definition, query(request, "by"), query(request, "bands"));
  const auto weights = read_weights(context, request, survey.definition, filter);
  InsightOptions options = read_options(request);
  options.group_by = groups.field();
  options.weighted = weights.has_value();

  const FigureAnswers found = read_answers(context, survey, filter, groups, weights);
  auto insight = metric.compute(question, found.answers, options);
  if (!insight) {
    throw PermanentError(to_string(insight.error()));
  }
  insight->survey = filter.survey;
  for (auto& note : figure_notes(context.store, survey.id, filter)) {
    insight->notes.push_back(std::move(note));
  }
  order_groups(insight->rows, groups.order());
  insight->notes.insert(insight->notes.end(), groups.notes().begin(), groups.notes().end());
  if (weights) {
    insight->notes.insert(insight->notes.end(), weights->notes.begin(), weights->notes.end());
  }
  Json body = *insight;
  body["weighting"] = to_row(weights);
  add_sources(context, request, *insight, found.exports, body);
  return answer(body);
}

ApiResponse trend(ApiContext& context,
                  const ApiRequest& request,
                  const PathParameters& parameters) {
  allow_query(request,
              with_filter({"by",
                           "confidence",
                           "top",
                           "min_cell",
                           "scale",
                           kWeightParameters[0],
                           kWeightParameters[1]}));
  const NamedMetric& metric = require_metric(parameters[0]);
  const std::string by = query(request, "by").empty() ? "wave" : query(request, "by");
  if (by != "wave" && by != "day" && by != "week" && by != "month") {
    throw BadRequest("by: a trend goes by wave, day, week or month");
  }
  AnswerFilter filter = read_filter(request);
  const SurveyRow survey = require_survey(context, filter.survey);
  const Question& question =
      require_question(survey.definition, filter.question_id, metric.default_kind);
  filter.survey = survey_name(survey);
  filter.question_id = question.id;
  const AnswerGroups groups(context, survey.definition, by, "");
  const auto weights = read_weights(context, request, survey.definition, filter);
  InsightOptions options = read_options(request);
  options.group_by = by;
  options.weighted = weights.has_value();
  FigureAnswers found = read_answers(context, survey, filter, groups, weights);
  auto insight = metric.compute(question, found.answers, options);
  if (!insight) {
    throw PermanentError(to_string(insight.error()));
  }
  insight->survey = filter.survey;
  std::vector<std::string> order =
      by == "wave" ? context.store.surveys().waves(filter.survey) : std::vector<std::string>();
  if (by != "wave") {  // dates in ISO form sort by time
    std::set<std::string> periods;
    for (const GroupedAnswer& one : found.answers) {
      periods.insert(one.group);
    }
    periods.erase("");
    order.assign(periods.begin(), periods.end());
  }
  for (auto& note : figure_notes(context.store, survey.id, filter)) {
    insight->notes.push_back(std::move(note));
  }
  order_groups(insight->rows, order);
  if (weights) {
    insight->notes.insert(insight->notes.end(), weights->notes.begin(), weights->notes.end());
  }
  Json body = *insight;
  for (auto& note : figure_notes(context.store, survey.id, filter)) {
    body["notes"].push_back(std::move(note));
  }
  body["weighting"] = to_row(weights);
  body["steps"] = Json::array();
  for (const TrendStep& step : trend_steps(*insight, order, options.confidence)) {
    body["steps"].push_back(as_json(step));
  }
  add_sources(context, request, *insight, found.exports, body);
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
