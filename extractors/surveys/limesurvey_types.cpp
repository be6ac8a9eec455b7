#include "extractors/surveys/limesurvey_types.h"

namespace muster {

const std::vector<LimeSurveyType>& limesurvey_types() {
  using enum QuestionKind;
  static const std::vector<LimeSurveyType> kTypes = {
      {'5', scale, other, 1, 5},             // five point choice
      {'A', matrix, scale, 1, 5},            // array of five points
      {'B', matrix, scale, 1, 10},           // array of ten points
      {'C', matrix, single_choice, {}, {}},  // array of yes, no, uncertain
      {'E', matrix, single_choice, {}, {}},  // array of increase, same, decrease
      {'F', matrix, single_choice, {}, {}},  // array
      {'H', matrix, single_choice, {}, {}},  // array by column
      {'1', matrix, single_choice, {}, {}},  // array of two scales
      {':', matrix, number, {}, {}},         // array of numbers
      {';', matrix, text, {}, {}},           // array of texts
      {'K', matrix, number, {}, {}},         // several numbers
      {'Q', matrix, text, {}, {}},           // several short texts
      {'L', single_choice, other, {}, {}},   // list
      {'!', single_choice, other, {}, {}},   // list that drops down
      {'O', single_choice, other, {}, {}},   // list with comment
      {'G', single_choice, other, {}, {}},   // gender
      {'I', single_choice, other, {}, {}},   // language
      {'Y', boolean, other, {}, {}},         // yes or no
      {'M', multiple_choice, other, {}, {}},
      {'P', multiple_choice, other, {}, {}},  // with comments
      {'R', ranking, other, {}, {}},
      {'N', number, other, {}, {}},
      {'D', date, other, {}, {}},
      {'|', file, other, {}, {}},
      {'S', text, other, {}, {}},
      {'T', text, other, {}, {}},
      {'U', text, other, {}, {}},
      {'*', text, other, {}, {}},  // an equation's value
  };
  return kTypes;
}

}  // namespace muster
