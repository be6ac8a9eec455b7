#include "core/error.h"
#include "core/text.h"
#include "storage/sqlite/parts.h"
#include "storage/sqlite/rows.h"
#include "storage/sqlite/stale_marks.h"
#include "storage/sqlite/workflow.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace muster {
namespace {

int count(const std::vector<Finding>& findings, Outcome outcome) {
  return static_cast<int>(
      std::count_if(findings.begin(), findings.end(), [&](const Finding& finding) {
        return finding.outcome == outcome;
      }));
}

// What the same verdict is known by: the five values that it depends on.
std::string provenance_key(const Provenance& provenance) {
  Hasher hasher;
  hasher.add_field(provenance.content.hex());
  hasher.add_field(provenance.brief.hex());
  hasher.add_field(provenance.packs.hex());
  hasher.add_field(provenance.kit.hex());
  hasher.add_field(provenance.engine);
  return hasher.finish().hex();
}

// Bytes on which the decoder died are checked again after a release, so what was found must be
// found once more.
constexpr std::string_view kQuarantinedBy =
    "SELECT r.id FROM asset a JOIN revision r ON r.id = a.revision_id "
    "JOIN submission s ON s.id = r.submission_id AND s.revision_number = r.number "
    "WHERE a.blob = ? AND s.state = 'quarantined' AND s.state_before IN ('checking', 'in_review') "
    "AND r.verdict = 'quarantined'";

class SqliteChecks final : public Checks {
 public:
  explicit SqliteChecks(Database& database) : database_(database) {}

  std::optional<CheckWork> work(RevisionId revision) override {
    return database_.read(
        "read check work", [&](Connection& connection) -> std::optional<CheckWork> {
          return find_current(connection, revision) ? read_work(connection, revision)
                                                    : std::nullopt;
        });
  }

  std::optional<CheckWork> history(RevisionId revision) override {
    return database_.read("read a checked revision",
                          [&](Connection& connection) { return read_work(connection, revision); });
  }

  void finish(const Claim& claim, RevisionId revision, const CheckOutcome& outcome) override {
    database_.write("finish a check", [&](Connection& connection) {
      const std::string subject = revision_subject(revision);
      complete_claim(connection, claim, JobKind::check, subject, now());
      const auto current = find_current(connection, revision);
      if (!current) {
        return;
      }
      if (current->content != outcome.verdict.provenance.content) {
        throw PermanentError(
            fmt::format("finish the check of {}: its verdict is about other content", subject));
      }
      if (!enter_effect(connection,
                        JobKind::check,
                        subject,
                        provenance_key(outcome.verdict.provenance),
                        now())) {
        return;
      }
      store_assets(connection, revision, outcome.assets);
      const auto findings = store_findings(connection, revision, outcome.findings);
      store_verdict(connection, *current, outcome.verdict, findings);
      index_for_search(connection, revision, findings);
      move_on(connection, *current, outcome.verdict);
    });
  }

  std::vector<Finding> findings(RevisionId revision) override {
    return database_.read("read findings", [&](Connection& connection) {
      return read_findings(connection, revision, "");
    });
  }

  std::optional<Verdict> verdict(RevisionId revision) override {
    return database_.read("read a verdict", [&](Connection& connection) {
      return read_verdict(connection, revision);
    });
  }

  StaleMarks mark_stale(const ContentHash& digest,
                        const std::function<Provenance(const Manifest&)>& present) override {
    return database_.write("mark stale verdicts", [&](Connection& connection) {
      return mark_stale_verdicts(connection, digest, present, now());
    });
  }

  int record_death(const ContentHash& blob, std::string_view evidence) override {
    return database_.write("record a decoder's death", [&](Connection& connection) {
      Statement row = connection.prepare(
          "INSERT INTO quarantine (blob, deaths, evidence) VALUES (?, 1, ?) "
          "ON CONFLICT (blob) DO UPDATE SET deaths = deaths + 1, evidence = excluded.evidence "
          "RETURNING deaths");
      row.bind(blob, evidence);
      row.step();
      const auto deaths = static_cast<int>(row.integer(0));
      row.run();
      return deaths;
    });
  }

