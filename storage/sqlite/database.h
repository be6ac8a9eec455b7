#pragma once

#include "core/clock.h"
#include "storage/open.h"
#include "storage/sqlite/connection.h"

#include <filesystem>
#include <memory>
#include <mutex>
#include <string_view>
#include <utility>
#include <vector>

namespace muster {

// One SQLite database of this process: one writer, as many readers as are needed at a time.
// Thread-safe.
class Database {
 public:
  // As owner, migrates it. The clock must outlive the database.
  Database(const std::filesystem::path& path, OpenMode mode, Clock& clock);

  // Runs `body(connection)` in a write transaction and commits it. One at a time: never write, or
  // wait, within `body`. `purpose` is a string literal for error messages: "claim a job".
  template <typename Body>
  auto write(std::string_view purpose, Body&& body) {
    const std::lock_guard lock(writer_mutex_);
    Connection& connection = writer(purpose);
    Transaction transaction(connection, Transaction::Kind::write);
    if constexpr (std::is_void_v<decltype(body(connection))>) {
      body(connection);
      transaction.commit();
      after_commit();
    } else {
      auto result = body(connection);
      transaction.commit();
      after_commit();
      return result;
    }
  }

  // Runs `body(connection)` on one snapshot. Reads may nest and run beside writes.
  template <typename Body>
  auto read(std::string_view purpose, Body&& body) {
    Reader reader(*this, purpose);
    Transaction transaction(*reader.connection, Transaction::Kind::read);
    return body(*reader.connection);
  }

  // Moves the write-ahead log into the database and refreshes the planner's statistics.
  void maintain();

  Clock& clock() { return clock_; }
  const std::filesystem::path& path() const { return path_; }

 private:
  // A read-only connection on loan.
  struct Reader {
    Reader(Database& owner, std::string_view purpose);
    ~Reader();
    Reader(const Reader&) = delete;
    Reader& operator=(const Reader&) = delete;
    Database& database;
    std::unique_ptr<Connection> connection;
  };

  Connection& writer(std::string_view purpose);
  void after_commit();

  std::filesystem::path path_;
  Clock& clock_;
  std::mutex writer_mutex_;             // guards writer_
  std::unique_ptr<Connection> writer_;  // nullptr: opened read-only
  std::mutex readers_mutex_;            // guards idle_readers_
  std::vector<std::unique_ptr<Connection>> idle_readers_;
};

}  // namespace muster
