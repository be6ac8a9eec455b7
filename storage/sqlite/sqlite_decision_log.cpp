#include "core/error.h"
#include "core/json.h"
#include "storage/sqlite/parts.h"
#include "storage/sqlite/rows.h"
#include "storage/sqlite/workflow.h"

#include <map>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace muster {
namespace {

constexpr std::string_view kEntryColumns =
    "SELECT sequence, at, actor, action, subject, detail, previous, hash FROM decision_log ";

LogEntry read_entry(const Statement& row) {
  LogEntry entry;
  entry.sequence = row.integer(0);
  entry.at = row.time(1);
  entry.actor = row.text(2);
  entry.action = row.text(3);
  entry.subject = row.text(4);
  entry.detail = row.text(5);
  entry.previous = row.hash(6);
  entry.hash = row.hash(7);
  return entry;
}

// A decision as the log tells it.
struct LoggedDecision {
  LogEntry entry;
  bool undone = false;
};

class Verification {
 public:
  explicit Verification(Connection& connection) : connection_(connection) {}

  std::vector<LogFault> run() {
    walk_chain();
    compare_decisions();
    compare_contents();
    find_unfounded_approvals();
    return std::move(faults_);
  }

 private:
  void fault(std::int64_t sequence, std::string what) {
    faults_.push_back({sequence, std::move(what)});
  }

  void walk_chain() {
    static const std::string kAll = fmt::format("{}ORDER BY sequence", kEntryColumns);
    Statement row = connection_.prepare(kAll);
    std::int64_t expected = 1;
    ContentHash previous;
    while (row.step()) {
      const LogEntry entry = read_entry(row);
      if (entry.sequence != expected) {
        fault(entry.sequence,
              fmt::format("entries {} to {} are missing", expected, entry.sequence - 1));
      }
      if (entry.previous != previous) {
        fault(entry.sequence, "it does not follow the entry before it");
      }
      if (chain_hash(entry) != entry.hash) {
        fault(entry.sequence, "it was changed: its hash does not fit its contents");
      }
      note(entry);
      expected = entry.sequence + 1;
      previous = entry.hash;
    }
  }

  void note(const LogEntry& entry) {
    if (entry.action != "decision.made" && entry.action != "decision.undone") {
      return;
    }
    const Json detail = Json::parse(entry.detail, nullptr, false);
    if (!detail.is_object() || !detail.contains("decision") ||
        !detail["decision"].is_number_integer()) {
      fault(entry.sequence, "it names no decision");
      return;
    }
    logged_[detail["decision"].get<std::int64_t>()] = {entry, false};
    if (entry.action == "decision.undone" && detail.contains("undoes") &&
        detail["undoes"].is_number_integer()) {
      logged_[detail["undoes"].get<std::int64_t>()].undone = true;
    }
  }

  // Every decision has its entry, every entry its decision, and both say the same.
  void compare_decisions() {
    static const std::string kAll = fmt::format(
        "SELECT {} FROM decision d JOIN revision r ON r.id = d.revision_id ORDER BY d.id",
        kDecisionColumns);
    Statement row = connection_.prepare(kAll);
    while (row.step()) {
      const Decision decision = read_decision(row);
      const auto found = logged_.find(raw(decision.id));
      if (found == logged_.end()) {
        fault(0, fmt::format("decision {} is not in the log", raw(decision.id)));
        continue;
      }
      if (!says_the_same(found->second, decision)) {
        fault(
            found->second.entry.sequence,
            fmt::format("decision {} was changed: it is not what the log says", raw(decision.id)));
      }
      logged_.erase(found);
    }
    for (const auto& [id, logged] : logged_) {
      fault(logged.entry.sequence, fmt::format("decision {} is gone", id));
    }
  }

  static bool says_the_same(const LoggedDecision& logged, const Decision& decision) {
    return logged.entry.detail == dump(decision_detail(decision)) &&
           logged.entry.actor == log_actor(decision.actor) &&
           logged.entry.at == decision.decided_at &&
           logged.entry.subject == fmt::format("submission/{}", raw(decision.submission)) &&
           logged.undone == decision.undone;
  }

  // A decision stands for the content that it was made on, which must still be what the revision
  // holds.
  void compare_contents() {
    static const std::string kRevisions = fmt::format(
        "SELECT r.id, r.content, {} FROM revision r WHERE r.id IN "
        "(SELECT revision_id FROM decision WHERE undone = 0 AND kind <> 'undo') ORDER BY r.id",
        kManifestColumns);
    Statement row = connection_.prepare(kRevisions);
    while (row.step()) {
      try {
        compare_content(row);
      } catch (const Error& error) {
        // Whoever changed it may have left something that can't even be read.
        fault(0, fmt::format("revision {} was changed: {}", row.integer(0), error.what()));
      }
    }
  }

  void compare_content(const Statement& row) {
    const auto revision = row.id<RevisionId>(0);
    ContentHash present;
    if (!row.is_null(1)) {
      present = content_hash(read_content(connection_, revision));
    }
    Statement decision = connection_.prepare(
        "SELECT id, submission_id, content FROM decision WHERE revision_id = ? AND undone = 0 AND "
        "kind <> 'undo'");
    decision.bind(revision);
    while (decision.step()) {
      if (decision.hash(2) != present || present != row.hash(1)) {
        fault(0,
              fmt::format("decision {} on submission {} is void: its content drifted from {} to {}",
                          decision.integer(0),
                          decision.integer(1),
                          decision.hash(2).short_hex(),
                          present.short_hex()));
      }
    }
  }

  void find_unfounded_approvals() {
    Statement row = connection_.prepare(
        "SELECT s.id FROM submission s JOIN revision r ON r.submission_id = s.id AND r.number = "
        "s.revision_number "
        "WHERE s.state IN ('approved', 'approved_with_corrections') AND NOT EXISTS (SELECT 1 FROM "
        "decision d "
        "WHERE d.revision_id = r.id AND d.undone = 0 AND d.kind IN ('approve', "
        "'approve_with_corrections'))");
    while (row.step()) {
      fault(0, fmt::format("submission {} is approved, and nobody approved it", row.integer(0)));
    }
  }

  Connection& connection_;
  std::vector<LogFault> faults_;
  std::map<std::int64_t, LoggedDecision> logged_;
};

class SqliteDecisionLog final : public DecisionLog {
 public:
  explicit SqliteDecisionLog(Database& database) : database_(database) {}

  std::vector<LogEntry> entries(std::int64_t sequence,
                                std::string_view subject,
                                int limit) override {
    return database_.read("read the decision log", [&](Connection& connection) {
      Statement row =
          connection.prepare(fmt::format("{}WHERE sequence >= ?1 AND {} ORDER BY sequence LIMIT ?3",
                                         kEntryColumns,
                                         subject.empty() ? "?2 = ''" : "subject = ?2"));
      row.bind(sequence, subject, std::max(limit, 0));
      std::vector<LogEntry> entries;
      while (row.step()) {
        entries.push_back(read_entry(row));
      }
      return entries;
    });
  }

  std::vector<LogFault> verify() override {
    return database_.read("verify the decision log",
                          [&](Connection& connection) { return Verification(connection).run(); });
  }

  std::int64_t size() override {
    return database_.read("size the decision log", [&](Connection& connection) {
      Statement row = connection.prepare("SELECT coalesce(max(sequence), 0) FROM decision_log");
      row.step();
      return row.integer(0);
    });
  }

 private:
  Database& database_;
};

}  // namespace

std::unique_ptr<DecisionLog> make_sqlite_decision_log(Database& database) {
  return std::make_unique<SqliteDecisionLog>(database);
}

}  // namespace muster
