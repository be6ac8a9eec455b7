#include "core/text.h"
#include "extractors/surveys/insights.h"
#include "review/routes.h"
#include "review/rows.h"

#include <map>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace muster::route {
namespace {

const std::vector<std::string> kFilterNames = {
    "survey", "question", "campaign", "creator", "tier", "wave", "hidden", "from", "until"};

AnswerFilter read_filter(const ApiRequest& request) {
  AnswerFilter filter;
  filter.survey = query(request, "survey");
  filter.question_id = query(request, "question");
  filter.campaign = query(request, "campaign");
  filter.creator = normalize_handle(query(request, "creator"));
  filter.tier = query_enum<Tier>(request, "tier");
  filter.wave = query(request, "wave");
  filter.from = query_time(request, "from");
  filter.until = query_time(request, "until");
  if (const std::string hidden = query(request, "hidden"); !hidden.empty()) {
    const std::size_t equals = hidden.find('=');
    if (equals == std::string::npos || equals == 0) {
      throw BadRequest("hidden: must be NAME=VALUE");
    }
    filter.hidden.emplace_back(hidden.substr(0, equals), hidden.substr(equals + 1));
  }
  return filter;
}

std::vector<std::string> with(std::vector<std::string> names,
                              std::initializer_list<const char*> more) {
  names.insert(names.end(), more.begin(), more.end());
  return names;
}

// The survey that was named, or the only one there is.
SurveyRow require_survey(ApiContext& context, const std::string& name) {
  if (!name.empty()) {
    if (auto survey = context.store.surveys().find_survey(name)) {
      return std::move(*survey);
    }
  }
  auto all = context.store.surveys().surveys();
  std::vector<std::string> names;
  for (const SurveyRow& row : all) {
    names.push_back(row.definition.provider + "/" + row.definition.external_id);
  }
  if (name.empty() && all.size() == 1) {
    return std::move(all.front());
  }
  if (name.empty()) {
    throw BadRequest(all.empty() ? "there are no surveys yet"
                                 : "survey: is required; known: " + join(names, ", "));
  }
  throw NotFound(
      fmt::format("there is no survey '{}'{}", printable(name), did_you_mean(name, names)));
}

// By id, ref, exact title, or a unique part of the title.
const Question* find_question(const SurveyDefinition& definition, const std::string& name) {
  const Question* by_part = nullptr;
  int parts = 0;
  for (const Question& question : definition.questions) {
    if (question.id == name || question.ref == name || question.title == name) {
      return &question;
    }
    if (to_lower_ascii(question.title).find(to_lower_ascii(name)) != std::string::npos) {
      by_part = &question;
      ++parts;
    }
  }
  return parts == 1 ? by_part : nullptr;
}

std::string list_questions(const SurveyDefinition& definition, std::optional<QuestionKind> kind) {
  std::string text;
  for (const Question& question : definition.questions) {
    if (!kind || question.kind == *kind) {
      text += fmt::format(
          "\n  {}  {}  {}", question.id, to_string(question.kind), printable(question.title));
    }
  }
  return text.empty() ? " (it has none of that kind)" : text;
}

const Question& require_question(const SurveyDefinition& definition,
                                 const std::string& name,
                                 std::optional<QuestionKind> only_kind) {
  if (!name.empty()) {
    if (const Question* question = find_question(definition, name)) {
      return *question;
    }
    throw NotFound(fmt::format("question: '{}' is none (or several) of this survey:{}",
                               printable(name),
                               list_questions(definition, std::nullopt)));
  }
  const Question* found = nullptr;
  for (const Question& question : definition.questions) {
    if (only_kind && question.kind == *only_kind) {
      if (found != nullptr) {
        throw BadRequest(fmt::format("question: this survey has several; name one of:{}",
                                     list_questions(definition, only_kind)));
      }
      found = &question;
    }
  }
  if (found == nullptr) {
    throw BadRequest(
        fmt::format("question: name one of:{}", list_questions(definition, std::nullopt)));
  }
  return *found;
}

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

std::string survey_name(const SurveyRow& survey) {
  return survey.definition.provider + "/" + survey.definition.external_id;
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
  allow_query(request, with(kFilterNames, {"by", "confidence", "top", "min_cell"}));
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

  InsightOptions options;
  options.group_by = query(request, "by");
  options.top_boxes = static_cast<int>(query_number(request, "top", 1, 10).value_or(2));
  options.min_cell = static_cast<int>(query_number(request, "min_cell", 1, 100'000).value_or(30));
  options.confidence =
      static_cast<double>(query_number(request, "confidence", 50, 99).value_or(95)) / 100;

  std::vector<GroupedAnswer> answers;
  std::map<ExportId, std::int64_t> exports;
  context.store.surveys().answers(filter, options.group_by, [&](const AnswerRow& row) {
    answers.push_back({row.group, row.answer});
    ++exports[row.export_id];
  });
  auto insight = metric->compute(question, answers, options);
  if (!insight) {
    throw PermanentError(to_string(insight.error()));
  }
  insight->survey = filter.survey;
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
  allow_query(request, with(kFilterNames, {"row", "column"}));
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
  body["chi_square"] = table.chi_square ? Json(*table.chi_square) : Json(nullptr);
  body["p_value"] = table.p_value ? Json(*table.p_value) : Json(nullptr);
  return answer(body);
}

ApiResponse search_text(ApiContext& context, const ApiRequest& request, const PathParameters&) {
  allow_query(request, with(kFilterNames, {"q", "limit"}));
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
