#include "core/error.h"
#include "storage/sqlite/intake_records.h"
#include "storage/sqlite/parts.h"
#include "storage/sqlite/rows.h"
#include "storage/sqlite/workflow.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace muster {
namespace {

SourceId source_id(Connection& connection, std::string_view name) {
  Statement row = connection.prepare("SELECT id FROM source WHERE name = ?");
  row.bind(name);
  if (row.step()) {
    return row.integer(0);
  }
  connection.run("INSERT INTO source (name) VALUES (?)", name);
  return connection.last_insert_id();
}

void keep_cursor(Connection& connection, SourceId source, const std::optional<Cursor>& cursor) {
  if (cursor) {
    connection.run(
        "UPDATE source SET has_cursor = 1, cursor_position = ?, cursor_etag = ?, "
        "cursor_last_modified = ? WHERE id = ?",
        cursor->position,
        cursor->etag,
        cursor->last_modified,
        source);
  }
}

void clear_waiting(Connection& connection, SourceId source, std::string_view external_id) {
  connection.run(
      "DELETE FROM source_waiting WHERE source_id = ? AND external_id = ?", source, external_id);
}

// Waiting notes about items that are known already are not counted: their submission or export is.
constexpr std::string_view kNewWaiting =
    "SELECT count(*) FROM source_waiting w JOIN source s ON s.id = w.source_id "
    "WHERE (s.holds IS ? OR s.holds IS ?) "
    "AND NOT EXISTS (SELECT 1 FROM submission x WHERE x.source_id = s.id AND x.external_id = "
    "w.external_id) "
    "AND NOT EXISTS (SELECT 1 FROM export x WHERE x.source_id = s.id AND x.external_id = "
    "w.external_id)";

std::int64_t sum_counters(Connection& connection, const std::string& prefix) {
  Statement row = connection.prepare(
      "SELECT coalesce(sum(value), 0) FROM counter WHERE name >= ?1 AND name < ?1 || '~'");
  row.bind(prefix);
  row.step();
  return row.integer(0);
}

class SqliteIntake final : public Intake {
 public:
  explicit SqliteIntake(Database& database) : database_(database) {}

  RecordCounts record(std::string_view source,
                      std::span<const FoundSubmission> found,
                      const std::optional<Cursor>& cursor) override {
    return database_.write("record submissions", [&](Connection& connection) {
      const SourceId id = open_source(connection, source, "submissions", cursor);
      RecordCounts counts;
      for (const FoundSubmission& one : found) {
        record_submission(connection, id, one, now(), counts);
        clear_waiting(connection, id, one.external_id);
      }
      return counts;
    });
  }

  RecordCounts record_exports(std::string_view source,
                              std::span<const FoundExport> found,
                              const std::optional<Cursor>& cursor) override {
    return database_.write("record exports", [&](Connection& connection) {
      const SourceId id = open_source(connection, source, "exports", cursor);
      RecordCounts counts;
      for (const FoundExport& one : found) {
        record_export(connection, id, one, now(), counts);
        clear_waiting(connection, id, one.external_id);
      }
      return counts;
    });
  }

  void end_poll(std::string_view source,
                std::span<const WaitingItem> waiting,
                std::string_view error) override {
    database_.write("end a poll", [&](Connection& connection) {
      const SourceId id = source_id(connection, source);
      connection.run(
          "UPDATE source SET polled_at = ?, last_error = ? WHERE id = ?", now(), error, id);
      connection.run("DELETE FROM source_waiting WHERE source_id = ?", id);
      for (std::size_t i = 0; i < waiting.size(); ++i) {
        connection.run("INSERT INTO source_waiting VALUES (?, ?, ?, ?)",
                       id,
                       i,
                       waiting[i].external_id,
                       waiting[i].why);
      }
    });
  }

  std::optional<Cursor> cursor(std::string_view source) override {
    return database_.read("read a cursor", [&](Connection& connection) -> std::optional<Cursor> {
      Statement row = connection.prepare(
          "SELECT cursor_position, cursor_etag, cursor_last_modified FROM source WHERE name = ? "
          "AND has_cursor");
      row.bind(source);
      return row.step() ? std::optional(Cursor{row.text(0), row.text(1), row.text(2)})
                        : std::nullopt;
    });
  }

  std::map<std::string, KnownItem> known(std::string_view source,
                                         std::span<const std::string> external_ids) override {
    return database_.read("look up known items", [&](Connection& connection) {
      std::map<std::string, KnownItem> known;
      for (const std::string& external_id : external_ids) {
        Statement row = connection.prepare(
            "SELECT r.fingerprint, r.content IS NOT NULL FROM source o "
            "JOIN submission s ON s.source_id = o.id AND s.external_id = ?2 "
            "JOIN revision r ON r.submission_id = s.id AND r.number = s.revision_number WHERE "
            "o.name = ?1 "
            "UNION ALL "
            "SELECT e.fingerprint, e.state <> 'waiting' AND e.blob IS NOT NULL FROM source o "
            "JOIN export e ON e.source_id = o.id AND e.external_id = ?2 WHERE o.name = ?1");
        row.bind(source, external_id);
        if (row.step()) {
          known[external_id] = {row.text(0), row.boolean(1)};
        }
      }
      return known;
    });
  }

