#include "extractors/surveys/typeform_answers.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string_view>
#include <utility>

#include <simdjson.h>

namespace muster {
namespace dom = simdjson::dom;

// One entry of "answers" as it lies in the document: views live as long as the parsed document.
struct TypeformAnswer {
  std::string_view field_id;
  std::string_view field_ref;
  std::string_view field_type;
  std::string_view type;
  std::optional<dom::element> value;  // the member that `type` names
};

namespace {

std::string_view typeform_answer_text(const dom::element& element) {
  std::string_view text;
  return element.get(text) ? std::string_view() : text;
}

void read_field(const dom::object& field, TypeformAnswer& raw) {
  for (const auto [key, value] : field) {
    if (key == "id") {
      raw.field_id = typeform_answer_text(value);
    } else if (key == "ref") {
      raw.field_ref = typeform_answer_text(value);
    } else if (key == "type") {
      raw.field_type = typeform_answer_text(value);
    }
  }
}

// One walk over the members: a look-up by name would walk again for each.
TypeformAnswer read_raw(const dom::object& answer) {
  TypeformAnswer raw;
  std::string_view other;  // the member that is neither "field" nor "type": the value, under the
                           // name of its type
  dom::object field;
  for (const auto [key, value] : answer) {
    if (key == "field") {
      if (!value.get(field)) {
        read_field(field, raw);
      }
    } else if (key == "type") {
      raw.type = typeform_answer_text(value);
    } else if (!raw.value || other != raw.type) {
      other = key;
      raw.value = value;
    }
  }
  // Members that we don't know may stand in between.
  if (other != raw.type) {
    dom::element value;
    raw.value = answer[raw.type].get(value) ? std::nullopt : std::optional(value);
  }
  return raw;
}

enum class AnswerType { other, number, boolean, choice, choices, payment, date, file, text };

// One comparison: this runs for every answer.
AnswerType type_of(std::string_view type) {
  const auto is = [&](std::string_view name, AnswerType found) {
    return type == name ? found : AnswerType::other;
  };
  switch (type.empty() ? '\0' : type.front()) {
    case 'n':
      return is("number", AnswerType::number);
    case 'b':
      return is("boolean", AnswerType::boolean);
    case 'c':
      return type.size() == 6 ? is("choice", AnswerType::choice)
                              : is("choices", AnswerType::choices);
    case 't':
      return is("text", AnswerType::text);
    case 'u':
      return is("url", AnswerType::text);
    case 'e':
      return is("email", AnswerType::text);
    case 'd':
      return is("date", AnswerType::date);
    case 'f':
      return is("file_url", AnswerType::file);
    case 'p':
      return type.size() == 7 ? is("payment", AnswerType::payment)
                              : is("phone_number", AnswerType::text);
    default:
      return AnswerType::other;
  }
}

// The kind of a question that only its answers tell about.
QuestionKind kind_from_answer(const TypeformAnswer& raw, AnswerType type) {
  if (raw.field_type == "nps") {
    return QuestionKind::nps;
  }
  if (raw.field_type == "opinion_scale" || raw.field_type == "rating") {
    return QuestionKind::scale;
  }
  if (raw.field_type == "ranking") {
    return QuestionKind::ranking;
  }
  switch (type) {
    case AnswerType::number:
    case AnswerType::payment:
      return QuestionKind::number;
    case AnswerType::boolean:
      return QuestionKind::boolean;
    case AnswerType::choice:
      return QuestionKind::single_choice;
    case AnswerType::choices:
      return QuestionKind::multiple_choice;
    case AnswerType::date:
      return QuestionKind::date;
    case AnswerType::file:
      return QuestionKind::file;
    case AnswerType::text:
      return QuestionKind::text;
    case AnswerType::other:
      return QuestionKind::other;
  }
  return QuestionKind::other;
}

void add_other(std::string_view text, Answer& answer) {
  answer.other_text = text;
  answer.choices.push_back({"other", "Other"});
}

void read_choice(const dom::object& value,
                 std::size_t question,
                 TypeformForm& form,
                 Answer& answer) {
  std::string_view id, ref, label, other;
  for (const auto [key, member] : value) {
    if (key == "id") {
      id = typeform_answer_text(member);
    } else if (key == "ref") {
      ref = typeform_answer_text(member);
    } else if (key == "label") {
      label = typeform_answer_text(member);
    } else if (key == "other") {
      other = typeform_answer_text(member);
    }
  }
  if (!other.empty()) {
    add_other(other, answer);
  } else if (!(id.empty() && ref.empty() && label.empty())) {
    answer.choices.push_back(form.choice_of(question, id, ref, label));
  }
}

std::optional<double> number_in(std::string_view text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() ? std::optional(number)
                                                                  : std::nullopt;
}

// The name and the card's digits stay out: only the amount is an answer.
bool read_payment(const dom::object& payment, Answer& answer) {
  dom::element amount;
  if (payment["amount"].get(amount)) {
    return false;
  }
  double number = 0;
  answer.number =
      amount.get(number) ? number_in(typeform_answer_text(amount)) : std::optional(number);
  answer.text = typeform_answer_text(amount);
  return true;
}

// Nothing is documented about the type: the value is kept as it is, so that no answer is lost in
// silence.
void read_unknown(const TypeformAnswer& raw, Answer& answer) {
  double number = 0;
  if (raw.value && !raw.value->get(number)) {
    answer.number = number;
  } else if (raw.value) {
    answer.text = simdjson::minify(*raw.value);
  }
}

bool is_empty(const Answer& answer) {
  return answer.choices.empty() && !answer.number && answer.text.empty() &&
         answer.other_text.empty();
}

}  // namespace

void TypeformAnswers::note_unknown_type(std::string_view type) {
  constexpr std::size_t kMaxTypes = 20;
  if (unknown_types_.size() < kMaxTypes &&
      std::find(unknown_types_.begin(), unknown_types_.end(), type) == unknown_types_.end()) {
    unknown_types_.emplace_back(type);
  }
}

void TypeformAnswers::keep_last(std::size_t question) {
  auto& given = draft_.response().answers;
  if (seen_.size() <= question) {
    seen_.resize(question + 1);
  }
  auto& seen = seen_[question];
  if (seen.response == responses_) {
    std::swap(given[seen.position], given.back());
    draft_.drop_last_answer();
    ++repeated_;
    return;
  }
  seen = {responses_, given.size() - 1};
}

// {"ids": [...], "refs": [...], "labels": [...], "other": "..."}: parallel lists, each of which may
// be missing.
void TypeformAnswers::read_choices(const dom::object& value, std::size_t question, Answer& answer) {
  std::string_view other;
  const auto read_list = [](const dom::element& list, std::vector<std::string_view>& out) {
    dom::array array;
    if (!list.get(array)) {
      for (const dom::element entry : array) {
        out.push_back(typeform_answer_text(entry));
      }
    }
  };
  ids_.clear();
  refs_.clear();
  labels_.clear();
  for (const auto [key, member] : value) {
    if (key == "ids") {
      read_list(member, ids_);
    } else if (key == "refs") {
      read_list(member, refs_);
    } else if (key == "labels") {
      read_list(member, labels_);
    } else if (key == "other") {
      other = typeform_answer_text(member);
    }
  }
  const std::size_t count = std::max({ids_.size(), refs_.size(), labels_.size()});
  const auto at = [](const auto& list, std::size_t i) {
    return i < list.size() ? list[i] : std::string_view();
  };
  auto& choices = answer.choices;
  choices.reserve(count + (other.empty() ? 0 : 1));
  for (std::size_t i = 0; i < count; ++i) {
    choices.push_back(form_.choice_of(question, at(ids_, i), at(refs_, i), at(labels_, i)));
    if (std::find(choices.begin(), choices.end() - 1, choices.back()) != choices.end() - 1) {
      choices.pop_back();
    }
  }
  if (!other.empty()) {
    add_other(other, answer);
  }
}

// False where the value is not of the shape that its type promises.
bool TypeformAnswers::read_value(const TypeformAnswer& raw, std::size_t question, Answer& answer) {
  const dom::element& value = *raw.value;
  dom::object object;
  switch (type_of(raw.type)) {
    case AnswerType::number: {
      double number = 0;
      if (value.get(number)) {
        return false;
      }
      answer.number = number;
      return true;
    }
    case AnswerType::boolean: {
      bool yes = false;
      if (value.get(yes)) {
        return false;
      }
      answer.number = yes ? 1 : 0;
      answer.choices.push_back(yes ? Choice{"true", "Yes"} : Choice{"false", "No"});
      return true;
    }
    case AnswerType::choice:
      if (!value.get(object)) {
        read_choice(object, question, form_, answer);
        return true;
      }
      break;
    case AnswerType::choices:
      if (!value.get(object)) {
        read_choices(object, question, answer);
        return true;
      }
      break;
    case AnswerType::payment:
      if (!value.get(object)) {
        return read_payment(object, answer);
      }
      break;
    default:
      break;
  }
  std::string_view text;
  if (value.get(text)) {
    return false;
  }
  answer.text = text;
  return true;
}

// `where` of an error is below the answer. On success its answer is the last of the response.
ParseError TypeformAnswers::read_answer(const dom::object& entry) {
  const TypeformAnswer raw = read_raw(entry);
  if (raw.field_id.empty()) {
    return {"/field/id", "is missing: the answer belongs to no question"};
  }
  if (raw.type.empty()) {
    return {"/type", "is missing: the kind of the answer is not told"};
  }
  auto question = form_.find_question(raw.field_id);
  if (!question) {
    question =
        form_.add_unknown(raw.field_id, raw.field_ref, kind_from_answer(raw, type_of(raw.type)));
  }
  Answer& answer = draft_.add_answer(raw.field_id);
  if (type_of(raw.type) == AnswerType::other &&
      kind_from_answer(raw, AnswerType::other) == QuestionKind::other) {
    note_unknown_type(raw.type);
    read_unknown(raw, answer);
  } else if (!raw.value || !read_value(raw, *question, answer)) {
    return {"/" + std::string(raw.type), "does not hold a value of its type"};
  }
  if (is_empty(answer)) {
    answer.state = AnswerState::empty;
  }
  keep_last(*question);
  return {};
}

ParseError TypeformAnswers::read(const dom::element& answers) {
  ++responses_;
  dom::array list;
  if (answers.get(list)) {
    return {"/answers", "is not a list of answers"};
  }
  std::size_t position = 0;
  const auto place = [&](std::string_view below) {
    return "/answers/" + std::to_string(position) + std::string(below);
  };
  for (const dom::element entry : list) {
    dom::object object;
    if (entry.get(object)) {
      return {place(""), "is not an answer: an object is expected"};
    }
    if (auto fault = read_answer(object); !fault.what.empty()) {
      return {place(fault.where), std::move(fault.what)};
    }
    ++position;
  }
  return {};
}

}  // namespace muster
