#include "extractors/surveys/typeform_responses.h"

#include "core/text.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <simdjson.h>

namespace muster {
namespace {

namespace dom = simdjson::dom;

// More hidden fields than this are a mistake or an attack; Typeform allows 100.
constexpr std::size_t kMaxTypeformHidden = 200;

// Typeform writes year 1 where a response was never submitted.
constexpr std::string_view kNeverSubmitted = "0001-01-01";

std::string_view response_text(const dom::element& element) {
  std::string_view value;
  return element.get(value) ? std::string_view() : value;
}

std::string_view response_text(const dom::object& object, std::string_view key) {
  std::string_view value;
  return object[key].get(value) ? std::string_view() : value;
}

// Numbers and flags of hidden fields and variables as text; `made` holds it where the document has
// none.
std::string_view as_text(const dom::element& element, std::string& made) {
  std::string_view text;
  if (!element.get(text)) {
    return text;
  }
  std::int64_t number = 0;
  made = element.is_int64() && !element.get(number) ? std::to_string(number)
                                                    : simdjson::minify(element);
  return made;
}

}  // namespace

// The members of one response, as they lie in the document.
struct TypeformResponses::Raw {
  std::string_view token;
  std::string_view response_id;
  std::string_view landing_id;
  std::string_view landed_at;
  std::string_view submitted_at;
  std::optional<dom::element> answers;
  std::optional<dom::element> definition;
  std::string_view form_id;
};

void TypeformResponses::reject(std::string_view below, std::string why) {
  sink_.reject({draft_.response().where + std::string(below), std::move(why)});
}

void TypeformResponses::read(const dom::element& item, std::string_view place) {
  ++rows_;
  Response& response = draft_.start(place);
  dom::object object;
  if (item.get(object)) {
    return reject("", "is not a response: an object is expected");
  }
  dom::object body;
  if (!object["form_response"].get(body)) {
    response.where += "/form_response";
    if (response_text(object, "event_type") == "form_response_partial") {
      response.status = ResponseStatus::partial;
    }
    object = body;
  }
  Raw raw;
  if (auto fault = read_members(object, raw); !fault.what.empty()) {
    return reject(fault.where, std::move(fault.what));
  }
  add_response(raw);
}

// Sorts the members into `raw` and the draft. An id that is given twice could be read as either:
// not accepted.
ParseError TypeformResponses::read_members(const dom::object& object, Raw& raw) {
  for (const auto [key, value] : object) {
    if (key == "token") {
      if (!raw.token.empty()) {
        return {"/token", "is given twice"};
      }
      raw.token = response_text(value);
    } else if (key == "answers") {
      if (raw.answers) {
        return {"/answers", "is given twice"};
      }
      raw.answers = value;
    } else if (key == "response_id") {
      raw.response_id = response_text(value);
    } else if (key == "landing_id") {
      raw.landing_id = response_text(value);
    } else if (key == "landed_at") {
      raw.landed_at = response_text(value);
    } else if (key == "submitted_at") {
      raw.submitted_at = response_text(value);
    } else if (key == "form_id") {
      raw.form_id = response_text(value);
    } else if (key == "definition") {
      raw.definition = value;
    } else if (key == "response_type") {
      if (response_text(value) == "partial") {
        draft_.response().status = ResponseStatus::partial;
      }
    } else if (key == "metadata") {
      read_metadata(value);
    } else if (key == "hidden") {
      read_hidden(value, "");
    } else if (key == "calculated") {
      read_hidden(value, "calculated.");
    } else if (key == "variables") {
      read_variables(value);
    }
  }
  return {};
}

// Everything here can point to a person.
void TypeformResponses::read_metadata(const dom::element& value) {
  dom::object object;
  if (value.get(object)) {
    return;
  }
  for (const auto [key, member] : object) {
    if (const auto text = response_text(member); !text.empty()) {
      draft_.add_respondent(key, text);
    }
  }
}

void TypeformResponses::add_hidden(std::string_view prefix,
                                   std::string_view name,
                                   std::string_view value) {
  name_.assign(prefix).append(name);
  for (auto& [known, text] : draft_.response().hidden) {
    if (known == name_) {
      text = value;
      return;
    }
  }
  form_.add_hidden_field(name_);
  draft_.add_hidden(name_, value);
}

void TypeformResponses::read_hidden(const dom::element& value, std::string_view prefix) {
  dom::object object;
  if (value.get(object) || object.size() > kMaxTypeformHidden) {
    return;
  }
  std::string made;
  for (const auto [key, member] : object) {
    add_hidden(prefix, key, as_text(member, made));
  }
}

// [{"key", "type": "number" | "text", <type>: value}]
void TypeformResponses::read_variables(const dom::element& value) {
  dom::array list;
  if (value.get(list) || list.size() > kMaxTypeformHidden) {
    return;
  }
  std::string made;
  for (const dom::element entry : list) {
    dom::object variable;
    dom::element content;
    if (entry.get(variable)) {
      continue;
    }
    const auto key = response_text(variable, "key");
    if (!key.empty() && !variable[response_text(variable, "type")].get(content)) {
      add_hidden("calculated.", key, as_text(content, made));
    }
  }
}

// Webhook bodies carry the form with every response; the same one is read once.
void TypeformResponses::read_definition(const Raw& raw) {
  dom::object definition;
  if (raw.definition && !raw.definition->get(definition) &&
      response_text(definition, "id") != defined_) {
    defined_ = response_text(definition, "id");
    form_.add_form(definition);
  }
  if (form_.definition().external_id.empty()) {
    form_.definition().external_id = raw.form_id;
  }
}

void TypeformResponses::add_response(const Raw& raw) {
  Response& response = draft_.response();
  const auto id = !raw.token.empty()         ? raw.token
                  : !raw.response_id.empty() ? raw.response_id
                                             : raw.landing_id;
  if (id.empty()) {
    return reject("/token",
                  "is missing or not a text: a response needs its token to be told from others");
  }
  read_definition(raw);
  response.id = id;
  response.started_at = time_of(raw.landed_at);
  const bool submitted =
      !raw.submitted_at.empty() && !raw.submitted_at.starts_with(kNeverSubmitted);
  response.submitted_at = submitted ? time_of(raw.submitted_at) : std::nullopt;
  const bool answered = raw.answers && !raw.answers->is_null();
  if (!submitted && !answered) {
    return sink_.exclude({response.where, std::string(reason_to_exclude(ResponseStatus::started))});
  }
  if (!submitted) {
    response.status = ResponseStatus::partial;
  }
  if (answered) {
    if (auto fault = answers_.read(*raw.answers); !fault.what.empty()) {
      return reject(fault.where, std::move(fault.what));
    }
  }
  if (holds_nul(response)) {
    return reject("", "holds a NUL character (\\u0000), which no text may");
  }
  // Pages overlap and webhooks are delivered again: the sink says which version counts.
  sink_.file(response, form_.definition());
}

std::optional<Timestamp> TypeformResponses::time_of(std::string_view text) {
  if (text.empty()) {
    return std::nullopt;
  }
  auto time = parse_iso8601(text);
  bad_times_ += time ? 0 : 1;
  return time;
}

void TypeformResponses::add_notes(std::vector<std::string>& notes) const {
  if (answers_.repeated() > 0) {
    notes.push_back(fmt::format("{} answers were given twice in one response: the last counts",
                                answers_.repeated()));
  }
  if (!answers_.unknown_types().empty()) {
    notes.push_back("kept as they are, of types not known here: " +
                    join(answers_.unknown_types(), ", "));
  }
  if (bad_times_ > 0) {
    notes.push_back(fmt::format("{} times could not be read and are unknown", bad_times_));
  }
}

}  // namespace muster
