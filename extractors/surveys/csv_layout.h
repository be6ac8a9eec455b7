#pragma once

#include "core/result.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace muster {

enum class CsvDialect {
  qualtrics,
  qualtrics_legacy,
  surveymonkey,
  typeform,
  google_sheet,
  limesurvey,
  generic
};

std::string_view name_of(CsvDialect dialect);

enum class ColumnRole {
  question,
  response_id,
  status,
  finished,
  started_at,
  submitted_at,
  updated_at,
  language,
  hidden,      // hidden fields, embedded data, UTM parameters
  respondent,  // points to a person
  ignored,     // row numbers and empty columns without a name
};

struct CsvColumn {
  std::string name;  // unique in the export: the header, "column 7" without one, "Other#2" for a
                     // repeated one
  std::string
      ref;  // another name that the export gives it (Qualtrics: "Q2" where `name` is "QID2")
  std::string title;  // plain text of what was asked; with a group: of the group
  ColumnRole role = ColumnRole::question;
  bool is_utc = false;  // the header says that its times are UTC
  // Columns that share a key belong to one question (a choice each, a matrix row each); empty:
  // stands alone.
  std::string group;
  std::string part;        // its code within the group: "SQ001", "3"
  std::string part_title;  // its label within the group
  std::string raw_label;  // the same as it stands in the export, which multiple choice cells repeat
  bool other_text =
      false;  // holds what was typed beside "other" of its group or of the column before
  bool is_mapped = false;  // a map says what it is for: nothing is judged from its values
  // Of the map's questions the one that it belongs to.
  std::optional<std::size_t> mapped_question;
};

struct CsvLayout {
  CsvDialect dialect = CsvDialect::generic;
  std::size_t header_rows = 1;
  std::vector<CsvColumn> columns;
  std::vector<std::string> notes;
};

using CsvRecord = std::vector<std::string>;

// Judges whose export this is from its first records (up to 4) and what each column is for. An
// error where there is no header.
Parsed<CsvLayout> detect_layout(const std::vector<CsvRecord>& first_records);

// Lower-case letters and digits only: "Submit Date (UTC)" gives "submitdateutc". Not ASCII: kept.
std::string squeezed(std::string_view name);

}  // namespace muster
