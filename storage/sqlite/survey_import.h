#pragma once

#include "storage/sqlite/connection.h"
#include "storage/surveys.h"

#include <map>
#include <string>

namespace muster {

// Files what one export said, within the write transaction of its caller. Used once.
class SurveyImport {
 public:
  SurveyImport(Connection& connection, ExportId id, Timestamp now)
      : connection_(connection), export_(id), now_(now) {}

  // PermanentError when the outcome does not account for every row of the export.
  ImportCounts run(const ImportOutcome& outcome);
  // Known after run().
  SurveyId survey() const { return survey_; }

 private:
  enum class Change { added, updated, unchanged };

  void merge_survey(const SurveyDefinition& definition);
  void keep_definition(const SurveyDefinition& definition);
  void merge_question(int position, const Question& question);
  Change store_response(const PlacedResponse& placed);
  void insert_contents(ResponseId id, int version, const Response& response);
  void insert_answer(ResponseId id, int position, const Answer& answer);
  void retire_version(ResponseId id, int version);
  // Row of a question; one that no definition named is added as text.
  std::int64_t question_row(const std::string& question_id);

  Connection& connection_;
  ExportId export_;
  Timestamp now_;
  SurveyId survey_{};
  std::map<std::string, std::int64_t, std::less<>> questions_;
};

// The first rows that were not filed, for people; rejected ones first.
std::string json_skipped(const std::vector<SkippedRow>& rejected,
                         const std::vector<SkippedRow>& excluded);

}  // namespace muster
