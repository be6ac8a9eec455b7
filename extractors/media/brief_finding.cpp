#include "extractors/media/brief_finding.h"

#include <fmt/format.h>

namespace muster {

Finding brief_finding(const Brief& brief,
                      std::string_view check,
                      std::string_view rule,
                      Outcome outcome,
                      std::string message) {
  Finding finding;
  finding.check = check;
  finding.rule_id = fmt::format("{}.{}", check, rule);
  finding.outcome = outcome;
  finding.message = std::move(message);
  finding.pack_id = "brief";
  finding.pack_version = brief.hash.short_hex();
  finding.source = {fmt::format("brief {}", brief.id), "", "", "house"};
  return finding;
}

}  // namespace muster
