#include "core/error.h"
#include "storage/sqlite/connection.h"
#include "tests/storage/world.h"

#include <catch2/catch.hpp>
#include <fmt/format.h>

using namespace muster;

namespace {

// A store with a few decisions in its log, and somebody who has the file.
struct Tampered {
  Tampered() {
    approved = world.filed("a");
    const SubmissionId undone = world.in_review("b");
    world.decide(undone, DecisionKind::reject);
    world.reviews().undo(world.reviews().detail(undone)->decisions[0].id, dana(), "too hasty");
    world.jobs().pause("parse", "operator", "later");
  }

  // Changes the file behind the program's back, without its guards.
  std::vector<LogFault> after(const std::string& sql) {
    world.store.reset();
    {
      Connection connection(world.directory.path() / "muster.db", Access::read_write);
      connection.run_script(
          "PRAGMA foreign_keys = OFF; DROP TRIGGER IF EXISTS decision_log_no_update;"
          "DROP TRIGGER IF EXISTS decision_log_no_delete; DROP TRIGGER IF EXISTS "
          "decision_log_no_gap;"
          "DROP TRIGGER IF EXISTS revision_is_immutable; DROP TRIGGER IF EXISTS "
          "revision_content_is_immutable;"
          "DROP TRIGGER IF EXISTS asset_is_immutable; DROP TRIGGER IF EXISTS "
          "approval_needs_decision;");
      connection.run_script(sql);
    }
    world.open();
    return world.log().verify();
  }

  World world;
  SubmissionId approved{};
};

}  // namespace

TEST_CASE("a log that nobody touched holds") {
  Tampered tampered;
  CHECK(tampered.world.log().verify().empty());
  CHECK(tampered.world.log().size() == 4);
  CHECK(tampered.after("SELECT 1").empty());
}

TEST_CASE("any changed field of any entry is found") {
  const std::string column =
      GENERATE("at", "actor", "action", "subject", "detail", "previous", "hash");
  const int sequence = GENERATE(1, 2, 4);
  CAPTURE(column, sequence);
  Tampered tampered;
  const bool is_blob = column == "previous" || column == "hash";
  const std::string value = column == "at" ? "at + 1"
                            : is_blob ? fmt::format("CAST(x'01' || substr({}, 2) AS BLOB)", column)
                                      : fmt::format("{} || ' '", column);
  const auto faults = tampered.after(
      fmt::format("UPDATE decision_log SET {} = {} WHERE sequence = {}", column, value, sequence));
  REQUIRE_FALSE(faults.empty());
  CHECK((faults[0].sequence == sequence || faults[0].sequence == sequence + 1));
}

TEST_CASE("dropped, swapped and inserted entries are found") {
  const std::string sql = GENERATE(as<std::string>{},
                                   "DELETE FROM decision_log WHERE sequence = 1",
                                   "DELETE FROM decision_log WHERE sequence = 2",
                                   "DELETE FROM decision_log WHERE sequence = 2; UPDATE "
                                   "decision_log SET sequence = sequence - 1 WHERE sequence > 2",
                                   "UPDATE decision_log SET sequence = 99 WHERE sequence = 2; "
                                   "UPDATE decision_log SET sequence = 2 WHERE sequence = 3;"
                                   "UPDATE decision_log SET sequence = 3 WHERE sequence = 99",
                                   // The end cut off: the decisions that it told of have no entry.
                                   "DELETE FROM decision_log WHERE sequence >= 3",
                                   "INSERT INTO decision_log SELECT 5, at, actor, action, subject, "
                                   "detail, hash, hash FROM decision_log WHERE sequence = 4");
  CAPTURE(sql);
  Tampered tampered;
  CHECK_FALSE(tampered.after(sql).empty());
}

TEST_CASE("a decision that is not what the log says is found, as is one that nobody made") {
  const std::string sql = GENERATE(
      as<std::string>{},
      "UPDATE decision SET actor_name = 'somebody else' WHERE id = 1",
      "UPDATE decision SET kind = 'approve_with_corrections', reason_code = 'x' WHERE id = 1",
      "UPDATE decision SET note = 'other' WHERE id = 2",
      "UPDATE decision SET undone = 0 WHERE id = 2",
      "UPDATE decision SET undone = 1 WHERE id = 1",
      "UPDATE decision SET decided_at = decided_at + 1 WHERE id = 1",
      "UPDATE decision SET content = zeroblob(32) WHERE id = 1",
      "DELETE FROM filing; DELETE FROM decision WHERE id = 1",
      "INSERT INTO decision SELECT 9, submission_id, revision_id, kind, actor_kind, actor_name, "
      "reason_code, note, content, "
      "decided_at, NULL, 0 FROM decision WHERE id = 1",
      "UPDATE submission SET state = 'approved' WHERE state = 'in_review'");
  CAPTURE(sql);
  Tampered tampered;
  CHECK_FALSE(tampered.after(sql).empty());
}

TEST_CASE("T24: an approval drifts visibly when one byte of what it is bound to changes") {
  const std::string sql = GENERATE(
      as<std::string>{},
      "UPDATE revision SET caption = caption || ' ' WHERE id = 1",
      "UPDATE revision SET creator = 'mia.cook5' WHERE id = 1",
      "UPDATE revision SET tags = '[\"#noodles\",\"#ad\"]' WHERE id = 1",
      "UPDATE revision SET tags = 'not json' WHERE id = 1",
      "UPDATE revision SET markets = '[]' WHERE id = 1",
      "UPDATE revision SET placement = 'tiktok' WHERE id = 1",
      "UPDATE revision SET content = zeroblob(32) WHERE id = 1",
      "UPDATE asset SET blob = CAST(x'01' || substr(blob, 2) AS BLOB) WHERE revision_id = 1",
      "UPDATE asset SET revision_id = 2, position = 5 WHERE revision_id = 1");
  CAPTURE(sql);
  Tampered tampered;
  const auto faults = tampered.after(sql);
  REQUIRE_FALSE(faults.empty());
  CHECK((faults[0].what.find("drifted") != std::string::npos ||
         faults[0].what.find("changed") != std::string::npos));
}

TEST_CASE("what a decision does not depend on may differ") {
  Tampered tampered;
  CHECK(tampered
            .after("UPDATE revision SET language = 'fr', manifest_id = 'x'; UPDATE asset SET "
                   "display_name = 'y'")
            .empty());
}

TEST_CASE("entries are read by subject and from a sequence on") {
  Tampered tampered;
  CHECK(tampered.world.log()
            .entries(1, fmt::format("submission/{}", raw(tampered.approved)), 10)
            .size() == 1);
  CHECK(tampered.world.log().entries(3, "", 10).size() == 2);
  CHECK(tampered.world.log().entries(1, "", 2).size() == 2);
  CHECK(tampered.world.log().entries(1, "'; --", 2).empty());
}
