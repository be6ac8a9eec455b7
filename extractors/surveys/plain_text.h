#pragma once

#include <string>
#include <string_view>

namespace muster {

// How the author of a title could mark it up.
enum class Markup {
  html,      // Qualtrics, SurveyMonkey, LimeSurvey: tags
  markdown,  // Typeform: *bold*, _italic_, [text](url)
};

// A question or choice as plain text on one line: markup removed, entities decoded, piped
// references ("{{field:ref}}",
// "${q://QID1/...}", "{TOKEN:FIRSTNAME}") replaced by an ellipsis, runs of white space (no-break
// space too) made one space. Expects valid UTF-8.
std::string plain_title(std::string_view text, Markup markup);

// Does the title ask how likely the respondent is to recommend something? Understands English,
// Spanish, German, French, Italian, Portuguese and Dutch. Such a question on a scale from 0 to 10
// is a net promoter question.
bool asks_recommendation(std::string_view title);

}  // namespace muster
