#include "storage/sqlite/migrations.h"

#include "core/error.h"
#include "muster_sqlite_migrations.h"

#include <fmt/format.h>

namespace muster {
namespace {

bool has_table(Connection& connection) {
  return connection.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'schema_migrations'").step();
}

// A database of the same version that came about by other steps would fail later, in ways nobody
// understands.
void require_same_history(Connection& connection, std::span<const EmbeddedFile> migrations) {
  Statement rows =
      connection.prepare("SELECT version, name FROM schema_migrations ORDER BY version");
  for (std::int64_t expected = 1; rows.step(); ++expected) {
    const std::int64_t version = rows.integer(0);
    if (version > static_cast<std::int64_t>(migrations.size())) {
      continue;  // newer: reported by the caller with both versions
    }
    if (version != expected || rows.text(1) != migrations[version - 1].name) {
      throw PermanentError(
          fmt::format("open the database: its step {} is '{}', this program's is '{}'; it was made "
                      "by another program",
                      version,
                      rows.text(1),
                      migrations[version - 1].name));
    }
  }
}

void refuse_newer(int version, std::span<const EmbeddedFile> migrations) {
  if (version > static_cast<int>(migrations.size())) {
    throw PermanentError(
        fmt::format("open the database: it has schema {}, this program knows schemas up to {}; use "
                    "a newer program",
                    version,
                    migrations.size()));
  }
}

}  // namespace

std::span<const EmbeddedFile> embedded_migrations() {
  return kSqliteMigrations;
}

int schema_version(Connection& connection) {
  if (!has_table(connection)) {
    return 0;
  }
  Statement row = connection.prepare("SELECT coalesce(max(version), 0) FROM schema_migrations");
  row.step();
  return static_cast<int>(row.integer(0));
}

void migrate(Connection& connection, std::span<const EmbeddedFile> migrations, Timestamp now) {
  connection.set_purpose("migrate");
  Transaction transaction(connection, Transaction::Kind::write);
  // Read under the write lock, so that two processes which start together do each step once.
  const int version = schema_version(connection);
  refuse_newer(version, migrations);
  if (version == 0) {
    connection.run_script(
        "CREATE TABLE IF NOT EXISTS schema_migrations (\n"
        "  version INTEGER PRIMARY KEY,\n"
        "  name TEXT NOT NULL,\n"
        "  applied_at INTEGER NOT NULL\n"
        ") STRICT");
  } else {
    require_same_history(connection, migrations);
  }
  if (version == static_cast<int>(migrations.size())) {
    return;
  }
  for (int i = version; i < static_cast<int>(migrations.size()); ++i) {
    connection.run_script(std::string(migrations[i].text));
    connection.run(
        "INSERT INTO schema_migrations VALUES (?, ?, ?)", i + 1, migrations[i].name, now);
  }
  transaction.commit();
}

void require_current(Connection& connection, std::span<const EmbeddedFile> migrations) {
  connection.set_purpose("open");
  const int version = schema_version(connection);
  refuse_newer(version, migrations);
  if (version < static_cast<int>(migrations.size())) {
    throw PermanentError(
        fmt::format("open the database: it has schema {}, this program needs {}; run a command "
                    "that owns it once to migrate",
                    version,
                    migrations.size()));
  }
  require_same_history(connection, migrations);
}

}  // namespace muster
