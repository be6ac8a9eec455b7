#include "extractors/surveys/drift.h"

#include "core/text.h"

#include <algorithm>
#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include <fmt/format.h>

namespace muster {
namespace {

std::string scale_of(const Question& question) {
  const auto end = [](const std::optional<double>& value) {
    return value ? fmt::format("{:g}", *value) : std::string("?");
  };
  return question.scale_min || question.scale_max
             ? end(question.scale_min) + " to " + end(question.scale_max)
             : std::string();
}

std::string named(const Choice& choice) {
  return choice.id == choice.label ? choice.label : choice.id + " = " + choice.label;
}

class Comparison {
 public:
  Comparison(std::vector<Drift>& found, bool judged) : found_(found), judged_(judged) {}

  void compare(const Question& before, const Question& after) {
    question_ = &after;
    // A form that arrives after its responses tells more, nothing else.
    guessed_ = !judged_ && (before.title == before.id || before.title.empty());
    if (before.title != after.title) {
      add(DriftKind::question_renamed, before.title, after.title, true);
    }
    if (before.kind != after.kind) {
      add(DriftKind::kind_changed,
          std::string(to_string(before.kind)),
          std::string(to_string(after.kind)),
          true);
    }
    if (scale_of(before) != scale_of(after)) {
      add(DriftKind::scale_changed, scale_of(before), scale_of(after), !judged_);
    }
    compare_choices(before, after);
    guessed_ = false;
  }

  void added(const Question& question) {
    question_ = &question;
    add(DriftKind::question_added, "", question.title, false);
  }
  void vanished(const Question& question) {
    question_ = &question;
    add(DriftKind::question_vanished, question.title, "", true);
  }
  void replaced(const Question& before, const Question& after) {
    question_ = &after;
    const bool same = before.title == after.title;
    add(DriftKind::question_replaced,
        same ? before.id : before.title,
        same ? after.id : after.title,
        true);
    compare_choices(before, after);
  }
  void split(const Question& before, const std::vector<const Question*>& parts) {
    question_ = &before;
    std::string ids;
    for (const Question* part : parts) {
      ids += (ids.empty() ? "" : ", ") + part->id;
    }
    add(DriftKind::question_split, before.id, std::move(ids), true);
  }

 private:
  void add(DriftKind kind, std::string before, std::string after, bool breaks) {
    found_.push_back({kind,
                      question_->id,
                      question_->title,
                      std::move(before),
                      std::move(after),
                      breaks && !guessed_});
  }

  // A choice that is new takes answers from the others, one that vanished gives them back: shares
  // of both versions rest on different questions.
  void compare_choices(const Question& before, const Question& after) {
    std::unordered_map<std::string_view, const Choice*> by_id;
    std::unordered_map<std::string_view, const Choice*> by_label;
    for (const Choice& choice : after.choices) {
      by_id.emplace(choice.id, &choice);
      by_label.emplace(choice.label, &choice);
    }
    std::unordered_set<const Choice*> matched;
    for (const Choice& choice : before.choices) {
      if (const auto same = by_id.find(choice.id); same != by_id.end()) {
        matched.insert(same->second);
        if (same->second->label != choice.label) {
          add(DriftKind::choice_renamed, named(choice), named(*same->second), true);
        }
      } else if (const auto moved = by_label.find(choice.label); moved != by_label.end()) {
        matched.insert(moved->second);
        add(DriftKind::choice_recoded, named(choice), named(*moved->second), true);
      } else {
        add(DriftKind::choice_vanished, named(choice), "", !judged_);
      }
    }
    for (const Choice& choice : after.choices) {
      if (!matched.contains(&choice)) {
        add(DriftKind::choice_added, "", named(choice), !before.choices.empty() && !judged_);
      }
    }
  }

