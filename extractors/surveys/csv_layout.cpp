#include "extractors/surveys/csv_layout.h"

#include "core/text.h"
#include "extractors/surveys/csv_header_names.h"
#include "extractors/surveys/csv_roles.h"
#include "extractors/surveys/plain_text.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>

namespace muster {
namespace {

bool any_cell(const CsvRecord& record, auto predicate) {
  return std::any_of(record.begin(), record.end(), predicate);
}

std::string cell(const CsvRecord& record, std::size_t i) {
  return i < record.size() ? std::string(trim(record[i])) : std::string();
}

bool has_name(const CsvRecord& header, std::string_view name) {
  return any_cell(header, [&](const std::string& text) { return squeezed(text) == name; });
}

bool has_qualtrics_rows(const std::vector<CsvRecord>& records) {
  return records.size() > 2 &&
         any_cell(records[2], [](const std::string& text) { return import_id(text).has_value(); });
}

// V1..V10 above "ResponseID", "ResponseSet".
bool is_qualtrics_legacy(const std::vector<CsvRecord>& records) {
  return records.size() > 1 && cell(records[0], 0) == "V1" && has_name(records[1], "responseid") &&
         has_name(records[1], "responseset");
}

// The second header row says what is in the column: a choice, or one of these.
bool is_surveymonkey_second_row(const std::vector<CsvRecord>& records) {
  static constexpr auto kMarkers = std::to_array<std::string_view>(
      {"Response", "Open-Ended Response", "Other (please specify)"});
  if (records.size() < 2 || !cell(records[1], 0).empty()) {
    return false;
  }
  return any_cell(records[1], [&](const std::string& text) {
    return std::find(kMarkers.begin(), kMarkers.end(), trim(text)) != kMarkers.end();
  });
}

bool is_limesurvey(const CsvRecord& header) {
  const auto marks = std::count_if(header.begin(), header.end(), [](const std::string& text) {
    const auto split = split_limesurvey(text);
    return split && (split->has_separator || !split->part.empty());
  });
  const bool own_columns = has_name(header, "lastpage") || has_name(header, "startlanguage") ||
                           has_name(header, "submitdate");
  return (own_columns && has_name(header, "id")) ||
         static_cast<std::size_t>(marks) * 2 > header.size();
}

CsvDialect dialect_of(const std::vector<CsvRecord>& records) {
  const CsvRecord& header = records[0];
  if (has_qualtrics_rows(records)) {
    return CsvDialect::qualtrics;
  }
  if (is_qualtrics_legacy(records)) {
    return CsvDialect::qualtrics_legacy;
  }
  if (is_surveymonkey_second_row(records) || squeezed(cell(header, 0)) == "respondentid") {
    return CsvDialect::surveymonkey;
  }
  if (cell(header, 0) == "#" &&
      (has_name(header, "networkid") || has_name(header, "submitdateutc"))) {
    return CsvDialect::typeform;
  }
  if (is_limesurvey(header)) {
    return CsvDialect::limesurvey;
  }
  static constexpr auto kTimestamps = std::to_array<std::string_view>({"timestamp",
                                                                       "marcatemporal",
                                                                       "zeitstempel",
                                                                       "horodateur",
                                                                       "informazionicronologiche",
                                                                       "tijdstempel",
                                                                       "carimbodedatahora"});
  if (std::find(kTimestamps.begin(), kTimestamps.end(), squeezed(cell(header, 0))) !=
      kTimestamps.end()) {
    return CsvDialect::google_sheet;
  }
  return CsvDialect::generic;
}

std::size_t header_rows_of(CsvDialect dialect, const std::vector<CsvRecord>& records) {
  switch (dialect) {
    case CsvDialect::qualtrics:
      return 3;
    case CsvDialect::qualtrics_legacy:
      return 2;
    case CsvDialect::surveymonkey:
      return is_surveymonkey_second_row(records) ? 2 : 1;
    default:
      return 1;
  }
}

// Names and titles before anything is grouped.
void read_qualtrics(const std::vector<CsvRecord>& records,
                    bool legacy,
                    std::vector<CsvColumn>& columns) {
  for (std::size_t i = 0; i < columns.size(); ++i) {
    CsvColumn& column = columns[i];
    const std::string header = cell(records[0], i);
    const std::string asked = cell(records[1], i);
    // Legacy exports name their own columns V1, V2...; the second row says what they are.
    const bool own =
        legacy && header.size() > 1 && header[0] == 'V' &&
        std::all_of(header.begin() + 1, header.end(), [](char c) { return c >= '0' && c <= '9'; });
    column.ref = own ? asked : header;
    column.title = plain_title(asked, Markup::html);
    const auto id = legacy ? std::nullopt : import_id(cell(records[2], i));
    column.name = id && id->starts_with("QID") ? *id : column.ref;
    // What is neither a question nor known is embedded data.
    const bool question = legacy ? !own && header != asked : id && id->starts_with("QID");
    const auto dialect = legacy ? CsvDialect::qualtrics_legacy : CsvDialect::qualtrics;
    const auto role =
        question ? std::optional(ColumnRole::question) : role_of(squeezed(column.ref), dialect);
    column.role = role.value_or(ColumnRole::hidden);
    if (column.role == ColumnRole::question) {
      const auto split = split_qualtrics(column.name);
      column.group = split.group;
      column.part = split.part;
      column.other_text = split.is_text;
    }
  }
}

void read_surveymonkey(const std::vector<CsvRecord>& records,
                       std::size_t header_rows,
                       std::vector<CsvColumn>& columns) {
  std::string above;
  std::size_t first = 0;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    CsvColumn& column = columns[i];
    const std::string header = cell(records[0], i);
    const std::string below =
        header_rows == 2 ? plain_title(cell(records[1], i), Markup::html) : "";
    if (!header.empty() || header_rows == 1) {
      above = header;
      first = i;
    }
    column.title = plain_title(above, Markup::html);
    column.name = column.title;
    column.raw_label = header_rows == 2 ? cell(records[1], i) : "";
    if (header_rows == 2 &&
        (i > first || (i + 1 < records[0].size() && cell(records[0], i + 1).empty())) &&
        !above.empty()) {
      column.group = fmt::format("{}\x1f{}", first, column.title);
      column.part = below;
      column.part_title = below;
      column.other_text = below == "Other (please specify)";
    }
  }
}

void read_limesurvey(const std::vector<CsvRecord>& records, std::vector<CsvColumn>& columns) {
  for (std::size_t i = 0; i < columns.size(); ++i) {
    CsvColumn& column = columns[i];
    const std::string header = cell(records[0], i);
    const auto split = split_limesurvey(header);
    if (!split) {
      column.name = header;
      column.title = plain_title(header, Markup::html);
      continue;
    }
    column.name = split->code + (split->part.empty() ? "" : "[" + split->part + "]");
    column.title = plain_title(split->title, Markup::html);
    column.group = split->code;  // "Q2" may have its "Q2[other]"
    column.part = split->part;
    column.part_title = plain_title(split->part_title, Markup::html);
    column.other_text = split->part == "other";
  }
}

// "Question [Row]", as Google sheets write grids.
void read_plain(const std::vector<CsvRecord>& records,
                CsvDialect dialect,
                std::vector<CsvColumn>& columns) {
  for (std::size_t i = 0; i < columns.size(); ++i) {
    CsvColumn& column = columns[i];
    const std::string header = cell(records[0], i);
    column.title =
        plain_title(header, dialect == CsvDialect::typeform ? Markup::markdown : Markup::html);
    column.name = column.title;
    const auto open = column.title.rfind(" [");
    if (dialect != CsvDialect::typeform && open != std::string::npos &&
        column.title.ends_with(']') && open > 0) {
      column.group = column.title.substr(0, open);
      column.part = column.title.substr(open + 2, column.title.size() - open - 3);
      column.part_title = column.part;
      column.raw_label = column.part;
    }
    column.other_text = dialect == CsvDialect::typeform && column.title == "Other";
  }
}

void set_roles(const CsvRecord& header, CsvDialect dialect, std::vector<CsvColumn>& columns) {
  for (std::size_t i = 0; i < columns.size(); ++i) {
    CsvColumn& column = columns[i];
    constexpr std::string_view kHidden = "hidden:";
    if (std::string_view(column.name).starts_with(kHidden)) {
      column.name = trim(std::string_view(column.name).substr(kHidden.size()));
      column.role = ColumnRole::hidden;
    } else if (dialect != CsvDialect::qualtrics && dialect != CsvDialect::qualtrics_legacy &&
               column.part.empty()) {
      column.role = role_of(squeezed(column.name), dialect).value_or(ColumnRole::question);
    }
    column.is_utc = to_lower_ascii(cell(header, i)).find("(utc)") != std::string::npos;
  }
}

// One column is the id, one the time of submission; what else could have been is kept beside the
// answers.
void settle_roles(std::vector<CsvColumn>& columns) {
  CsvColumn* id = nullptr;
  CsvColumn* submitted = nullptr;
  for (CsvColumn& column : columns) {
    if (column.role == ColumnRole::response_id) {
      if (id != nullptr && id_rank(squeezed(id->ref.empty() ? id->name : id->ref)) <=
                               id_rank(squeezed(column.ref.empty() ? column.name : column.ref))) {
        column.role = ColumnRole::respondent;
        continue;
      }
      if (id != nullptr) {
        id->role = ColumnRole::respondent;
      }
      id = &column;
    } else if (column.role == ColumnRole::submitted_at) {
      if (submitted != nullptr) {
        column.role = ColumnRole::hidden;
      } else {
        submitted = &column;
      }
    }
  }
}

// A group of one column is no group.
void drop_lone_groups(std::vector<CsvColumn>& columns) {
  std::unordered_map<std::string, std::size_t> sizes;
  for (const auto& column : columns) {
    ++sizes[column.group];
  }
  for (auto& column : columns) {
    if (!column.group.empty() && sizes[column.group] == 1) {
      column.group.clear();
      column.part.clear();
      column.part_title.clear();
      column.other_text = false;
    }
  }
}

// Qualtrics writes "Question-Row-Column": what all titles of a group share up to a dash is the
// question.
void split_qualtrics_titles(std::vector<CsvColumn>& columns) {
  std::unordered_map<std::string, std::string> shared;
  for (const auto& column : columns) {
    if (column.group.empty() || column.part.empty() || column.other_text) {
      continue;
    }
    const auto [entry, added] = shared.emplace(column.group, column.title);
    if (!added) {
      const auto end = std::mismatch(
          entry->second.begin(), entry->second.end(), column.title.begin(), column.title.end());
      entry->second.erase(end.first, entry->second.end());
    }
  }
  for (auto& column : columns) {
    const auto found = shared.find(column.group);
    if (column.group.empty() || found == shared.end()) {
      continue;
    }
    const auto dash = found->second.rfind('-');
    if (dash == std::string::npos || dash == 0 ||
        !std::string_view(column.title).starts_with(found->second)) {
      column.part_title = column.title;
      continue;
    }
    column.part_title = trim(std::string_view(column.title).substr(dash + 1));
    column.title = trim(std::string_view(column.title).substr(0, dash));
  }
}

// "Question [Row]" that shares its question with others is called by the question;
// make_names_unique adds the row again.
void split_plain_titles(std::vector<CsvColumn>& columns) {
  for (auto& column : columns) {
    if (!column.group.empty()) {
      column.title = column.group;
      column.name = column.group;
    }
  }
}

// Gives nameless columns a name and repeated names a number.
void make_names_unique(CsvLayout& layout) {
  std::unordered_map<std::string, std::size_t> used;
  std::size_t repeated = 0;
  std::size_t nameless = 0;
  for (std::size_t i = 0; i < layout.columns.size(); ++i) {
    CsvColumn& column = layout.columns[i];
    if (column.name.empty()) {
      column.name = fmt::format("column {}", i + 1);
      ++nameless;
    }
    if (!column.group.empty() && layout.dialect != CsvDialect::limesurvey &&
        layout.dialect != CsvDialect::qualtrics && layout.dialect != CsvDialect::qualtrics_legacy) {
      column.name += " [" + column.part + "]";
    }
    const std::string base = column.name;
    auto& count = used[base];
    if (++count > 1) {
      ++repeated;
      do {
        column.name = fmt::format("{}#{}", base, count);
      } while (used.contains(column.name) && ++count > 0);
      used.emplace(column.name, 1);
    }
  }
  if (repeated > 0) {
    layout.notes.push_back(
        fmt::format("repeated headers, told apart by a number as in 'Other#2': {}", repeated));
  }
  if (nameless > 0) {
    layout.notes.push_back(
        fmt::format("columns without a header, named by their position: {}", nameless));
  }
}

}  // namespace

