#include "extractors/surveys/csv_kinds.h"

#include "core/text.h"
#include "extractors/surveys/plain_text.h"
#include "extractors/text/personal_data.h"

#include <algorithm>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>

namespace muster {
namespace {

// Labels that repeat make a choice; many different ones, or long ones, make a text.
constexpr std::size_t kLongestLabel = 150;

// Fewer answers than this say little: what is known of the question already counts more.
constexpr std::size_t kFewAnswers = 30;

CellUse use_for(QuestionKind kind) {
  switch (kind) {
    case QuestionKind::single_choice:
      return CellUse::choice;
    case QuestionKind::scale:
    case QuestionKind::nps:
    case QuestionKind::number:
      return CellUse::number;
    case QuestionKind::boolean:
      return CellUse::boolean;
    case QuestionKind::date:
      return CellUse::date;
    case QuestionKind::multiple_choice:
      return CellUse::list;
    default:
      return CellUse::text;
  }
}

bool says_one_to_ten(std::string_view title) {
  static constexpr std::string_view kWays[] = {
      "1 to 10", "1-10", "1 - 10", "1–10", "1 bis 10", "1 al 10", "1 a 10", "1 à 10"};
  return std::any_of(std::begin(kWays), std::end(kWays), [&](std::string_view way) {
    return title.find(way) != std::string_view::npos;
  });
}

void set_labels(const ColumnProfile& profile, Question& question) {
  for (const auto& [label, count] : profile.labels.in_order()) {
    question.choices.push_back({label, label});
  }
}

// Nobody offers addresses and phone numbers to choose from: they were typed.
bool any_is_personal(const ColumnProfile& profile) {
  const auto labels = profile.labels.in_order();
  return std::any_of(labels.begin(), labels.end(), [](const auto& label) {
    return mask_personal_data(label.first).has_value();
  });
}

bool are_labels(const ColumnProfile& profile) {
  constexpr std::size_t kMostChoiceLabels = 60;
  return !profile.labels.overflowed() && profile.labels.distinct() <= kMostChoiceLabels &&
         profile.longest <= kLongestLabel && profile.answers() >= 2 * profile.labels.distinct() &&
         !any_is_personal(profile);
}

void set_boolean(Question& question) {
  question.kind = QuestionKind::boolean;
  question.choices = {{"true", "Yes"}, {"false", "No"}};
}

// People write "about 20" where a number was asked for; a tenth of such answers does not make the
// question a text.
bool mostly_numbers(const ColumnProfile& profile) {
  return profile.answers() >= kFewAnswers && profile.numbers * 10 >= profile.answers() * 9;
}

bool says_true_or_false(const ColumnProfile& profile) {
  const auto labels = profile.labels.in_order();
  return !profile.labels.overflowed() && !labels.empty() &&
         std::all_of(labels.begin(), labels.end(), [](const auto& label) {
           return equals_ignoring_case_ascii(label.first, "true") ||
                  equals_ignoring_case_ascii(label.first, "false");
         });
}

// Labels may hold commas themselves. Then the pieces of a label come in that label only, whereas
// the choices of a real list come in many combinations. Counts the cells with a comma whose pieces
// are all such.
bool pieces_belong_together(const ColumnProfile& profile) {
  const auto labels = profile.labels.in_order();
  std::unordered_map<std::string_view, std::size_t> labels_with;
  for (const auto& [label, count] : labels) {
    std::unordered_set<std::string_view> pieces;
    for_each_piece(label, kListSeparator, [&](std::string_view piece) {
      labels_with[piece] += pieces.insert(piece).second ? 1 : 0;
    });
  }
  std::size_t lists = 0;
  std::size_t together = 0;
  for (const auto& [label, count] : labels) {
    bool only_here = true;
    for_each_piece(label, kListSeparator, [&](std::string_view piece) {
      only_here = only_here && labels_with[piece] == 1;
    });
    if (label.find(kListSeparator) != std::string::npos) {
      lists += count;
      together += only_here ? count : 0;
    }
  }
  return together * 2 >= lists;
}

// "'A', 'B' and 3 more"
std::string listed(const std::vector<std::string>& names) {
  constexpr std::size_t kShown = 5;
  constexpr std::size_t kLongestName = 60;
  std::vector<std::string> shown;
  for (std::size_t i = 0; i < std::min(kShown, names.size()); ++i) {
    const bool cut = names[i].size() > kLongestName;
    shown.push_back(
        "'" +
        (cut ? sanitize_utf8(names[i].substr(0, names[i].find_last_of(' ', kLongestName))) + "…"
             : names[i]) +
        "'");
  }
  return join(shown, ", ") +
         (names.size() > kShown ? fmt::format(" and {} more", names.size() - kShown) : "");
}

}  // namespace

// Asks for a recommendation, with integers within 0..10.
CellUse KindJudge::judge_recommendation(const ColumnProfile& profile, Question& question) {
  if (profile.smallest > 0 && says_one_to_ten(question.title)) {
    question.kind = QuestionKind::scale;
    question.scale_min = 1;
    question.scale_max = 10;
    one_to_ten_.push_back(question.id);
    return CellUse::number;
  }
  question.kind = QuestionKind::nps;
  question.scale_max = 10;
  if (profile.smallest == 0) {
    question.scale_min = 0;
  }
  return CellUse::number;
}

CellUse KindJudge::judge_integers(const ColumnProfile& profile, Question& question) {
  const bool has_zero = profile.smallest == 0;
  // "Would you recommend it?" is asked with yes and no too. Typeform writes them as 1 and 0.
  const bool only_yes = dialect_ == CsvDialect::typeform && profile.largest == 1;
  if (profile.smallest >= 0 && profile.largest <= 1 && (has_zero || only_yes)) {
    set_boolean(question);
    return CellUse::boolean;
  }
  if (profile.smallest >= 0 && profile.largest <= 10 && asks_recommendation(question.title)) {
    return judge_recommendation(profile, question);
  }
  constexpr double kLowestTop = 6;  // of a 0-10 scale: below it a count is likelier
  if (has_zero && profile.largest <= 10 && profile.largest >= kLowestTop) {
    question.kind = QuestionKind::scale;
    question.scale_min = 0;
    question.scale_max = 10;
    zero_to_ten_.push_back(question.id);
    return CellUse::number;
  }
  if (profile.smallest >= 1 && profile.largest <= 10) {
    question.kind = QuestionKind::scale;
    question.scale_min = 1;
    question.scale_max = profile.largest <= 5 ? 5 : profile.largest <= 7 ? 7 : 10;
    scales_.push_back(question.id);
    return CellUse::number;
  }
  question.kind = QuestionKind::number;
  return CellUse::number;
}

// A list has a small vocabulary that covers most of what stands between the commas.
bool KindJudge::judge_list(const ColumnProfile& profile, Question& question, DecidedKind& decided) {
  if (profile.parts.overflowed() || profile.lists == 0 || profile.lists * 10 < profile.answers() ||
      pieces_belong_together(profile)) {
    return false;
  }
  const std::size_t frequent = std::max<std::size_t>(3, profile.answers() / 50);
  std::size_t total = 0;
  std::size_t covered = 0;
  for (const auto& [part, count] : profile.parts.in_order()) {
    total += count;
    if (count >= frequent && !part.empty()) {
      covered += count;
      decided.list_choices.insert(part);
      question.choices.push_back({part, part});
    }
  }
  constexpr std::size_t kMostChoices = 60;
  if (question.choices.size() < 2 || question.choices.size() > kMostChoices ||
      covered * 5 < total * 4) {
    question.choices.clear();
    decided.list_choices.clear();
    return false;
  }
  question.kind = QuestionKind::multiple_choice;
  decided.use = CellUse::list;
  lists_.push_back(question.id);
  return true;
}

DecidedKind KindJudge::decide(const CsvColumn& column,
                              const ColumnProfile& profile,
                              Question& question) {
  DecidedKind decided;
  question.kind = QuestionKind::text;
  const bool open_ended = column.raw_label == "Open-Ended Response";
  if (profile.minus_99 > 0) {
    missing_codes_.push_back(question.id);
  }
  if (profile.answers() == 0 || open_ended) {
    decided.use = CellUse::text;
  } else if (profile.all_integers()) {
    decided.use = judge_integers(profile, question);
  } else if (profile.all_numbers() || mostly_numbers(profile)) {
    question.kind = QuestionKind::number;
    decided.use = CellUse::number;
  } else if (says_true_or_false(profile)) {
    set_boolean(question);
    decided.use = CellUse::boolean;
  } else if (profile.times.looks_like_time() && profile.times.seen() == profile.answers()) {
    question.kind = QuestionKind::date;
    decided.use = CellUse::date;
  } else if (!judge_list(profile, question, decided) && are_labels(profile)) {
    question.kind = QuestionKind::single_choice;
    set_labels(profile, question);
    decided.use = CellUse::choice;
  }
  apply_known(profile, question, decided);
  if (question.kind == QuestionKind::nps && !question.scale_min) {
    unsure_nps_.push_back(question.id);
  }
  return decided;
}

// A definition from elsewhere knows better than the values; one that was made from earlier exports
// counts where this export has few answers, and its choices and bounds are kept.
void KindJudge::apply_known(const ColumnProfile& profile,
                            Question& question,
                            DecidedKind& decided) const {
  if (known_ == nullptr) {
    return;
  }
  const auto found =
      std::find_if(known_->questions.begin(), known_->questions.end(), [&](const Question& q) {
        return q.id == question.id || (!question.ref.empty() && q.ref == question.ref) ||
               (!q.ref.empty() && q.ref == question.id);
      });
  if (found == known_->questions.end()) {
    return;
  }
  const bool guessed = known_->provider == "csv";
  if (question.title == question.id && !found->title.empty()) {
    question.title = found->title;
  }
  const bool numeric =
      use_for(found->kind) != CellUse::number || profile.answers() == profile.numbers;
  const bool listable =
      found->kind != QuestionKind::multiple_choice || decided.use == CellUse::list;
  if (found->kind != question.kind && numeric && listable &&
      (!guessed || profile.answers() < kFewAnswers)) {
    question.kind = found->kind;
    question.choices.clear();
    question.scale_min.reset();
    question.scale_max.reset();
    decided.use = use_for(found->kind);
  }
  if (found->kind != question.kind) {
    return;
  }
  for (const auto& choice : found->choices) {
    const auto same = [&](const Choice& c) { return c.id == choice.id || c.label == choice.label; };
    const auto place = std::find_if(question.choices.begin(), question.choices.end(), same);
    if (place == question.choices.end()) {
      question.choices.push_back(choice);
    } else {
      *place = choice;
    }
  }
  const auto widen =
      [](std::optional<double>& mine, const std::optional<double>& other, bool down) {
        if (other && (!mine || (down ? *other < *mine : *other > *mine))) {
          mine = other;
        }
      };
  widen(question.scale_min, found->scale_min, true);
  widen(question.scale_max, found->scale_max, false);
}

std::vector<std::string> KindJudge::notes() const {
  std::vector<std::string> notes;
  const auto add = [&](const std::vector<std::string>& names, std::string_view what) {
    if (!names.empty()) {
      notes.push_back(fmt::format("{}: {}", what, listed(names)));
    }
  };
  add(scales_,
      "whole numbers from 1 up were read as a scale (codes of choices look the same; export labels "
      "if they are)");
  add(zero_to_ten_,
      "a scale from 0 to 10 whose title asks for no recommendation was not taken for a net "
      "promoter question");
  add(unsure_nps_,
      "asks for a recommendation, but nobody answered 0: whether the scale begins at 0 is not "
      "known");
  add(one_to_ten_,
      "asks for a recommendation on a scale from 1 to 10, which gives no net promoter score");
  add(lists_,
      "several choices in one cell were parted at \", \" (a choice that holds a comma is cut in "
      "two)");
  add(missing_codes_, "-99 was read as seen and not answered");
  return notes;
}

}  // namespace muster
