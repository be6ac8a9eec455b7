#include "extractors/surveys/masking.h"

#include "core/text.h"

#include <algorithm>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace muster {
namespace {

// Cells of these kinds are no words of a person: a date is left alone, and an address of a file
// with some digits masked leads nowhere.
bool holds_words(const Answer& answer, const SurveyDefinition& known) {
  const auto question =
      std::find_if(known.questions.begin(), known.questions.end(), [&](const Question& candidate) {
        return candidate.id == answer.question_id;
      });
  return question == known.questions.end() ||
         (question->kind != QuestionKind::date && question->kind != QuestionKind::file);
}

// An id that repeats the label says the same as it.
void mask_choice(Choice& choice, std::string masked) {
  if (choice.id == choice.label) {
    choice.id = masked;
  }
  choice.label = std::move(masked);
}

}  // namespace

void MaskingSink::file(Response& response, const SurveyDefinition& known) {
  for (std::size_t i = 0; i < response.answers.size(); ++i) {
    mask_answer(response, i, known);
  }
  mask_hidden(response);
  next_.file(response, known);
}

void MaskingSink::mask_answer(Response& response,
                              std::size_t position,
                              const SurveyDefinition& known) {
  Answer& answer = response.answers[position];
  RawText raw{position, answer.text, answer.other_text};
  bool any = false;
  auto text = mask_personal_data(answer.text);
  if (text && holds_words(answer, known)) {
    count(*text);
    answer.text = std::move(text->text);
    any = true;
  }
  if (auto other = mask_personal_data(answer.other_text)) {
    count(*other);
    answer.other_text = std::move(other->text);
    any = true;
  }
  for (Choice& choice : answer.choices) {
    if (auto label = mask_personal_data(choice.label)) {
      count(*label);
      raw.other_text += (raw.other_text.empty() ? "" : ", ") + choice.label;
      mask_choice(choice, std::move(label->text));
      any = true;
    }
  }
  if (any) {
    response.raw_texts.push_back(std::move(raw));
  }
}

// Values of hidden fields are set by whoever made the link: numbers in them are ids.
void MaskingSink::mask_hidden(Response& response) {
  for (auto& [name, value] : response.hidden) {
    if (value.find('@') == std::string::npos) {
      continue;
    }
    auto masked = mask_personal_data(value);
    const auto is_email = [](PersonalDataKind kind) { return kind == PersonalDataKind::email; };
    if (masked && std::any_of(masked->found.begin(), masked->found.end(), is_email)) {
      count(*masked);
      response.respondent.emplace_back(name, std::exchange(value, std::move(masked->text)));
    }
  }
}

void MaskingSink::count(const MaskedText& masked) {
  for (const PersonalDataKind kind : masked.found) {
    ++places_[static_cast<std::size_t>(kind)];
  }
}

void MaskingSink::finish(ExportFacts& facts) const {
  for (Question& question : facts.definition.questions) {
    bool any = false;
    for (Choice& choice : question.choices) {
      if (auto label = mask_personal_data(choice.label)) {
        mask_choice(choice, std::move(label->text));
        any = true;
      }
    }
    if (any) {  // several may look the same by now
      std::unordered_set<std::string> ids;
      std::erase_if(question.choices,
                    [&](const Choice& choice) { return !ids.insert(choice.id).second; });
    }
  }
  std::vector<std::string> kinds;
  for (const auto& [kind, name] : kEnumNames<PersonalDataKind>) {
    if (const auto places = places_[static_cast<std::size_t>(kind)]; places > 0) {
      kinds.push_back(fmt::format("{} {}", name, places));
    }
  }
  if (!kinds.empty()) {
    facts.notes.push_back(
        "personal data in what was written is masked, and kept apart as it was "
        "(places by kind): " +
        join(kinds, ", "));
  }
}

}  // namespace muster
