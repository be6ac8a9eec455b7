#include "storage/sqlite/rights_records.h"

#include "core/error.h"
#include "core/json.h"
#include "core/rights.h"
#include "core/text.h"
#include "storage/sqlite/rows.h"
#include "storage/sqlite/workflow.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace muster {

void start_rights(Connection& connection,
                  RevisionId revision,
                  RightsStart event,
                  std::optional<Timestamp> at) {
  const std::optional<Rights> agreed = read_content(connection, revision).manifest.rights;
  if (!agreed || agreed->starts_on != event) {
    return;
  }
  const Rights present = at ? started(*agreed, *at) : *agreed;
  connection.run("UPDATE revision SET rights_from = ?, rights_until = ? WHERE id = ?",
                 present.starts_at,
                 present.ends_at,
                 revision);
}

void record_publication(Connection& connection,
                        SubmissionId submission,
                        const Publication& publication,
                        Timestamp now) {
  const auto current = find_current(connection, submission);
  if (!current) {
    throw PermanentError(
        fmt::format("record a publication: there is no submission {}", raw(submission)));
  }
  if (publication.actor.name.empty()) {
    throw PermanentError("record a publication: who says so must be named");
  }
  connection.run(
      "INSERT INTO publication VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (revision_id) DO UPDATE SET "
      "published_at = ?2, address = ?3, actor = ?4, recorded_at = ?5",
      current->revision,
      publication.at,
      sanitize_utf8(publication.address),
      log_actor(publication.actor),
      now);
  append_log(connection,
             now,
             log_actor(publication.actor),
             "submission.published",
             fmt::format("submission/{}", raw(submission)),
             {{"revision", current->number},
              {"published_at", to_iso8601(publication.at)},
              {"address", sanitize_utf8(publication.address)}});
  start_rights(connection, current->revision, RightsStart::publication, publication.at);
  if (current->filed) {
    const std::string subject = revision_subject(current->revision);
    take_out_of_catalog(connection, *current, now);
    forget_effects(connection, JobKind::file, subject);
    add_job(connection, {.kind = JobKind::file, .subject = subject}, now);
  }
}

}  // namespace muster
