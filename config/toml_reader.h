#pragma once

#include "config/problems.h"
#include "core/enum_names.h"
#include "core/time.h"

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace muster {

class TomlTable;

// Ids and names of our own: 1 to 64 of a-z, 0-9, '-' and '_'.
bool is_name(std::string_view text);
inline constexpr std::string_view kNameForm = "1 to 64 of a-z, 0-9, '-' and '_'";

// A TOML text that a person wrote. What is wrong with it goes to `problems` with its place; nothing
// here throws for bad input. Every key that a reader asks for is thereby known; finish() reports
// all others.
class TomlDocument {
 public:
  // `file` names the text in problems. `problems` must outlive the document and its tables.
  TomlDocument(std::string_view text, std::string_view file, Problems& problems);
  ~TomlDocument();
  TomlDocument(TomlDocument&&) noexcept;

  // Is it TOML at all? Where it is not, root() is an empty table that asks for nothing.
  bool well_formed() const;
  TomlTable root();

  // Reports every key that nobody asked for, with the nearest one that somebody did.
  void finish();

  // What was asked for so far: "jobs.runners", "source[].name".
  const std::set<std::string>& known_keys() const;

  struct State;  // of toml_reader.cpp

 private:
  std::unique_ptr<State> state_;
};

// One table of a document, which must outlive it. A getter leaves `value` as it is (the default)
// where the key is missing or where what stands there is wrong; the latter is also reported.
class TomlTable {
 public:
  struct View;  // of toml_reader.cpp
  explicit TomlTable(std::unique_ptr<View> view);
  ~TomlTable();
  TomlTable(TomlTable&&) noexcept;

  bool has(std::string_view key) const;

  // Text without control characters.
  std::optional<std::string> text(std::string_view key);
  void text(std::string_view key, std::string& value);
  void texts(std::string_view key, std::vector<std::string>& value);
  // An id or name of our own (see is_name).
  void name(std::string_view key, std::string& value);
  // One of a few words.
  void word(std::string_view key, std::string& value, const std::vector<std::string>& known);
  // An IANA time zone.
  void zone(std::string_view key, std::string& value);
  void flag(std::string_view key, bool& value);
  // A date or a date and time, in quotes or as TOML's own, as written.
  void date(std::string_view key, std::string& value);
  void duration(std::string_view key, Milliseconds& value, Milliseconds min, Milliseconds max);
  void number(std::string_view key, double& value, double min, double max);
  void number(std::string_view key, std::optional<double>& value);

  template <std::integral T>
  void integer(std::string_view key, T& value, std::int64_t min, std::int64_t max) {
    if (const auto number = read_integer(key, min, max)) {
      value = static_cast<T>(*number);
    }
  }

  template <typename E>
  void word(std::string_view key, E& value) {
    const std::optional<std::string> name = text(key);
    if (!name) {
      return;
    }
    if (const auto known = parse_enum<E>(*name)) {
      value = *known;
      return;
    }
    std::vector<std::string> names;
    for (const auto& [candidate, candidate_name] : kEnumNames<E>) {
      names.emplace_back(candidate_name);
    }
    problem(key, unknown_word(*name, names));
  }

  // A table under this one; a missing one reads as empty.
  TomlTable table(std::string_view key);
  // An array of tables, none where it is missing.
  std::vector<TomlTable> tables(std::string_view key);
  // The tables in a table, by name: [sources.meta].
  std::vector<std::pair<std::string, TomlTable>> named_tables(std::string_view key);

  // Reports the key where it is missing, saying what to write there.
  void require(std::string_view key, std::string_view advice);
  // Reports the key where it is there: it is known, and has no place here.
  void refuse(std::string_view key, std::string_view why);

  // Reports something else about the value of a key, about one element of an array, or about the
  // table.
  void problem(std::string_view key, std::string what);
  void problem(std::string_view key, std::size_t element, std::string what);
  void problem(std::string what);

  // "'instagran' is not known; did you mean 'instagram'?"
  static std::string unknown_word(std::string_view word, const std::vector<std::string>& known);

 private:
  std::optional<std::string> read_text(std::string_view key, std::string_view wanted);
  std::optional<std::int64_t> read_integer(std::string_view key,
                                           std::int64_t min,
                                           std::int64_t max);

  std::unique_ptr<View> view_;
};

}  // namespace muster
