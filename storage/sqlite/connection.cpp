#include "storage/sqlite/connection.h"

#include "core/error.h"

#include <cstring>

#include <fcntl.h>
#include <fmt/format.h>
#include <sqlite3.h>
#include <unistd.h>

namespace muster {
namespace {

// Filters make some texts at run time; beyond this many, statements are not kept.
constexpr std::size_t kCachedStatements = 400;

bool is_transient(int code) {
  switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_NOMEM:
    case SQLITE_INTERRUPT:
      return true;
    default:
      return false;
  }
}

bool is_failed_sync(int code) {
  return code == SQLITE_IOERR_FSYNC || code == SQLITE_IOERR_DIR_FSYNC;
}

// SQLite creates files as the umask says; submissions and answers are nobody else's business. The
// file is made here only when it is not there, because closing any descriptor of an open database
// drops SQLite's locks on it.
void create_private(const std::filesystem::path& path) {
  const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd >= 0) {
    ::close(fd);
  } else if (errno != EEXIST) {
    throw TransientError(
        fmt::format("create database {}: {}", path.string(), std::strerror(errno)));
  }
}

}  // namespace

std::string_view sqlite_version() {
  return sqlite3_libversion();
}

Connection::Connection(const std::filesystem::path& path, Access access) : path_(path) {
  if (access == Access::read_write) {
    create_private(path);
  }
  const int flags = access == Access::read_write ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY;
  const int code = sqlite3_open_v2(path.c_str(), &handle_, flags | SQLITE_OPEN_NOMUTEX, nullptr);
  try {
    if (code != SQLITE_OK) {
      raise(code, handle_ == nullptr ? sqlite3_errstr(code) : sqlite3_errmsg(handle_));
    }
    sqlite3_extended_result_codes(handle_, 1);
    configure(access);
  } catch (...) {
    cache_.clear();
    sqlite3_close_v2(handle_);
    throw;
  }
}

Connection::~Connection() {
  for (const auto& [sql, cached] : cache_) {
    sqlite3_finalize(cached->statement);
  }
  sqlite3_close_v2(handle_);
}

void Connection::configure(Access access) {
  sqlite3_busy_timeout(handle_, 10'000);
  check(sqlite3_db_config(handle_, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr));
  run_script("PRAGMA trusted_schema = OFF; PRAGMA foreign_keys = ON");
  expect_pragma("PRAGMA trusted_schema", "0");
  expect_pragma("PRAGMA foreign_keys", "1");
  expect_pragma("PRAGMA busy_timeout", "10000");
  if (access == Access::read_only) {
    // The writer runs every checkpoint: SQLite before 3.51.3 can lose commits when two connections
    // do.
    check(sqlite3_db_config(handle_, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr));
    return;
  }
  run_script(
      "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON;"
      "PRAGMA wal_autocheckpoint = 0; PRAGMA cache_size = -16000; PRAGMA journal_size_limit = "
      "67108864");
  expect_pragma("PRAGMA journal_mode", "wal");
  expect_pragma("PRAGMA synchronous", "2");
  expect_pragma("PRAGMA secure_delete", "1");
  expect_pragma("PRAGMA wal_autocheckpoint", "0");
  sqlite3_wal_hook(
      handle_,
      [](void* self, sqlite3*, const char*, int pages) {
        static_cast<Connection*>(self)->wal_pages_ = pages;
        return SQLITE_OK;
      },
      this);
}

void Connection::expect_pragma(const char* sql, std::string_view value) {
  Statement statement = prepare(sql);
  const std::string got = statement.step() ? statement.text(0) : "nothing";
  if (got != value) {
    throw Error(fmt::format("open {}: {} is '{}', '{}' was set", path_.string(), sql, got, value));
  }
}

sqlite3_stmt* Connection::compile(std::string_view sql) {
  sqlite3_stmt* statement = nullptr;
  check(sqlite3_prepare_v3(handle_,
                           sql.data(),
                           static_cast<int>(sql.size()),
                           SQLITE_PREPARE_PERSISTENT,
                           &statement,
                           nullptr));
  return statement;
}

Statement Connection::prepare(std::string_view sql) {
  if (broken_) {
    throw Error(fmt::format(
        "{} in {}: an earlier write could not be brought to disk; start the program again",
        purpose_,
        path_.string()));
  }
  const auto found = cache_.find(sql);
  if (found != cache_.end() && !found->second->in_use) {
    found->second->in_use = true;
    return {*this, found->second->statement, &found->second->in_use};
  }
  sqlite3_stmt* statement = compile(sql);
  if (found != cache_.end() || cache_.size() >= kCachedStatements) {
    return {*this, statement, nullptr};
  }
  auto cached = std::make_unique<Cached>(Cached{statement, true});
  bool* in_use = &cached->in_use;
  cache_.emplace(sql, std::move(cached));
  return {*this, statement, in_use};
}

void Connection::run_script(const std::string& sql) {
  check(sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr));
}

int Connection::changes() const {
  return sqlite3_changes(handle_);
}
std::int64_t Connection::last_insert_id() const {
  return sqlite3_last_insert_rowid(handle_);
}
void Connection::roll_back() noexcept {
  // SQLite itself rolls back after some errors.
  if (sqlite3_get_autocommit(handle_) == 0) {
    sqlite3_exec(handle_, "ROLLBACK", nullptr, nullptr, nullptr);
  }
}

