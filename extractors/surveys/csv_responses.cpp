#include "extractors/surveys/csv_responses.h"

#include "core/hash.h"
#include "core/text.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

namespace muster {
namespace {

struct NamedStatus {
  std::string_view name;
  ResponseStatus status;
};

// Qualtrics: 0 IP address, 1 preview, 2 test, 4 imported, 8 spam, 9 preview marked as spam, 16
// offline, 17 offline preview.
constexpr auto kQualtricsStatuses = std::to_array<NamedStatus>({
    {"0", ResponseStatus::completed},
    {"ip address", ResponseStatus::completed},
    {"1", ResponseStatus::preview},
    {"survey preview", ResponseStatus::preview},
    {"2", ResponseStatus::test},
    {"survey test", ResponseStatus::test},
    {"4", ResponseStatus::completed},
    {"imported", ResponseStatus::completed},
    {"8", ResponseStatus::spam},
    {"spam", ResponseStatus::spam},
    {"9", ResponseStatus::spam},
    {"survey preview spam", ResponseStatus::spam},
    {"16", ResponseStatus::completed},
    {"offline", ResponseStatus::completed},
    {"17", ResponseStatus::preview},
    {"offline preview", ResponseStatus::preview},
});

constexpr auto kStatuses = std::to_array<NamedStatus>({
    {"completed", ResponseStatus::completed},
    {"complete", ResponseStatus::completed},
    {"partial", ResponseStatus::partial},
    {"incomplete", ResponseStatus::partial},
    {"in progress", ResponseStatus::partial},
    {"started", ResponseStatus::started},
    {"disqualified", ResponseStatus::screened_out},
    {"screened out", ResponseStatus::screened_out},
    {"screened_out", ResponseStatus::screened_out},
    {"overquota", ResponseStatus::over_quota},
    {"over quota", ResponseStatus::over_quota},
    {"over_quota", ResponseStatus::over_quota},
    {"deleted", ResponseStatus::deleted},
    {"preview", ResponseStatus::preview},
    {"test", ResponseStatus::test},
    {"spam", ResponseStatus::spam},
});

bool is_one_of(std::string_view cell, const std::vector<std::string>& words) {
  return std::find(words.begin(), words.end(), cell) != words.end();
}

// The state of an answer whose cell says that there is none.
std::optional<AnswerState> no_answer(const ColumnPlan& plan, std::string_view cell) {
  if (plan.mapped != nullptr && is_one_of(cell, plan.mapped->not_answered)) {
    return AnswerState::not_answered;
  }
  if (plan.mapped != nullptr && is_one_of(cell, plan.mapped->not_applicable)) {
    return AnswerState::not_applicable;
  }
  if (cell == "-99") {
    return AnswerState::not_answered;
  }
  return says_not_applicable(cell) ? std::optional(AnswerState::not_applicable) : std::nullopt;
}

// Some was typed into the cell of the choices, some beside it.
void add_other_text(Answer& answer, std::string_view text) {
  answer.other_text += answer.other_text.empty() ? "" : ", ";
  answer.other_text += text;
}

bool says_no(std::string_view cell) {
  return cell.empty() || marks_no_choice(cell);
}

}  // namespace

std::optional<ResponseStatus> status_of(std::string_view cell, CsvDialect dialect) {
  const std::string name = to_lower_ascii(trim(cell));
  const auto find_in = [&](const auto& statuses) -> std::optional<ResponseStatus> {
    const auto found = std::find_if(
        statuses.begin(), statuses.end(), [&](const NamedStatus& s) { return s.name == name; });
    return found == statuses.end() ? std::nullopt : std::optional(found->status);
  };
  const bool qualtrics =
      dialect == CsvDialect::qualtrics || dialect == CsvDialect::qualtrics_legacy;
  return qualtrics ? find_in(kQualtricsStatuses) : find_in(kStatuses);
}

CsvResponses::CsvResponses(const CsvLayout& layout,
                           const CsvPlan& plan,
                           const std::vector<TimeColumn>& times,
                           const SurveyDefinition& definition,
                           ResponseSink& sink)
    : layout_(layout),
      plan_(plan),
      times_(times),
      definition_(definition),
      sink_(sink),
      seen_(plan.questions.size()) {
  for (const auto& column : layout.columns) {
    has_id_ = has_id_ || column.role == ColumnRole::response_id;
    has_submit_time_ = has_submit_time_ || column.role == ColumnRole::submitted_at;
  }
}

void CsvResponses::read(std::span<const std::string_view> cells, std::string_view where) {
  ++rows_;
  ranks_.clear();
  Response& response = draft_.start(where);
  for (std::size_t i = 0; i < layout_.columns.size(); ++i) {
    read_cell(i, trim(cells[i]), response);
  }
  order_ranks(response);
  if (has_id_ && response.id.empty()) {
    return sink_.reject({response.where, "has no response id"});
  }
  if (const auto why = reason_to_exclude(response.status); !why.empty()) {
    return sink_.exclude({response.where, std::string(why)});
  }
  if (!has_id_) {
    response.id = synthesized_id(cells);
  }
  sink_.file(response, definition_);
}

void CsvResponses::read_cell(std::size_t i, std::string_view cell, Response& response) {
  const CsvColumn& column = layout_.columns[i];
  switch (column.role) {
    case ColumnRole::question:
      return read_answer(i, cell, response);
    case ColumnRole::response_id:
      response.id = cell;
      return;
    case ColumnRole::started_at:
    case ColumnRole::submitted_at:
    case ColumnRole::updated_at:
      return read_time(i, cell, response);
    case ColumnRole::status:
      return read_status(cell, response);
    case ColumnRole::finished:
      if (says_no(cell) && response.status == ResponseStatus::completed) {
        response.status = ResponseStatus::partial;
      }
      return;
    case ColumnRole::language:
      response.language = cell;
      return;
    case ColumnRole::hidden:
    case ColumnRole::respondent:
      if (!cell.empty()) {
        const std::string& name = column.ref.empty() ? column.name : column.ref;
        if (column.role == ColumnRole::hidden) {
          draft_.add_hidden(name, cell);
        } else {
          draft_.add_respondent(name, cell);
        }
      }
      return;
    case ColumnRole::ignored:
      return;
  }
}

void CsvResponses::read_time(std::size_t i, std::string_view cell, Response& response) {
  const CsvColumn& column = layout_.columns[i];
  const auto time = cell.empty() ? std::nullopt : times_[i].parse(cell);
  bad_times_ += !cell.empty() && !time ? 1 : 0;
  // LimeSurvey leaves the time of submission empty until the last page was sent.
  if (column.role == ColumnRole::submitted_at && cell.empty() &&
      layout_.dialect == CsvDialect::limesurvey) {
    response.status = ResponseStatus::partial;
  }
  if (!time) {
    return;
  }
  response.times_are_local = response.times_are_local || (!column.is_utc && times_[i].is_local());
  if (column.role == ColumnRole::started_at) {
    response.started_at = time;
  } else if (column.role == ColumnRole::submitted_at) {
    response.submitted_at = time;
  } else {
    response.updated_at = time;
  }
}

void CsvResponses::read_status(std::string_view cell, Response& response) {
  if (cell.empty()) {
    return;
  }
  const auto status = status_of(cell, layout_.dialect);
  if (!status) {
    constexpr std::size_t kMostNamed = 10;
    const std::string name(cell.substr(0, 60));
    if (unknown_statuses_.size() < kMostNamed &&
        std::find(unknown_statuses_.begin(), unknown_statuses_.end(), name) ==
            unknown_statuses_.end()) {
      unknown_statuses_.push_back(name);
    }
    return;
  }
  // "Finished = 0" may have come first; only a stronger word replaces it.
  if (*status != ResponseStatus::completed) {
    response.status = *status;
  }
}

Answer& CsvResponses::answer_to(std::size_t question, Response& response) {
  auto& seen = seen_[question];
  if (seen.row != rows_) {
    seen = {rows_, response.answers.size()};
    return draft_.add_answer(plan_.questions[question].id);
  }
  return response.answers[seen.position];
}

void CsvResponses::read_choice(const ColumnPlan& plan, std::string_view cell, Answer& answer) {
  const auto& choices = plan_.questions[plan.question].choices;
  const auto known = std::find_if(choices.begin(), choices.end(), [&](const Choice& c) {
    return c.id == cell || c.label == cell;
  });
  if (known != choices.end()) {
    answer.choices.push_back(*known);
  } else if (plan.mapped != nullptr && !plan.mapped->choices.empty()) {
    ++unlisted_choices_;
    add_other_text(answer, cell);
  } else {
    answer.choices.push_back({std::string(cell), std::string(cell)});
  }
}

void CsvResponses::read_list(const ColumnPlan& plan, std::string_view cell, Answer& answer) {
  if (plan.mapped != nullptr) {
    for_each_piece(cell, plan.mapped->separator, [&](std::string_view piece) {
      if (piece = trim(piece); !piece.empty()) {
        read_choice(plan, piece, answer);
      }
    });
    return;
  }
  const auto& labels = plan_.list_choices[plan.question];
  for_each_piece(cell, kListSeparator, [&](std::string_view piece) {
    if (labels.empty() || labels.find(piece) != labels.end()) {
      answer.choices.push_back({std::string(piece), std::string(piece)});
    } else if (!piece.empty()) {
      add_other_text(answer, piece);
    }
  });
}

void CsvResponses::read_number(const ColumnPlan& plan, std::string_view cell, Answer& answer) {
  answer.number = survey_number(cell);
  if (!answer.number) {
    answer.text = cell;
    ++bad_numbers_;
  } else if (plan.mapped != nullptr) {
    const bool below = plan.mapped->scale_min && *answer.number < *plan.mapped->scale_min;
    const bool above = plan.mapped->scale_max && *answer.number > *plan.mapped->scale_max;
    outside_scale_ += below || above ? 1 : 0;
  }
}

// How a cell that is not empty becomes an answer.
void CsvResponses::read_answer(std::size_t i, std::string_view cell, Response& response) {
  const ColumnPlan& plan = plan_.columns[i];
  if (plan.use == CellUse::none || cell.empty()) {
    return;
  }
  if (plan.use == CellUse::member && marks_no_choice(cell) && cell != plan.choice.label) {
    Answer& answer = answer_to(plan.question, response);
    answer.state = answer.choices.empty() ? AnswerState::empty : AnswerState::answered;
    return;
  }
  Answer& answer = answer_to(plan.question, response);
  if (const auto none = no_answer(plan, cell)) {
    if (answer.choices.empty()) {
      answer.state = *none;
    }
    return;
  }
  answer.state = AnswerState::answered;
  switch (plan.use) {
    case CellUse::choice:
      return read_choice(plan, cell, answer);
    case CellUse::member:
      answer.choices.push_back(plan.choice);
      return;
    case CellUse::list:
      return read_list(plan, cell, answer);
    case CellUse::rank:
      if (const auto rank = survey_number(cell)) {
        answer.choices.push_back(plan.choice);
        ranks_.emplace_back(plan.question, *rank);
      } else {
        answer.text = cell;
        ++bad_numbers_;
      }
      return;
    case CellUse::rank_slot:
      answer.choices.push_back({std::string(cell), std::string(cell)});
      return;
    case CellUse::number:
      return read_number(plan, cell, answer);
    case CellUse::boolean: {
      const bool yes = marks_choice(cell);
      answer.number = yes ? 1 : 0;
      answer.choices.push_back(yes ? Choice{"true", "Yes"} : Choice{"false", "No"});
      return;
    }
    case CellUse::date:
    case CellUse::text:
      answer.text = cell;
      return;
    case CellUse::other_text:
      add_other_text(answer, cell);
      if (plan_.questions[plan.question].kind == QuestionKind::multiple_choice) {
        answer.choices.push_back({"other", "Other"});
      }
      return;
    case CellUse::none:
      return;
  }
}

// Sorts the choices of rankings, which stand in the order of the columns, by their ranks.
void CsvResponses::order_ranks(Response& response) {
  std::stable_sort(
      ranks_.begin(), ranks_.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  for (std::size_t begin = 0; begin < ranks_.size();) {
    std::size_t end = begin;
    while (end < ranks_.size() && ranks_[end].first == ranks_[begin].first) {
      ++end;
    }
    auto& choices = response.answers[seen_[ranks_[begin].first].position].choices;
    std::vector<std::pair<double, Choice>> ranked;
    for (std::size_t k = begin; k < end; ++k) {
      ranked.emplace_back(ranks_[k].second, std::move(choices[k - begin]));
    }
    std::stable_sort(ranked.begin(), ranked.end(), [](const auto& a, const auto& b) {
      return a.first < b.first;
    });
    for (std::size_t k = 0; k < ranked.size(); ++k) {
      choices[k] = std::move(ranked[k].second);
    }
    begin = end;
  }
}

// The same row gives the same id in every export; equal rows are numbered. An edited row gets
// another id.
std::string CsvResponses::synthesized_id(std::span<const std::string_view> cells) {
  row_content_.clear();
  for (const auto cell : cells) {
    row_content_ += cell;
    row_content_ += '\x1f';
  }
  const ContentHash hash = sha256(row_content_);
  std::uint64_t key = 0;
  for (std::size_t i = 0; i < sizeof(key); ++i) {
    key = key << 8 | hash.bytes[i];
  }
  const auto occurrence = row_hashes_.add(key) ? 1 : ++repeated_rows_[key] + 1;
  return fmt::format("row-{:016x}-{}", key, occurrence);
}

void CsvResponses::add_notes(std::vector<std::string>& notes) const {
  if (!has_id_) {
    notes.push_back(
        "no column holds response ids: they were made from the content of each row, so an edited "
        "row becomes a new response");
  }
  if (!has_submit_time_) {
    notes.push_back("no column holds the time of submission");
  }
  if (bad_times_ > 0) {
    notes.push_back(fmt::format("{} times could not be read and are unknown", bad_times_));
  }
  if (bad_numbers_ > 0) {
    notes.push_back(
        fmt::format("{} answers to number questions are no numbers: kept as text", bad_numbers_));
  }
  if (outside_scale_ > 0) {
    notes.push_back(
        fmt::format("{} answers lie outside of the scale that the map gives", outside_scale_));
  }
  if (unlisted_choices_ > 0) {
    notes.push_back(fmt::format(
        "{} choices are none of those that the map lists: kept as other text", unlisted_choices_));
  }
  if (!unknown_statuses_.empty()) {
    notes.push_back("statuses not known here, counted as completed: " +
                    join(unknown_statuses_, ", "));
  }
}

}  // namespace muster
