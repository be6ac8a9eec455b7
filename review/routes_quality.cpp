#include "core/text.h"
#include "extractors/surveys/quality.h"
#include "review/routes.h"
#include "review/survey_quality_run.h"
#include "review/survey_query.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace muster::route {
namespace {

constexpr int kMostFlags = 100'000;
constexpr std::size_t kMostIds = 10'000;

Json optional_time_json(const std::optional<Timestamp>& time) {
  return time ? Json(to_iso8601(*time)) : Json();
}

Json as_json(const QualityBaseline& baseline) {
  return {{"number", baseline.number},
          {"rules_version", baseline.rules_version},
          {"responses", baseline.responses},
          {"timed", baseline.timed},
          {"median_seconds", baseline.median_seconds ? Json(*baseline.median_seconds) : Json()},
          {"made_by", baseline.made_by},
          {"note", baseline.note},
          {"made_at", to_iso8601(baseline.made_at)}};
}

Json as_json(const QualityFlagRow& row) {
  return {{"response", raw(row.row)},
          {"response_id", row.response_id},
          {"rule", to_string(row.flag.rule)},
          {"rules_version", row.rules_version},
          {"baseline", row.baseline},
          {"question_id", row.flag.question_id},
          {"measured", row.flag.measured},
          {"threshold", row.flag.threshold},
          {"why", row.flag.why},
          {"excluded", row.excluded}};
}

Json as_json(const ExclusionRow& row) {
  return {{"id", row.id},
          {"response_id", row.response_id},
          {"rule", row.rule},
          {"rules_version", row.rules_version ? Json(*row.rules_version) : Json()},
          {"baseline", row.baseline ? Json(*row.baseline) : Json()},
          {"actor", row.actor},
          {"note", row.note},
          {"excluded_at", to_iso8601(row.excluded_at)},
          {"restored_at", optional_time_json(row.restored_at)},
          {"restored_by", row.restored_by},
          {"restore_note", row.restore_note}};
}

Json as_json(const DriftRow& row) {
  return {{"kind", row.kind},
          {"question_id", row.question_id},
          {"question", row.question},
          {"before", row.before},
          {"after", row.after},
          {"breaks_comparison", row.breaks_comparison},
          {"from_version", row.from_version},
          {"to_version", row.to_version},
          {"export", raw(row.export_id)},
          {"seen_at", to_iso8601(row.seen_at)},
          {"accepted_by", row.accepted_by},
          {"accepted_note", row.accepted_note}};
}

// What each rule found, or why it finds nothing.
Json rules_json(ApiContext& context, const SurveyRow& survey, const QualityBaseline& baseline) {
  const auto counts = context.store.quality().flag_counts(survey.id);
  Json list = Json::array();
  for (const auto& [rule, name] : kEnumNames<QualityRule>) {
    const auto found = std::find_if(
        counts.begin(), counts.end(), [rule = rule](const auto& c) { return c.first == rule; });
    list.push_back(Json{{"rule", name},
                        {"rules_version", baseline.rules_version},
                        {"responses", found == counts.end() ? 0 : found->second},
                        {"off_because", off_because(rule, survey.definition, baseline)}});
  }
  return list;
}

std::optional<QualityRule> body_rule(const Json& body) {
  const std::string name = optional_text(body, "rule");
  if (name.empty()) {
    return std::nullopt;
  }
  const auto rule = parse_enum<QualityRule>(name);
  if (!rule) {
    std::vector<std::string> known;
    for (const auto& [value, known_name] : kEnumNames<QualityRule>) {
      known.emplace_back(known_name);
    }
    throw BadRequest(
        fmt::format("rule: '{}' is none{}", printable(name), did_you_mean(name, known)));
  }
  return rule;
}

ResponseChoice body_choice(const Json& body) {
  ResponseChoice which;
  which.rule = body_rule(body);
  const Json ids = body.value("responses", Json::array());
  if (!ids.is_array() || ids.size() > kMostIds) {
    throw BadRequest(fmt::format("responses: must be a list of at most {} ids", kMostIds));
  }
  for (const Json& id : ids) {
    if (!id.is_string()) {
      throw BadRequest("responses: ids of responses are texts");
    }
    which.response_ids.push_back(id.get<std::string>());
  }
  if (which.response_ids.empty() == !which.rule) {
    throw BadRequest("name either responses or a rule");
  }
  return which;
}

}  // namespace