  std::vector<Drift>& found_;
  bool judged_;
  bool guessed_ = false;  // the question at hand was known from its answers only
  const Question* question_ = nullptr;
};

std::unordered_set<std::string> words_of(std::string_view title) {
  std::unordered_set<std::string> words;
  std::string word;
  for (const char c : to_lower_ascii(title) + " ") {
    const bool part = (c & 0x80) != 0 || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (part) {
      word += c;
    } else if (!word.empty()) {
      words.insert(std::exchange(word, {}));
    }
  }
  return words;
}

// Share of the words of both titles that stand in both.
double likeness(std::string_view a, std::string_view b) {
  const auto first = words_of(a);
  const auto second = words_of(b);
  const auto common = static_cast<double>(std::count_if(
      first.begin(), first.end(), [&](const std::string& w) { return second.contains(w); }));
  const double all = static_cast<double>(first.size() + second.size()) - common;
  return all == 0 ? 0 : common / all;
}

bool is_judged(const SurveyDefinition& definition) {
  return definition.provider == "csv" || definition.provider == "json";
}

using KnownIds = std::unordered_set<std::string_view>;

// Every question that vanished is held against every new one: not where a table is wider than this.
constexpr std::size_t kMostCompared = 2000;

// New questions that ask parts of the one that vanished: its rows, or columns called
// "question [part]".
std::vector<const Question*> parts_of(const Question& gone,
                                      const SurveyDefinition& after,
                                      const KnownIds& known) {
  std::vector<const Question*> parts;
  if (after.questions.size() > kMostCompared) {
    return parts;
  }
  for (const Question& question : after.questions) {
    const bool below = question.parent_id == gone.id ||
                       (question.title.size() > gone.title.size() && !gone.title.empty() &&
                        question.title.starts_with(gone.title));
    if (below && !known.contains(question.id)) {
      parts.push_back(&question);
    }
  }
  return parts;
}

// The new question of the same kind that reads most like the one that vanished, where more than
// half of their words are the same.
const Question* nearest(const Question& gone,
                        const SurveyDefinition& after,
                        const KnownIds& known,
                        const std::unordered_set<const Question*>& taken) {
  constexpr double kAlike = 0.5;
  const Question* best = nullptr;
  double most = kAlike;
  if (after.questions.size() > kMostCompared) {
    return best;
  }
  for (const Question& question : after.questions) {
    if (known.contains(question.id) || taken.contains(&question) || question.kind != gone.kind) {
      continue;
    }
    if (const double alike = likeness(gone.title, question.title); alike > most) {
      most = alike;
      best = &question;
    }
  }
  return best;
}

// Rows of a matrix and parts of a group stand and fall with the whole.
std::vector<const Question*> whole_questions(const SurveyDefinition& definition) {
  std::vector<const Question*> whole;
  for (const Question& question : definition.questions) {
    if (question.parent_id.empty()) {
      whole.push_back(&question);
    }
  }
  return whole;
}

std::string first_titles(const std::vector<const Question*>& questions) {
  constexpr std::size_t kShown = 3;
  std::string text;
  for (std::size_t i = 0; i < std::min(kShown, questions.size()); ++i) {
    const std::string& title = questions[i]->title.empty() ? questions[i]->id : questions[i]->title;
    constexpr std::size_t kLongest = 60;
    const bool cut = title.size() > kLongest;
    text += (i > 0 ? ", '" : "'") + printable(sanitize_utf8(title.substr(0, kLongest))) +
            (cut ? "…'" : "'");
  }
  return text;
}

}  // namespace

std::optional<std::string> tell_apart(const SurveyDefinition& before,
                                      const SurveyDefinition& after) {
  constexpr std::size_t kFewest = 3;
  const auto known = whole_questions(before);
  const auto asked = whole_questions(after);
  const std::size_t fewer = std::min(known.size(), asked.size());
  if (fewer < kFewest || asked.size() > kMostCompared || known.size() > kMostCompared) {
    return std::nullopt;
  }
  std::unordered_set<std::string_view> names;
  for (const Question* question : known) {
    names.insert({question->id, question->ref, question->title});
  }
  names.erase("");
  const auto is_common = [&](const Question* question) {
    return names.contains(question->id) || names.contains(question->ref) ||
           names.contains(question->title) ||
           std::any_of(known.begin(), known.end(), [&](const Question* other) {
             constexpr double kAlike = 0.5;
             return likeness(other->title, question->title) > kAlike;
           });
  };
  const auto common =
      static_cast<std::size_t>(std::count_if(asked.begin(), asked.end(), is_common));
  if (common * 5 >= fewer) {
    return std::nullopt;
  }
  return fmt::format(
      "{} of its {} questions are known under this name, which has {}: it asks {}, where {} was "
      "asked",
      common,
      asked.size(),
      known.size(),
      first_titles(asked),
      first_titles(known));
}

std::vector<Drift> find_drift(const SurveyDefinition& before, const SurveyDefinition& after) {
  std::vector<Drift> found;
  Comparison comparison(found, is_judged(before));
  std::unordered_map<std::string_view, const Question*> by_id;
  std::unordered_set<std::string_view> known;
  for (const Question& question : after.questions) {
    by_id.emplace(question.id, &question);
  }
  for (const Question& question : before.questions) {
    known.insert(question.id);
  }
  // A question that was deleted and asked anew has another id, and most often the same title.
  std::unordered_map<std::string_view, const Question*> anew;
  for (const Question& question : after.questions) {
    if (!known.contains(question.id)) {
      anew.emplace(question.title, &question);
    }
  }
  std::unordered_set<const Question*> taken;
  for (const Question& question : before.questions) {
    if (const auto same = by_id.find(question.id); same != by_id.end()) {
      comparison.compare(question, *same->second);
      continue;
    }
    const auto other = anew.find(question.title);
    if (other != anew.end() && taken.insert(other->second).second) {
      comparison.replaced(question, *other->second);
      continue;
    }
    const auto parts = parts_of(question, after, known);
    if (parts.size() > 1) {
      taken.insert(parts.begin(), parts.end());
      comparison.split(question, parts);
    } else if (const Question* alike = nearest(question, after, known, taken)) {
      taken.insert(alike);
      comparison.replaced(question, *alike);
    } else {
      comparison.vanished(question);
    }
  }
  for (const Question& question : after.questions) {
    if (!known.contains(question.id) && !taken.contains(&question)) {
      comparison.added(question);
    }
  }
  return found;
}

}  // namespace muster