std::string_view name_of(CsvDialect dialect) {
  switch (dialect) {
    case CsvDialect::qualtrics:
      return "Qualtrics";
    case CsvDialect::qualtrics_legacy:
      return "Qualtrics (legacy)";
    case CsvDialect::surveymonkey:
      return "SurveyMonkey";
    case CsvDialect::typeform:
      return "Typeform";
    case CsvDialect::google_sheet:
      return "Google Forms sheet";
    case CsvDialect::limesurvey:
      return "LimeSurvey";
    case CsvDialect::generic:
      return "plain table";
  }
  return "unknown";
}

std::string squeezed(std::string_view name) {
  name = trim(name);
  if (name == "#") {
    return "#";
  }
  std::string out;
  for (const char c : to_lower_ascii(name)) {
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c & 0x80) != 0) {
      out += c;
    }
  }
  return out;
}

Parsed<CsvLayout> detect_layout(const std::vector<CsvRecord>& records) {
  if (records.empty()) {
    return parse_error("line 1", "there is no header row: the table is empty");
  }
  CsvLayout layout;
  layout.dialect = dialect_of(records);
  layout.header_rows = header_rows_of(layout.dialect, records);
  layout.columns.resize(records[0].size());
  switch (layout.dialect) {
    case CsvDialect::qualtrics:
    case CsvDialect::qualtrics_legacy:
      read_qualtrics(records, layout.dialect == CsvDialect::qualtrics_legacy, layout.columns);
      break;
    case CsvDialect::surveymonkey:
      read_surveymonkey(records, layout.header_rows, layout.columns);
      break;
    case CsvDialect::limesurvey:
      read_limesurvey(records, layout.columns);
      break;
    default:
      read_plain(records, layout.dialect, layout.columns);
  }
  set_roles(records[0], layout.dialect, layout.columns);
  settle_roles(layout.columns);
  drop_lone_groups(layout.columns);
  if (layout.dialect == CsvDialect::qualtrics || layout.dialect == CsvDialect::qualtrics_legacy) {
    split_qualtrics_titles(layout.columns);
  } else if (layout.dialect == CsvDialect::google_sheet || layout.dialect == CsvDialect::generic) {
    split_plain_titles(layout.columns);
  }
  make_names_unique(layout);
  return layout;
}

}  // namespace muster