  std::vector<SourceStatus> sources() override {
    return database_.read("list sources", [&](Connection& connection) {
      std::vector<SourceStatus> sources;
      Statement row = connection.prepare(
          "SELECT source, items_seen, items_waiting, polled_at, last_error FROM v_sources ORDER BY "
          "source");
      while (row.step()) {
        SourceStatus& status = sources.emplace_back();
        status.source = row.text(0);
        status.items_seen = row.integer(1);
        status.items_waiting = row.integer(2);
        status.polled_at = row.optional_time(3);
        status.last_error = row.text(4);
        status.waiting = waiting_of(connection, status.source);
      }
      return sources;
    });
  }

  std::optional<FetchWork> fetch_work(RevisionId revision) override {
    return database_.read(
        "read fetch work", [&](Connection& connection) -> std::optional<FetchWork> {
          Statement row = connection.prepare(
              "SELECT s.id, r.number, o.name, s.external_id, r.media FROM revision r "
              "JOIN submission s ON s.id = r.submission_id AND s.revision_number = r.number "
              "JOIN source o ON o.id = s.source_id WHERE r.id = ?");
          row.bind(revision);
          if (!row.step()) {
            return std::nullopt;
          }
          FetchWork work;
          work.submission = row.id<SubmissionId>(0);
          work.revision = revision;
          work.revision_number = static_cast<int>(row.integer(1));
          work.source = row.text(2);
          work.external_id = row.text(3);
          work.media = read_json_media(row.text(4));
          work.intake_findings = read_findings(connection, revision, "intake");
          return work;
        });
  }

  void finish_fetch(const Claim& claim, RevisionId revision, const FetchOutcome& outcome) override {
    database_.write("finish a fetch", [&](Connection& connection) {
      const std::string subject = revision_subject(revision);
      complete_claim(connection, claim, JobKind::fetch, subject, now());
      const auto current = find_current(connection, revision);
      if (!current || !waits_for(current->state, JobKind::fetch) ||
          !enter_effect(connection, JobKind::fetch, subject, "", now())) {
        return;
      }
      store_fetched(connection, revision, outcome);
      move_submission(connection, current->submission, SubmissionState::checking, now());
      add_job(connection, {.kind = JobKind::check, .subject = subject}, now());
    });
  }

  Identity submissions_identity() override {
    return database_.read("sum up submissions", [&](Connection& connection) {
      Identity identity;
      const auto in = [&](Bucket bucket) {
        return sum_counters(connection, fmt::format("submission/{}/", to_string(bucket)));
      };
      identity.filed = in(Bucket::filed);
      identity.flagged = in(Bucket::flagged);
      identity.returned = in(Bucket::returned);
      identity.rejected = in(Bucket::rejected);
      identity.failed = in(Bucket::failed);
      const std::int64_t not_taken = new_waiting(connection, "submissions", std::nullopt);
      identity.waiting = in(Bucket::waiting) + not_taken;
      identity.seen =
          items_of(connection,
                   "SELECT coalesce(sum(items_seen), 0) FROM source WHERE holds = 'submissions'") +
          not_taken;
      return identity;
    });
  }

  Identity exports_identity() override {
    return database_.read("sum up exports", [&](Connection& connection) {
      Identity identity;
      const std::int64_t not_taken = new_waiting(connection, "exports", "exports");
      identity.filed = sum_counters(connection, "export/parsed");
      identity.failed = sum_counters(connection, "export/failed");
      identity.waiting = sum_counters(connection, "export/waiting") + not_taken;
      identity.seen =
          items_of(connection,
                   "SELECT coalesce(sum(items_seen), 0) FROM source WHERE holds = 'exports'") +
          not_taken;
      return identity;
    });
  }

 private:
  Timestamp now() const { return database_.clock().now(); }

  SourceId open_source(Connection& connection,
                       std::string_view name,
                       std::string_view holds,
                       const std::optional<Cursor>& cursor) {
    const SourceId id = source_id(connection, name);
    Statement row = connection.prepare("SELECT holds FROM source WHERE id = ?");
    row.bind(id);
    row.step();
    if (!row.is_null(0) && row.text(0) != holds) {
      throw PermanentError(
          fmt::format("record {} of source '{}': it gave {} before; name the new source otherwise",
                      holds,
                      name,
                      row.text(0)));
    }
    if (row.is_null(0)) {
      connection.run("UPDATE source SET holds = ? WHERE id = ?", holds, id);
    }
    keep_cursor(connection, id, cursor);
    return id;
  }

  std::vector<WaitingItem> waiting_of(Connection& connection, std::string_view source) {
    Statement row = connection.prepare(
        "SELECT w.external_id, w.why FROM source_waiting w JOIN source s ON s.id = w.source_id "
        "WHERE s.name = ? "
        "ORDER BY w.position LIMIT 20");
    row.bind(source);
    std::vector<WaitingItem> waiting;
    while (row.step()) {
      waiting.push_back({row.text(0), row.text(1)});
    }
    return waiting;
  }

  std::int64_t new_waiting(Connection& connection,
                           std::string_view holds,
                           std::optional<std::string_view> or_holds) {
    Statement row = connection.prepare(kNewWaiting);
    row.bind(holds, or_holds);
    row.step();
    return row.integer(0);
  }

  std::int64_t items_of(Connection& connection, std::string_view sql) {
    Statement row = connection.prepare(sql);
    row.step();
    return row.integer(0);
  }

  Database& database_;
};

}  // namespace

std::unique_ptr<Intake> make_sqlite_intake(Database& database) {
  return std::make_unique<SqliteIntake>(database);
}

}  // namespace muster
