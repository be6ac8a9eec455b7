#include "core/error.h"
#include "core/text.h"
#include "storage/sqlite/answer_stream.h"
#include "storage/sqlite/parts.h"
#include "storage/sqlite/response_stream.h"
#include "storage/sqlite/response_sweep.h"
#include "storage/sqlite/rows.h"
#include "storage/sqlite/survey_import.h"
#include "storage/sqlite/survey_queries.h"
#include "storage/sqlite/workflow.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace muster {
namespace {

std::string export_subject(ExportId id) {
  return fmt::format("export/{}", raw(id));
}
std::string survey_subject(SurveyId id) {
  return fmt::format("survey/{}", raw(id));
}

// Only an export that waits is read: a second job for it changes nothing.
bool is_waiting(Connection& connection, ExportId id) {
  Statement row = connection.prepare("SELECT 1 FROM export WHERE id = ? AND state = 'waiting'");
  row.bind(id);
  return row.step();
}

void keep_reading(Connection& connection, ExportId id, const ContentHash& blob, Timestamp now) {
  connection.run(
      "INSERT INTO export_reading (export_id, blob, read_at) VALUES (?, ?, ?) ON CONFLICT DO "
      "NOTHING",
      id,
      blob,
      now);
}

class SqliteSurveys final : public Surveys {
 public:
  explicit SqliteSurveys(Database& database) : database_(database) {}

  std::optional<ParseWork> parse_work(ExportId id) override {
    return database_.read(
        "read parse work", [&](Connection& connection) -> std::optional<ParseWork> {
          Statement row = connection.prepare(
              "SELECT o.name, e.external_id, e.locator, e.survey_name, e.survey_id, e.blob, "
              "e.accepted_by IS NOT NULL FROM export e JOIN source o ON o.id = e.source_id WHERE "
              "e.id = ?");
          row.bind(id);
          if (!row.step()) {
            return std::nullopt;
          }
          ParseWork work;
          work.id = id;
          work.source = row.text(0);
          work.external_id = row.text(1);
          work.locator = row.text(2);
          work.survey = row.text(3);
          work.accepted = row.boolean(6);
          if (work.accepted && !row.is_null(5)) {
            work.blob = row.hash(5);
          }
          const auto survey = row.is_null(4) ? find_survey_id(connection, work.survey)
                                             : std::optional(row.id<SurveyId>(4));
          if (survey) {
            work.definition = read_definition(connection, *survey);
          }
          return work;
        });
  }

  ImportCounts finish_parse(const Claim& claim,
                            ExportId id,
                            const ImportOutcome& outcome) override {
    return database_.write("import an export", [&](Connection& connection) -> ImportCounts {
      complete_claim(connection, claim, JobKind::parse, export_subject(id), now());
      if (!is_waiting(connection, id)) {
        const auto row = find_exports(connection, "", id);
        return row.empty() ? ImportCounts{} : row.front().counts;
      }
      keep_reading(connection, id, outcome.blob, now());
      SurveyImport import(connection, id, now());
      const ImportCounts counts = import.run(outcome);
      store_reading(connection, id, import, outcome, counts);
      add_job_again(connection, JobKind::insight, survey_subject(import.survey()), now());
      return counts;
    });
  }

  void finish_unreadable(const Claim& claim,
                         ExportId id,
                         const std::optional<ContentHash>& blob,
                         const ParseError& error,
                         ExportDoubt doubt) override {
    database_.write("note an unreadable export", [&](Connection& connection) {
      complete_claim(connection, claim, JobKind::parse, export_subject(id), now());
      if (!is_waiting(connection, id)) {
        return;
      }
      if (blob) {
        keep_reading(connection, id, *blob, now());
      }
      connection.run(
          "UPDATE export SET state = 'failed', error = ?, blob = ?, parsed_at = ?, rows_seen = 0, "
          "filed = 0, excluded = 0, "
          "rejected = 0, added = 0, updated = 0, unchanged = 0, is_full = 0, gone = 0, returned = "
          "0, definition_version = NULL, notes = '[]', skipped = '[]', doubt = ? WHERE id = ?",
          to_string(error),
          blob,
          now(),
          doubt,
          id);
    });
  }

  SweepSize measure_sweep(ExportId id, const ImportOutcome& outcome) override {
    return database_.read("measure a sweep", [&](Connection& connection) {
      return muster::measure_sweep(connection, id, outcome);
    });
  }

  void accept_export(ExportId id, std::string_view actor, std::string_view note) override {
    if (trim(note).empty()) {
      throw PermanentError("accept an export: a note is needed, saying why it is to be filed");
    }
    database_.write("accept an export", [&](Connection& connection) {
      const std::string by = log_actor(trim(actor));
      connection.run(
          "UPDATE export SET state = 'waiting', error = '', doubt = 'none', accepted_by = ?, "
          "accepted_note = ?, accepted_at = ? WHERE id = ? AND state = 'failed' AND doubt <> "
          "'none'",
          trim(actor),
          note,
          now(),
          id);
      if (connection.changes() == 0) {
        throw PermanentError(
            fmt::format("accept export {}: it is not there, or was not refused for what a person "
                        "can accept; muster insights exports shows them",
                        raw(id)));
      }
      append_log(connection,
                 now(),
                 by,
                 "export.accepted",
                 export_subject(id),
                 {{"export", raw(id)}, {"note", note}});
      add_job(connection, {.kind = JobKind::parse, .subject = export_subject(id)}, now());
    });
  }

