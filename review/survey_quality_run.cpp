#include "review/survey_quality_run.h"

#include "core/error.h"
#include "extractors/surveys/quality.h"

#include <utility>

#include <fmt/format.h>

namespace muster {
QualityBaseline freeze_baseline(Store& store,
                                const SurveyRow& survey,
                                std::string_view actor,
                                std::string_view note) {
  BaselineMaker maker;
  store.quality().responses(survey.id,
                            [&](const StoredResponse& stored) { maker.add(stored.response); });
  QualityBaseline baseline = maker.finish();
  if (baseline.responses == 0) {
    throw PermanentError("freeze a baseline: the survey has no responses yet");
  }
  baseline = store.quality().freeze(survey.id, std::move(baseline), actor, note);
  refresh_flags(store, survey);
  return baseline;
}

void refresh_flags(Store& store, const SurveyRow& survey) {
  const auto baselines = store.quality().baselines(survey.id);
  if (baselines.empty() || baselines.back().rules_version != kQualityRulesVersion) {
    return;
  }
  QualityJudge judge(survey.definition, baselines.back());
  std::vector<std::pair<ResponseId, QualityFlag>> flags;
  store.quality().responses(survey.id, [&](const StoredResponse& stored) {
    for (QualityFlag& flag : judge.judge(stored.response)) {
      flags.emplace_back(stored.row, std::move(flag));
    }
  });
  store.quality().store_flags(survey.id, baselines.back().number, flags);
}

std::vector<std::string> figure_notes(Store& store, SurveyId survey, const AnswerFilter& filter) {
  const LeftOut left = store.quality().left_out(survey);
  std::vector<std::string> notes;
  if (left.excluded > 0) {
    std::string by;
    for (const auto& [rule, count] : left.excluded_by_rule) {
      by += fmt::format("{}{}: {}", by.empty() ? "" : ", ", rule.empty() ? "no rule" : rule, count);
    }
    notes.push_back(
        fmt::format("{} responses of the survey were excluded by a person and are not counted ({})",
                    left.excluded,
                    by));
  }
  if (left.gone > 0) {
    notes.push_back(fmt::format(
        "{} responses were missing from the last full export and are not counted", left.gone));
  }
  if (left.not_valid > 0) {
    notes.push_back(
        fmt::format("{} responses are screened out, over quota, deleted, previews or tests and are "
                    "not counted",
                    left.not_valid));
  }
  for (const DriftRow& drift : store.quality().drift_within(filter)) {
    notes.push_back("the question changed while it was asked, and both sides are in this figure: " +
                    to_text(drift));
  }
  return notes;
}

}  // namespace muster