ApiResponse survey_quality(ApiContext& context, const ApiRequest& request, const PathParameters&) {
  allow_query(request, {"survey", "rule", "limit"});
  const SurveyRow survey = require_survey(context, query(request, "survey"));
  const auto limit = query_number(request, "limit", 1, kMostFlags).value_or(100);
  const auto baselines = context.store.quality().baselines(survey.id);
  const LeftOut left = context.store.quality().left_out(survey.id);
  Json flags = Json::array();
  for (const QualityFlagRow& row : context.store.quality().flags(
           survey.id, query_enum<QualityRule>(request, "rule"), static_cast<int>(limit))) {
    flags.push_back(as_json(row));
  }
  const bool stale = !baselines.empty() && baselines.back().rules_version != kQualityRulesVersion;
  Json body{
      {"survey", survey_name(survey)},
      {"responses", survey.responses},
      {"excluded", left.excluded},
      {"baseline", baselines.empty() ? Json() : as_json(baselines.back())},
      {"rules", baselines.empty() ? Json::array() : rules_json(context, survey, baselines.back())},
      {"flags", std::move(flags)},
      {"notes", Json::array()}};
  if (baselines.empty()) {
    body["notes"].push_back(
        "no baseline is frozen yet, so nothing was judged: muster survey quality --freeze");
  } else if (stale) {
    body["notes"].push_back(fmt::format(
        "the flags are those of rules version {}; this program has version {}: freeze again to "
        "judge by it",
        baselines.back().rules_version,
        kQualityRulesVersion));
  }
  return answer(body);
}

ApiResponse freeze_baseline(ApiContext& context, const ApiRequest& request, const PathParameters&) {
  const Json body = body_object(request, {"survey", "actor", "note"});
  const SurveyRow survey = require_survey(context, optional_text(body, "survey"));
  const QualityBaseline baseline = muster::freeze_baseline(
      context.store, survey, required_text(body, "actor"), optional_text(body, "note"));
  return answer(Json{{"survey", survey_name(survey)}, {"baseline", as_json(baseline)}}, 201);
}

ApiResponse list_exclusions(ApiContext& context, const ApiRequest& request, const PathParameters&) {
  allow_query(request, {"survey", "all"});
  const SurveyRow survey = require_survey(context, query(request, "survey"));
  Json list = Json::array();
  for (const ExclusionRow& row :
       context.store.quality().exclusions(survey.id, query_flag(request, "all"))) {
    list.push_back(as_json(row));
  }
  return answer(Json{{"survey", survey_name(survey)}, {"exclusions", std::move(list)}});
}

ApiResponse exclude_responses(ApiContext& context,
                              const ApiRequest& request,
                              const PathParameters&) {
  const Json body = body_object(request, {"survey", "responses", "rule", "actor", "note"});
  const SurveyRow survey = require_survey(context, optional_text(body, "survey"));
  const std::int64_t count = context.store.quality().exclude(
      survey.id, body_choice(body), required_text(body, "actor"), required_text(body, "note"));
  return answer(Json{{"survey", survey_name(survey)}, {"excluded", count}});
}

ApiResponse restore_responses(ApiContext& context,
                              const ApiRequest& request,
                              const PathParameters&) {
  const Json body = body_object(request, {"survey", "responses", "rule", "actor", "note"});
  const SurveyRow survey = require_survey(context, optional_text(body, "survey"));
  const std::int64_t count = context.store.quality().restore(
      survey.id, body_choice(body), required_text(body, "actor"), required_text(body, "note"));
  return answer(Json{{"survey", survey_name(survey)}, {"restored", count}});
}

ApiResponse survey_drift(ApiContext& context, const ApiRequest& request, const PathParameters&) {
  allow_query(request, {"survey"});
  const SurveyRow survey = require_survey(context, query(request, "survey"));
  Json list = Json::array();
  for (const DriftRow& row : context.store.quality().drift(survey.id)) {
    list.push_back(as_json(row));
  }
  return answer(Json{{"survey", survey_name(survey)}, {"drift", std::move(list)}});
}

ApiResponse accept_export(ApiContext& context,
                          const ApiRequest& request,
                          const PathParameters& parameters) {
  const Json body = body_object(request, {"actor", "note"});
  const ExportId id{path_id(parameters[0])};
  context.store.surveys().accept_export(
      id, required_text(body, "actor"), required_text(body, "note"));
  const auto row = context.store.surveys().find_export(id);
  return answer(Json{{"export", row ? to_row(*row) : Json()}});
}

ApiResponse accept_drift(ApiContext& context, const ApiRequest& request, const PathParameters&) {
  const Json body = body_object(request, {"survey", "question", "actor", "note"});
  const SurveyRow survey = require_survey(context, optional_text(body, "survey"));
  const Question& question =
      require_question(survey.definition, required_text(body, "question"), std::nullopt);
  return answer(Json{
      {"survey", survey_name(survey)},
      {"question_id", question.id},
      {"accepted",
       context.store.quality().accept_drift(
           survey.id, question.id, required_text(body, "actor"), required_text(body, "note"))}});
}

}  // namespace muster::route