  void quarantine(const ContentHash& blob, std::string_view reason) override {
    database_.write("quarantine a file", [&](Connection& connection) {
      connection.run(
          "INSERT INTO quarantine (blob, deaths, evidence, reason, since) VALUES (?1, 0, '', ?2, "
          "?3) "
          "ON CONFLICT (blob) DO UPDATE SET reason = excluded.reason, since = excluded.since WHERE "
          "since IS NULL",
          blob,
          reason,
          now());
      if (connection.changes() == 1) {
        append_log(connection,
                   now(),
                   "rule:quarantine",
                   "blob.quarantined",
                   fmt::format("blob/{}", blob.hex()),
                   {{"reason", reason}});
      }
    });
  }

  std::optional<QuarantineEntry> quarantined(const ContentHash& blob) override {
    return database_.read("look up a quarantine",
                          [&](Connection& connection) -> std::optional<QuarantineEntry> {
                            Statement row = connection.prepare(
                                "SELECT blob, deaths, reason, evidence, since FROM quarantine "
                                "WHERE blob = ? AND since IS NOT NULL");
                            row.bind(blob);
                            return row.step() ? std::optional(read_entry(row)) : std::nullopt;
                          });
  }

  std::vector<QuarantineEntry> quarantine_list() override {
    return database_.read("list the quarantine", [&](Connection& connection) {
      Statement row = connection.prepare(
          "SELECT blob, deaths, reason, evidence, since FROM quarantine WHERE since IS NOT NULL "
          "ORDER BY since, blob");
      std::vector<QuarantineEntry> entries;
      while (row.step()) {
        entries.push_back(read_entry(row));
      }
      return entries;
    });
  }

  bool release_quarantine(const ContentHash& blob, std::string_view actor) override {
    return database_.write("release a file", [&](Connection& connection) {
      connection.run("DELETE FROM quarantine WHERE blob = ? AND since IS NOT NULL", blob);
      if (connection.changes() == 0) {
        return false;
      }
      append_log(connection,
                 now(),
                 log_actor(actor),
                 "blob.released",
                 fmt::format("blob/{}", blob.hex()),
                 Json::object());
      check_again(connection, blob);
      return true;
    });
  }

  void remember(const std::vector<Artifact>& artifacts) override {
    const bool all_known = database_.read("look up artifacts", [&](Connection& connection) {
      return std::all_of(artifacts.begin(), artifacts.end(), [&](const Artifact& one) {
        return find_artifact(connection, one.kind, one.hash).has_value();
      });
    });
    if (all_known) {
      return;  // every check remembers its inputs, and they change rarely
    }
    database_.write("remember artifacts", [&](Connection& connection) {
      for (const Artifact& one : artifacts) {
        connection.run(
            "INSERT INTO artifact (kind, hash, name, seen_at) VALUES (?, ?, ?, ?) ON CONFLICT DO "
            "NOTHING",
            one.kind,
            one.hash,
            one.name,
            now());
      }
    });
  }

  std::optional<Artifact> artifact(std::string_view kind, const ContentHash& hash) override {
    return database_.read("look up an artifact", [&](Connection& connection) {
      return find_artifact(connection, kind, hash);
    });
  }

 private:
  Timestamp now() const { return database_.clock().now(); }

  static QuarantineEntry read_entry(const Statement& row) {
    return {row.hash(0), static_cast<int>(row.integer(1)), row.text(2), row.text(3), row.time(4)};
  }

  static std::optional<Artifact> find_artifact(Connection& connection,
                                               std::string_view kind,
                                               const ContentHash& hash) {
    Statement row =
        connection.prepare("SELECT kind, name, hash FROM artifact WHERE kind = ? AND hash = ?");
    row.bind(kind, hash);
    return row.step() ? std::optional(Artifact{row.text(0), row.text(1), row.hash(2)})
                      : std::nullopt;
  }

