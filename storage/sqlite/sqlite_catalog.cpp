#include "core/error.h"
#include "core/text.h"
#include "storage/sqlite/parts.h"
#include "storage/sqlite/rights_records.h"
#include "storage/sqlite/rows.h"
#include "storage/sqlite/workflow.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace muster {
namespace {

// Columns of a hit; what matched is column 0.
std::string hit_columns(std::string_view snippet) {
  return fmt::format(
      "SELECT {}, a.id, r.submission_id, a.position, a.blob, a.byte_size, a.facts, {}, s.state, "
      "f.filed_at, "
      "coalesce((SELECT d.actor_kind || ':' || d.actor_name FROM decision d WHERE d.revision_id = "
      "r.id "
      "AND d.kind IN ('approve', 'approve_with_corrections') AND d.undone = 0 ORDER BY d.id DESC "
      "LIMIT 1), ''), r.stale, {}{} ",
      snippet,
      kRevisionTier,
      kManifestColumns,
      kPresentColumns);
}

// Assets of current revisions, joined to an asset row a.
constexpr std::string_view kHitTables =
    "JOIN revision r ON r.id = a.revision_id "
    "JOIN submission s ON s.id = r.submission_id AND s.revision_number = r.number "
    "LEFT JOIN filing f ON f.revision_id = r.id ";

AssetHit read_hit(const Statement& row) {
  AssetHit hit;
  hit.snippet = row.text(0);
  hit.id = row.id<AssetId>(1);
  hit.submission = row.id<SubmissionId>(2);
  hit.position = static_cast<int>(row.integer(3));
  hit.blob = row.hash(4);
  hit.byte_size = static_cast<std::uint64_t>(row.integer(5));
  hit.facts = read_json_facts(row, 6);
  hit.tier = row.name_of<Tier>(7);
  hit.state = row.name_of<SubmissionState>(8);
  hit.filed_at = row.optional_time(9);
  hit.decided_by = row.text(10);
  hit.stale = row.text(11);
  hit.manifest = read_present_manifest(row, 12);
  return hit;
}

// The same as rights_state() in core/submission.h, over the columns of revision r. Takes no
// parameter but ?1 = now.
std::string rights_condition(RightsState state) {
  const std::string expired = "(r.rights_until IS NOT NULL AND r.rights_until <= ?1)";
  const std::string upcoming =
      "(iif(r.rights_from IS NULL, r.rights_starts_on <> 'date', r.rights_from > ?1))";
  const std::string expiring = fmt::format(
      "(r.rights_until IS NOT NULL AND r.rights_until - {} <= ?1)", kRightsExpiringWindow.count());
  const std::string has = "r.rights_zone IS NOT NULL";
  switch (state) {
    case RightsState::none:
      return "r.rights_zone IS NULL";
    case RightsState::expired:
      return fmt::format("{} AND {}", has, expired);
    case RightsState::upcoming:
      return fmt::format("{} AND NOT {} AND {}", has, expired, upcoming);
    case RightsState::expiring:
      return fmt::format("{} AND NOT {} AND NOT {} AND {}", has, expired, upcoming, expiring);
    case RightsState::active:
      return fmt::format("{} AND NOT {} AND NOT {} AND NOT {}", has, expired, upcoming, expiring);
  }
  return "0";
}

// A search as SQL, with ?1 = now, and the texts that it takes as ?2 and following.
struct Search {
  std::string sql;
  std::vector<std::string> texts;

