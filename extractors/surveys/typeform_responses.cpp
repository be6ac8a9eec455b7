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

// Numbers and flags of hidden fields and variables as text.
std::string as_text(const dom::element& element) {
  std::string_view text;
  if (!element.get(text)) {
    return std::string(text);
  }
  std::int64_t number = 0;
  return element.is_int64() && !element.get(number) ? std::to_string(number)
                                                    : simdjson::minify(element);
}

// Everything here can point to a person.
void read_metadata(const dom::element& value, Response& response) {
  dom::object object;
  if (value.get(object)) {
    return;
  }
  response.respondent.reserve(object.size());
  for (const auto [key, member] : object) {
    if (const auto text = response_text(member); !text.empty()) {
      response.respondent.emplace_back(key, text);
    }
  }
}

bool typeform_holds_nul(const Response& response) {
  const auto bad = [](const std::string& text) { return text.find('\0') != std::string::npos; };
  const auto bad_pair = [&](const auto& pair) { return bad(pair.first) || bad(pair.second); };
  return bad(response.id) ||
         std::any_of(response.hidden.begin(), response.hidden.end(), bad_pair) ||
         std::any_of(response.respondent.begin(), response.respondent.end(), bad_pair) ||
         std::any_of(response.answers.begin(), response.answers.end(), [&](const Answer& answer) {
           return bad(answer.question_id) || bad(answer.text) || bad(answer.other_text) ||
                  std::any_of(
                      answer.choices.begin(), answer.choices.end(), [&](const Choice& choice) {
                        return bad(choice.id) || bad(choice.label);
                      });
         });
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

void TypeformResponses::reject(std::string where, std::string why) {
  export_.responses.pop_back();
  export_.rejected.push_back({std::move(where), std::move(why)});
}

void TypeformResponses::expect(std::size_t count) {
  export_.responses.reserve(export_.responses.size() + count);
  by_id_.reserve(by_id_.size() + count);
}

void TypeformResponses::read(const dom::element& item, std::string place) {
  ++export_.rows_seen;
  export_.responses.emplace_back();
  read_response(item, std::move(place));
}

void TypeformResponses::read_response(const dom::element& item, std::string place) {
  dom::object object;
  if (item.get(object)) {
    return reject(std::move(place), "is not a response: an object is expected");
  }
  Response& response = current();
  dom::object body;
  if (!object["form_response"].get(body)) {
    place += "/form_response";
    if (response_text(object, "event_type") == "form_response_partial") {
      response.status = ResponseStatus::partial;
    }
    object = body;
  }
  Raw raw;
  response.hidden.reserve(hidden_);
  if (auto fault = read_members(object, raw, response); !fault.what.empty()) {
    return reject(place + fault.where, std::move(fault.what));
  }
  hidden_ = response.hidden.size();
  response.where = std::move(place);
  add_response(raw);
}

// Sorts the members into `raw` and `response`. An id that is given twice could be read as either:
// not accepted.
ParseError TypeformResponses::read_members(const dom::object& object,
                                           Raw& raw,
                                           Response& response) {
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
        response.status = ResponseStatus::partial;
      }
    } else if (key == "metadata") {
      read_metadata(value, response);
    } else if (key == "hidden") {
      read_hidden(value, "", response);
    } else if (key == "calculated") {
      read_hidden(value, "calculated.", response);
    } else if (key == "variables") {
      read_variables(value, response);
    }
  }
  return {};
}

void TypeformResponses::add_hidden(std::string_view prefix,
                                   std::string_view name,
                                   std::string value,
                                   Response& response) {
  std::string full;
  full.reserve(prefix.size() + name.size());
  full.append(prefix).append(name);
  for (auto& [known, text] : response.hidden) {
    if (known == full) {
      text = std::move(value);
      return;
    }
  }
  form_.add_hidden_field(full);
  response.hidden.emplace_back(std::move(full), std::move(value));
}

void TypeformResponses::read_hidden(const dom::element& value,
                                    std::string_view prefix,
                                    Response& response) {
  dom::object object;
  if (value.get(object) || object.size() > kMaxTypeformHidden) {
    return;
  }
  for (const auto [key, member] : object) {
    add_hidden(prefix, key, as_text(member), response);
  }
}

// [{"key", "type": "number" | "text", <type>: value}]
void TypeformResponses::read_variables(const dom::element& value, Response& response) {
  dom::array list;
  if (value.get(list) || list.size() > kMaxTypeformHidden) {
    return;
  }
  for (const dom::element entry : list) {
    dom::object variable;
    dom::element content;
    if (entry.get(variable)) {
      continue;
    }
    const auto key = response_text(variable, "key");
    if (!key.empty() && !variable[response_text(variable, "type")].get(content)) {
      add_hidden("calculated.", key, as_text(content), response);
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
  Response& response = current();
  const auto id = !raw.token.empty()         ? raw.token
                  : !raw.response_id.empty() ? raw.response_id
                                             : raw.landing_id;
  if (id.empty()) {
    return reject(response.where + "/token",
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
    export_.excluded.push_back({std::move(response.where), "not submitted"});
    export_.responses.pop_back();
    return;
  }
  if (!submitted) {
    response.status = ResponseStatus::partial;
  }
  if (answered) {
    if (auto fault = answers_.read(*raw.answers, response); !fault.what.empty()) {
      return reject(response.where + fault.where, std::move(fault.what));
    }
  }
  if (check_nul_ && typeform_holds_nul(response)) {
    return reject(response.where, "holds a NUL character (\\u0000), which no text may");
  }
  keep_latest(id);
}

std::optional<Timestamp> TypeformResponses::time_of(std::string_view text) {
  if (text.empty()) {
    return std::nullopt;
  }
  auto time = parse_iso8601(text);
  bad_times_ += time ? 0 : 1;
  return time;
}

// Pages overlap and webhooks are delivered again: of equal tokens the latest version counts, of
// equal versions the later row.
void TypeformResponses::keep_latest(std::string_view id) {
  const auto version = [](const Response& r) {
    return r.submitted_at ? r.submitted_at : r.started_at;
  };
  const auto [entry, added] = by_id_.emplace(id, export_.responses.size() - 1);
  if (added) {
    return;
  }
  Response& response = current();
  Response& known = export_.responses[entry->second];
  const bool completes =
      known.status == ResponseStatus::partial && response.status == ResponseStatus::completed;
  const bool undoes =
      known.status == ResponseStatus::completed && response.status == ResponseStatus::partial;
  if (completes || (!undoes && version(response) >= version(known))) {
    std::swap(known, response);
  }
  export_.excluded.push_back({std::move(response.where),
                              "repeated id: a later version of " + std::string(id) + " counts"});
  export_.responses.pop_back();
}

void TypeformResponses::add_notes() {
  if (answers_.repeated() > 0) {
    export_.notes.push_back(fmt::format(
        "{} answers were given twice in one response: the last counts", answers_.repeated()));
  }
  if (!answers_.unknown_types().empty()) {
    export_.notes.push_back("kept as they are, of types not known here: " +
                            join(answers_.unknown_types(), ", "));
  }
  if (bad_times_ > 0) {
    export_.notes.push_back(fmt::format("{} times could not be read and are unknown", bad_times_));
  }
}

}  // namespace muster