  static std::optional<CheckWork> read_work(Connection& connection, RevisionId revision) {
    static const std::string kSelect = fmt::format(
        "SELECT r.submission_id, r.number, r.content, r.received_at, {} FROM revision r WHERE r.id "
        "= ?",
        kManifestColumns);
    Statement row = connection.prepare(kSelect);
    row.bind(revision);
    if (!row.step()) {
      return std::nullopt;
    }
    CheckWork work;
    work.submission = row.id<SubmissionId>(0);
    work.revision = revision;
    work.revision_number = static_cast<int>(row.integer(1));
    work.content = row.hash(2);
    work.received_at = row.time(3);
    work.manifest = read_manifest(row, 4);
    work.assets = read_assets(connection, revision);
    work.intake_findings = read_findings(connection, revision, "intake");
    return work;
  }

  void store_assets(Connection& connection,
                    RevisionId revision,
                    const std::vector<CheckedAsset>& assets) {
    for (const CheckedAsset& asset : assets) {
      const MediaFacts& facts = asset.facts;
      connection.run(
          "UPDATE asset SET facts = ?, media_kind = ?, media_type = ?, integrity = ?, width = ?, "
          "height = ?, "
          "duration_ms = ?, text_seen = ? WHERE id = ? AND revision_id = ?",
          json_facts(facts),
          facts.kind(),
          facts.type,
          facts.integrity,
          facts.width,
          facts.height,
          facts.duration_ms,
          asset.text_seen,
          asset.id,
          revision);
      if (connection.changes() != 1) {
        throw PermanentError(fmt::format("finish the check of {}: it has no asset {}",
                                         revision_subject(revision),
                                         raw(asset.id)));
      }
      store_origin(connection, asset);
    }
  }

  void store_origin(Connection& connection, const CheckedAsset& asset) {
    connection.run("DELETE FROM asset_origin WHERE asset_id = ?", asset.id);
    connection.run("DELETE FROM asset_place WHERE asset_id = ?", asset.id);
    const MediaOrigin& origin = asset.origin;
    if (origin != MediaOrigin()) {
      connection.run("INSERT INTO asset_origin VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                     asset.id,
                     origin.camera_make,
                     origin.camera_model,
                     origin.software,
                     origin.taken_at,
                     origin.author,
                     origin.copyright,
                     origin.digital_source_type,
                     origin.has_xmp,
                     origin.has_iptc,
                     origin.has_content_credentials);
    }
    if (asset.place) {
      connection.run("INSERT INTO asset_place VALUES (?, ?, ?)",
                     asset.id,
                     asset.place->latitude,
                     asset.place->longitude);
    }
  }

  // A check may give the findings of the arrival once more among its own; each is kept once.
  // Returns all of them.
  std::vector<Finding> store_findings(Connection& connection,
                                      RevisionId revision,
                                      const std::vector<Finding>& findings) {
    connection.run("DELETE FROM finding WHERE revision_id = ? AND phase = 'check'", revision);
    std::vector<Finding> all = read_findings(connection, revision, "intake");
    const auto arrival_end = static_cast<std::ptrdiff_t>(all.size());
    int position = 0;
    for (const Finding& finding : findings) {
      if (std::find(all.begin(), all.begin() + arrival_end, finding) == all.begin() + arrival_end) {
        insert_finding(connection, revision, "check", position++, finding);
        all.push_back(finding);
      }
    }
    return all;
  }

