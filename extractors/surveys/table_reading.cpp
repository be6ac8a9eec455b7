#include "extractors/surveys/table_reading.h"

#include "core/text.h"
#include "extractors/surveys/csv_responses.h"
#include "extractors/surveys/table_map.h"

#include <algorithm>
#include <map>
#include <utility>

#include <fmt/format.h>

namespace muster {
namespace {

// Labels that a column may have before it counts as text, and pieces between commas.
constexpr std::size_t kMostLabels = 60;
constexpr std::size_t kMostLists = 500;  // different combinations of choices
constexpr std::size_t kMostParts = 4000;

bool is_time(ColumnRole role) {
  return role == ColumnRole::started_at || role == ColumnRole::submitted_at ||
         role == ColumnRole::updated_at;
}

bool all_empty(std::span<const std::string_view> cells) {
  return std::all_of(
      cells.begin(), cells.end(), [](std::string_view cell) { return trim(cell).empty(); });
}

// 0, 1, 2... as data frames write them.
bool counts_rows(const ColumnProfile& profile) {
  const bool differ = profile.labels.overflowed() || profile.labels.distinct() == profile.answers();
  return profile.all_integers() && differ && profile.smallest >= 0 && profile.smallest <= 1;
}

}  // namespace

ParseError TableReading::learn(bool all_columns) {
  all_columns_ = all_columns;
  if (auto error = read_header(); !error.what.empty()) {
    return error;
  }
  start_profiles();
  if (auto error = walk(
          1,
          [&](const TableRow& row) { learn_row(row); },
          [](const TableRow&, bool, const std::string&) {});
      !error.what.empty()) {
    return error;
  }
  settle_columns();
  return {};
}

ParseError TableReading::read_header() {
  constexpr std::size_t kHead = 4;
  std::vector<CsvRecord> head;
  ParseError bad;
  const auto read = rows_.for_each({1, 2}, [&](const TableRow& row) {
    if (!row.problem.empty() && bad.what.empty() && head.size() < 3) {
      bad = {rows_.place(row), "the header " + std::string(row.problem)};
    }
    head.emplace_back(row.cells.begin(), row.cells.end());
    return head.size() < kHead && bad.what.empty();
  });
  // A bad record below the header is a bad row, not a bad header.
  if (!read && head.empty()) {
    return read.error();
  }
  auto layout = detect_layout(head);
  if (!layout) {
    return layout.error();
  }
  layout_ = std::move(*layout);
  if (!bad.what.empty() && head.size() <= layout_.header_rows) {
    return bad;
  }
  return context_.map == nullptr ? ParseError{}
                                 : apply_map(*context_.map, rows_.lacks_empty_columns(), layout_);
}

// Calls `usable` for the rows that can be read; `account` says what became of the others.
template <typename Usable, typename Account>
ParseError TableReading::walk(int pass, Usable usable, Account account) {
  std::size_t record = 0;
  const auto read = rows_.for_each({pass, 2}, [&](const TableRow& row) {
    if (record++ < layout_.header_rows) {
      return true;
    }
    const std::size_t columns = layout_.columns.size();
    const bool more_but_empty = row.cells.size() > columns && all_empty(row.cells.subspan(columns));
    if (!row.problem.empty()) {
      account(row, true, std::string(row.problem));
    } else if (row.cells.size() != columns && !more_but_empty) {
      account(row,
              true,
              fmt::format("has {} cells where the header has {}", row.cells.size(), columns));
    } else if (all_empty(row.cells)) {
      account(row, false, "an empty row");
    } else {
      usable(row);
    }
    return true;
  });
  return read ? ParseError{} : read.error();
}

void TableReading::start_profiles() {
  profiles_.reserve(layout_.columns.size());
  const bool lists =
      layout_.dialect == CsvDialect::google_sheet || layout_.dialect == CsvDialect::generic;
  std::map<std::string, GroupProfile> groups;
  distinct_.resize(all_columns_ ? layout_.columns.size() : 0);
  for (std::size_t i = 0; i < layout_.columns.size(); ++i) {
    const CsvColumn& column = layout_.columns[i];
    const bool may_list = lists || column.is_mapped;
    profiles_.emplace_back(zone_, may_list ? kMostLists : kMostLabels, may_list ? kMostParts : 0);
    if (column.mapped_question) {
      profiles_.back().separator = context_.map->questions[*column.mapped_question].separator;
    }
    times_.emplace_back(column.is_utc ? "UTC" : zone_);
    labels_.push_back(!column.raw_label.empty()    ? column.raw_label
                      : !column.part_title.empty() ? column.part_title
                                                   : column.title);
    if (!column.group.empty() && column.role == ColumnRole::question && !column.other_text) {
      groups[column.group].columns.push_back(i);
    }
  }
  for (auto& [key, group] : groups) {
    groups_.push_back(std::move(group));
  }
}

void TableReading::learn_row(const TableRow& row) {
  ++usable_rows_;
  for (std::size_t i = 0; i < layout_.columns.size(); ++i) {
    const auto cell = trim(row.cells[i]);
    if (cell.empty()) {
      continue;
    }
    const auto role = layout_.columns[i].role;
    if (is_time(role)) {
      times_[i].see(cell);
    }
    if (all_columns_ || role == ColumnRole::question || role == ColumnRole::status) {
      profiles_[i].see(cell, labels_[i]);
    }
    if (all_columns_) {
      const auto hash = std::hash<std::string_view>{}(cell);
      distinct_[i].repeats += distinct_[i].hashes.add(hash) ? 0 : 1;
    }
  }
  for (auto& group : groups_) {
    learn_group(row, group);
  }
}

void TableReading::learn_group(const TableRow& row, GroupProfile& group) {
  cells_.clear();
  for (const auto i : group.columns) {
    if (const auto cell = trim(row.cells[i]); !cell.empty()) {
      cells_.push_back(cell);
    }
  }
  if (cells_.empty()) {
    return;
  }
  ++group.rows;
  std::sort(cells_.begin(), cells_.end());
  group.rows_without_repeat +=
      std::adjacent_find(cells_.begin(), cells_.end()) == cells_.end() ? 1 : 0;
}

// Roles that only the values can confirm.
void TableReading::settle_columns() {
  for (std::size_t i = 0; i < layout_.columns.size(); ++i) {
    CsvColumn& column = layout_.columns[i];
    const ColumnProfile& profile = profiles_[i];
    if (column.is_mapped) {
      continue;
    }
    if (column.role == ColumnRole::status && layout_.dialect == CsvDialect::generic &&
        !holds_statuses(profile)) {
      column.role = ColumnRole::question;
    }
    const bool nameless = column.title.empty() && column.role == ColumnRole::question;
    if (nameless && profile.filled == 0) {
      column.role = ColumnRole::ignored;
    } else if (nameless && i == 0 && counts_rows(profile)) {
      column.role = ColumnRole::ignored;
      facts_.notes.push_back("the first column numbers the rows and was left out");
    }
  }
}

bool TableReading::holds_statuses(const ColumnProfile& profile) const {
  const auto labels = profile.labels.in_order();
  return !profile.labels.overflowed() &&
         std::all_of(labels.begin(), labels.end(), [&](const auto& label) {
           return status_of(label.first, layout_.dialect).has_value();
         });
}

CsvPlan TableReading::plan() const {
  return plan_questions(layout_,
                        profiles_,
                        groups_,
                        context_.definition ? &*context_.definition : nullptr,
                        context_.map);
}

TableUse build_responses() {
  return {false, [](TableReading& reading, std::string_view provider, auto notes) {
            return reading.build(provider, std::move(notes));
          }};
}

ExportFacts TableReading::build(std::string_view provider, std::vector<std::string> notes) {
  notes.insert(notes.end(), facts_.notes.begin(), facts_.notes.end());
  facts_.notes = std::move(notes);
  const auto plan = this->plan();
  facts_.definition.provider = provider;
  facts_.definition.external_id = context_.survey;
  facts_.definition.title = context_.definition ? context_.definition->title : "";
  if (context_.map != nullptr && !context_.map->title.empty()) {
    facts_.definition.title = context_.map->title;
  }
  facts_.definition.questions = plan.questions;
  CsvResponses responses(layout_, plan, times_, facts_.definition, sink_);
  const auto error = walk(
      2,
      [&](const TableRow& row) {
        ++facts_.rows_seen;
        responses.read(row.cells.first(layout_.columns.size()), rows_.place(row));
      },
      [&](const TableRow& row, bool rejected, std::string why) {
        ++facts_.rows_seen;
        if (rejected) {
          sink_.reject({rows_.place(row), std::move(why)});
        } else {
          sink_.exclude({rows_.place(row), std::move(why)});
        }
      });
  (void)error;  // the first walk came to the end without one
  responses.add_notes(facts_.notes);
  finish(plan);
  return std::move(facts_);
}

void TableReading::finish(const CsvPlan& plan) {
  std::vector<std::string> personal;
  for (std::size_t i = 0; i < layout_.columns.size(); ++i) {
    const CsvColumn& column = layout_.columns[i];
    const std::string& name = column.ref.empty() ? column.name : column.ref;
    if (column.role == ColumnRole::hidden) {
      facts_.definition.hidden_fields.push_back(name);
    } else if (column.role == ColumnRole::respondent) {
      personal.push_back(name);
    }
    note_times(i);
  }
  if (!personal.empty()) {
    facts_.notes.push_back("kept apart from the answers, because they point to a person: " +
                           join(personal, ", "));
  }
  auto& notes = facts_.notes;
  notes.insert(notes.end(), layout_.notes.begin(), layout_.notes.end());
  notes.insert(notes.end(), plan.notes.begin(), plan.notes.end());
}

void TableReading::note_times(std::size_t i) {
  const CsvColumn& column = layout_.columns[i];
  if (!is_time(column.role)) {
    return;
  }
  const auto& name = column.ref.empty() ? column.name : column.ref;
  if (times_[i].is_ambiguous()) {
    facts_.notes.push_back(
        fmt::format("'{}': no date tells day from month; the month was taken to come first", name));
  }
  if (times_[i].is_local() && !column.is_utc) {
    facts_.notes.push_back(fmt::format("'{}' names no time zone: read in {}", name, zone_));
  }
}

}  // namespace muster
