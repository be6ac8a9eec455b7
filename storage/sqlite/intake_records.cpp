#include "storage/sqlite/intake_records.h"

#include "storage/sqlite/rows.h"
#include "storage/sqlite/workflow.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace muster {
namespace {

// The submission starts again with what comes next; nothing that was said about the old revision
// holds for it.
void supersede(Connection& connection, const Current& old, Timestamp now) {
  take_out_of_catalog(connection, old, now);
  connection.run("DELETE FROM review_lease WHERE submission_id = ?", old.submission);
  connection.run(
      "DELETE FROM asset_text WHERE rowid IN (SELECT id FROM asset WHERE revision_id = ?)",
      old.revision);
  const SubmissionState state = old.state_before.value_or(old.state);
  if (waits_for(state, JobKind::file)) {
    append_log(connection,
               now,
               "rule:new_revision",
               "decision.voided",
               fmt::format("submission/{}", raw(old.submission)),
               {{"revision", old.number},
                {"was", to_string(state)},
                {"content", old.content.value_or(ContentHash{}).hex()}});
  }
  connection.run(
      "UPDATE submission SET revision_number = ?, state = 'received', state_before = NULL, "
      "state_reason = '', "
      "severity = 0, updated_at = ? WHERE id = ?",
      old.number + 1,
      now,
      old.submission);
}

void add_revision(Connection& connection,
                  SubmissionId submission,
                  int number,
                  const FoundSubmission& found,
                  Timestamp now) {
  Statement insert = connection.prepare(
      "INSERT INTO revision (submission_id, number, fingerprint, received_at, media, "
      "manifest_id, creator, platform, "
      "placement, campaign, caption, language, tags, markets, platform_label, rights_zone, "
      "rights_starts_at, "
      "rights_ends_at, "
      "rights_channels, rights_territories, rights_uses, rights_exclusive, rights_license, "
      "rights_credit, rights_starts_on, rights_term_days, rights_from, rights_until) "
      "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?16, ?17, ?18, ?, ?, ?, ?, ?, ?, ?, ?, "
      "?17, ?18)");
  insert.bind(submission, number, found.fingerprint, now, json_media(found.media));
  bind_manifest(insert, 6, found.manifest);
  insert.run();
  const auto revision = static_cast<RevisionId>(connection.last_insert_id());
  for (std::size_t i = 0; i < found.intake_findings.size(); ++i) {
    insert_finding(connection, revision, "intake", static_cast<int>(i), found.intake_findings[i]);
  }
  if (!found.manifest.creator.empty()) {
    connection.run(
        "INSERT INTO creator (handle, platform, name, followers, tier, country) "
        "VALUES (?, ?, '', NULL, 'unknown', '') ON CONFLICT DO NOTHING",
        found.manifest.creator,
        found.manifest.platform);
  }
  add_job(connection, {.kind = JobKind::fetch, .subject = revision_subject(revision)}, now);
}

std::string recorded_export(std::int64_t id) {
  return fmt::format("export/{}", id);
}

}  // namespace

void record_submission(Connection& connection,
                       SourceId source,
                       const FoundSubmission& found,
                       Timestamp now,
                       RecordCounts& counts) {
  Statement row = connection.prepare(
      "SELECT s.id, r.fingerprint FROM submission s "
      "JOIN revision r ON r.submission_id = s.id AND r.number = s.revision_number "
      "WHERE s.source_id = ? AND s.external_id = ?");
  row.bind(source, found.external_id);
  if (!row.step()) {
    connection.run(
        "INSERT INTO submission (source_id, external_id, revision_number, state, received_at, "
        "updated_at) "
        "VALUES (?, ?, 1, 'received', ?, ?)",
        source,
        found.external_id,
        now,
        now);
    add_revision(connection, static_cast<SubmissionId>(connection.last_insert_id()), 1, found, now);
    ++counts.added;
  } else if (row.text(1) == found.fingerprint) {
    ++counts.unchanged;
  } else {
    const auto old = find_current(connection, row.id<SubmissionId>(0));
    supersede(connection, *old, now);
    add_revision(connection, old->submission, old->number + 1, found, now);
    ++counts.revised;
  }
}

void record_export(Connection& connection,
                   SourceId source,
                   const FoundExport& found,
                   Timestamp now,
                   RecordCounts& counts) {
  Statement row = connection.prepare(
      "SELECT id, fingerprint FROM export WHERE source_id = ? AND external_id = ?");
  row.bind(source, found.external_id);
  std::int64_t id = 0;
  if (!row.step()) {
    connection.run(
        "INSERT INTO export (source_id, external_id, fingerprint, locator, survey_name, "
        "byte_size, state, seen_at) "
        "VALUES (?, ?, ?, ?, ?, ?, 'waiting', ?)",
        source,
        found.external_id,
        found.fingerprint,
        found.locator,
        found.survey,
        found.byte_size,
        now);
    id = connection.last_insert_id();
    ++counts.added;
  } else if (row.text(1) == found.fingerprint) {
    ++counts.unchanged;
    return;
  } else {
    id = row.integer(0);
    // Whoever reads the earlier bytes at present must not answer for these.
    cancel_jobs(connection, recorded_export(id), "the export changed", now);
    connection.run(
        "UPDATE export SET fingerprint = ?, locator = ?, survey_name = ?, byte_size = ?, state = "
        "'waiting', error = '', seen_at = ?, doubt = 'none', accepted_by = NULL, accepted_note = "
        "NULL, accepted_at = NULL WHERE id = ?",
        found.fingerprint,
        found.locator,
        found.survey,
        found.byte_size,
        now,
        id);
    ++counts.revised;
  }
  add_job(connection, {.kind = JobKind::parse, .subject = recorded_export(id)}, now);
}

void store_fetched(Connection& connection, RevisionId revision, const FetchOutcome& outcome) {
  for (std::size_t i = 0; i < outcome.assets.size(); ++i) {
    const FetchedAsset& asset = outcome.assets[i];
    connection.run(
        "INSERT INTO asset (revision_id, position, blob, byte_size, display_name) VALUES (?, ?, "
        "?, ?, ?)",
        revision,
        i,
        asset.blob,
        asset.byte_size,
        asset.display_name);
    if (asset.transcript) {
      connection.run("INSERT INTO transcript VALUES (?, ?, ?, ?)",
                     connection.last_insert_id(),
                     asset.transcript->blob,
                     asset.transcript->byte_size,
                     asset.transcript->display_name);
    }
  }
  const int known = static_cast<int>(read_findings(connection, revision, "intake").size());
  for (std::size_t i = 0; i < outcome.findings.size(); ++i) {
    insert_finding(
        connection, revision, "intake", known + static_cast<int>(i), outcome.findings[i]);
  }
  connection.run("UPDATE revision SET content = ? WHERE id = ?",
                 content_hash(read_content(connection, revision)),
                 revision);
}

}  // namespace muster
