#pragma once

#include "core/time.h"
#include "storage/sqlite/connection.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace muster {

// A statement that grows with a filter, with the values that its parameters take in order. `sql`
// ends in a WHERE clause when the first condition is added ("... WHERE 1" where there is no other).
struct FilteredQuery {
  using Value = std::variant<std::string, std::int64_t>;

  std::string sql;
  std::vector<Value> values;

  // `condition` holds one parameter.
  void add(std::string_view condition, Value value) {
    sql += " AND ";
    sql += condition;
    values.push_back(std::move(value));
  }
  // An empty value filters nothing.
  void equal(std::string_view column, const std::string& value) {
    if (!value.empty()) {
      add(std::string(column) + " = ?", value);
    }
  }
  // `comparison`: "column >=".
  void compare(std::string_view comparison, const std::optional<Timestamp>& time) {
    if (time) {
      add(std::string(comparison) + " ?", time->time_since_epoch().count());
    }
  }
  Statement prepare(Connection& connection) const {
    Statement statement = connection.prepare(sql);
    for (std::size_t i = 0; i < values.size(); ++i) {
      std::visit([&](const auto& value) { statement.bind_at(static_cast<int>(i) + 1, value); },
                 values[i]);
    }
    return statement;
  }
};

}  // namespace muster
