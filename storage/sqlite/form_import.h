#pragma once

#include "core/ids.h"
#include "core/survey.h"
#include "storage/sqlite/connection.h"
#include "storage/surveys.h"

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

namespace muster {

// Files the questionnaire that one export brought: the survey, its forms with what changed between
// them, questions and choices. Within the write transaction of its caller; used once.
class FormImport {
 public:
  FormImport(Connection& connection, ExportId id, Timestamp now)
      : connection_(connection), export_(id), now_(now) {}

  // PermanentError where the definition does not say which survey it is of.
  void run(const ImportOutcome& outcome);

  // Known after run().
  SurveyId survey() const { return survey_; }
  int version() const { return version_; }  // of the form
  // Row of a question; one that no definition named is added as text.
  std::int64_t question_row(const std::string& question_id);
  // Notes what was chosen where no definition names any choice of the question, in the first export
  // that has some: a question without choices has no answers with choices (answer_stream.cpp).
  void note_choices(std::int64_t question, const std::vector<Choice>& choices);

 private:
  void merge_survey(const SurveyDefinition& definition);
  void keep_form(const ImportOutcome& outcome);
  void keep_drift(const ImportOutcome& outcome, int last, const SurveyDefinition& before);
  void merge_question(int position, const Question& question);

  Connection& connection_;
  ExportId export_;
  Timestamp now_;
  SurveyId survey_{};
  int version_ = 0;
  std::map<std::string, std::int64_t, std::less<>> questions_;
  std::unordered_map<std::int64_t, bool> names_choices_;  // by a question's row
};

}  // namespace muster
