#include "core/decision.h"
#include "core/duplicate.h"
#include "core/error.h"
#include "core/job.h"
#include "core/preview.h"
#include "core/quality.h"
#include "core/survey.h"
#include "storage/sqlite/connection.h"
#include "storage/sqlite/migrations.h"
#include "tests/storage/world.h"
#include "tests/support/build_paths.h"

#include <fstream>
#include <iterator>
#include <map>
#include <regex>
#include <set>
#include <thread>

#include <catch2/catch.hpp>
#include <fmt/format.h>
#include <sys/stat.h>

using namespace muster;

namespace {

std::string read_file(const std::string& path) {
  std::ifstream file(testing::source_dir() / path);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

struct Migrated {
  Migrated() : connection(directory.path() / "muster.db", Access::read_write) {
    migrate(connection, embedded_migrations(), Timestamp{});
  }

  std::vector<std::string> texts(std::string_view sql, int column = 0) {
    std::vector<std::string> texts;
    Statement row = connection.prepare(sql);
    while (row.step()) {
      texts.push_back(row.text(column));
    }
    return texts;
  }

  TemporaryFolder directory;
  Connection connection;
};

template <typename E>
std::set<std::string> names_of() {
  std::set<std::string> names;
  for (const auto& [value, name] : kEnumNames<E>) {
    names.emplace(name);
  }
  return names;
}

// Which enum the names in a column are of.
const std::map<std::string, std::set<std::string>>& enum_columns() {
  static const std::map<std::string, std::set<std::string>> columns = [] {
    std::map<std::string, std::set<std::string>> all{
        {"submission.state", names_of<SubmissionState>()},
        {"submission.state_before", names_of<SubmissionState>()},
        {"revision.verdict", names_of<VerdictKind>()},
        {"asset.media_kind", names_of<MediaKind>()},
        {"asset.media_type", names_of<MediaType>()},
        {"asset.integrity", names_of<Integrity>()},
        {"asset_duplicate.tier", names_of<DuplicateTier>()},
        {"finding.outcome", names_of<Outcome>()},
        {"decision.kind", names_of<DecisionKind>()},
        {"decision.actor_kind", names_of<ActorKind>()},
        {"job.kind", names_of<JobKind>()},
        {"job.state", names_of<JobState>()},
        {"effect.kind", names_of<JobKind>()},
        {"pause.scope", names_of<JobKind>()},
        {"creator.tier", names_of<Tier>()},
        {"question.kind", names_of<QuestionKind>()},
        {"response.status", names_of<ResponseStatus>()},
        {"response_gone.cause", names_of<GoneCause>()},
        {"answer.state", names_of<AnswerState>()},
        {"quality_flag.rule", names_of<QualityRule>()},
        {"preview.kind", names_of<PreviewKind>()},
        {"preview.media_type", names_of<MediaType>()},
        {"source.holds", {"submissions", "exports"}},
        {"metric_series.objective", names_of<Objective>()},
        {"finding.phase", {"intake", "check"}},
        {"export.state", {"waiting", "parsed", "failed"}},
    };
    all["pause.scope"].insert("all");
    all["submission.state_before"].erase("quarantined");
    return all;
  }();
  return columns;
}

}  // namespace

TEST_CASE("the pragmas that durability rests on are set") {
  Migrated db;
  CHECK(db.texts("PRAGMA journal_mode")[0] == "wal");
  CHECK(db.texts("PRAGMA synchronous")[0] == "2");
  CHECK(db.texts("PRAGMA foreign_keys")[0] == "1");
  CHECK(db.texts("PRAGMA trusted_schema")[0] == "0");
  CHECK(db.texts("PRAGMA secure_delete")[0] == "1");
  CHECK(db.texts("PRAGMA wal_autocheckpoint")[0] == "0");
  CHECK(db.texts("PRAGMA busy_timeout")[0] == "10000");
  struct stat status {};
  REQUIRE(::stat((db.directory.path() / "muster.db").c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0600);
}

TEST_CASE(
    "migrations are numbered without gaps and applied once, however often the store is opened") {
  Migrated db;
  const auto migrations = embedded_migrations();
  for (std::size_t i = 0; i < migrations.size(); ++i) {
    CHECK(migrations[i].name.substr(0, 5) == fmt::format("{:04}_", i + 1));
  }
  migrate(db.connection, migrations, Timestamp{});
  CHECK(db.texts("SELECT version FROM schema_migrations").size() == migrations.size());
}

TEST_CASE("two processes that start together migrate once") {
  TemporaryFolder directory;
  {
    std::vector<std::jthread> processes;
    for (int i = 0; i < 4; ++i) {
      processes.emplace_back([&] {
        Connection connection(directory.path() / "muster.db", Access::read_write);
        migrate(connection, embedded_migrations(), Timestamp{});
      });
    }
  }
  Connection connection(directory.path() / "muster.db", Access::read_only);
  CHECK(schema_version(connection) == static_cast<int>(embedded_migrations().size()));
}

TEST_CASE(
    "a migration that fails leaves nothing of itself, nor of those before it in the same run") {
  Migrated db;
  const auto known = embedded_migrations();
  std::vector<EmbeddedFile> migrations(known.begin(), known.end());
  const int next = static_cast<int>(known.size()) + 1;
  const std::string good = fmt::format("{:04}_good.sql", next);
  const std::string bad = fmt::format("{:04}_bad.sql", next + 1);
  migrations.push_back({good.c_str(), "CREATE TABLE good (a INTEGER) STRICT;"});
  migrations.push_back(
      {bad.c_str(), "CREATE TABLE half (a INTEGER) STRICT; CREATE TABLE broken (;"});
  CHECK_THROWS_AS(migrate(db.connection, migrations, Timestamp{}), Error);
  CHECK(schema_version(db.connection) == static_cast<int>(known.size()));
  CHECK(db.texts("SELECT name FROM sqlite_schema WHERE name IN ('good', 'half')").empty());
}

TEST_CASE("a newer database is refused with both versions, one of another history too") {
  TemporaryFolder directory;
  FakeClock clock;
  const int known = static_cast<int>(embedded_migrations().size());
  const int next = known + 1;
  open_store("sqlite:muster.db", directory.path(), OpenMode::owner, clock).reset();
  {
    Connection connection(directory.path() / "muster.db", Access::read_write);
    connection.run("INSERT INTO schema_migrations VALUES (?, '9999_from_the_future.sql', 0)", next);
  }
  for (const OpenMode mode : {OpenMode::owner, OpenMode::read_only}) {
    CHECK_THROWS_WITH(open_store("sqlite:muster.db", directory.path(), mode, clock),
                      Catch::Contains(fmt::format("schema {}", next)) &&
                          Catch::Contains(fmt::format("up to {}", known)));
    CHECK_THROWS_AS(open_store("sqlite:muster.db", directory.path(), mode, clock), PermanentError);
  }
  {
    Connection connection(directory.path() / "muster.db", Access::read_write);
    connection.run("DELETE FROM schema_migrations WHERE version = ?", next);
    connection.run("UPDATE schema_migrations SET name = '0002_other.sql' WHERE version = 2");
  }
  CHECK_THROWS_AS(open_store("sqlite:muster.db", directory.path(), OpenMode::owner, clock),
                  PermanentError);
}

TEST_CASE("a reader beside the owner can't write, and can't open what is not there") {
  TemporaryFolder directory;
  FakeClock clock;
  CHECK_THROWS_AS(open_store("sqlite:muster.db", directory.path(), OpenMode::read_only, clock),
                  Error);
  CHECK_FALSE(std::filesystem::exists(directory.path() / "muster.db"));
  const auto owner = open_store("sqlite:muster.db", directory.path(), OpenMode::owner, clock);
  const auto reader = open_store("sqlite:muster.db", directory.path(), OpenMode::read_only, clock);
  owner->jobs().enqueue({.kind = JobKind::check, .subject = "revision/1"});
  CHECK(reader->jobs().list({}).size() == 1);
  CHECK_THROWS_AS(reader->jobs().enqueue({.kind = JobKind::check, .subject = "revision/2"}),
                  PermanentError);
}

TEST_CASE("every table is STRICT, and the file of the schema shows what is there") {
  Migrated db;
  for (const std::string& sql :
       db.texts("SELECT sql FROM sqlite_schema WHERE type = 'table' AND sql IS NOT NULL "
                "AND name NOT LIKE 'asset_text%' AND name NOT LIKE 'answer_text%' "
                "AND name <> 'sqlite_sequence'")) {  // SQLite's own, for AUTOINCREMENT
    CAPTURE(sql);
    CHECK(sql.find("STRICT", sql.rfind(')')) != std::string::npos);
  }
  std::string dump;
  for (const std::string& sql :
       db.texts("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY type, name")) {
    dump += sql + ";\n\n";
  }
  if (dump != read_file("tests/storage/schema.sql")) {
    std::ofstream(testing::binary_dir() / "schema.sql") << dump;
    FAIL(
        "tests/storage/schema.sql differs from the migrated database; the new one is schema.sql in "
        "the build folder");
  }
}

TEST_CASE("the names that a column allows are exactly those of its enum") {
  Migrated db;
  std::set<std::string> seen;
  Statement table = db.connection.prepare(
      "SELECT name, sql FROM sqlite_schema WHERE type = 'table' AND sql IS NOT NULL");
  while (table.step()) {
    const std::string sql = table.text(1);
    const std::regex column_check(R"(\n  (\w+) TEXT[^\n]*CHECK \(\1 IN \(([^)]*)\)\))");
    for (std::sregex_iterator match(sql.begin(), sql.end(), column_check), end; match != end;
         ++match) {
      const std::string column = table.text(0) + "." + (*match)[1].str();
      std::set<std::string> names;
      const std::string list = (*match)[2];
      const std::regex quoted("'([^']*)'");
      for (std::sregex_iterator name(list.begin(), list.end(), quoted); name != end; ++name) {
        names.insert((*name)[1]);
      }
      CAPTURE(column);
      REQUIRE(enum_columns().contains(column));
      CHECK(names == enum_columns().at(column));
      seen.insert(column);
    }
  }
  CHECK(seen.size() == enum_columns().size());
}

TEST_CASE("the bucket of a submission in the database is what bucket_of says") {
  Migrated db;
  for (const auto& [state, name] : kEnumNames<SubmissionState>) {
    for (const bool filed : {false, true}) {
      const bool can_be_filed =
          state == SubmissionState::approved || state == SubmissionState::approved_with_corrections;
      if (filed && !can_be_filed) {
        continue;
      }
      Statement row =
          db.connection.prepare("SELECT sql FROM sqlite_schema WHERE name = 'submission'");
      row.step();
      const std::string sql = row.text(0);
      const std::size_t begin = sql.find("CASE");
      const std::string bucket = sql.substr(begin, sql.find("END", begin) + 3 - begin);
      Statement value =
          db.connection.prepare(fmt::format("SELECT {} FROM (SELECT '{}' AS state, {} AS filed_at)",
                                            bucket,
                                            name,
                                            filed ? "1" : "NULL"));
      value.step();
      CAPTURE(name, filed);
      CHECK(value.text(0) == to_string(bucket_of(state, filed)));
    }
  }
}

TEST_CASE("docs/VIEWS.md lists every view with every column, in order, and no others") {
  Migrated db;
  const std::string text = read_file("docs/VIEWS.md");
  std::map<std::string, std::vector<std::string>> documented;
  std::string view;
  const std::regex heading(R"(## `(v_\w+)`)");
  const std::regex row(R"(\| `(\w+)` \| .+ \|)");
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    std::smatch match;
    if (std::regex_match(line, match, heading)) {
      view = match[1];
    } else if (std::regex_match(line, match, row)) {
      documented[view].push_back(match[1]);
    }
  }
  std::map<std::string, std::vector<std::string>> real;
  for (const std::string& name : db.texts("SELECT name FROM sqlite_schema WHERE type = 'view'")) {
    real[name] = db.texts(fmt::format("SELECT name FROM pragma_table_info('{}')", name));
    CHECK_NOTHROW(db.texts(fmt::format("SELECT * FROM {}", name)));
  }
  CHECK(documented == real);
}

TEST_CASE("whoever reads the views sees which assets and findings other rules stand behind") {
  World world;
  const SubmissionId id = world.submit("one");
  world.fetch(id);
  world.check(id, VerdictKind::flagged, false, {finding("format.width", Outcome::fail)});
  const auto stale_in = [&](const std::string& view) {
    Connection reader(world.directory.path() / "muster.db", Access::read_only);
    Statement row = reader.prepare("SELECT DISTINCT stale FROM " + view);
    REQUIRE(row.step());
    return row.text(0);
  };
  CHECK(stale_in("v_assets").empty());
  Provenance present = world.store->reviews().detail(id)->verdict->provenance;
  present.packs = sha256("other packs");
  world.checks().mark_stale(sha256("rules"), [&](const Manifest&) { return present; });
  for (const char* view : {"v_submissions", "v_assets", "v_findings"}) {
    CAPTURE(view);
    CHECK(stale_in(view) == "packs");
  }
}

TEST_CASE("what may never change can't be changed in the database either") {
  World world;
  const SubmissionId id = world.in_review("a");
  Connection connection(world.directory.path() / "muster.db", Access::read_write);
  // T28: an accepted item is not edited without a new revision.
  for (const char* sql :
       {"UPDATE revision SET caption = 'x'",
        "UPDATE revision SET tags = '[]'",
        "UPDATE revision SET rights_ends_at = 5",
        "UPDATE revision SET content = zeroblob(32)",
        "UPDATE asset SET blob = zeroblob(32)",
        "UPDATE asset SET position = 7",
        "UPDATE submission SET state = 'approved'",
        "UPDATE submission SET state = 'approved_with_corrections'",
        "UPDATE submission SET state = 'nonsense'",
        "UPDATE submission SET filed_at = 5",
        "UPDATE submission SET state = 'quarantined'",
        "INSERT INTO submission (source_id, external_id, revision_number, state, received_at, "
        "updated_at) "
        "VALUES (1, 'forged', 1, 'approved', 0, 0)",
        "UPDATE job SET state = 'running'",
        "UPDATE job SET finalized_at = NULL WHERE state = 'completed'",
        "DELETE FROM revision",
        "INSERT INTO decision_log VALUES (9, 0, 'a', 'b', 'c', '{}', zeroblob(32), zeroblob(32))",
        "INSERT INTO decision_log VALUES (NULL, 0, 'a', 'b', 'c', '{}', zeroblob(32), "
        "zeroblob(32))"}) {
    CAPTURE(sql);
    CHECK_THROWS_AS(connection.run(sql), Error);
  }
  CHECK(world.row(id).state == SubmissionState::in_review);
}
