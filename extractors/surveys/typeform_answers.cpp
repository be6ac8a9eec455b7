#include "extractors/surveys/typeform_answers.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string_view>
#include <utility>

#include <simdjson.h>

namespace muster {
namespace {

namespace dom = simdjson::dom;

// One entry of "answers" as it lies in the document: views live as long as the parsed document.
struct RawAnswer {
  std::string_view field_id;
  std::string_view field_ref;
  std::string_view field_type;
  std::string_view type;
  std::optional<dom::element> value;  // the member that `type` names
};

std::string_view text_of(const dom::element& element) {
  std::string_view text;
  return element.get(text) ? std::string_view() : text;
}

void read_field(const dom::object& field, RawAnswer& raw) {
  for (const auto [key, value] : field) {
    if (key == "id") {
      raw.field_id = text_of(value);
    } else if (key == "ref") {
      raw.field_ref = text_of(value);
    } else if (key == "type") {
      raw.field_type = text_of(value);
    }
  }
}

// One walk over the members: a look-up by name would walk again for each.
RawAnswer read_raw(const dom::object& answer) {
  RawAnswer raw;
  std::string_view other;  // the member that is neither "field" nor "type": the value, under the
                           // name of its type
  dom::object field;
  for (const auto [key, value] : answer) {
    if (key == "field") {
      if (!value.get(field)) {
        read_field(field, raw);
      }
    } else if (key == "type") {
      raw.type = text_of(value);
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

// The kind of a question that only its answers tell about.
QuestionKind kind_from_answer(const RawAnswer& raw) {
  if (raw.field_type == "nps") {
    return QuestionKind::nps;
  }
  if (raw.field_type == "opinion_scale" || raw.field_type == "rating") {
    return QuestionKind::scale;
  }
  if (raw.field_type == "ranking") {
    return QuestionKind::ranking;
  }
  static constexpr std::pair<std::string_view, QuestionKind> kKinds[] = {
      {"choice", QuestionKind::single_choice},
      {"choices", QuestionKind::multiple_choice},
      {"number", QuestionKind::number},
      {"payment", QuestionKind::number},
      {"boolean", QuestionKind::boolean},
      {"date", QuestionKind::date},
      {"file_url", QuestionKind::file},
      {"text", QuestionKind::text},
      {"email", QuestionKind::text},
      {"url", QuestionKind::text},
      {"phone_number", QuestionKind::text},
  };
  const auto found = std::find_if(
      std::begin(kKinds), std::end(kKinds), [&](const auto& k) { return k.first == raw.type; });
  return found == std::end(kKinds) ? QuestionKind::other : found->second;
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
      id = text_of(member);
    } else if (key == "ref") {
      ref = text_of(member);
    } else if (key == "label") {
      label = text_of(member);
    } else if (key == "other") {
      other = text_of(member);
    }
  }
  if (!other.empty()) {
    add_other(other, answer);
  } else if (!(id.empty() && ref.empty() && label.empty())) {
    answer.choices.push_back(form.choice_of(question, id, ref, label));
  }
}

// {"ids": [...], "refs": [...], "labels": [...], "other": "..."}: parallel lists, each of which may
// be missing.
void read_choices(const dom::object& value,
                  std::size_t question,
                  TypeformForm& form,
                  Answer& answer) {
  std::vector<std::string_view> ids, refs, labels;
  std::string_view other;
  const auto read_list = [](const dom::element& list, std::vector<std::string_view>& out) {
    dom::array array;
    if (!list.get(array)) {
      for (const dom::element entry : array) {
        out.push_back(text_of(entry));
      }
    }
  };
  for (const auto [key, member] : value) {
    if (key == "ids") {
      read_list(member, ids);
    } else if (key == "refs") {
      read_list(member, refs);
    } else if (key == "labels") {
      read_list(member, labels);
    } else if (key == "other") {
      other = text_of(member);
    }
  }
  const std::size_t count = std::max({ids.size(), refs.size(), labels.size()});
  const auto at = [](const auto& list, std::size_t i) {
    return i < list.size() ? list[i] : std::string_view();
  };
  for (std::size_t i = 0; i < count; ++i) {
    auto choice = form.choice_of(question, at(ids, i), at(refs, i), at(labels, i));
    if (std::find(answer.choices.begin(), answer.choices.end(), choice) == answer.choices.end()) {
      answer.choices.push_back(std::move(choice));
    }
  }
  if (!other.empty()) {
    add_other(other, answer);
  }
}

std::optional<double> number_in(std::string_view text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() ? std::optional(number)
                                                                  : std::nullopt;
}

// False where the value is not of the shape that its type promises.
bool read_value(const RawAnswer& raw, std::size_t question, TypeformForm& form, Answer& answer) {
  const dom::element& value = *raw.value;
  dom::object object;
  if (raw.type == "number") {
    double number = 0;
    if (value.get(number)) {
      return false;
    }
    answer.number = number;
    return true;
  }
  if (raw.type == "boolean") {
    bool yes = false;
    if (value.get(yes)) {
      return false;
    }
    answer.number = yes ? 1 : 0;
    answer.choices.push_back(yes ? Choice{"true", "Yes"} : Choice{"false", "No"});
    return true;
  }
  if (raw.type == "choice" && !value.get(object)) {
    read_choice(object, question, form, answer);
    return true;
  }
  if (raw.type == "choices" && !value.get(object)) {
    read_choices(object, question, form, answer);
    return true;
  }
  if (raw.type == "payment" && !value.get(object)) {
    // The name and the card's digits stay out: only the amount is an answer.
    dom::element amount;
    if (object["amount"].get(amount)) {
      return false;
    }
    double number = 0;
    answer.number = amount.get(number) ? number_in(text_of(amount)) : std::optional(number);
    answer.text = text_of(amount);
    return true;
  }
  std::string_view text;
  if (!value.get(text)) {
    answer.text = text;
    return true;
  }
  return false;
}

// Nothing is documented about the type: the value is kept as it is, so that no answer is lost in
// silence.
void read_unknown(const RawAnswer& raw, Answer& answer) {
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

void TypeformAnswers::keep(std::size_t question, Answer answer, Response& response) {
  if (seen_.size() <= question) {
    seen_.resize(question + 1);
  }
  auto& seen = seen_[question];
  if (seen.response == responses_) {
    response.answers[seen.position] = std::move(answer);
    ++repeated_;
    return;
  }
  seen = {responses_, response.answers.size()};
  response.answers.push_back(std::move(answer));
}

ParseError TypeformAnswers::read(const dom::element& answers, Response& response) {
  ++responses_;
  dom::array list;
  if (answers.get(list)) {
    return {"/answers", "is not a list of answers"};
  }
  response.answers.reserve(list.size());
  std::size_t position = 0;
  const auto place = [&](std::string_view below) {
    return "/answers/" + std::to_string(position) + std::string(below);
  };
  for (const dom::element entry : list) {
    dom::object object;
    if (entry.get(object)) {
      return {place(""), "is not an answer: an object is expected"};
    }
    const RawAnswer raw = read_raw(object);
    if (raw.field_id.empty()) {
      return {place("/field/id"), "is missing: the answer belongs to no question"};
    }
    if (raw.type.empty()) {
      return {place("/type"), "is missing: the kind of the answer is not told"};
    }
    const auto kind = kind_from_answer(raw);
    const auto question = form_.question_of(raw.field_id, raw.field_ref, kind);
    Answer answer;
    answer.question_id = raw.field_id;
    if (kind == QuestionKind::other) {
      note_unknown_type(raw.type);
      read_unknown(raw, answer);
    } else if (!raw.value || !read_value(raw, question, form_, answer)) {
      return {place("/" + std::string(raw.type)), "does not hold a value of its type"};
    }
    if (is_empty(answer)) {
      answer.state = AnswerState::empty;
    }
    keep(question, std::move(answer), response);
    ++position;
  }
  return {};
}

}  // namespace muster
