#pragma once

#include "core/enum_names.h"
#include "core/hash.h"
#include "core/ids.h"
#include "core/time.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_map>
#include <utility>

struct sqlite3;
struct sqlite3_stmt;

namespace muster {

class Connection;

// Bound as a blob; texts are bound as text.
struct BlobBytes {
  std::string_view bytes;
};

// One run of a prepared statement; dropping it makes the statement ready for the next run. Bound
// texts are copied. Columns count from 0. Throws as Connection says.
class Statement {
 public:
  Statement(Statement&& other) noexcept;
  Statement& operator=(Statement&&) = delete;
  ~Statement();

  // Binds ?1, ?2, ... in order.
  template <typename... Values>
  Statement& bind(const Values&... values) {
    int index = 0;
    (bind_value(++index, values), ...);
    return *this;
  }
  // For statements whose number of parameters is known at run time only.
  template <typename Value>
  Statement& bind_at(int index, const Value& value) {
    bind_value(index, value);
    return *this;
  }

  // True: there is a row to read.
  bool step();
  // Runs to the end.
  void run();

  bool is_null(int column) const;
  std::int64_t integer(int column) const;
  double real(int column) const;
  // Also the bytes of a blob.
  std::string text(int column) const;
  // The same into a text whose memory is used again.
  void text_to(int column, std::string& text) const;
  // All zeros for NULL. Throws Error for a blob of another size.
  ContentHash hash(int column) const;
  Timestamp time(int column) const { return Timestamp(Milliseconds(integer(column))); }
  bool boolean(int column) const { return integer(column) != 0; }

  template <typename Id>
  Id id(int column) const {
    return static_cast<Id>(integer(column));
  }
  // Throws Error for a name that the enum does not have: the database was changed by somebody else.
  template <typename E>
  E name_of(int column) const {
    const std::string name = text(column);
    if (const auto value = parse_enum<E>(name)) {
      return *value;
    }
    raise_unknown_name(name);
  }
  std::optional<std::int64_t> optional_integer(int column) const {
    return is_null(column) ? std::nullopt : std::optional(integer(column));
  }
  std::optional<double> optional_real(int column) const {
    return is_null(column) ? std::nullopt : std::optional(real(column));
  }
  std::optional<Timestamp> optional_time(int column) const {
    return is_null(column) ? std::nullopt : std::optional(time(column));
  }

 private:
  friend class Connection;
  Statement(Connection& connection, sqlite3_stmt* statement, bool* in_use)
      : connection_(&connection), statement_(statement), in_use_(in_use) {}

  void bind_null(int index);
  void bind_integer(int index, std::int64_t value);
  void bind_real(int index, double value);
  void bind_text(int index, std::string_view value);
  void bind_hash(int index, const ContentHash& value);
  void bind_bytes(int index, std::string_view bytes);
  [[noreturn]] void raise_unknown_name(const std::string& name) const;

  template <typename Value>
  void bind_value(int index, const Value& value) {
    if constexpr (std::is_same_v<Value, ContentHash>) {
      bind_hash(index, value);
    } else if constexpr (std::is_same_v<Value, BlobBytes>) {
      bind_bytes(index, value.bytes);
    } else if constexpr (std::is_same_v<Value, Timestamp>) {
      bind_integer(index, value.time_since_epoch().count());
    } else if constexpr (std::is_same_v<Value, Milliseconds>) {
      bind_integer(index, value.count());
    } else if constexpr (std::is_same_v<Value, std::nullopt_t>) {
      bind_null(index);
    } else if constexpr (std::is_enum_v<Value>) {
      if constexpr (kEnumNames<Value>.size() > 0) {
        bind_text(index, to_string(value));
      } else {
        bind_integer(index, static_cast<std::int64_t>(value));
      }
    } else if constexpr (std::is_integral_v<Value>) {
      bind_integer(index, static_cast<std::int64_t>(value));
    } else if constexpr (std::is_floating_point_v<Value>) {
      bind_real(index, value);
    } else {
      bind_text(index, value);
    }
  }
  template <typename Value>
  void bind_value(int index, const std::optional<Value>& value) {
    if (value) {
      bind_value(index, *value);
    } else {
      bind_null(index);
    }
  }

  Connection* connection_;
  sqlite3_stmt* statement_;
  bool* in_use_;  // the cache's mark; nullptr: this statement is not cached and ends with us
  bool copies_texts_ = true;
};

enum class Access { read_write, read_only };

// One connection to an SQLite database, for one thread at a time. Every failure of SQLite becomes
// an exception here and nowhere else: TransientError (busy, locked, disk full, I/O: nothing
// happened), Error for the rest. After a failed fsync nobody knows what is on disk, so the
// connection refuses everything from then on and the process has to start again.
class Connection {
 public:
  // Creates the file (0600) for read_write. Sets the pragmas that docs name and reads them back.
  Connection(const std::filesystem::path& path, Access access);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Prepares once and keeps the statement for the next time.
  Statement prepare(std::string_view sql);

  template <typename... Values>
  void run(std::string_view sql, const Values&... values) {
    Statement statement = prepare(sql);
    statement.copies_texts_ = false;  // the values outlive the run
    statement.bind(values...).run();
  }
  // Several statements without parameters, for migrations.
  void run_script(const std::string& sql);

  // Rows that the last INSERT, UPDATE or DELETE changed.
  int changes() const;
  std::int64_t last_insert_id() const;
  // Undoes the open transaction, if there is one. Cannot fail in a way that matters: what is not
  // committed is undone at the next open.
  void roll_back() noexcept;

  // What error messages say that we were doing: "claim a job". Must outlive its use: string
  // literals.
  void set_purpose(std::string_view purpose) { purpose_ = purpose; }
  // Pages in the write-ahead log after the last commit.
  int wal_pages() const { return wal_pages_; }
  // Moves the log into the database. False when readers kept some of it back.
  bool checkpoint(bool truncate);
  // As above, where a failure is nobody's concern: the log only stays longer.
  void try_checkpoint() noexcept;

 private:
  friend class Statement;
  struct Cached {
    sqlite3_stmt* statement = nullptr;
    bool in_use = false;
  };
  struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>{}(text);
    }
  };

  void configure(Access access);
  void expect_pragma(const char* sql, std::string_view value);
  sqlite3_stmt* compile(std::string_view sql);
  [[noreturn]] void raise(int code, const char* message);
  void check(int code);

  std::filesystem::path path_;
  sqlite3* handle_ = nullptr;
  std::string_view purpose_ = "open";
  bool broken_ = false;
  int wal_pages_ = 0;
  std::unordered_map<std::string, std::unique_ptr<Cached>, TextHash, std::equal_to<>> cache_;
};

// A transaction that ends with the scope: undone unless commit() was called.
class Transaction {
 public:
  enum class Kind { read, write };  // write takes the write lock at once
  Transaction(Connection& connection, Kind kind);
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  void commit();

 private:
  Connection& connection_;
};

// "3.40.1"
std::string_view sqlite_version();

}  // namespace muster
