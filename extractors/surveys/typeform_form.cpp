#include "extractors/surveys/typeform_form.h"

#include "extractors/surveys/plain_text.h"

#include <algorithm>
#include <optional>
#include <utility>

#include <simdjson.h>

namespace muster {
namespace {

namespace dom = simdjson::dom;

// More choices than this are not kept on a question: a hostile export could add one with every
// answer.
constexpr std::size_t kMaxFormChoices = 1000;

std::string_view form_text(const dom::object& object, std::string_view key) {
  std::string_view value;
  return object[key].get(value) ? std::string_view() : value;
}

bool flag_of(const dom::object& object, std::string_view key) {
  bool value = false;
  return !object[key].get(value) && value;
}

std::optional<double> form_number(const dom::object& object, std::string_view key) {
  double value = 0;
  return object[key].get(value) ? std::nullopt : std::optional(value);
}

bool is_container(std::string_view type) {
  return type == "group" || type == "inline_group" || type == "contact_info" || type == "address";
}

// `multiple`: the field lets several choices be taken. `has_choices` decides for fields without a
// type (translations).
QuestionKind typeform_kind(std::string_view type, bool multiple, bool has_choices) {
  if (type == "multiple_choice" || type == "picture_choice" || type == "dropdown" ||
      (type.empty() && has_choices)) {
    return multiple ? QuestionKind::multiple_choice : QuestionKind::single_choice;
  }
  static constexpr std::pair<std::string_view, QuestionKind> kKinds[] = {
      {"opinion_scale", QuestionKind::scale},
      {"rating", QuestionKind::scale},
      {"nps", QuestionKind::nps},
      {"matrix", QuestionKind::matrix},
      {"ranking", QuestionKind::ranking},
      {"number", QuestionKind::number},
      {"payment", QuestionKind::number},
      {"yes_no", QuestionKind::boolean},
      {"legal", QuestionKind::boolean},
      {"date", QuestionKind::date},
      {"file_upload", QuestionKind::file},
      {"short_text", QuestionKind::text},
      {"long_text", QuestionKind::text},
      {"email", QuestionKind::text},
      {"phone_number", QuestionKind::text},
      {"website", QuestionKind::text},
      {"", QuestionKind::text},
  };
  const auto found = std::find_if(
      std::begin(kKinds), std::end(kKinds), [&](const auto& k) { return k.first == type; });
  return found == std::end(kKinds) ? QuestionKind::other : found->second;
}

// "steps" counts the points; an opinion scale starts at 0 unless the author says at 1, a rating
// always at 1.
void set_scale(Question& question, std::string_view type, const dom::object& properties) {
  if (type == "nps") {
    question.scale_min = 0;
    question.scale_max = 10;
    return;
  }
  const auto steps = form_number(properties, "steps");
  if (!steps) {
    return;
  }
  const bool from_one = type == "rating" || flag_of(properties, "start_at_one");
  question.scale_min = from_one ? 1 : 0;
  question.scale_max = *question.scale_min + *steps - 1;
  if (question.scale_min == 0 && question.scale_max == 10 && asks_recommendation(question.title)) {
    question.kind = QuestionKind::nps;
  }
}

}  // namespace

TypeformForm::TypeformForm(SurveyDefinition definition) : definition_(std::move(definition)) {
  for (std::size_t i = 0; i < definition_.questions.size(); ++i) {
    by_id_.emplace(definition_.questions[i].id, i);
  }
  choice_refs_.resize(definition_.questions.size());
}

void TypeformForm::add_question(Question question) {
  const auto known = by_id_.find(question.id);
  if (known != by_id_.end()) {
    definition_.questions[known->second] = std::move(question);
    choice_refs_[known->second].clear();
    return;
  }
  by_id_.emplace(question.id, definition_.questions.size());
  definition_.questions.push_back(std::move(question));
  choice_refs_.emplace_back();
}

void TypeformForm::add_form(const dom::object& form) {
  if (const auto id = form_text(form, "id"); !id.empty()) {
    definition_.external_id = id;
  }
  if (const auto title = form_text(form, "title"); !title.empty()) {
    definition_.title = plain_title(title, Markup::markdown);
  }
  dom::array hidden;
  if (!form["hidden"].get(hidden)) {
    for (const dom::element name : hidden) {
      std::string_view text;
      if (!name.get(text)) {
        add_hidden_field(text);
      }
    }
  }
  dom::element fields;
  if (!form["fields"].get(fields)) {
    add_fields(fields, "");
  }
}

// Recursion is bounded by the depth that the document was parsed with.
void TypeformForm::add_fields(const dom::element& fields, const std::string& parent_id) {
  dom::array list;
  if (fields.get(list)) {
    return;
  }
  for (const dom::element entry : list) {
    dom::object field;
    if (entry.get(field)) {
      continue;
    }
    const auto type = form_text(field, "type");
    const auto id = form_text(field, "id");
    if (type == "statement" || type == "welcome_screen" || id.empty()) {
      continue;
    }
    dom::object properties;
    const bool has_properties = !field["properties"].get(properties);
    // Webhooks carry the choices beside the properties, the Create API within them.
    dom::array choices;
    const bool has_choices =
        (has_properties && !properties["choices"].get(choices)) || !field["choices"].get(choices);
    const bool multiple = flag_of(field, "allow_multiple_selections") ||
                          (has_properties && flag_of(properties, "allow_multiple_selection"));

    Question question;
    question.id = id;
    question.ref = form_text(field, "ref");
    question.title = plain_title(form_text(field, "title"), Markup::markdown);
    question.parent_id = parent_id;
    question.kind =
        is_container(type) ? QuestionKind::other : typeform_kind(type, multiple, has_choices);
    if (has_properties || type == "nps") {
      set_scale(question, type, properties);
    }
    if (question.kind == QuestionKind::boolean) {
      question.choices = {{"true", "Yes"}, {"false", "No"}};
    }
    std::vector<std::pair<std::string, std::size_t>> refs;
    if (has_choices) {
      for (const dom::element item : choices) {
        dom::object choice;
        if (item.get(choice) || question.choices.size() >= kMaxFormChoices) {
          continue;
        }
        const auto label = form_text(choice, "label");
        const auto choice_id = form_text(choice, "id");
        refs.emplace_back(form_text(choice, "ref"), question.choices.size());
        question.choices.push_back({std::string(choice_id.empty() ? label : choice_id),
                                    plain_title(label, Markup::markdown)});
      }
    }
    add_question(std::move(question));
    auto& ref_index = choice_refs_[by_id_.find(id)->second];
    ref_index.insert(refs.begin(), refs.end());

    dom::element members;
    if (has_properties && !properties["fields"].get(members)) {
      add_fields(members, std::string(id));
    }
  }
}

std::optional<std::size_t> TypeformForm::find_question(std::string_view id) {
  // Responses answer the questions in their order, so it is most often the next one.
  const auto& questions = definition_.questions;
  const std::size_t next = last_ + 1 < questions.size() ? last_ + 1 : 0;
  if (next < questions.size() && questions[next].id == id) {
    return last_ = next;
  }
  const auto known = by_id_.find(id);
  return known == by_id_.end() ? std::nullopt : std::optional(last_ = known->second);
}

std::size_t TypeformForm::add_unknown(std::string_view id,
                                      std::string_view ref,
                                      QuestionKind kind) {
  Question question;
  question.id = id;
  question.ref = ref;
  question.title = ref.empty() ? id : ref;
  question.kind = kind;
  if (kind == QuestionKind::boolean) {
    question.choices = {{"true", "Yes"}, {"false", "No"}};
  }
  add_question(std::move(question));
  ++unknown_fields_;
  return last_ = definition_.questions.size() - 1;
}

Choice TypeformForm::choice_of(std::size_t question,
                               std::string_view id,
                               std::string_view ref,
                               std::string_view label) {
  auto& choices = definition_.questions[question].choices;
  for (const auto& choice : choices) {
    // Exports of before 2018 have labels only.
    if (id.empty() ? choice.label == label : choice.id == id) {
      return {choice.id, label.empty() ? choice.label : std::string(label)};
    }
  }
  auto& refs = choice_refs_[question];
  if (!ref.empty()) {
    const auto known = refs.find(ref);
    if (known != refs.end() && (id.empty() || label.empty())) {
      return choices[known->second];
    }
  }
  const std::string_view key = !id.empty() ? id : !label.empty() ? label : ref;
  Choice choice{std::string(key), plain_title(label.empty() ? key : label, Markup::markdown)};
  if (choices.size() < kMaxFormChoices) {
    if (!ref.empty()) {
      refs.emplace(ref, choices.size());
    }
    choices.push_back(choice);
  }
  return choice;
}

void TypeformForm::add_hidden_field(std::string_view name) {
  auto& names = definition_.hidden_fields;
  if (std::find(names.begin(), names.end(), name) == names.end() &&
      names.size() < kMaxFormChoices) {
    names.emplace_back(name);
  }
}

}  // namespace muster
