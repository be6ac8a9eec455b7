#pragma once

#include "core/survey.h"
#include "extractors/surveys/csv_layout.h"
#include "extractors/surveys/csv_questions.h"
#include "extractors/surveys/csv_times.h"
#include "extractors/surveys/hash_set.h"
#include "extractors/surveys/response_draft.h"
#include "extractors/surveys/response_sink.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace muster {

// Reads the rows of a table one by one and hands them to a sink, by what was decided about its
// columns.
class CsvResponses {
 public:
  // `times`: one a column, which has seen all values of the columns that hold times. Everything is
  // borrowed.
  CsvResponses(const CsvLayout& layout,
               const CsvPlan& plan,
               const std::vector<TimeColumn>& times,
               const SurveyDefinition& definition,
               ResponseSink& sink);

  // A row that has as many cells as the table has columns. `where` is its place: "line 12".
  void read(std::span<const std::string_view> cells, std::string_view where);

  void add_notes(std::vector<std::string>& notes) const;

 private:
  void read_cell(std::size_t column, std::string_view cell, Response& response);
  void read_time(std::size_t column, std::string_view cell, Response& response);
  void read_status(std::string_view cell, Response& response);
  void read_answer(std::size_t column, std::string_view cell, Response& response);
  void read_choice(const ColumnPlan& plan, std::string_view cell, Answer& answer);
  void read_list(const ColumnPlan& plan, std::string_view cell, Answer& answer);
  void read_number(const ColumnPlan& plan, std::string_view cell, Answer& answer);
  Answer& answer_to(std::size_t question, Response& response);
  void order_ranks(Response& response);
  std::string synthesized_id(std::span<const std::string_view> cells);

  const CsvLayout& layout_;
  const CsvPlan& plan_;
  const std::vector<TimeColumn>& times_;
  const SurveyDefinition& definition_;
  ResponseSink& sink_;
  ResponseDraft draft_;
  bool has_id_ = false;
  bool has_submit_time_ = false;

  struct Seen {
    std::size_t row = 0;  // 0: never
    std::size_t position = 0;
  };
  std::vector<Seen> seen_;  // by question: where the row at hand has its answer
  std::vector<std::pair<std::size_t, double>>
      ranks_;  // of the row: question, rank, in the order of the answers' choices
  std::size_t rows_ = 0;

  HashSet row_hashes_;
  std::unordered_map<std::uint64_t, std::size_t> repeated_rows_;  // how often one came again
  std::string row_content_;
  std::size_t bad_times_ = 0;
  std::size_t bad_numbers_ = 0;
  std::size_t outside_scale_ = 0;     // of a map
  std::size_t unlisted_choices_ = 0;  // that a map does not list
  std::vector<std::string> unknown_statuses_;
};

// The status that a cell names ("Completed", "Survey Preview", Qualtrics' numbers), or nullopt.
std::optional<ResponseStatus> status_of(std::string_view cell, CsvDialect dialect);

}  // namespace muster
