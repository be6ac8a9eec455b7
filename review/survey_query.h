#pragma once

// What the routes about surveys share: which survey, question and answers a request means. Private
// to review/.

#include "review/request.h"
#include "storage/surveys.h"

#include <initializer_list>
#include <optional>
#include <string>
#include <vector>

namespace muster {

// The names of the filter's parameters, and more.
std::vector<std::string> with_filter(std::initializer_list<const char*> more);
AnswerFilter read_filter(const ApiRequest& request);

// Where the responses behind one row of a figure are listed: the route with the request's filter
// and groups. "" for `group` and `label`: all.
std::string rows_link(const ApiRequest& request,
                      const std::string& question_id,
                      const std::string& group,
                      const std::string& label);

// "provider/id".
std::string survey_name(const SurveyRow& survey);
// The survey that was named, or the only one there is.
SurveyRow require_survey(ApiContext& context, const std::string& name);

// By id, ref, exact title, or a unique part of the title.
const Question* find_question(const SurveyDefinition& definition, const std::string& name);
// As named, or the only one of the kind where none is named.
const Question& require_question(const SurveyDefinition& definition,
                                 const std::string& name,
                                 std::optional<QuestionKind> only_kind);

}  // namespace muster
