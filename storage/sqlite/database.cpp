#include "storage/sqlite/database.h"

#include "core/error.h"
#include "storage/sqlite/migrations.h"

#include <fmt/format.h>

namespace muster {
namespace {

// Checkpoint after this many pages of 4 KiB: 16 MiB of log.
constexpr int kCheckpointPages = 4096;
constexpr std::size_t kIdleReaders = 4;

}  // namespace

Database::Database(const std::filesystem::path& path, OpenMode mode, Clock& clock)
    : path_(path), clock_(clock) {
  if (mode == OpenMode::owner) {
    writer_ = std::make_unique<Connection>(path, Access::read_write);
    migrate(*writer_, embedded_migrations(), clock.now());
  } else {
    Connection reader(path, Access::read_only);
    require_current(reader, embedded_migrations());
  }
}

Connection& Database::writer(std::string_view purpose) {
  if (writer_ == nullptr) {
    throw PermanentError(
        fmt::format("{} in {}: it was opened for reading only", purpose, path_.string()));
  }
  writer_->set_purpose(purpose);
  return *writer_;
}

void Database::after_commit() {
  if (writer_->wal_pages() >= kCheckpointPages) {
    // The commit stands, so its caller must not hear of a failure here; maintain() reports it.
    writer_->try_checkpoint();
  }
}

void Database::maintain() {
  const std::lock_guard lock(writer_mutex_);
  Connection& connection = writer("maintain");
  connection.run("PRAGMA optimize");
  connection.checkpoint(true);
}

Database::Reader::Reader(Database& owner, std::string_view purpose) : database(owner) {
  {
    const std::lock_guard lock(database.readers_mutex_);
    if (!database.idle_readers_.empty()) {
      connection = std::move(database.idle_readers_.back());
      database.idle_readers_.pop_back();
    }
  }
  if (connection == nullptr) {
    connection = std::make_unique<Connection>(database.path_, Access::read_only);
  }
  connection->set_purpose(purpose);
}

Database::Reader::~Reader() {
  const std::lock_guard lock(database.readers_mutex_);
  if (database.idle_readers_.size() < kIdleReaders) {
    database.idle_readers_.push_back(std::move(connection));
  }
}

}  // namespace muster
