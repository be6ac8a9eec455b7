#pragma once

#include "extractors/surveys/out/survey_writer.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace muster {

enum class ColumnKind {
  field,     // of the response: id, status, times, campaign, ...
  hidden,    // a hidden field
  single,    // the choice that was made
  selected,  // was this choice made?
  rank,      // place of this choice, 1 the best
  number,    // scales and numbers; 0 and 1 for yes or no
  text,      // texts, dates, file addresses; choices of questions without a list
  other,     // what was typed beside the choices
};

struct ExportColumn {
  ColumnKind kind = ColumnKind::field;
  std::string name;   // "response_id", "hidden.utm_source", "Q1", "Q1/c2", "Q1.other"
  std::string title;  // for people
  const Question* question = nullptr;  // borrowed from the definition
  std::size_t choice = 0;              // index into question->choices
  std::size_t field = 0;               // index into kResponseFields
};

inline constexpr std::string_view kResponseFields[] = {"response_id",
                                                       "status",
                                                       "counts",
                                                       "started_at",
                                                       "submitted_at",
                                                       "updated_at",
                                                       "language",
                                                       "campaign",
                                                       "creator",
                                                       "tier",
                                                       "wave"};

// The columns of an export, which depend on the questionnaire only. The definition must outlive
// them.
std::vector<ExportColumn> export_columns(const SurveyDefinition& definition,
                                         const std::vector<std::string>& hidden_fields);

// The label of a choice, or its id where it has none.
const std::string& label_of(const Choice& choice);

// A response by question, and what the columns show of it.
class ResponseCells {
 public:
  explicit ResponseCells(const WrittenResponse& exported);

  // The answer to the column's question; nullptr where there is none.
  const Answer* answer(const ExportColumn& column) const;
  // Of single: the choice, found in the question's list; nullopt where it is not in it.
  static std::optional<std::size_t> chosen(const Answer& answer, const Question& question);
  // Of selected: 1 or 0; of rank: from 1; nullopt where the question was not answered (or the
  // choice not ranked).
  std::optional<int> place(const ExportColumn& column) const;
  // Of number.
  std::optional<double> number(const ExportColumn& column) const;
  // Of field, hidden, text and other; of single a choice that is not in the list.
  std::string text(const ExportColumn& column) const;
  // Of the field columns that are times.
  std::optional<Timestamp> time(const ExportColumn& column) const;

 private:
  const WrittenResponse& exported_;
  std::unordered_map<std::string_view, const Answer*> answers_;
};

}  // namespace muster
