#include "storage/sqlite/answer_stream.h"

#include "core/error.h"
#include "storage/sqlite/filtered_query.h"
#include "storage/sqlite/quality_rows.h"
#include "storage/sqlite/rows.h"
#include "storage/sqlite/survey_queries.h"

#include <algorithm>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include <fmt/format.h>

// Figures read every answer to a question: a million rows are usual. So a row allocates nothing
// that the row before did not, and asks nothing of the database that the query itself does not.

namespace muster {
namespace {

// Columns of the query, in order.
enum Column {
  kAnswer,
  kQuestion,
  kState,
  kNumber,
  kText,
  kOtherText,
  kResponse,
  kResponseId,
  kExport,
  kPlace,
  kCampaign,
  kCreator,
  kWave,
  kChoiceId,
  kChoiceLabel,
  kGroup
};
constexpr std::string_view kColumns =
    "a.id, a.question, a.state, a.number, a.text, a.other_text, p.id, p.response_id, p.export_id, "
    "p.place, p.campaign, p.creator, p.wave";

// The tiers of creators, each looked up once.
class Tiers {
 public:
  explicit Tiers(Connection& connection) : connection_(connection) {}

  Tier of(const std::string& creator) {
    const auto [known, is_new] = tiers_.try_emplace(creator, Tier::unknown);
    if (is_new) {
      Statement row =
          connection_.prepare(fmt::format("SELECT {} FROM (SELECT ? AS creator) p", kResponseTier));
      row.bind(creator);
      row.step();
      known->second = row.name_of<Tier>(0);
    }
    return known->second;
  }

 private:
  Connection& connection_;
  std::unordered_map<std::string, Tier> tiers_;
};

// What every response says to another question, read beside the answers: both come in order of
// response.
class OtherQuestion {
 public:
  OtherQuestion(Connection& connection, SurveyId survey, std::string_view question)
      : row_(connection.prepare(
            // The number as people write it: 9, not 9.0.
            "SELECT b.response, b.id, coalesce(iif(b.number = CAST(b.number AS INTEGER), "
            "CAST(CAST(b.number AS INTEGER) AS TEXT), CAST(b.number AS TEXT)), b.text), c.label "
            "FROM answer b LEFT JOIN answer_choice c ON c.answer = b.id WHERE b.state = 'answered' "
            "AND b.question = (SELECT g.id FROM question g WHERE g.survey_id = ? AND "
            "g.question_id = ?) ORDER BY b.response, b.id, c.position")) {
    row_.bind(survey, question);
    has_row_ = row_.step();
  }

  // What was chosen, else the number, else the text; empty where there is no answer. Responses must
  // be asked for in ascending order.
  const std::string& of(ResponseId response) {
    if (read_ == response) {
      return value_;
    }
    read_ = response;
    value_.clear();
    while (has_row_ && row_.integer(0) < raw(response)) {
      has_row_ = row_.step();
    }
    if (has_row_ && row_.integer(0) == raw(response)) {
      read_value();
    }
    return value_;
  }

 private:
  // Of the response's first answer.
  void read_value() {
    const std::int64_t answer = row_.integer(1);
    const bool chosen = !row_.is_null(3);
    row_.text_to(chosen ? 3 : 2, value_);
    while ((has_row_ = row_.step()) && row_.integer(1) == answer) {
      value_ += ", " + row_.text(3);
    }
  }

  Statement row_;
  bool has_row_ = false;
  ResponseId read_{};
  std::string value_;
};

// The value that an answer is grouped by: a part of the row, a column of its own, or what the
// response says to another question.
class Group {
 public:
  Group(Connection& connection, SurveyId survey, std::string_view by) : by_(by) {
    if (by == "day") {
      sql_ = "coalesce(date(p.submitted_at / 1000, 'unixepoch'), '')";
    } else if (by == "week") {  // its Monday
      sql_ = "coalesce(date(p.submitted_at / 1000, 'unixepoch', 'weekday 0', '-6 days'), '')";
    } else if (by == "month") {
      sql_ = "coalesce(strftime('%Y-%m', p.submitted_at / 1000, 'unixepoch'), '')";
    } else if (by.starts_with("hidden:")) {
      values_.emplace_back(std::string(by.substr(7)));
      sql_ =
          "coalesce((SELECT h.value FROM response_hidden h WHERE h.response = p.id AND h.name = ? "
          "ORDER BY h.position LIMIT 1), '')";
    } else if (by.starts_with("question:")) {
      other_.emplace(connection, survey, by.substr(9));
    } else if (!by.empty() && by != "creator" && by != "creator.tier" && by != "campaign" &&
               by != "wave") {
      throw PermanentError(
          fmt::format("group answers by '{}': known are creator, creator.tier, campaign, wave, "
                      "day, week, month, question:ID and hidden:NAME",
                      by));
    }
  }

  // Empty: no column.
  const std::string& sql() const { return sql_; }
  const std::vector<FilteredQuery::Value>& values() const { return values_; }