  std::vector<ExportRow> exports(std::string_view survey) override {
    return database_.read("list exports", [&](Connection& connection) {
      return find_exports(connection, survey, std::nullopt);
    });
  }

  std::optional<ExportRow> find_export(ExportId id) override {
    return database_.read(
        "find an export", [&](Connection& connection) -> std::optional<ExportRow> {
          std::vector<ExportRow> found = find_exports(connection, "", id);
          return found.empty() ? std::nullopt : std::optional(std::move(found.front()));
        });
  }

  std::vector<SurveyRow> surveys() override {
    return database_.read("list surveys", [&](Connection& connection) {
      std::vector<SurveyRow> surveys;
      Statement row = connection.prepare("SELECT id FROM survey ORDER BY provider, external_id");
      while (row.step()) {
        surveys.push_back(*read_survey(connection, row.id<SurveyId>(0)));
      }
      return surveys;
    });
  }

  std::optional<SurveyRow> find_survey(std::string_view name) override {
    return database_.read("find a survey", [&](Connection& connection) -> std::optional<SurveyRow> {
      const auto id = find_survey_id(connection, name);
      return id ? read_survey(connection, *id) : std::nullopt;
    });
  }

  std::optional<SurveyRow> survey(SurveyId id) override {
    return database_.read("read a survey",
                          [&](Connection& connection) { return read_survey(connection, id); });
  }

  void answers(const AnswerFilter& filter,
               std::string_view group_by,
               const std::function<void(const AnswerRow&)>& row) override {
    database_.read("read answers", [&](Connection& connection) {
      stream_answers(connection, filter, group_by, row);
    });
  }

  void responses(const AnswerFilter& filter,
                 bool all,
                 int passes,
                 const std::function<void(int, const ExportedResponse&)>& visit) override {
    database_.read("read responses", [&](Connection& connection) {
      for (int pass = 0; pass < passes; ++pass) {
        stream_responses(connection, filter, all, [&](const ExportedResponse& response) {
          visit(pass, response);
        });
      }
    });
  }

  std::vector<std::string> waves(std::string_view survey) override {
    return database_.read("list waves",
                          [&](Connection& connection) { return read_waves(connection, survey); });
  }

  std::vector<std::string> hidden_fields(std::string_view survey) override {
    return database_.read("list hidden fields", [&](Connection& connection) {
      return read_hidden_names(connection, survey);
    });
  }

  std::vector<TextHit> search_text(std::string_view text,
                                   const AnswerFilter& filter,
                                   int limit) override {
    return database_.read("search answers", [&](Connection& connection) {
      return search_answers(connection, text, filter, limit);
    });
  }

  void finish_insights(const Claim& claim,
                       SurveyId survey,
                       const std::vector<Insight>& insights) override {
    database_.write("file insights", [&](Connection& connection) {
      complete_claim(connection, claim, JobKind::insight, survey_subject(survey), now());
      store_insights(connection, survey, insights, now());
    });
  }

  std::vector<Insight> filed_insights(std::string_view survey) override {
    return database_.read(
        "read insights", [&](Connection& connection) { return read_insights(connection, survey); });
  }

 private:
  Timestamp now() const { return database_.clock().now(); }

  void store_reading(Connection& connection,
                     ExportId id,
                     const SurveyImport& import,
                     const ImportOutcome& outcome,
                     const ImportCounts& counts) {
    connection.run(
        "UPDATE export SET state = 'parsed', error = '', survey_id = ?, blob = ?, byte_size = ?, "
        "rows_seen = ?, filed = ?, "
        "excluded = ?, rejected = ?, added = ?, updated = ?, unchanged = ?, is_full = ?, gone = ?, "
        "returned = ?, definition_version = ?, notes = ?, skipped = ?, parsed_at = ?, doubt = "
        "'none' WHERE id = ?",
        import.survey(),
        outcome.blob,
        outcome.byte_size,
        counts.rows_seen,
        counts.filed,
        counts.excluded,
        counts.rejected,
        counts.added,
        counts.updated,
        counts.unchanged,
        outcome.is_full,
        counts.gone,
        counts.returned,
        import.form(),
        json_list(outcome.notes),
        json_skipped(outcome.rejected.first, outcome.excluded.first, import.repeated().first),
        now(),
        id);
  }

  Database& database_;
};

}  // namespace

std::unique_ptr<Surveys> make_sqlite_surveys(Database& database) {
  return std::make_unique<SqliteSurveys>(database);
}

}  // namespace muster
