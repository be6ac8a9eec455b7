#include "extractors/surveys/response_draft.h"

#include <algorithm>

namespace muster {

Response& ResponseDraft::start(std::string_view where) {
  // In reverse, so that the next row finds long texts where it had them.
  for (auto answer = response_.answers.rbegin(); answer != response_.answers.rend(); ++answer) {
    answers_.push_back(std::move(*answer));
  }
  response_.answers.clear();
  keep_spare(response_.hidden);
  keep_spare(response_.respondent);
  response_.id.clear();
  response_.status = ResponseStatus::completed;
  response_.started_at.reset();
  response_.submitted_at.reset();
  response_.updated_at.reset();
  response_.times_are_local = false;
  response_.language.clear();
  response_.raw_texts.clear();
  response_.where = where;
  return response_;
}

Answer& ResponseDraft::add_answer(std::string_view question_id) {
  auto& answers = response_.answers;
  if (answers_.empty()) {
    answers.emplace_back();
  } else {
    answers.push_back(std::move(answers_.back()));
    answers_.pop_back();
  }
  Answer& answer = answers.back();
  answer.question_id = question_id;
  answer.state = AnswerState::answered;
  answer.choices.clear();
  answer.number.reset();
  answer.text.clear();
  answer.other_text.clear();
  return answer;
}

void ResponseDraft::drop_last_answer() {
  answers_.push_back(std::move(response_.answers.back()));
  response_.answers.pop_back();
}

void ResponseDraft::add_pair(std::vector<Pair>& list,
                             std::string_view name,
                             std::string_view value) {
  if (pairs_.empty()) {
    list.emplace_back(name, value);
    return;
  }
  list.push_back(std::move(pairs_.back()));
  pairs_.pop_back();
  list.back().first = name;
  list.back().second = value;
}

void ResponseDraft::keep_spare(std::vector<Pair>& list) {
  for (auto pair = list.rbegin(); pair != list.rend(); ++pair) {
    pairs_.push_back(std::move(*pair));
  }
  list.clear();
}

std::string_view reason_to_exclude(ResponseStatus status) {
  switch (status) {
    case ResponseStatus::preview:
      return "a preview by the author, not a respondent";
    case ResponseStatus::test:
      return "a test response";
    case ResponseStatus::spam:
      return "marked as spam by the provider";
    case ResponseStatus::started:
      return "not submitted";
    default:
      return "";
  }
}

bool holds_nul(const Response& response) {
  const auto bad = [](const std::string& text) { return text.find('\0') != std::string::npos; };
  const auto bad_pair = [&](const auto& pair) { return bad(pair.first) || bad(pair.second); };
  const auto bad_answer = [&](const Answer& answer) {
    return bad(answer.question_id) || bad(answer.text) || bad(answer.other_text) ||
           std::any_of(answer.choices.begin(), answer.choices.end(), [&](const Choice& c) {
             return bad(c.id) || bad(c.label);
           });
  };
  return bad(response.id) || bad(response.language) ||
         std::any_of(response.hidden.begin(), response.hidden.end(), bad_pair) ||
         std::any_of(response.respondent.begin(), response.respondent.end(), bad_pair) ||
         std::any_of(response.answers.begin(), response.answers.end(), bad_answer);
}

}  // namespace muster
