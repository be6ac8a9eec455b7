#pragma once

#include "core/enum_names.h"
#include "core/time.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace muster {

// Ids of surveys, questions, choices and responses come from outside and are strings, never
// numbers.

enum class QuestionKind {
  single_choice,
  multiple_choice,
  scale,  // numbers from scale_min to scale_max
  nps,    // a scale from 0 to 10 that asks how likely a recommendation is
  matrix,
  ranking,
  number,
  boolean,
  text,
  date,
  file,
  other,
};
template <>
inline constexpr auto kEnumNames<QuestionKind> =
    enum_names<QuestionKind>({{QuestionKind::single_choice, "single_choice"},
                              {QuestionKind::multiple_choice, "multiple_choice"},
                              {QuestionKind::scale, "scale"},
                              {QuestionKind::nps, "nps"},
                              {QuestionKind::matrix, "matrix"},
                              {QuestionKind::ranking, "ranking"},
                              {QuestionKind::number, "number"},
                              {QuestionKind::boolean, "boolean"},
                              {QuestionKind::text, "text"},
                              {QuestionKind::date, "date"},
                              {QuestionKind::file, "file"},
                              {QuestionKind::other, "other"}});

struct Choice {
  std::string id;  // the provider's id, else the label
  std::string label;
  bool operator==(const Choice&) const = default;
};

struct Question {
  std::string id;     // the provider's id, else the column name
  std::string ref;    // the author's own name for it, may be empty
  std::string title;  // plain text: markup removed, entities decoded
  QuestionKind kind = QuestionKind::text;
  std::string parent_id;  // matrix row or group member: the question it belongs to
  std::vector<Choice> choices;
  std::optional<double> scale_min;
  std::optional<double> scale_max;
  bool operator==(const Question&) const = default;
};

struct SurveyDefinition {
  std::string provider;     // "typeform", "csv"
  std::string external_id;  // the provider's survey id, else the source's name for it
  std::string title;
  std::vector<Question> questions;  // in order
  std::vector<std::string> hidden_fields;
  bool operator==(const SurveyDefinition&) const = default;
};

enum class ResponseStatus {
  started,
  partial,
  completed,
  screened_out,
  over_quota,
  deleted,
  preview,
  test,
  spam
};
template <>
inline constexpr auto kEnumNames<ResponseStatus> =
    enum_names<ResponseStatus>({{ResponseStatus::started, "started"},
                                {ResponseStatus::partial, "partial"},
                                {ResponseStatus::completed, "completed"},
                                {ResponseStatus::screened_out, "screened_out"},
                                {ResponseStatus::over_quota, "over_quota"},
                                {ResponseStatus::deleted, "deleted"},
                                {ResponseStatus::preview, "preview"},
                                {ResponseStatus::test, "test"},
                                {ResponseStatus::spam, "spam"}});

// Four kinds of "no answer" that must not be mixed: only `answered` and `empty` count as shown and
// dealt with.
enum class AnswerState { answered, empty, not_answered, not_shown, not_applicable };
template <>
inline constexpr auto kEnumNames<AnswerState> =
    enum_names<AnswerState>({{AnswerState::answered, "answered"},
                             {AnswerState::empty, "empty"},
                             {AnswerState::not_answered, "not_answered"},
                             {AnswerState::not_shown, "not_shown"},
                             {AnswerState::not_applicable, "not_applicable"}});

struct Answer {
  std::string question_id;
  AnswerState state = AnswerState::answered;
  std::vector<Choice> choices;  // chosen, in the order given (ranking: best first)
  std::optional<double> number;
  std::string text;        // text answers, dates, file URLs
  std::string other_text;  // what was typed beside "other"
  bool operator==(const Answer&) const = default;
};

// Open text as it was written, where the answer holds it with personal data masked.
struct RawText {
  std::size_t answer = 0;  // position in Response::answers
  std::string text;
  std::string other_text;  // also choices that were typed
  bool operator==(const RawText&) const = default;
};

struct Response {
  std::string id;  // the provider's response id
  ResponseStatus status = ResponseStatus::completed;
  std::optional<Timestamp> started_at;
  std::optional<Timestamp> submitted_at;
  std::optional<Timestamp>
      updated_at;                // the version: newer replaces older; nullopt: submitted_at counts
  bool times_are_local = false;  // they had no zone and were read in the configured one
  std::string language;
  std::vector<std::pair<std::string, std::string>> hidden;  // hidden fields, URL variables
  // Personal references (network id, e-mail, IP): kept apart from the answers, never searched.
  std::vector<std::pair<std::string, std::string>> respondent;
  std::vector<Answer> answers;
  std::vector<RawText> raw_texts;  // in order of the answers; kept apart like `respondent`
  std::string where;               // place in the export: "/items/3", "row 12"
  bool operator==(const Response&) const = default;
};

// A row of an export that could not be read, or that is not an answer.
struct SkippedRow {
  std::string where;
  std::string why;
  bool operator==(const SkippedRow&) const = default;
};

// Everything that an export says. rows_seen = responses + excluded + rejected.
struct ParsedExport {
  SurveyDefinition definition;
  std::vector<Response> responses;
  std::vector<SkippedRow>
      excluded;  // understood and left out: never submitted, preview, test, repeated id
  std::vector<SkippedRow> rejected;  // not understood
  std::vector<std::string> notes;    // what the reader assumed: encoding, separator, header rows
  std::int64_t rows_seen = 0;
};

}  // namespace muster
