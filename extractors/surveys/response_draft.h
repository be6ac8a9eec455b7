#pragma once

#include "core/survey.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace muster {

// The response that is being read. What a sink leaves of it is used again for the next one: a
// response without reuse costs some forty allocations.
class ResponseDraft {
 public:
  // Empties it for the next row.
  Response& start(std::string_view where);

  Response& response() { return response_; }
  Answer& add_answer(std::string_view question_id);
  void drop_last_answer();
  void add_hidden(std::string_view name, std::string_view value) {
    add_pair(response_.hidden, name, value);
  }
  void add_respondent(std::string_view name, std::string_view value) {
    add_pair(response_.respondent, name, value);
  }

 private:
  using Pair = std::pair<std::string, std::string>;
  void add_pair(std::vector<Pair>& list, std::string_view name, std::string_view value);
  void keep_spare(std::vector<Pair>& list);

  Response response_;
  std::vector<Answer> answers_;  // spare ones, with memory of their own
  std::vector<Pair> pairs_;
};

// Why a response of this status is not filed, empty where it is.
std::string_view reason_to_exclude(ResponseStatus status);

// Does any text of it hold a NUL?
bool holds_nul(const Response& response);

}  // namespace muster
