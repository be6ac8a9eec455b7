#pragma once

#include "core/enum_names.h"
#include "core/ids.h"
#include "core/survey.h"
#include "core/time.h"

#include <cstdint>
#include <optional>
#include <string>

namespace muster {

// Reasons to doubt that a response was given with care. A flag excludes nothing: a person does.
enum class QualityRule {
  speeding,           // finished in a small part of the usual time
  straight_lining,    // the same point in every row of a matrix
  gibberish,          // open text that is no language
  duplicate_answers,  // every answer as in an earlier response
  pasted_text,        // open text that stands word for word in an earlier response
  out_of_range,       // a number outside of the question's scale
};
template <>
inline constexpr auto kEnumNames<QualityRule> =
    enum_names<QualityRule>({{QualityRule::speeding, "speeding"},
                             {QualityRule::straight_lining, "straight_lining"},
                             {QualityRule::gibberish, "gibberish"},
                             {QualityRule::duplicate_answers, "duplicate_answers"},
                             {QualityRule::pasted_text, "pasted_text"},
                             {QualityRule::out_of_range, "out_of_range"}});

// What the rules compare a response with, frozen at one time: flags do not move when more
// responses come in. Limits are kept with it, so that a later version of the program judges as the
// one that froze it.
struct QualityBaseline {
  int number = 0;                        // of its survey, from 1; 0: not frozen
  int rules_version = 0;                 // of the rules, kQualityRulesVersion when it was made
  std::int64_t responses = 0;            // that it was made from
  std::int64_t timed = 0;                // of these: with a start and a submission
  std::optional<double> median_seconds;  // of the timed ones; nullopt where they are too few

  double speeding_share = 1.0 / 3;  // of the median: below it is speeding
  int fewest_timed = 30;            // below it there is no median to go by
  int matrix_rows = 5;              // rows answered before a straight line counts
  double gibberish_share = 0.6;     // of the letters of a text
  int gibberish_letters = 5;        // texts with fewer say nothing
  int duplicate_questions = 8;      // answered before equality counts
  int pasted_characters = 40;       // code points, white space run together

  std::string made_by;
  std::string note;
  Timestamp made_at{};
};

// One reason to doubt one response.
struct QualityFlag {
  QualityRule rule = QualityRule::speeding;
  std::string question_id;  // "" for the response as a whole
  std::string measured;     // "41 s"
  std::string threshold;    // "60 s"
  std::string why;          // a sentence
  bool operator==(const QualityFlag&) const = default;
};

// A response as it is stored now, with its row.
struct StoredResponse {
  ResponseId row{};
  Response response;  // without personal references
};

}  // namespace muster
