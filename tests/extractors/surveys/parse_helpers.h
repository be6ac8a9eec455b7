#pragma once

#include "extractors/surveys/survey_parser.h"

#include <algorithm>
#include <string>
#include <string_view>

#include <catch2/catch.hpp>

namespace muster {

inline SurveyContext survey_context(std::string zone = "UTC") {
  SurveyContext context;
  context.survey = "spring";
  context.zone = std::move(zone);
  return context;
}

inline bool account_holds(const ParsedExport& parsed) {
  return parsed.rows_seen ==
         static_cast<std::int64_t>(parsed.responses.size() + parsed.excluded.size() +
                                   parsed.rejected.size());
}

// Parses what must be readable, and holds it to the account of its rows.
inline ParsedExport parse_good(std::string_view document,
                               const SurveyContext& context = survey_context()) {
  const auto parsed = parse_survey_export(document, context);
  INFO((parsed ? std::string() : to_string(parsed.error())));
  REQUIRE(parsed);
  CHECK(account_holds(*parsed));
  return *parsed;
}

inline ParseError parse_bad(std::string_view document) {
  const auto parsed = parse_survey_export(document, survey_context());
  REQUIRE_FALSE(parsed);
  return parsed.error();
}

inline const Question& question(const ParsedExport& parsed, std::string_view id) {
  const auto& all = parsed.definition.questions;
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const Question& q) { return q.id == id; });
  INFO("question " << id);
  REQUIRE(found != all.end());
  return *found;
}

inline const Answer* find_answer(const Response& response, std::string_view question_id) {
  const auto found = std::find_if(response.answers.begin(),
                                  response.answers.end(),
                                  [&](const Answer& a) { return a.question_id == question_id; });
  return found == response.answers.end() ? nullptr : &*found;
}

inline const Answer& answer(const Response& response, std::string_view question_id) {
  const Answer* found = find_answer(response, question_id);
  INFO("answer to " << question_id);
  REQUIRE(found != nullptr);
  return *found;
}

inline bool has_note(const ParsedExport& parsed, std::string_view part) {
  return std::any_of(parsed.notes.begin(), parsed.notes.end(), [&](const std::string& note) {
    return note.find(part) != std::string::npos;
  });
}

}  // namespace muster
