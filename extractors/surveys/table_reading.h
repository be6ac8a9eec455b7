#pragma once

#include "core/result.h"
#include "extractors/surveys/csv_layout.h"
#include "extractors/surveys/csv_profile.h"
#include "extractors/surveys/csv_questions.h"
#include "extractors/surveys/csv_times.h"
#include "extractors/surveys/hash_set.h"
#include "extractors/surveys/survey_parser.h"

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace muster {

// One row of a table; its views live until the visit ends.
struct TableRow {
  std::span<const std::string_view> cells;
  std::size_t number = 0;    // what its place is made from: a line, a position in a list
  std::string_view problem;  // why it can't be used; empty: it can
};

// The rows of a table, the header first, which can be walked over several times.
class TableRows {
 public:
  virtual ~TableRows() = default;
  // Stops early where `visit` returns false. An error: the table can't be read to its end.
  virtual Parsed<std::size_t> for_each(ReadingPass pass,
                                       const std::function<bool(const TableRow& row)>& visit) = 0;
  virtual std::string place(const TableRow& row) const = 0;
  // Does the header name only what some row holds, so that a column that nobody filled is missing?
  virtual bool lacks_empty_columns() const { return false; }
};

// One reading of one table, which is walked over twice: first to learn what its columns hold, then
// to hand its responses to the sink. Everything is borrowed.
class TableReading {
 public:
  TableReading(TableRows& rows, const SurveyContext& context, ResponseSink& sink)
      : rows_(rows),
        context_(context),
        sink_(sink),
        zone_(context.map != nullptr && !context.map->zone.empty() ? context.map->zone
                                                                   : context.zone) {}

  // Reads the header and all values. An error with an empty `what` is none. `all_columns`: learns
  // of ids, times and other columns too what is learned of questions.
  ParseError learn(bool all_columns = false);
  const CsvLayout& layout() const { return layout_; }
  const std::vector<ColumnProfile>& profiles() const { return profiles_; }
  std::size_t usable_rows() const { return usable_rows_; }
  // With `all_columns`: how often a value of the column had come before.
  std::size_t repeats(std::size_t column) const { return distinct_[column].repeats; }
  // What was judged of the questions; the plan borrows from this reading and from the map.
  CsvPlan plan() const;

  // Hands over the responses. `notes` go before what the reading adds.
  ExportFacts build(std::string_view provider, std::vector<std::string> notes);

 private:
  ParseError read_header();
  template <typename Usable, typename Account>
  ParseError walk(int pass, Usable usable, Account account);
  void start_profiles();
  void learn_row(const TableRow& row);
  void learn_group(const TableRow& row, GroupProfile& group);
  void settle_columns();
  bool holds_statuses(const ColumnProfile& profile) const;
  void finish(const CsvPlan& plan);
  void note_times(std::size_t column);

  TableRows& rows_;
  const SurveyContext& context_;
  ResponseSink& sink_;
  std::string zone_;  // for times without one
  CsvLayout layout_;
  std::vector<ColumnProfile> profiles_;
  std::vector<TimeColumn> times_;
  std::vector<std::string> labels_;
  std::vector<GroupProfile> groups_;
  std::vector<std::string_view> cells_;  // of one row and group
  struct Distinct {
    HashSet hashes;
    std::size_t repeats = 0;
  };
  bool all_columns_ = false;
  std::vector<Distinct> distinct_;  // by column, with all_columns_
  std::size_t usable_rows_ = 0;
  ExportFacts facts_;
};

// What is done with a table that was learned: a parser builds responses, a map is proposed.
struct TableUse {
  bool all_columns = false;  // see TableReading::learn
  std::function<ExportFacts(
      TableReading& reading, std::string_view provider, std::vector<std::string> notes)>
      run;
};
// That of a parser.
TableUse build_responses();

}  // namespace muster
