#pragma once

#include "core/embedded_file.h"
#include "core/time.h"
#include "storage/sqlite/connection.h"

#include <span>

namespace muster {

// The migrations in this program, numbered from 1 without gaps: "0001_create_tables.sql".
std::span<const EmbeddedFile> embedded_migrations();

// Brings the database to the last of `migrations`, all that are missing in one transaction together
// with their rows in schema_migrations: a step that fails leaves the database as it was, and a new
// one waits for the disk once. Does nothing where it is there already. PermanentError when the
// database is newer or was migrated by something else.
void migrate(Connection& connection, std::span<const EmbeddedFile> migrations, Timestamp now);

// PermanentError unless the database is exactly at the last of `migrations`.
void require_current(Connection& connection, std::span<const EmbeddedFile> migrations);

// 0: no migration yet.
int schema_version(Connection& connection);

}  // namespace muster
