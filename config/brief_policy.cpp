#include "config/brief_parts.h"
#include "core/text.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

namespace muster {
namespace {

std::optional<std::string> pattern_fault(const std::string& pattern) {
  const std::size_t star = pattern.find('*');
  const bool inner_star = star != std::string::npos && star + 1 != pattern.size();
  if (!pattern.empty() && !inner_star && pattern.find_first_of(" \t") == std::string::npos) {
    return std::nullopt;
  }
  return fmt::format(
      "'{}' is no rule id; write one like \"instagram-reel.duration\", "
      "or \"instagram-reel.*\" "
      "for all that start so",
      shown(pattern));
}

// Ids of rules, with a star at the end for all that start so.
void read_rules(TomlTable& table, std::string_view key, std::vector<std::string>& value) {
  table.texts(key, value);
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (const auto fault = pattern_fault(value[i])) {
      table.problem(key, i, *fault);
    }
  }
}

// "a + b" is both; each is a pattern.
std::vector<std::string> read_way(TomlTable& table, std::size_t index, std::string_view text) {
  std::vector<std::string> patterns;
  for (const std::string& part : split(text, '+')) {
    const std::string pattern(trim(part));
    if (const auto fault = pattern_fault(pattern)) {
      table.problem("any_of", index, *fault);
    }
    patterns.push_back(pattern);
  }
  return patterns;
}

Brief::Policy::Clause read_clause(TomlTable& table) {
  Brief::Policy::Clause clause;
  table.require("name", "say what the clause is about");
  table.text("name", clause.name);
  table.require("any_of", "list the ways of which one is enough");
  std::vector<std::string> ways;
  table.texts("any_of", ways);
  if (table.has("any_of") && ways.size() < 2) {
    table.problem("any_of", "needs two ways at least; what must hold anyway needs no clause");
  }
  for (std::size_t i = 0; i < ways.size(); ++i) {
    clause.any_of.push_back(read_way(table, i, ways[i]));
  }
  return clause;
}

}  // namespace

void read_policy(TomlTable table, Brief::Policy& policy) {
  table.flag("approve_by_rule", policy.approve_by_rule);
  read_rules(table, "return_by_rule", policy.return_by_rule);
  table.flag("warnings_need_review", policy.warnings_need_review);
  table.flag("could_not_check_needs_review", policy.could_not_check_needs_review);
  for (TomlTable& clause : table.tables("clause")) {
    policy.clauses.push_back(read_clause(clause));
  }
}

}  // namespace muster
