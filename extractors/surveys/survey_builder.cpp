#include "extractors/surveys/survey_builder.h"

#include "core/text.h"
#include "extractors/surveys/csv_profile.h"
#include "extractors/surveys/plain_text.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include <fmt/format.h>

namespace muster {
namespace {

// A hostile export could add a choice or a field with every answer.
constexpr std::size_t kMaxChoices = 2000;
constexpr std::size_t kMaxHidden = 300;
// Rows times choices: a small document could ask for a large product.
constexpr std::size_t kMaxCopiedChoices = 500'000;

bool is_unset_time(std::string_view text) {
  return text.starts_with("0001-") || text.starts_with("0000-") || text.starts_with("1970-01-") ||
         text.starts_with("1980-01-01 00:00:00");
}

// A whole number that the text is, or begins with ("10 - very likely").
std::optional<double> number_of(std::string_view text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool ends = end == text.data() + text.size() || *end == ' ';
  return error == std::errc() && ends ? std::optional(number) : std::nullopt;
}

}  // namespace

SurveyBuilder::SurveyBuilder(std::string_view provider,
                             const SurveyContext& context,
                             ResponseSink& sink)
    : context_(context), sink_(sink) {
  if (context.definition && context.definition->provider == provider) {
    facts_.definition = *context.definition;
  }
  facts_.definition.provider = provider;
  const auto& questions = facts_.definition.questions;
  choices_.resize(questions.size());
  for (std::size_t i = 0; i < questions.size(); ++i) {
    by_id_.emplace(questions[i].id, i);
    index_choices(i);
  }
}

void SurveyBuilder::index_choices(std::size_t question) {
  auto& index = choices_[question];
  index = {};
  const auto& choices = facts_.definition.questions[question].choices;
  for (std::size_t i = 0; i < choices.size(); ++i) {
    index.by_id.emplace(choices[i].id, i);
    index.by_label.emplace(choices[i].label, i);
  }
}

void SurveyBuilder::start_definition() {
  facts_.definition.questions.clear();
  facts_.definition.hidden_fields.clear();
  by_id_.clear();
  choices_.clear();
}

void SurveyBuilder::define(Question question) {
  auto& questions = facts_.definition.questions;
  const auto [entry, added] = by_id_.emplace(question.id, questions.size());
  if (added) {
    questions.push_back(std::move(question));
    choices_.emplace_back();
  } else {
    questions[entry->second] = std::move(question);
  }
  index_choices(entry->second);
}

std::optional<std::size_t> SurveyBuilder::find_question(std::string_view id) const {
  const auto found = by_id_.find(id);
  return found == by_id_.end() ? std::nullopt : std::optional(found->second);
}

std::size_t SurveyBuilder::question(std::string_view id,
                                    QuestionKind kind,
                                    std::string_view title) {
  if (const auto known = find_question(id)) {
    return *known;
  }
  Question question;
  question.id = id;
  question.title = title.empty() ? std::string(id) : plain_title(title, Markup::html);
  question.kind = kind;
  unknown_ += title.empty() ? 1 : 0;
  define(std::move(question));
  return facts_.definition.questions.size() - 1;
}

std::size_t SurveyBuilder::row(std::size_t parent,
                               std::string_view id,
                               QuestionKind kind,
                               std::string_view title,
                               std::string_view ref) {
  if (const auto known = find_question(id)) {
    return *known;
  }
  const Question& whole = at(parent);
  Question row;
  copied_choices_ += whole.choices.size();
  if (copied_choices_ <= kMaxCopiedChoices) {
    row = whole;
  }
  row.parent_id = whole.id;
  row.id = id;
  row.ref = ref;
  row.kind = kind;
  row.title = title;
  define(std::move(row));
  return facts_.definition.questions.size() - 1;
}

bool SurveyBuilder::has_choice(std::size_t question, std::string_view id_or_label) const {
  const auto& index = choices_[question];
  return index.by_id.contains(id_or_label) || index.by_label.contains(id_or_label);
}

Choice SurveyBuilder::choice(std::size_t question, std::string_view id, std::string_view label) {
  auto& choices = at(question).choices;
  auto& index = choices_[question];
  const auto by_id = index.by_id.find(id);
  if (!id.empty() && by_id != index.by_id.end()) {
    return choices[by_id->second];
  }
  const auto by_label = index.by_label.find(label.empty() ? id : label);
  if (by_label != index.by_label.end()) {
    return choices[by_label->second];
  }
  const std::string_view key = id.empty() ? label : id;
  Choice added{std::string(key), plain_title(label.empty() ? key : label, Markup::html)};
  if (choices.size() < kMaxChoices) {
    index.by_id.emplace(added.id, choices.size());
    index.by_label.emplace(added.label, choices.size());
    choices.push_back(added);
  }
  return added;
}

Response& SurveyBuilder::begin(std::string_view where) {
  ++facts_.rows_seen;
  return draft_.start(where);
}

bool SurveyBuilder::has_answer(std::size_t question) const {
  return question < seen_.size() && seen_[question].row == facts_.rows_seen;
}

Answer& SurveyBuilder::answer(std::size_t question) {
  if (seen_.size() <= question) {
    seen_.resize(question + 1);
  }
  auto& seen = seen_[question];
  if (seen.row != facts_.rows_seen) {
    seen = {facts_.rows_seen, draft_.response().answers.size()};
    return draft_.add_answer(at(question).id);
  }
  return draft_.response().answers[seen.position];
}

void SurveyBuilder::choose(std::size_t question, std::string_view id, std::string_view label) {
  const Choice chosen = choice(question, id, label);
  Answer& given = answer(question);
  if (says_not_applicable(chosen.label)) {
    if (given.choices.empty()) {
      given.state = AnswerState::not_applicable;
    }
    return;
  }
  given.state = AnswerState::answered;
  const auto kind = at(question).kind;
  if (kind == QuestionKind::scale || kind == QuestionKind::nps || kind == QuestionKind::number) {
    given.number = number_of(chosen.label);
  }
  const auto same = [&](const Choice& c) { return c.id == chosen.id; };
  const bool known = given.choices.size() < kMaxChoices
                         ? std::any_of(given.choices.begin(), given.choices.end(), same)
                         : true;
  if (!known) {
    given.choices.push_back(chosen);
  }
}

void SurveyBuilder::choose_other(std::size_t question, std::string_view text) {
  Answer& given = answer(question);
  given.state = AnswerState::answered;
  const auto is_other = [](const Choice& c) { return c.id == "other"; };
  if (std::none_of(given.choices.begin(), given.choices.end(), is_other)) {
    given.choices.push_back({"other", "Other"});
  }
  if (!text.empty()) {
    given.other_text += (given.other_text.empty() ? "" : ", ") + std::string(text);
  }
}

void SurveyBuilder::hidden(std::string_view name, std::string_view value) {
  if (value.empty() || draft_.response().hidden.size() >= kMaxHidden) {
    return;
  }
  auto& names = facts_.definition.hidden_fields;
  if (std::find(names.begin(), names.end(), name) == names.end() && names.size() < kMaxHidden) {
    names.emplace_back(name);
  }
  for (auto& [known, text] : draft_.response().hidden) {
    if (known == name) {
      text = value;
      return;
    }
  }
  draft_.add_hidden(name, value);
}

void SurveyBuilder::respondent(std::string_view name, std::string_view value) {
  if (!value.empty() && draft_.response().respondent.size() < kMaxHidden) {
    draft_.add_respondent(name, value);
  }
}

std::optional<Timestamp> SurveyBuilder::time(std::string_view text) {
  text = trim(text);
  if (text.empty() || is_unset_time(text)) {
    return std::nullopt;
  }
  if (const auto exact = parse_iso8601(text)) {
    return exact;
  }
  const auto local = parse_local_time(text, context_.zone);
  bad_times_ += local ? 0 : 1;
  if (local) {
    draft_.response().times_are_local = true;
    local_times_ = true;
  }
  return local;
}

void SurveyBuilder::reject(std::string_view below, std::string why) {
  sink_.reject({draft_.response().where + std::string(below), std::move(why)});
}

void SurveyBuilder::reject_row(std::string where, std::string why) {
  ++facts_.rows_seen;
  sink_.reject({std::move(where), std::move(why)});
}

void SurveyBuilder::keep() {
  Response& response = draft_.response();
  if (response.id.empty()) {
    return reject("", "has no response id");
  }
  if (holds_nul(response)) {
    return reject("", "holds a NUL character (\\u0000), which no text may");
  }
  if (const auto why = reason_to_exclude(response.status); !why.empty()) {
    return sink_.exclude({response.where, std::string(why)});
  }
  for (Answer& given : response.answers) {
    if (given.state == AnswerState::answered && given.choices.empty() && !given.number &&
        given.text.empty() && given.other_text.empty()) {
      given.state = AnswerState::empty;
    }
  }
  sink_.file(response, facts_.definition);
}

ExportFacts SurveyBuilder::finish() {
  auto& definition = facts_.definition;
  if (definition.external_id.empty()) {
    definition.external_id = context_.survey;
  }
  if (unknown_ > 0) {
    note(
        fmt::format("{} questions are known only from their answers: add the definition of the "
                    "survey for titles and kinds",
                    unknown_));
  }
  if (bad_times_ > 0) {
    note(fmt::format("{} times could not be read and are unknown", bad_times_));
  }
  if (local_times_) {
    note(fmt::format("times without a zone were read in {}", context_.zone));
  }
  return std::move(facts_);
}

}  // namespace muster
