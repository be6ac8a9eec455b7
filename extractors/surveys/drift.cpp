#include "extractors/surveys/drift.h"

#include <algorithm>
#include <optional>
#include <unordered_map>
#include <unordered_set>

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
  explicit Comparison(std::vector<Drift>& found) : found_(found) {}

  void compare(const Question& before, const Question& after) {
    question_ = &after;
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
      add(DriftKind::scale_changed, scale_of(before), scale_of(after), true);
    }
    compare_choices(before, after);
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
    add(DriftKind::question_replaced, before.id, after.id, true);
    compare_choices(before, after);
  }

 private:
  void add(DriftKind kind, std::string before, std::string after, bool breaks) {
    found_.push_back(
        {kind, question_->id, question_->title, std::move(before), std::move(after), breaks});
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
        add(DriftKind::choice_vanished, named(choice), "", true);
      }
    }
    for (const Choice& choice : after.choices) {
      if (!matched.contains(&choice)) {
        add(DriftKind::choice_added, "", named(choice), !before.choices.empty());
      }
    }
  }

  std::vector<Drift>& found_;
  const Question* question_ = nullptr;
};

}  // namespace

std::vector<Drift> find_drift(const SurveyDefinition& before, const SurveyDefinition& after) {
  std::vector<Drift> found;
  Comparison comparison(found);
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
