#pragma once

#include "extractors/media/check.h"
#include "extractors/media/checks.h"
#include "tests/support/media_facts.h"

#include <algorithm>
#include <string>
#include <vector>

namespace muster {

// A submission on the bench: what the tests change, and the checks on it.
struct CheckBench {
  Manifest manifest;
  std::vector<SeenMedia> media;
  Brief brief;
  PlacementPack placement;
  std::vector<MarketPack> markets;
  bool has_placement = true;

  CheckBench() {
    brief.id = "spring-fizz";
    brief.sponsor = "Fizzo";
    placement.id = "test-feed";
    placement.name = "Test feed";
  }

  CheckInput input() const {
    CheckInput input{.manifest = manifest,
                     .media = media,
                     .brief = brief,
                     .placement = has_placement ? &placement : nullptr,
                     .markets = {}};
    for (const MarketPack& market : markets) {
      input.markets.push_back(&market);
    }
    return input;
  }

  std::vector<Finding> run(const std::unique_ptr<Check>& check) const {
    return check->run(input());
  }
};

// The one finding of a rule; a default finding with an empty rule id where there is none or more
// than one.
inline Finding only(const std::vector<Finding>& findings, std::string_view rule_id) {
  Finding found;
  int count = 0;
  for (const Finding& finding : findings) {
    if (finding.rule_id == rule_id) {
      found = finding;
      ++count;
    }
  }
  return count == 1 ? found : Finding();
}

inline bool has_rule(const std::vector<Finding>& findings, std::string_view rule_id) {
  return std::any_of(findings.begin(), findings.end(), [&](const Finding& finding) {
    return finding.rule_id == rule_id;
  });
}

inline bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

}  // namespace muster
