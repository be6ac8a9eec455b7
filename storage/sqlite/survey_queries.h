#pragma once

#include "storage/sqlite/connection.h"
#include "storage/sqlite/filtered_query.h"
#include "storage/surveys.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// What is read about surveys, each within the transaction of its caller.

namespace muster {

// By "provider/id", or by the id alone where only one survey has it.
std::optional<SurveyId> find_survey_id(Connection& connection, std::string_view name);
// PermanentError, with the names that come near, where find_survey_id finds none.
SurveyId require_survey(Connection& connection, std::string_view name);
// Everything that any export said about the questionnaire.
SurveyDefinition read_definition(Connection& connection, SurveyId id);
std::optional<SurveyRow> read_survey(Connection& connection, SurveyId id);

// One export where `id` is given; else those of a survey (by its name), or all where that is empty.
std::vector<ExportRow> find_exports(Connection& connection,
                                    std::string_view survey,
                                    std::optional<ExportId> id);

// What the filter asks of a response `p`; its survey and question are the caller's to ask for.
void add_response_conditions(FilteredQuery& query, const AnswerFilter& filter);

std::vector<Answer> read_answers(Connection& connection, ResponseId response);
std::vector<std::pair<std::string, std::string>> read_hidden(Connection& connection,
                                                             ResponseId response);

// The lowest and highest form of the questionnaire under which the counted responses to a question
// were given; 0, 0 where none says.
std::pair<int, int> definition_versions(Connection& connection,
                                        SurveyId survey,
                                        const AnswerFilter& filter);

// As Surveys::search_text says. PermanentError for an unknown survey.
std::vector<TextHit> search_answers(Connection& connection,
                                    std::string_view text,
                                    const AnswerFilter& filter,
                                    int limit);

void store_insights(Connection& connection,
                    SurveyId survey,
                    const std::vector<Insight>& insights,
                    Timestamp now);
std::vector<Insight> read_insights(Connection& connection, std::string_view survey);

}  // namespace muster
