#include "core/error.h"
#include "core/text.h"
#include "storage/sqlite/parts.h"
#include "storage/sqlite/rows.h"
#include "storage/sqlite/workflow.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace muster {
namespace {

// Columns of a row, with ?1 = milliseconds since boot for the lease; `index` as SQL names it.
std::string row_columns(std::string_view index = "") {
  return fmt::format(
      "SELECT s.id, r.id, r.number, o.name, s.external_id, s.state, s.filed_at IS NOT NULL, {}, "
      "r.content, "
      "s.received_at, s.updated_at, r.verdict, iif(s.state = 'quarantined', s.state_reason, "
      "coalesce(r.verdict_why, '')), "
      "r.fails, r.warns, r.could_not_check, l.reviewer, l.until, r.stale, {}{} "
      "FROM submission s {} JOIN revision r ON r.submission_id = s.id AND r.number = "
      "s.revision_number "
      "JOIN source o ON o.id = s.source_id "
      "LEFT JOIN review_lease l ON l.submission_id = s.id AND l.until_boot > ?1 AND l.until_boot "
      "<= ?1 + l.lease_ms ",
      kRevisionTier,
      kManifestColumns,
      kPresentColumns,
      index);
}

SubmissionRow read_submission(const Statement& row) {
  SubmissionRow submission;
  submission.id = row.id<SubmissionId>(0);
  submission.revision = row.id<RevisionId>(1);
  submission.revision_number = static_cast<int>(row.integer(2));
  submission.source = row.text(3);
  submission.external_id = row.text(4);
  submission.state = row.name_of<SubmissionState>(5);
  submission.filed = row.boolean(6);
  submission.tier = row.name_of<Tier>(7);
  submission.content = row.hash(8);
  submission.received_at = row.time(9);
  submission.updated_at = row.time(10);
  if (!row.is_null(11)) {
    submission.verdict = row.name_of<VerdictKind>(11);
  }
  submission.why = row.text(12);
  submission.fails = static_cast<int>(row.integer(13));
  submission.warns = static_cast<int>(row.integer(14));
  submission.could_not_check = static_cast<int>(row.integer(15));
  if (!row.is_null(16)) {
    submission.lease = ReviewLease{row.text(16), row.time(17)};
  }
  submission.stale = row.text(18);
  submission.manifest = read_present_manifest(row, 19);
  return submission;
}

// The conditions of a filter, and the values that they take in order.
struct Conditions {
  std::string sql;
  std::vector<std::string> texts;

  void add(std::string_view condition, std::string_view text) {
    sql += fmt::format(" AND {}", condition);
    texts.emplace_back(text);
  }
};

Conditions conditions_of(const SubmissionFilter& filter) {
  Conditions conditions;
  if (!filter.states.empty()) {
    std::string names;
    for (const SubmissionState state : filter.states) {
      names += fmt::format("{}'{}'", names.empty() ? "" : ", ", to_string(state));
    }
    conditions.sql += fmt::format(" AND s.state IN ({})", names);
  }
  if (!filter.campaign.empty()) {
    conditions.add("r.campaign = ?", filter.campaign);
  }
  if (!filter.creator.empty()) {
    conditions.add("r.creator = ?", filter.creator);
  }
  if (!filter.source.empty()) {
    conditions.add("o.name = ?", filter.source);
  }
  if (filter.stale) {
    conditions.sql += " AND r.stale <> ''";
  }
  if (!filter.rule.empty()) {
    conditions.add(kFailedRulePrefix, filter.rule);
    conditions.texts.emplace_back(filter.rule);
  }
  return conditions;
}

bool allowed(SubmissionState state, DecisionKind kind) {
  switch (kind) {
    case DecisionKind::approve:
    case DecisionKind::approve_with_corrections:
    case DecisionKind::request_changes:
    case DecisionKind::reject:
      return state == SubmissionState::in_review;
    case DecisionKind::withdraw:
      return state != SubmissionState::rejected && state != SubmissionState::withdrawn &&
             state != SubmissionState::expired;
    case DecisionKind::undo:
      return false;
  }
  return false;
}

class SqliteReviewQueue final : public ReviewQueue {
 public:
  explicit SqliteReviewQueue(Database& database) : database_(database) {}

