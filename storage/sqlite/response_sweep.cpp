#include "storage/sqlite/response_sweep.h"

#include "storage/sqlite/rows.h"

#include <algorithm>
#include <vector>

namespace muster {
namespace {

// Calls `visit` for the present responses of the survey that the export can speak about: of the
// same source, and brought by no later export. Exports that were seen at once go by their ids.
void for_each_candidate(Connection& connection,
                        ExportId id,
                        SurveyId survey,
                        const std::function<void(ResponseId id)>& visit) {
  Statement row = connection.prepare(
      "SELECT p.id FROM response p JOIN export e ON e.id = p.export_id JOIN export x ON x.id = ?1 "
      "WHERE p.survey_id = ?2 AND p.gone_at IS NULL AND p.status <> 'deleted' AND e.source_id = "
      "x.source_id AND (e.seen_at < x.seen_at OR (e.seen_at = x.seen_at AND e.id <= x.id)) ORDER "
      "BY "
      "p.id");
  row.bind(id, survey);
  while (row.step()) {
    visit(row.id<ResponseId>(0));
  }
}

}  // namespace

void ResponseSweep::mark(ResponseId id, GoneCause cause, std::optional<Timestamp> said_at) {
  connection_.run("UPDATE response SET gone_at = ? WHERE id = ? AND gone_at IS NULL", now_, id);
  if (connection_.changes() == 0) {
    return;
  }
  connection_.run(
      "INSERT INTO response_gone (response, cause, export_id, said_at, gone_at) VALUES (?, ?, ?, "
      "?, ?)",
      id,
      cause,
      export_,
      said_at,
      now_);
  ++gone_;
}

void ResponseSweep::mark_deleted(ResponseId id, std::optional<Timestamp> said_at) {
  mark(id, GoneCause::deleted_at_source, said_at);
}

void ResponseSweep::mark_present(ResponseId id, const ResponseVersion& version, bool is_full) {
  connection_.run(
      "UPDATE response_gone SET returned_export = ?1, returned_at = ?2 WHERE response = ?3 AND "
      "returned_at IS NULL AND (SELECT seen_at FROM export WHERE id = response_gone.export_id) <= "
      "(SELECT seen_at FROM export WHERE id = ?1) AND (said_at IS NULL OR ?4 OR said_at < ?5)",
      export_,
      now_,
      id,
      is_full,
      version.updated_at ? version.updated_at : version.submitted_at);
  if (connection_.changes() > 0) {
    connection_.run("UPDATE response SET gone_at = NULL WHERE id = ?", id);
    ++returned_;
  }
}

void ResponseSweep::mark_missing(SurveyId survey,
                                 const std::function<bool(ResponseId id)>& was_there) {
  std::vector<ResponseId> missing;
  for_each_candidate(connection_, export_, survey, [&](ResponseId id) {
    if (!was_there(id)) {
      missing.push_back(id);
    }
  });
  for (const ResponseId id : missing) {
    mark(id, GoneCause::full_export, std::nullopt);
  }
}

SweepSize measure_sweep(Connection& connection, ExportId id, const ImportOutcome& outcome) {
  Statement known =
      connection.prepare("SELECT id FROM survey WHERE provider = ? AND external_id = ?");
  known.bind(outcome.definition.provider, outcome.definition.external_id);
  if (!known.step()) {
    return {};
  }
  const auto survey = known.id<SurveyId>(0);
  std::vector<ResponseId> here;
  outcome.responses.for_each([&](const PlacedResponse& placed) {
    Statement row =
        connection.prepare("SELECT id FROM response WHERE survey_id = ? AND response_id = ?");
    row.bind(survey, placed.response.id);
    if (row.step()) {
      here.push_back(row.id<ResponseId>(0));
    }
  });
  std::sort(here.begin(), here.end());
  SweepSize size;
  for_each_candidate(connection, id, survey, [&](ResponseId candidate) {
    ++size.known;
    size.missing += std::binary_search(here.begin(), here.end(), candidate) ? 0 : 1;
  });
  return size;
}

}  // namespace muster
