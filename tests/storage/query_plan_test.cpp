#include "tests/storage/world.h"

#include <algorithm>
#include <set>
#include <sstream>
#include <string>

#include <catch2/catch.hpp>
#include <fmt/format.h>
#include <sqlite3.h>

using namespace muster;
using namespace std::chrono_literals;

namespace {

std::set<std::string>* recording =
    nullptr;  // set while a Recorder lives; SQLite's callback knows no other place

int record_statement(unsigned, void*, void* statement, void*) {
  if (recording != nullptr && statement != nullptr) {
    const char* sql = sqlite3_sql(static_cast<sqlite3_stmt*>(statement));
    if (sql != nullptr) {
      recording->insert(sql);
    }
  }
  return 0;
}

int trace_connection(sqlite3* connection, char**, const sqlite3_api_routines*) {
  return sqlite3_trace_v2(connection, SQLITE_TRACE_STMT, record_statement, nullptr);
}

// Collects every statement that the store runs: what is planned below is what runs, not a copy of
// it.
class Recorder {
 public:
  Recorder() { sqlite3_auto_extension(reinterpret_cast<void (*)()>(trace_connection)); }
  ~Recorder() {
    recording = nullptr;
    sqlite3_cancel_auto_extension(reinterpret_cast<void (*)()>(trace_connection));
  }
  Recorder(const Recorder&) = delete;
  Recorder& operator=(const Recorder&) = delete;

  void start() { recording = &statements_; }
  std::set<std::string> stop() {
    recording = nullptr;
    return std::move(statements_);
  }

 private:
  std::set<std::string> statements_;
};

// How SQLite would run each statement, step by step.
std::string plan_of(sqlite3* connection, const std::string& sql) {
  sqlite3_stmt* row = nullptr;
  const std::string explain = "EXPLAIN QUERY PLAN " + sql;
  REQUIRE(sqlite3_prepare_v2(connection, explain.c_str(), -1, &row, nullptr) == SQLITE_OK);
  std::string plan;
  while (sqlite3_step(row) == SQLITE_ROW) {
    plan += fmt::format("{}\n", reinterpret_cast<const char*>(sqlite3_column_text(row, 3)));
  }
  sqlite3_finalize(row);
  return plan;
}

bool can_be_explained(const std::string& sql) {
  for (const char* start : {"SELECT", "INSERT", "UPDATE", "DELETE", "WITH"}) {
    if (sql.starts_with(start)) {
      return true;
    }
  }
  return false;
}

// Small whatever the store holds: pauses, and partial indexes over the jobs and submissions that
// are in work just now. The full-text index is asked by its rowid ("0:=").
constexpr const char* kSmallScans[] = {"SCAN pause",
                                       "SCAN CONSTANT",
                                       "SCAN job USING INDEX job_running",
                                       "SCAN job USING INDEX job_discarded",
                                       "SCAN s USING INDEX submission_review",
                                       "SCAN decision_log",
                                       "SCAN asset_text VIRTUAL TABLE INDEX 0:="};

// Steps that read a whole table, or sort more than the rows of a small scan or of one revision.
std::vector<std::string> costly_steps(const std::string& plan) {
  std::vector<std::string> costly;
  bool small_scan = false;
  std::istringstream lines(plan);
  for (std::string line; std::getline(lines, line);) {
    const bool small =
        std::ranges::any_of(kSmallScans, [&](const char* step) { return line.starts_with(step); });
    small_scan = small_scan || small;
    const bool sorts = line.find("TEMP B-TREE") != std::string::npos &&
                       line.find("RIGHT PART OF ORDER BY") == std::string::npos;
    if ((line.starts_with("SCAN ") && !small) || (sorts && !small_scan)) {
      costly.push_back(line);
    }
  }
  return costly;
}

struct Planner {
  explicit Planner(const World& world) {
    const std::string path = (world.directory.path() / "muster.db").string();
    REQUIRE(sqlite3_open_v2(path.c_str(), &connection, SQLITE_OPEN_READONLY, nullptr) == SQLITE_OK);
  }
  ~Planner() { sqlite3_close(connection); }
  Planner(const Planner&) = delete;
  Planner& operator=(const Planner&) = delete;

  sqlite3* connection = nullptr;
};

// Fails for each statement that is costly. Returns the plans of all.
std::string check_plans(const World& world, const std::set<std::string>& statements) {
  const Planner planner(world);
  std::string plans;
  for (const std::string& sql : statements) {
    if (!can_be_explained(sql)) {
      continue;
    }
    const std::string plan = plan_of(planner.connection, sql);
    plans += plan;
    INFO(sql << "\n" << plan);
    CHECK(costly_steps(plan).empty());
  }
  return plans;
}

void work_on_jobs(World& world) {
  JobQueue& jobs = world.jobs();
  for (const char* subject : {"revision/901", "revision/902", "revision/903", "revision/904"}) {
    jobs.enqueue({.kind = JobKind::check, .subject = subject, .priority = 3});
  }
  jobs.complete(world.claim(JobKind::check));
  jobs.heartbeat("runner-1", kLease);
  jobs.retry(world.claim(JobKind::check), world.clock.now() + 1h, "later");
  jobs.snooze(world.claim(JobKind::check), world.clock.now() + 1h, "busy");
  jobs.release(world.claim(JobKind::check));
  jobs.discard(world.claim(JobKind::check), "broken");
  jobs.next_due();
  jobs.counts();
  jobs.reclaim("runner-1", true, 3);
  jobs.list({.state = JobState::discarded, .limit = 10});
  jobs.prune(world.clock.now());
}

}  // namespace

TEST_CASE("the queue's own statements read an index and sort nothing, however long it is") {
  Recorder recorder;
  World world;
  recorder.start();
  work_on_jobs(world);
  const std::set<std::string> statements = recorder.stop();
  CHECK(statements.size() > 10);
  const std::string plans = check_plans(world, statements);
  CHECK(plans.find("USING INDEX job_due (kind=? AND priority<?)") != std::string::npos);
  CHECK(plans.find("job_discarded") != std::string::npos);
}

TEST_CASE("a submission's way through the store reads no whole table") {
  Recorder recorder;
  World world;
  world.filed("earlier");
  recorder.start();
  world.submit("spring-1");
  world.submit("spring-1", "v2");
  world.filed("spring-2");
  world.reviews().claim("dana", {}, kLease);
  const std::set<std::string> statements = recorder.stop();
  CHECK(statements.size() > 20);
  check_plans(world, statements);
}
