#pragma once

#include "core/enum_names.h"
#include "core/survey.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace muster {

enum class DriftKind {
  question_added,
  question_vanished,
  question_renamed,   // same id, another title
  question_replaced,  // vanished, and a new one asks the same, or nearly, under another id
  question_split,     // vanished, and several new ones ask parts of it
  kind_changed,
  scale_changed,
  choice_added,
  choice_vanished,
  choice_renamed,  // same id, another label
  choice_recoded,  // same label, another id
};
template <>
inline constexpr auto kEnumNames<DriftKind> =
    enum_names<DriftKind>({{DriftKind::question_added, "question_added"},
                           {DriftKind::question_vanished, "question_vanished"},
                           {DriftKind::question_renamed, "question_renamed"},
                           {DriftKind::question_replaced, "question_replaced"},
                           {DriftKind::question_split, "question_split"},
                           {DriftKind::kind_changed, "kind_changed"},
                           {DriftKind::scale_changed, "scale_changed"},
                           {DriftKind::choice_added, "choice_added"},
                           {DriftKind::choice_vanished, "choice_vanished"},
                           {DriftKind::choice_renamed, "choice_renamed"},
                           {DriftKind::choice_recoded, "choice_recoded"}});

// One difference between two versions of a questionnaire.
struct Drift {
  DriftKind kind = DriftKind::question_added;
  std::string question_id;
  std::string question;
  std::string before;  // title, kind, scale or choice as it was; "" where it was not
  std::string after;
  // Numbers before and after may not be compared without a decision by a person.
  bool breaks_comparison = false;
  bool operator==(const Drift&) const = default;
};

// What changed from `before` to `after`, in the order of the questions: vanished and changed ones
// by the old order, added ones last. Choices and scales of tables ("csv", "json") were judged from
// the answers, so that another one is no change of the questionnaire: it is told and breaks
// nothing. So is everything of a question that was known from its answers alone (its title is its
// id).
std::vector<Drift> find_drift(const SurveyDefinition& before, const SurveyDefinition& after);

// Have two forms so little in common that they are two surveys, rather than one that changed? In
// words: "3 of 12 questions ..."; nullopt where they are one, or where one of them has too few
// questions to tell. A question is common by its id, its ref or its title, and to tables by the
// words of its title.
std::optional<std::string> tell_apart(const SurveyDefinition& before,
                                      const SurveyDefinition& after);

}  // namespace muster