  void add(std::string_view condition, std::string_view text) {
    sql += fmt::format(" AND {}", condition);
    texts.emplace_back(text);
  }
};

// The same as rights_gap() in core/rights.h.
void add_rights_question(Search& search, const RightsQuestion& question) {
  const auto listed = [](std::string_view column) {
    return fmt::format(
        "r.rights_zone IS NOT NULL AND (r.{0} = '[]' OR EXISTS (SELECT 1 FROM json_each(r.{0}) one "
        "WHERE one.value = ?))",
        column);
  };
  if (!question.channel.empty()) {
    search.add(listed("rights_channels"), question.channel);
  }
  if (!question.territory.empty()) {
    search.add(listed("rights_territories"), question.territory);
  }
  if (question.use) {
    search.add(
        "r.rights_zone IS NOT NULL AND EXISTS (SELECT 1 FROM json_each(CASE r.rights_uses WHEN "
        "'[]' "
        "THEN '[\"organic\"]' ELSE r.rights_uses END) one WHERE one.value = ?)",
        to_string(*question.use));
  }
}

Search search_of(const AssetQuery& query, const std::string& match) {
  Search search;
  if (match.empty()) {
    search.sql = fmt::format("{}FROM asset a {}WHERE ?1 = ?1", hit_columns("''"), kHitTables);
  } else {
    search.sql =
        fmt::format("{}FROM asset_text JOIN asset a ON a.id = asset_text.rowid {}WHERE ?1 = ?1",
                    hit_columns("snippet(asset_text, -1, '[', ']', '…', 16)"),
                    kHitTables);
    search.add("asset_text MATCH ?", match);
  }
  if (query.filed_only) {
    search.sql += " AND f.filed_at IS NOT NULL";
  }
  if (query.kind) {
    search.add("a.media_kind = ?", to_string(*query.kind));
  }
  if (query.rights) {
    search.sql += " AND " + rights_condition(*query.rights);
  }
  if (query.usable) {
    search.sql += fmt::format(" AND (({}) OR ({}))",
                              rights_condition(RightsState::active),
                              rights_condition(RightsState::expiring));
  }
  add_rights_question(search, query.purpose);
  if (!query.campaign.empty()) {
    search.add("r.campaign = ?", query.campaign);
  }
  if (!query.creator.empty()) {
    search.add("r.creator = ?", query.creator);
  }
  if (!query.placement.empty()) {
    search.add("r.placement = ?", query.placement);
  }
  if (!query.tag.empty()) {
    search.add("EXISTS (SELECT 1 FROM json_each(r.tags) tag WHERE tag.value = ? COLLATE NOCASE)",
               query.tag);
  }
  if (!query.brand.empty()) {
    search.add(
        "EXISTS (SELECT 1 FROM finding b WHERE b.revision_id = r.id AND b.outcome = 'pass' AND "
        "b.brand = ? "
        "AND coalesce(b.item, a.position) = a.position)",
        query.brand);
  }
  return search;
}

class SqliteCatalog final : public Catalog {
 public:
  explicit SqliteCatalog(Database& database) : database_(database) {}

  std::optional<FilingWork> work(RevisionId revision) override {
    return database_.read(
        "read filing work", [&](Connection& connection) -> std::optional<FilingWork> {
          const auto current = find_current(connection, revision);
          if (!current || !waits_for(current->state, JobKind::file)) {
            return std::nullopt;
          }
          return FilingWork{
              current->submission, revision, current->content.value_or(ContentHash{})};
        });
  }

  void finish(const Claim& claim, RevisionId revision, const Filing& filing) override {
    database_.write("file an asset", [&](Connection& connection) {
      const std::string subject = revision_subject(revision);
      complete_claim(connection, claim, JobKind::file, subject, now());
      const auto current = find_current(connection, revision);
      if (!current || !waits_for(current->state, JobKind::file)) {
        return;
      }
      const DecisionId approval = standing_approval(connection, *current);
      // An approval that was undone and given anew is another effect.
      if (!enter_effect(connection,
                        JobKind::file,
                        subject,
                        fmt::format("decision/{}", raw(approval)),
                        now())) {
        return;
      }
      connection.run(
          "INSERT INTO filing (revision_id, decision_id, filed_at, sidecar) VALUES (?, ?, ?, ?)",
          revision,
          approval,
          now(),
          filing.sidecar);
      connection.run("UPDATE submission SET filed_at = ?1, updated_at = ?1 WHERE id = ?2",
                     now(),
                     current->submission);
    });
  }

