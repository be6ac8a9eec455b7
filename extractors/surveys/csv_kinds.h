#pragma once

#include "core/survey.h"
#include "extractors/surveys/csv_questions.h"

#include <string>
#include <unordered_set>
#include <vector>

namespace muster {

struct DecidedKind {
  CellUse use = CellUse::text;
  std::unordered_set<std::string, TextHash, std::equal_to<>> list_choices;
};

// Judges what one column asks from all its values. What it had to guess becomes a note.
class KindJudge {
 public:
  KindJudge(CsvDialect dialect, const SurveyDefinition* known) : dialect_(dialect), known_(known) {}

  // Sets kind, choices and scale of `question`, whose id and title are set.
  DecidedKind decide(const CsvColumn& column, const ColumnProfile& profile, Question& question);

  std::vector<std::string> notes() const;

 private:
  CellUse judge_integers(const ColumnProfile& profile, Question& question);
  CellUse judge_recommendation(const ColumnProfile& profile, Question& question);
  bool judge_list(const ColumnProfile& profile, Question& question, DecidedKind& decided);
  void apply_known(const ColumnProfile& profile, Question& question, DecidedKind& decided) const;

  CsvDialect dialect_;
  const SurveyDefinition* known_;
  std::vector<std::string> scales_;         // integers read as a scale
  std::vector<std::string> zero_to_ten_;    // 0-10 that asks no recommendation
  std::vector<std::string> unsure_nps_;     // asks for a recommendation, nobody answered 0
  std::vector<std::string> one_to_ten_;     // says 1-10
  std::vector<std::string> lists_;          // several choices in a cell
  std::vector<std::string> missing_codes_;  // -99
};

}  // namespace muster