  std::vector<SubmissionRow> list(const SubmissionFilter& filter) override {
    return database_.read("list submissions",
                          [&](Connection& connection) { return find_rows(connection, filter); });
  }

  std::optional<SubmissionDetail> detail(SubmissionId id) override {
    return database_.read("read a submission",
                          [&](Connection& connection) -> std::optional<SubmissionDetail> {
                            static const std::string kSelect = row_columns() + "WHERE s.id = ?2";
                            Statement row = connection.prepare(kSelect);
                            row.bind(database_.clock().since_boot(), id);
                            if (!row.step()) {
                              return std::nullopt;
                            }
                            SubmissionDetail detail;
                            detail.row = read_submission(row);
                            detail.assets = read_assets(connection, detail.row.revision);
                            detail.findings = read_findings(connection, detail.row.revision, "");
                            detail.verdict = read_verdict(connection, detail.row.revision);
                            detail.decisions = decisions_of(connection, id);
                            detail.revisions = revisions_of(connection, id);
                            return detail;
                          });
  }

  std::optional<SubmissionId> find(std::string_view source, std::string_view external_id) override {
    return database_.read(
        "find a submission", [&](Connection& connection) -> std::optional<SubmissionId> {
          Statement row = connection.prepare(
              "SELECT s.id FROM submission s JOIN source o ON o.id = s.source_id WHERE o.name = ? "
              "AND s.external_id = ?");
          row.bind(source, external_id);
          return row.step() ? std::optional(row.id<SubmissionId>(0)) : std::nullopt;
        });
  }

  std::optional<SubmissionId> claim(std::string_view reviewer,
                                    const SubmissionFilter& filter,
                                    Milliseconds lease) override {
    if (reviewer.empty() || lease <= Milliseconds::zero()) {
      throw PermanentError("claim a review: a reviewer and a lease longer than zero are needed");
    }
    return database_.write("claim a review",
                           [&](Connection& connection) -> std::optional<SubmissionId> {
                             auto id = own_lease(connection, reviewer);
                             if (!id) {
                               id = most_urgent(connection, filter);
                             }
                             if (id) {
                               take_lease(connection, *id, reviewer, lease);
                             }
                             return id;
                           });
  }

  bool release(SubmissionId id, std::string_view reviewer) override {
    return database_.write("release a review", [&](Connection& connection) {
      connection.run(
          "DELETE FROM review_lease WHERE submission_id = ? AND reviewer = ?", id, reviewer);
      return connection.changes() == 1;
    });
  }

  Decision decide(const NewDecision& decision) override {
    refuse_malformed(decision);
    return database_.write("decide", [&](Connection& connection) {
      const auto current = find_current(connection, decision.submission);
      if (!current) {
        throw PermanentError(
            fmt::format("decide on submission {}: there is none", raw(decision.submission)));
      }
      refuse_conflict(connection, *current, decision);
      take_out_of_catalog(connection, *current, now());
      connection.run("DELETE FROM review_lease WHERE submission_id = ?", current->submission);
      return record_decision(connection,
                             *current,
                             decision.kind,
                             decision.actor,
                             decision.reason_code,
                             sanitize_utf8(decision.note),
                             now());
    });
  }

  Decision undo(DecisionId id, const Actor& actor, std::string_view note) override {
    if (actor.name.empty()) {
      throw PermanentError("undo a decision: who undoes it must be named");
    }
    return database_.write("undo a decision", [&](Connection& connection) {
      const Decision earlier = find_decision(connection, id);
      const auto current = find_current(connection, earlier.submission);
      refuse_undo(connection, earlier, *current);
      take_out_of_catalog(connection, *current, now());
      connection.run("DELETE FROM review_lease WHERE submission_id = ?", current->submission);
      const Decision undone =
          record_undo(connection, *current, earlier, actor, sanitize_utf8(note), now());
      resume(connection, *current);
      return undone;
    });
  }

 private:
  Timestamp now() const { return database_.clock().now(); }

