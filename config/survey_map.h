#pragma once

#include "core/enum_names.h"
#include "core/survey.h"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace muster {

// How a table, or a list of JSON records, of a tool that Muster does not know is to be read: a TOML
// file that a person wrote, or that `muster survey map` proposed. Columns go by the names that this
// command shows: their headers as plain text, "column 7" without one, "Other#2" for a repeated one;
// members of records by their name, nested ones as "outer/inner". Columns that it does not name are
// judged from their values, as without a map. Comments are what to_toml() writes above an entry;
// they are not read back.
struct SurveyMap {
  // What a column holds beside answers.
  enum class Role {
    id,
    started_at,
    submitted_at,
    updated_at,
    status,
    language,
    hidden,
    respondent,
    ignored,
  };
  struct Column {
    std::string column;
    Role role = Role::ignored;
    std::string comment = {};
  };
  struct MappedQuestion {
    // One column; or several, which hold one choice each (multiple_choice), one row each (matrix)
    // or one rank each (ranking).
    std::vector<std::string> columns;
    std::string id;     // "": the first column's name
    std::string title;  // "": the column's header
    QuestionKind kind = QuestionKind::text;
    std::optional<double> scale_min;
    std::optional<double> scale_max;
    std::vector<Choice> choices;              // `id` is what stands in the cells
    std::string separator = ", ";             // of several choices in one cell
    std::string other_column;                 // what was typed beside "other"; "": none
    std::vector<std::string> not_applicable;  // cells that mean so ("99")
    std::vector<std::string> not_answered;    // seen and skipped ("-99")
    std::string comment;

    // Does one cell hold several choices, parted by `separator`?
    bool is_list() const {
      return columns.size() == 1 &&
             (kind == QuestionKind::multiple_choice || kind == QuestionKind::ranking);
    }
  };

  std::filesystem::path file;  // where it was read from, for messages
  std::string title;
  std::string zone;          // of times without one; "": as the source says
  bool full_export = false;  // every export holds all responses: missing ones are gone
  std::vector<Column> columns;
  std::vector<MappedQuestion> questions;
};

// As the map writes them.
template <>
inline constexpr auto kEnumNames<SurveyMap::Role> =
    enum_names<SurveyMap::Role>({{SurveyMap::Role::id, "id"},
                                 {SurveyMap::Role::started_at, "started_at"},
                                 {SurveyMap::Role::submitted_at, "submitted_at"},
                                 {SurveyMap::Role::updated_at, "updated_at"},
                                 {SurveyMap::Role::status, "status"},
                                 {SurveyMap::Role::language, "language"},
                                 {SurveyMap::Role::hidden, "hidden"},
                                 {SurveyMap::Role::respondent, "respondent"},
                                 {SurveyMap::Role::ignored, "ignored"}});

// Throws ConfigError with every problem at once, each with its line.
SurveyMap load_survey_map(const std::filesystem::path& file);
SurveyMap parse_survey_map(std::string_view text, const std::filesystem::path& file);

// The map as TOML that parse_survey_map reads back to the same.
std::string to_toml(const SurveyMap& map);

}  // namespace muster
