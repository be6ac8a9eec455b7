#include "extractors/surveys/csv_survey.h"

#include "core/text.h"
#include "extractors/surveys/csv_encoding.h"
#include "extractors/surveys/csv_layout.h"
#include "extractors/surveys/csv_profile.h"
#include "extractors/surveys/csv_questions.h"
#include "extractors/surveys/csv_reader.h"
#include "extractors/surveys/csv_responses.h"

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace muster {
namespace {

// Labels that a column may have before it counts as text, and pieces between commas.
constexpr std::size_t kMostColumnLabels = 60;
constexpr std::size_t kMostLists = 500;  // different combinations of choices
constexpr std::size_t kMostParts = 4000;

bool is_time(ColumnRole role) {
  return role == ColumnRole::started_at || role == ColumnRole::submitted_at ||
         role == ColumnRole::updated_at;
}

std::string_view separator_name(char separator) {
  switch (separator) {
    case ';':
      return "semicolon";
    case '\t':
      return "tab";
    case '|':
      return "bar";
    default:
      return "comma";
  }
}

bool all_empty(std::span<const std::string_view> cells) {
  return std::all_of(
      cells.begin(), cells.end(), [](std::string_view cell) { return trim(cell).empty(); });
}

// One reading of one table. The table is read twice: first to learn what its columns hold, then to
// build the responses.
class TableReading {
 public:
  TableReading(std::string_view text, const SurveyContext& context)
      : text_(text), context_(context), separator_(detect_separator(text)) {}

  Parsed<ParsedExport> run(const DecodedText& decoded) {
    if (auto error = read_header(); !error.what.empty()) {
      return tl::unexpected(std::move(error));
    }
    export_.notes.push_back(fmt::format("{}, {} header row{}, separated by {}, {}{}",
                                        name_of(layout_.dialect),
                                        layout_.header_rows,
                                        layout_.header_rows == 1 ? "" : "s",
                                        separator_name(separator_),
                                        name_of(decoded.encoding),
                                        decoded.byte_order_mark ? " with a byte order mark" : ""));
    if (auto error = learn(); !error.what.empty()) {
      return tl::unexpected(std::move(error));
    }
    settle_columns();
    const auto plan = plan_questions(
        layout_, profiles_, groups_, context_.definition ? &*context_.definition : nullptr);
    build(plan);
    finish(plan);
    return std::move(export_);
  }

 private:
  ParseError read_header() {
    constexpr std::size_t kHead = 4;
    std::vector<CsvRecord> head;
    ParseError bad;
    const auto read = read_csv(text_, separator_, [&](const CsvRow& row) {
      if (!row.problem.empty() && bad.what.empty() && head.size() < 3) {
        bad = {fmt::format("line {}", row.line), "the header " + std::string(row.problem)};
      }
      head.emplace_back(row.fields.begin(), row.fields.end());
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
    return {};
  }

  // Calls `usable` for the rows that can be read; `account` says what became of the others.
  template <typename Usable, typename Account>
  Parsed<CsvTotals> rows(Usable usable, Account account) {
    std::size_t record = 0;
    return read_csv(text_, separator_, [&](const CsvRow& row) {
      if (record++ < layout_.header_rows) {
        return true;
      }
      const std::size_t columns = layout_.columns.size();
      const bool more_but_empty =
          row.fields.size() > columns && all_empty(row.fields.subspan(columns));
      if (!row.problem.empty()) {
        account(row, true, std::string(row.problem));
      } else if (row.fields.size() != columns && !more_but_empty) {
        account(row,
                true,
                fmt::format("has {} cells where the header has {}", row.fields.size(), columns));
      } else if (all_empty(row.fields)) {
        account(row, false, "an empty row");
      } else {
        usable(row);
      }
      return true;
    });
  }

  ParseError learn() {
    profiles_.reserve(layout_.columns.size());
    const bool lists =
        layout_.dialect == CsvDialect::google_sheet || layout_.dialect == CsvDialect::generic;
    std::map<std::string, GroupProfile> groups;
    for (std::size_t i = 0; i < layout_.columns.size(); ++i) {
      const CsvColumn& column = layout_.columns[i];
      profiles_.emplace_back(
          context_.zone, lists ? kMostLists : kMostColumnLabels, lists ? kMostParts : 0);
      times_.emplace_back(column.is_utc ? "UTC" : context_.zone);
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
    const auto read = rows([&](const CsvRow& row) { learn_row(row); },
                           [](const CsvRow&, bool, const std::string&) {});
    if (!read) {
      return read.error();
    }
    if (read->stray_quotes > 0) {
      export_.notes.push_back(
          fmt::format("{} quotes stand where none may and were read as text", read->stray_quotes));
    }
    return {};
  }

  void learn_row(const CsvRow& row) {
    for (std::size_t i = 0; i < layout_.columns.size(); ++i) {
      const auto cell = trim(row.fields[i]);
      if (cell.empty()) {
        continue;
      }
      const auto role = layout_.columns[i].role;
      if (is_time(role)) {
        times_[i].see(cell);
      } else if (role == ColumnRole::question || role == ColumnRole::status) {
        profiles_[i].see(cell, labels_[i]);
      }
    }
    for (auto& group : groups_) {
      learn_group(row, group);
    }
  }

  void learn_group(const CsvRow& row, GroupProfile& group) {
    cells_.clear();
    for (const auto i : group.columns) {
      if (const auto cell = trim(row.fields[i]); !cell.empty()) {
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
  void settle_columns() {
    for (std::size_t i = 0; i < layout_.columns.size(); ++i) {
      CsvColumn& column = layout_.columns[i];
      const ColumnProfile& profile = profiles_[i];
      if (column.role == ColumnRole::status && layout_.dialect == CsvDialect::generic &&
          !holds_statuses(profile)) {
        column.role = ColumnRole::question;
      }
      const bool nameless = column.title.empty() && column.role == ColumnRole::question;
      if (nameless && profile.filled == 0) {
        column.role = ColumnRole::ignored;
      } else if (nameless && i == 0 && counts_rows(profile)) {
        column.role = ColumnRole::ignored;
        export_.notes.push_back("the first column numbers the rows and was left out");
      }
    }
  }

  bool holds_statuses(const ColumnProfile& profile) const {
    const auto labels = profile.labels.in_order();
    return !profile.labels.overflowed() &&
           std::all_of(labels.begin(), labels.end(), [&](const auto& label) {
             return status_of(label.first, layout_.dialect).has_value();
           });
  }

  // 0, 1, 2... as data frames write them.
  static bool counts_rows(const ColumnProfile& profile) {
    const bool differ =
        profile.labels.overflowed() || profile.labels.distinct() == profile.answers();
    return profile.all_integers() && differ && profile.smallest >= 0 && profile.smallest <= 1;
  }

  void build(const CsvPlan& plan) {
    CsvResponses responses(layout_, plan, times_, export_);
    const auto read = rows(
        [&](const CsvRow& row) {
          ++export_.rows_seen;
          responses.read(row.fields.first(layout_.columns.size()),
                         fmt::format("line {}", row.line));
        },
        [&](const CsvRow& row, bool rejected, std::string why) {
          ++export_.rows_seen;
          (rejected ? export_.rejected : export_.excluded)
              .push_back({fmt::format("line {}", row.line), std::move(why)});
        });
    (void)read;  // the first reading came to the end without an error
    responses.add_notes();
  }

  void finish(const CsvPlan& plan) {
    auto& definition = export_.definition;
    definition.provider = "csv";
    definition.external_id = context_.survey;
    definition.title = context_.definition ? context_.definition->title : "";
    definition.questions = plan.questions;
    std::vector<std::string> personal;
    for (std::size_t i = 0; i < layout_.columns.size(); ++i) {
      const CsvColumn& column = layout_.columns[i];
      const std::string& name = column.ref.empty() ? column.name : column.ref;
      if (column.role == ColumnRole::hidden) {
        definition.hidden_fields.push_back(name);
      } else if (column.role == ColumnRole::respondent) {
        personal.push_back(name);
      }
      note_times(i);
    }
    if (!personal.empty()) {
      export_.notes.push_back("kept apart from the answers, because they point to a person: " +
                              join(personal, ", "));
    }
    auto& notes = export_.notes;
    notes.insert(notes.end(), layout_.notes.begin(), layout_.notes.end());
    notes.insert(notes.end(), plan.notes.begin(), plan.notes.end());
  }

  void note_times(std::size_t i) {
    const CsvColumn& column = layout_.columns[i];
    if (!is_time(column.role)) {
      return;
    }
    const auto& name = column.ref.empty() ? column.name : column.ref;
    if (times_[i].is_ambiguous()) {
      export_.notes.push_back(fmt::format(
          "'{}': no date tells day from month; the month was taken to come first", name));
    }
    if (times_[i].is_local() && !column.is_utc) {
      export_.notes.push_back(
          fmt::format("'{}' names no time zone: read in {}", name, context_.zone));
    }
  }

  std::string_view text_;
  const SurveyContext& context_;
  char separator_;
  CsvLayout layout_;
  std::vector<ColumnProfile> profiles_;
  std::vector<TimeColumn> times_;
  std::vector<std::string> labels_;
  std::vector<GroupProfile> groups_;
  std::vector<std::string_view> cells_;  // of one row and group
  ParsedExport export_;
};

}  // namespace

bool CsvSurveyParser::recognizes(std::string_view head) const {
  constexpr std::size_t kEnough = 64'000;
  head = head.substr(0, kEnough);
  const bool utf16 = head.starts_with("\xFF\xFE") || head.starts_with("\xFE\xFF");
  if (utf16) {
    head = head.substr(0, head.size() / 2 * 2);
  } else if (head.find('\0') != std::string_view::npos) {
    return false;
  }
  const auto decoded = decode_text(head);
  if (!decoded) {
    return utf16;
  }
  const auto text = trim(decoded->text());
  static constexpr std::string_view kOthers[] = {"{", "[", "<", "%PDF", "PK\x03\x04"};
  if (text.empty() || std::any_of(std::begin(kOthers), std::end(kOthers), [&](auto start) {
        return text.starts_with(start);
      })) {
    return false;
  }
  std::size_t columns = 0;
  const auto read = read_csv(text, detect_separator(text), [&](const CsvRow& row) {
    columns = row.fields.size();
    return false;
  });
  // A header longer than the head can't be read to its end.
  const bool cut =
      !read && head.size() == kEnough && text.find_first_of(",;\t|") != std::string_view::npos;
  return (read && columns > 1) || cut;
}

Parsed<ParsedExport> CsvSurveyParser::parse(std::string_view document,
                                            const SurveyContext& context) const {
  const auto decoded = decode_text(document);
  if (!decoded) {
    return tl::unexpected(decoded.error());
  }
  return TableReading(decoded->text(), context).run(*decoded);
}

}  // namespace muster