  std::vector<SubmissionRow> find_rows(Connection& connection, const SubmissionFilter& filter) {
    const bool by_urgency = filter.states == std::vector{SubmissionState::in_review};
    const Conditions conditions = conditions_of(filter);
    // The index holds only what is in review, in the order of urgency.
    std::string sql =
        by_urgency ? row_columns("INDEXED BY submission_review") + "WHERE s.state = 'in_review'"
                   : row_columns() + "WHERE 1";
    sql += conditions.sql;
    if (filter.after) {
      sql += by_urgency
                 ? " AND (-s.severity, s.id) > (SELECT -severity, id FROM submission WHERE id = ?)"
                 : " AND s.id > ?";
    }
    sql += by_urgency ? " ORDER BY s.severity DESC, s.id LIMIT ?" : " ORDER BY s.id LIMIT ?";
    Statement row = connection.prepare(sql);
    int index = 1;
    row.bind_at(index++, database_.clock().since_boot());
    for (const std::string& text : conditions.texts) {
      row.bind_at(index++, text);
    }
    if (filter.after) {
      row.bind_at(index++, *filter.after);
    }
    row.bind_at(index, std::max(filter.limit, 0));
    std::vector<SubmissionRow> rows;
    while (row.step()) {
      rows.push_back(read_submission(row));
    }
    return rows;
  }

  std::vector<Decision> decisions_of(Connection& connection, SubmissionId id) {
    static const std::string kSelect = fmt::format(
        "SELECT {} FROM decision d JOIN revision r ON r.id = d.revision_id WHERE d.submission_id = "
        "? ORDER BY d.id",
        kDecisionColumns);
    Statement row = connection.prepare(kSelect);
    row.bind(id);
    std::vector<Decision> decisions;
    while (row.step()) {
      decisions.push_back(read_decision(row));
    }
    return decisions;
  }

  std::vector<RevisionRow> revisions_of(Connection& connection, SubmissionId id) {
    Statement row = connection.prepare(
        "SELECT id, number, received_at, content FROM revision WHERE submission_id = ? ORDER BY "
        "number");
    row.bind(id);
    std::vector<RevisionRow> revisions;
    while (row.step()) {
      revisions.push_back(
          {row.id<RevisionId>(0), static_cast<int>(row.integer(1)), row.time(2), row.hash(3)});
    }
    return revisions;
  }

  std::optional<SubmissionId> own_lease(Connection& connection, std::string_view reviewer) {
    Statement row = connection.prepare(
        "SELECT l.submission_id FROM review_lease l JOIN submission s ON s.id = l.submission_id "
        "WHERE l.reviewer = ?2 AND l.until_boot > ?1 AND l.until_boot <= ?1 + l.lease_ms AND "
        "s.state = 'in_review'");
    row.bind(database_.clock().since_boot(), reviewer);
    return row.step() ? std::optional(row.id<SubmissionId>(0)) : std::nullopt;
  }

  std::optional<SubmissionId> most_urgent(Connection& connection, const SubmissionFilter& filter) {
    const Conditions conditions = conditions_of(filter);
    Statement row = connection.prepare(
        fmt::format("SELECT s.id FROM submission s INDEXED BY submission_review JOIN revision r ON "
                    "r.submission_id = s.id AND r.number = s.revision_number "
                    "JOIN source o ON o.id = s.source_id "
                    "LEFT JOIN review_lease l ON l.submission_id = s.id AND "
                    "l.until_boot > ?1 AND l.until_boot <= ?1 + l.lease_ms "
                    "WHERE s.state = 'in_review' AND l.reviewer IS NULL{} ORDER "
                    "BY s.severity DESC, s.id LIMIT 1",
                    conditions.sql));
    int index = 1;
    row.bind_at(index++, database_.clock().since_boot());
    for (const std::string& text : conditions.texts) {
      row.bind_at(index++, text);
    }
    return row.step() ? std::optional(row.id<SubmissionId>(0)) : std::nullopt;
  }

  void take_lease(Connection& connection,
                  SubmissionId id,
                  std::string_view reviewer,
                  Milliseconds lease) {
    // An expired lease of another reviewer on this submission, or of this reviewer on another one,
    // ends here.
    connection.run(
        "DELETE FROM review_lease WHERE submission_id = ? OR reviewer = ?", id, reviewer);
    connection.run(
        "INSERT INTO review_lease (submission_id, reviewer, until, until_boot, lease_ms) VALUES "
        "(?, ?, ?, ?, ?)",
        id,
        reviewer,
        now() + lease,
        database_.clock().since_boot() + lease,
        lease);
  }

