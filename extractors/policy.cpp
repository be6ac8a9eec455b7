#include "extractors/policy.h"

namespace muster {

bool matches_rule(std::string_view pattern, std::string_view rule_id) {
  if (pattern.ends_with('*')) {
    return rule_id.starts_with(pattern.substr(0, pattern.size() - 1));
  }
  return pattern == rule_id;
}

}  // namespace muster