  void store_verdict(Connection& connection,
                     const Current& current,
                     const Verdict& verdict,
                     const std::vector<Finding>& findings) {
    const int fails = count(findings, Outcome::fail);
    const int warns = count(findings, Outcome::warn);
    const int unchecked = count(findings, Outcome::could_not_check);
    connection.run(
        "UPDATE revision SET verdict = ?, verdict_rule = ?, verdict_why = ?, verdict_reason_codes "
        "= ?, "
        "verdict_approve_by_rule = ?, brief = ?, packs = ?, kit = ?, engine = ?, checked_at = ?, "
        "fails = ?, warns = ?, "
        "could_not_check = ?, stale = '' WHERE id = ?",
        verdict.kind,
        verdict.rule,
        verdict.why,
        json_list(verdict.reason_codes),
        verdict.approve_by_rule,
        verdict.provenance.brief,
        verdict.provenance.packs,
        verdict.provenance.kit,
        verdict.provenance.engine,
        now(),
        fails,
        warns,
        unchecked,
        current.revision);
    const std::int64_t severity = 1'000'000LL * std::min(fails, 999) +
                                  1'000LL * std::min(unchecked, 999) + std::min(warns, 999);
    connection.run("UPDATE submission SET severity = ?, updated_at = ? WHERE id = ?",
                   severity,
                   now(),
                   current.submission);
  }

  void index_for_search(Connection& connection,
                        RevisionId revision,
                        const std::vector<Finding>& findings) {
    const auto work = read_work(connection, revision);
    for (const AssetRow& asset : work->assets) {
      std::string told;
      for (const Finding& finding : findings) {
        const bool says_something = finding.outcome == Outcome::fail ||
                                    finding.outcome == Outcome::warn || !finding.brand.empty();
        if (says_something && finding.place.item.value_or(asset.position) == asset.position) {
          told += fmt::format("{} {}\n", finding.brand, finding.message);
        }
      }
      connection.run("DELETE FROM asset_text WHERE rowid = ?", asset.id);
      connection.run(
          "INSERT INTO asset_text (rowid, caption, text_seen, creator, tags, findings) VALUES (?, "
          "?, ?, ?, ?, ?)",
          asset.id,
          work->manifest.caption,
          asset.text_seen,
          work->manifest.creator,
          join(work->manifest.tags, " "),
          told);
    }
  }

  // Only a submission that waits for a verdict moves: what a person decided is not undone by a
  // later check.
  void move_on(Connection& connection, const Current& current, const Verdict& verdict) {
    if (current.state != SubmissionState::checking && current.state != SubmissionState::in_review) {
      return;
    }
    const Actor rule{ActorKind::rule, verdict.rule.empty() ? "policy" : verdict.rule};
    const std::string code =
        verdict.reason_codes.empty() ? rule.name : verdict.reason_codes.front();
    if (verdict.kind == VerdictKind::quarantined) {
      quarantine_submission(connection, current, verdict.why, log_actor(rule), now());
    } else if (verdict.kind == VerdictKind::returned) {
      record_decision(
          connection, current, DecisionKind::request_changes, rule, code, verdict.why, now());
    } else if (verdict.kind == VerdictKind::clear && verdict.approve_by_rule) {
      record_decision(connection, current, DecisionKind::approve, rule, "", verdict.why, now());
    } else {
      move_submission(connection, current.submission, SubmissionState::in_review, now());
      return;
    }
    connection.run("DELETE FROM review_lease WHERE submission_id = ?", current.submission);
  }

  void check_again(Connection& connection, const ContentHash& blob) {
    std::vector<RevisionId> revisions;
    {
      Statement row = connection.prepare(kQuarantinedBy);
      row.bind(blob);
      while (row.step()) {
        revisions.push_back(row.id<RevisionId>(0));
      }
    }
    for (const RevisionId revision : revisions) {
      const auto current = find_current(connection, revision);
      if (!current || current->state != SubmissionState::quarantined) {
        continue;  // the same bytes twice in one revision
      }
      forget_effects(connection, JobKind::check, revision_subject(revision));
      move_submission(connection, current->submission, SubmissionState::checking, now());
      add_job(connection, {.kind = JobKind::check, .subject = revision_subject(revision)}, now());
    }
  }

  Database& database_;
};

}  // namespace

std::unique_ptr<Checks> make_sqlite_checks(Database& database) {
  return std::make_unique<SqliteChecks>(database);
}

}  // namespace muster