  static void refuse_malformed(const NewDecision& decision) {
    const bool approves = decision.kind == DecisionKind::approve ||
                          decision.kind == DecisionKind::approve_with_corrections;
    if (decision.kind == DecisionKind::undo) {
      throw PermanentError("decide: an undo names the decision that it takes back");
    }
    if (decision.actor.name.empty()) {
      throw PermanentError("decide: who decides must be named");
    }
    if (approves && decision.actor.kind != ActorKind::person) {
      throw PermanentError(
          "decide: a rule approves only at the end of a check, where the brief allows it");
    }
    if (decision.reason_code.empty() && decision.kind != DecisionKind::approve) {
      throw PermanentError(
          fmt::format("decide: '{}' needs a reason code", to_string(decision.kind)));
    }
  }

  void refuse_conflict(Connection& connection,
                       const Current& current,
                       const NewDecision& decision) {
    if (!allowed(current.state, decision.kind)) {
      throw ConflictError(
          fmt::format("decide on submission {}: it is '{}', so '{}' is not possible",
                      raw(current.submission),
                      to_string(current.state),
                      to_string(decision.kind)));
    }
    if (current.content.value_or(ContentHash{}) != decision.content) {
      throw ConflictError(fmt::format(
          "decide on submission {}: its content is {} by now, the decision is about {}; look again",
          raw(current.submission),
          current.content.value_or(ContentHash{}).short_hex(),
          decision.content.short_hex()));
    }
    if (decision.kind == DecisionKind::withdraw) {
      return;  // its creator takes it back whoever looks at it
    }
    Statement row = connection.prepare(
        "SELECT reviewer FROM review_lease WHERE submission_id = ?2 AND reviewer <> ?3 AND "
        "until_boot > ?1 "
        "AND until_boot <= ?1 + lease_ms");
    row.bind(database_.clock().since_boot(), current.submission, decision.actor.name);
    if (row.step()) {
      throw ConflictError(fmt::format(
          "decide on submission {}: {} is looking at it", raw(current.submission), row.text(0)));
    }
  }

  Decision find_decision(Connection& connection, DecisionId id) {
    static const std::string kSelect = fmt::format(
        "SELECT {} FROM decision d JOIN revision r ON r.id = d.revision_id WHERE d.id = ?",
        kDecisionColumns);
    Statement row = connection.prepare(kSelect);
    row.bind(id);
    if (!row.step()) {
      throw PermanentError(fmt::format("undo decision {}: there is none", raw(id)));
    }
    return read_decision(row);
  }

  void refuse_undo(Connection& connection, const Decision& decision, const Current& current) {
    const auto conflict = [&](std::string_view why) {
      throw ConflictError(fmt::format("undo decision {}: {}", raw(decision.id), why));
    };
    if (decision.kind == DecisionKind::undo) {
      conflict("it is an undo itself; decide anew instead");
    }
    if (decision.undone) {
      conflict("it was undone already");
    }
    if (decision.revision != current.number) {
      conflict("the submission has a newer revision");
    }
    Statement row = connection.prepare(
        "SELECT 1 FROM decision WHERE submission_id = ? AND id > ? AND undone = 0 AND kind <> "
        "'undo'");
    row.bind(decision.submission, decision.id);
    if (row.step()) {
      conflict("there is a later decision on the submission");
    }
  }

  // Back to review; one that was withdrawn before its checks were done takes up its way where it
  // left it.
  void resume(Connection& connection, const Current& current) {
    SubmissionState state = SubmissionState::in_review;
    if (!current.checked) {
      const bool fetched = current.content.has_value();
      state = fetched ? SubmissionState::checking : SubmissionState::received;
      add_job(connection,
              {.kind = fetched ? JobKind::check : JobKind::fetch,
               .subject = revision_subject(current.revision)},
              now());
    }
    move_submission(connection, current.submission, state, now());
  }

  Database& database_;
};

}  // namespace

std::unique_ptr<ReviewQueue> make_sqlite_review_queue(Database& database) {
  return std::make_unique<SqliteReviewQueue>(database);
}

}  // namespace muster