  void read(const Statement& row, AnswerRow& answer) {
    if (!sql_.empty()) {
      row.text_to(kGroup, answer.group);
    } else if (other_) {
      answer.group = other_->of(answer.response);
    } else if (by_ == "creator") {
      answer.group = answer.creator;
    } else if (by_ == "creator.tier") {
      answer.group = to_string(answer.tier);
    } else if (by_ == "campaign") {
      answer.group = answer.campaign;
    } else if (by_ == "wave") {
      answer.group = answer.wave;
    }
  }

 private:
  std::string_view by_;
  std::string sql_;
  std::vector<FilteredQuery::Value> values_;
  std::optional<OtherQuestion> other_;
};

struct AskedQuestion {
  std::string id;
  bool has_choices = false;  // in any form of the questionnaire; without, no answer has any
};

std::unordered_map<std::int64_t, AskedQuestion> read_questions(Connection& connection,
                                                               SurveyId survey) {
  std::unordered_map<std::int64_t, AskedQuestion> questions;
  Statement row = connection.prepare(
      "SELECT q.id, q.question_id, EXISTS (SELECT 1 FROM choice c WHERE c.question = q.id) "
      "FROM question q WHERE q.survey_id = ?");
  row.bind(survey);
  while (row.step()) {
    questions.emplace(row.integer(0), AskedQuestion{row.text(1), row.boolean(2)});
  }
  return questions;
}

// Answers to one question lie in order of response in their index; all answers of the survey are
// sorted. CROSS JOIN keeps SQLite from beginning with the responses, which are wide.
FilteredQuery query_for(SurveyId survey,
                        const AnswerFilter& filter,
                        const std::unordered_map<std::int64_t, AskedQuestion>& questions,
                        const Group& group) {
  const auto asked = std::find_if(questions.begin(), questions.end(), [&](const auto& question) {
    return question.second.id == filter.question_id;
  });
  const bool with_choices = asked == questions.end() || asked->second.has_choices;
  FilteredQuery query;
  query.values = group.values();
  query.sql = fmt::format(
      "SELECT {}, {}{}{} FROM answer a CROSS JOIN response p ON p.id = a.response {} WHERE "
      "p.counts",
      kColumns,
      with_choices ? "c.choice_id, c.label" : "NULL, NULL",
      group.sql().empty() ? "" : ", ",
      group.sql(),
      with_choices ? "LEFT JOIN answer_choice c ON c.answer = a.id" : "");
  query.add("p.survey_id = ?", raw(survey));
  if (filter.question_id.empty()) {
    query.add("a.question IN (SELECT q.id FROM question q WHERE q.survey_id = ?)", raw(survey));
  } else {
    query.add("a.question = ?", asked == questions.end() ? 0 : asked->first);
  }
  add_response_conditions(query, filter);
  query.sql += filter.question_id.empty() ? " ORDER BY a.response, a.position"
                                          : " ORDER BY a.response, a.id";
  query.sql += with_choices ? ", c.position" : "";
  return query;
}

void add_choice(const Statement& row, Answer& answer) {
  if (!row.is_null(kChoiceId)) {
    answer.choices.push_back({row.text(kChoiceId), row.text(kChoiceLabel)});
  }
}

}  // namespace

void stream_answers(Connection& connection,
                    const AnswerFilter& filter,
                    std::string_view group_by,
                    const std::function<void(const AnswerRow&)>& visit) {
  const SurveyId survey = require_survey(connection, filter.survey);
  refuse_drift(connection, filter);
  Group group(connection, survey, group_by);
  const auto questions = read_questions(connection, survey);
  Tiers tiers(connection);
  Statement row = query_for(survey, filter, questions, group).prepare(connection);
  AnswerRow answer;
  std::int64_t question = 0;
  std::int64_t current = 0;  // the answer that is being read; rows are a choice each
  while (row.step()) {
    if (row.integer(kAnswer) == current) {
      add_choice(row, answer.answer);
      continue;
    }
    if (current != 0) {
      visit(answer);
    }
    current = row.integer(kAnswer);
    if (row.integer(kQuestion) != question) {
      question = row.integer(kQuestion);
      answer.answer.question_id = questions.at(question).id;
    }
    answer.answer.state = row.name_of<AnswerState>(kState);
    answer.answer.number = row.optional_real(kNumber);
    row.text_to(kText, answer.answer.text);
    row.text_to(kOtherText, answer.answer.other_text);
    answer.answer.choices.clear();
    add_choice(row, answer.answer);
    answer.response = row.id<ResponseId>(kResponse);
    row.text_to(kResponseId, answer.response_id);
    answer.export_id = row.id<ExportId>(kExport);
    row.text_to(kPlace, answer.where);
    row.text_to(kCampaign, answer.campaign);
    row.text_to(kCreator, answer.creator);
    row.text_to(kWave, answer.wave);
    answer.tier = tiers.of(answer.creator);
    group.read(row, answer);
  }
  if (current != 0) {
    visit(answer);
  }
}

}  // namespace muster