bool Connection::checkpoint(bool truncate) {
  int log_pages = 0;
  int moved_pages = 0;
  const int code =
      sqlite3_wal_checkpoint_v2(handle_,
                                nullptr,
                                truncate ? SQLITE_CHECKPOINT_TRUNCATE : SQLITE_CHECKPOINT_PASSIVE,
                                &log_pages,
                                &moved_pages);
  if ((code & 0xff) == SQLITE_BUSY) {
    return false;
  }
  check(code);
  if (moved_pages >= log_pages) {
    wal_pages_ = 0;
  }
  return moved_pages >= log_pages;
}

void Connection::try_checkpoint() noexcept {
  const int code =
      sqlite3_wal_checkpoint_v2(handle_, nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
  if (is_failed_sync(code)) {
    broken_ = true;
  }
}

void Connection::check(int code) {
  if (code != SQLITE_OK) {
    raise(code, sqlite3_errmsg(handle_));
  }
}

void Connection::raise(int code, const char* message) {
  const std::string text = fmt::format("{} in {}: {}", purpose_, path_.string(), message);
  if (is_failed_sync(code)) {
    broken_ = true;
    throw TransientError(text + "; the program has to start again");
  }
  if (is_transient(code)) {
    throw TransientError(text);
  }
  throw Error(text);
}

Statement::Statement(Statement&& other) noexcept
    : connection_(other.connection_),
      statement_(std::exchange(other.statement_, nullptr)),
      in_use_(std::exchange(other.in_use_, nullptr)) {}

Statement::~Statement() {
  if (statement_ == nullptr) {
    return;
  }
  if (in_use_ == nullptr) {
    sqlite3_finalize(statement_);
    return;
  }
  // Repeats the error of the last step, which was reported there.
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
  *in_use_ = false;
}

bool Statement::step() {
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) {
    return true;
  }
  if (code != SQLITE_DONE) {
    connection_->raise(code, sqlite3_errmsg(connection_->handle_));
  }
  return false;
}

void Statement::run() {
  while (step()) {
  }
}

bool Statement::is_null(int column) const {
  return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}
std::int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(statement_, column);
}
double Statement::real(int column) const {
  return sqlite3_column_double(statement_, column);
}

std::string Statement::text(int column) const {
  const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement_, column));
  const int size = sqlite3_column_bytes(statement_, column);
  return bytes == nullptr ? std::string() : std::string(bytes, static_cast<std::size_t>(size));
}

void Statement::text_to(int column, std::string& text) const {
  const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement_, column));
  const int size = sqlite3_column_bytes(statement_, column);
  text.assign(bytes == nullptr ? "" : bytes, bytes == nullptr ? 0 : static_cast<std::size_t>(size));
}

ContentHash Statement::hash(int column) const {
  ContentHash value;
  const void* bytes = sqlite3_column_blob(statement_, column);
  if (bytes == nullptr) {
    return value;
  }
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_, column));
  if (size != value.bytes.size()) {
    throw Error(fmt::format("{} in {}: a hash has {} bytes instead of 32",
                            connection_->purpose_,
                            connection_->path_.string(),
                            size));
  }
  std::memcpy(value.bytes.data(), bytes, size);
  return value;
}

void Statement::bind_null(int index) {
  connection_->check(sqlite3_bind_null(statement_, index));
}
void Statement::bind_integer(int index, std::int64_t value) {
  connection_->check(sqlite3_bind_int64(statement_, index, value));
}
void Statement::bind_real(int index, double value) {
  connection_->check(sqlite3_bind_double(statement_, index, value));
}
void Statement::bind_text(int index, std::string_view value) {
  // An empty view may hold a null pointer, which would be bound as NULL.
  connection_->check(sqlite3_bind_text64(statement_,
                                         index,
                                         value.data() == nullptr ? "" : value.data(),
                                         value.size(),
                                         copies_texts_ ? SQLITE_TRANSIENT : SQLITE_STATIC,
                                         SQLITE_UTF8));
}
void Statement::bind_hash(int index, const ContentHash& value) {
  connection_->check(sqlite3_bind_blob64(
      statement_, index, value.bytes.data(), value.bytes.size(), SQLITE_TRANSIENT));
}

void Statement::bind_bytes(int index, std::string_view bytes) {
  // An empty view may hold a null pointer, which would be bound as NULL.
  connection_->check(sqlite3_bind_blob64(statement_,
                                         index,
                                         bytes.data() == nullptr ? "" : bytes.data(),
                                         bytes.size(),
                                         SQLITE_TRANSIENT));
}

void Statement::raise_unknown_name(const std::string& name) const {
  throw Error(fmt::format("{} in {}: '{}' is not a name that this program knows",
                          connection_->purpose_,
                          connection_->path_.string(),
                          name));
}

Transaction::Transaction(Connection& connection, Kind kind) : connection_(connection) {
  connection_.run(kind == Kind::write ? "BEGIN IMMEDIATE" : "BEGIN");
}

Transaction::~Transaction() {
  connection_.roll_back();
}

void Transaction::commit() {
  connection_.run("COMMIT");
}

}  // namespace muster
