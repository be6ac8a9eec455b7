#pragma once

#include "core/response_version.h"
#include "storage/sqlite/connection.h"
#include "storage/sqlite/form_import.h"
#include "storage/sqlite/response_sweep.h"
#include "storage/surveys.h"

#include <optional>
#include <string>
#include <vector>

namespace muster {

// Files what one export said, within the write transaction of its caller. Used once.
class SurveyImport {
 public:
  SurveyImport(Connection& connection, ExportId id, Timestamp now)
      : connection_(connection),
        export_(id),
        now_(now),
        form_(connection, id, now),
        sweep_(connection, id, now) {}

  // PermanentError when the outcome does not account for every row of the export.
  ImportCounts run(const ImportOutcome& outcome);
  // Rows that another row with the same id stands for. Known after run().
  const SkippedRows& repeated() const { return repeated_; }
  // Known after run().
  SurveyId survey() const { return form_.survey(); }
  // The version of the form that the export brought. Known after run().
  int form() const { return form_.version(); }

 private:
  enum class Change { added, updated, unchanged, repeated, updated_late };
  // What rows of this export did to a response so far.
  enum class Rows : unsigned char { none, seen, written };

  void log_sweep() const;
  // What is known of a response.
  struct Known {
    ResponseId id{};
    int version = 1;
    ResponseVersion times;
    ContentHash digest;
    bool is_gone = false;
    int form = 0;  // that its version came with
  };
  Change store_response(const PlacedResponse& placed);
  std::optional<Known> find_known(const std::string& response_id);
  Change add_response(const PlacedResponse& placed);
  Change store_version(const PlacedResponse& placed, const Known& known);
  Change store_repeated(const PlacedResponse& placed, const Known& known);
  void replace_response(const PlacedResponse& placed, const Known& known, int version);
  void clear_contents(ResponseId id);
  Rows rows_of(ResponseId id) const;
  void note_rows(ResponseId id, Rows rows);
  void insert_contents(ResponseId id, int version, const Response& response);
  void insert_answer(ResponseId id, int position, const Answer& answer);
  void retire_version(ResponseId id, int version);

  Connection& connection_;
  ExportId export_;
  Timestamp now_;
  FormImport form_;
  ResponseSweep sweep_;
  bool is_full_ = false;
  std::vector<Rows> rows_;  // by response
  SkippedRows repeated_;
};

// The first rows that were not filed, for people; rejected ones first.
std::string json_skipped(const std::vector<SkippedRow>& rejected,
                         const std::vector<SkippedRow>& excluded,
                         const std::vector<SkippedRow>& repeated = {});

}  // namespace muster
