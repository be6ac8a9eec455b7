#include "core/error.h"
#include "core/log.h"
#include "extractors/surveys/insights.h"
#include "review/survey_quality_run.h"
#include "storage/surveys.h"
#include "worker/jobs/jobs.h"

namespace muster {

JobEnd run_insight(const Claim& claim, JobContext& context, std::stop_token) {
  Surveys& surveys = context.store.surveys();
  const SurveyId id{subject_of(claim, "survey")};
  const auto survey = surveys.survey(id);
  if (!survey) {
    return JobEnd::nothing_to_do;
  }
  const std::string name = survey->definition.provider + "/" + survey->definition.external_id;
  const auto answers_of = [&](const Question& question, std::string_view group_by) {
    AnswerFilter filter;
    filter.survey = name;
    filter.question_id = question.id;
    std::vector<GroupedAnswer> answers;
    try {
      surveys.answers(filter, group_by, [&](const AnswerRow& row) {
        answers.push_back({row.group, row.answer});
      });
    } catch (const ConflictError& error) {
      // The question changed: no figure is filed over both sides; who asks for one hears why.
      log::warn("insight.refused", {{"survey", name}, {"why", error.what()}});
    }
    return answers;
  };
  refresh_flags(context.store, *survey);
  surveys.finish_insights(claim, id, headline_insights(survey->definition, name, answers_of));
  return JobEnd::committed;
}

}  // namespace muster