  std::vector<AssetHit> search(const AssetQuery& query) override {
    const std::string match = full_text_query(query.text);
    if (match.empty() && !trim(query.text).empty()) {
      return {};  // only punctuation: no word could match
    }
    return database_.read("search assets", [&](Connection& connection) {
      Search search = search_of(query, match);
      if (match.empty()) {
        search.sql +=
            query.after ? " AND a.id > ? ORDER BY a.id LIMIT ?" : " ORDER BY a.id LIMIT ?";
      } else {
        search.sql += " ORDER BY asset_text.rank, a.id LIMIT ?";
      }
      Statement row = connection.prepare(search.sql);
      int index = 1;
      row.bind_at(index++, now());
      for (const std::string& text : search.texts) {
        row.bind_at(index++, text);
      }
      if (match.empty() && query.after) {
        row.bind_at(index++, *query.after);
      }
      row.bind_at(index, std::max(query.limit, 0));
      std::vector<AssetHit> hits;
      while (row.step()) {
        hits.push_back(read_hit(row));
      }
      return hits;
    });
  }

  std::optional<AssetHit> get(AssetId id) override {
    return database_.read("read an asset", [&](Connection& connection) -> std::optional<AssetHit> {
      // Also of a revision that was overtaken: links to it stay good.
      static const std::string kSelect = fmt::format(
          "{}FROM asset a JOIN revision r ON r.id = a.revision_id JOIN submission s ON s.id = "
          "r.submission_id "
          "LEFT JOIN filing f ON f.revision_id = r.id WHERE a.id = ?",
          hit_columns("''"));
      Statement row = connection.prepare(kSelect);
      row.bind(id);
      return row.step() ? std::optional(read_hit(row)) : std::nullopt;
    });
  }

  std::optional<std::string> sidecar(AssetId id) override {
    return database_.read("read a sidecar",
                          [&](Connection& connection) -> std::optional<std::string> {
                            Statement row = connection.prepare(
                                "SELECT f.sidecar FROM asset a JOIN filing f ON f.revision_id = "
                                "a.revision_id WHERE a.id = ?");
                            row.bind(id);
                            return row.step() ? std::optional(row.text(0)) : std::nullopt;
                          });
  }

  void log_override(AssetId id, std::string_view actor, std::string_view reason) override {
    if (trim(reason).empty()) {
      throw PermanentError(
          fmt::format("override the rights of asset {}: a reason is needed", raw(id)));
    }
    database_.write("log an override", [&](Connection& connection) {
      Statement row = connection.prepare(
          "SELECT r.submission_id, r.number, a.blob FROM asset a JOIN revision r ON r.id = "
          "a.revision_id WHERE a.id = ?");
      row.bind(id);
      if (!row.step()) {
        throw PermanentError(
            fmt::format("override the rights of asset {}: there is none", raw(id)));
      }
      append_log(connection,
                 now(),
                 log_actor(actor),
                 "rights.overridden",
                 fmt::format("asset/{}", raw(id)),
                 {{"submission", row.integer(0)},
                  {"revision", row.integer(1)},
                  {"blob", row.hash(2).hex()},
                  {"reason", reason}});
    });
  }

  void publish(SubmissionId id, const Publication& publication) override {
    database_.write("record a publication", [&](Connection& connection) {
      record_publication(connection, id, publication, now());
    });
  }

  std::vector<ContentHash> needed_blobs() override {
    return database_.read("list needed blobs", [&](Connection& connection) {
      Statement row = connection.prepare(
          "SELECT blob FROM asset UNION SELECT blob FROM export_reading UNION SELECT hash FROM "
          "artifact UNION SELECT blob FROM preview WHERE blob IS NOT NULL UNION SELECT blob FROM "
          "transcript");
      std::vector<ContentHash> blobs;
      while (row.step()) {
        blobs.push_back(row.hash(0));
      }
      return blobs;
    });
  }

 private:
  Timestamp now() const { return database_.clock().now(); }

  static DecisionId standing_approval(Connection& connection, const Current& current) {
    Statement row = connection.prepare(
        "SELECT id FROM decision WHERE revision_id = ? AND undone = 0 "
        "AND kind IN ('approve', 'approve_with_corrections') ORDER BY id DESC LIMIT 1");
    row.bind(current.revision);
    if (!row.step()) {
      throw PermanentError(
          fmt::format("file submission {}: it is approved, and nobody approved it; run verify",
                      raw(current.submission)));
    }
    return row.id<DecisionId>(0);
  }

  Database& database_;
};

}  // namespace

std::unique_ptr<Catalog> make_sqlite_catalog(Database& database) {
  return std::make_unique<SqliteCatalog>(database);
}

}  // namespace muster
