#include "extractors/policy.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace muster {
namespace {

using Deciding = std::vector<const Finding*>;

// A pattern may name the rule itself ("instagram-reel.size_max") or the check before it
// ("format.*").
bool matches_finding(std::string_view pattern, const Finding& finding) {
  return matches_rule(pattern, finding.rule_id) ||
         matches_rule(pattern, finding.check + "." + finding.rule_id);
}

// The pattern that lets a rule return a submission for this fail; nullptr where a person must look
// at it.
const std::string* returning_pattern(const Finding& finding, const Brief& brief) {
  const auto reason = reason_codes().find(finding.reason_code);
  if (reason == reason_codes().end() || !reason->second.editable) {
    return nullptr;
  }
  const std::vector<std::string>& patterns = brief.policy.return_by_rule;
  const auto pattern =
      std::find_if(patterns.begin(), patterns.end(), [&](const std::string& candidate) {
        return matches_finding(candidate, finding);
      });
  return pattern == patterns.end() ? nullptr : &*pattern;
}

Deciding findings_with(const std::vector<Finding>& findings, Outcome outcome) {
  Deciding found;
  for (const Finding& finding : findings) {
    if (finding.outcome == outcome) {
      found.push_back(&finding);
    }
  }
  return found;
}

std::vector<std::string> reason_codes_of(const Deciding& deciding) {
  std::vector<std::string> codes;
  for (const Finding* finding : deciding) {
    if (!finding->reason_code.empty() &&
        std::find(codes.begin(), codes.end(), finding->reason_code) == codes.end()) {
      codes.push_back(finding->reason_code);
    }
  }
  return codes;
}

// "2 rules failed: instagram-reel.size_max (the file size is ...), ...": only what decided, at most
// three in full.
std::string describe(std::string_view what, const Deciding& deciding) {
  constexpr std::size_t kShown = 3;
  std::string text =
      fmt::format("{} {} {}: ", deciding.size(), deciding.size() == 1 ? "rule" : "rules", what);
  for (std::size_t i = 0; i < std::min(deciding.size(), kShown); ++i) {
    text +=
        fmt::format("{}{} ({})", i == 0 ? "" : "; ", deciding[i]->rule_id, deciding[i]->message);
  }
  if (deciding.size() > kShown) {
    text += fmt::format("; and {} more", deciding.size() - kShown);
  }
  return text;
}

Verdict decided(VerdictKind kind,
                std::string rule,
                std::string_view what,
                const Deciding& deciding) {
  Verdict verdict;
  verdict.kind = kind;
  verdict.rule = std::move(rule);
  verdict.why = describe(what, deciding);
  verdict.reason_codes = reason_codes_of(deciding);
  return verdict;
}

// The fails that must go to a person; where there are none, every fail may be returned by rule.
Verdict judge_fails(const Deciding& fails, const Brief& brief) {
  Deciding for_a_person;
  const std::string* pattern = nullptr;
  for (const Finding* finding : fails) {
    const std::string* returning = returning_pattern(*finding, brief);
    if (returning == nullptr) {
      for_a_person.push_back(finding);
    } else if (pattern == nullptr) {
      pattern = returning;
    }
  }
  if (for_a_person.empty()) {
    return decided(VerdictKind::returned, "return_by_rule:" + *pattern, "failed", fails);
  }
  return decided(VerdictKind::flagged, "fail_needs_review", "failed", for_a_person);
}

Verdict no_objections(bool anything_passed, const Brief& brief) {
  Verdict verdict;
  if (!anything_passed) {
    verdict.kind = VerdictKind::flagged;
    verdict.rule = "nothing_passed";
    verdict.why = "no rule failed, but none passed either: nothing was checked";
    return verdict;
  }
  verdict.kind = VerdictKind::clear;
  verdict.approve_by_rule = brief.policy.approve_by_rule;
  verdict.rule = verdict.approve_by_rule ? "approve_by_rule" : "no_objections";
  verdict.why = verdict.approve_by_rule
                    ? "nothing stands against it, and the brief lets a rule approve it"
                    : "nothing stands against it; the brief leaves the approval to a person";
  return verdict;
}

// How one way of a clause stands: it holds where all of its findings pass and none of its patterns
// is without one.
struct Way {
  bool holds = false;
  std::size_t against = 0;  // findings that do not pass, and patterns without a finding
};

bool passes(const Finding& finding) {
  return finding.outcome == Outcome::pass || finding.outcome == Outcome::not_applicable;
}

Way look_at_way(const std::vector<std::string>& patterns, const std::vector<Finding>& findings) {
  Way way;
  for (const std::string& pattern : patterns) {
    bool passed = false;
    bool stopped = false;
    for (const Finding& finding : findings) {
      if (matches_finding(pattern, finding)) {
        passed = passed || finding.outcome == Outcome::pass;
        stopped = stopped || !passes(finding);
        way.against += passes(finding) ? 0 : 1;
      }
    }
    way.against += passed || stopped ? 0 : 1;
  }
  way.holds = way.against == 0;
  return way;
}

bool matches_any(const std::vector<std::string>& patterns, const Finding& finding) {
  return std::any_of(patterns.begin(), patterns.end(), [&](const std::string& pattern) {
    return matches_finding(pattern, finding);
  });
}

// Leaves out what a clause excuses: all of its findings where one way holds, else those of the ways
// that are further from holding, so that only what decides is shown.
void excuse(const Brief::Policy::Clause& clause,
            const std::vector<Finding>& findings,
            std::vector<bool>& excused) {
  const std::vector<std::string>* nearest = nullptr;
  Way best;
  for (const std::vector<std::string>& patterns : clause.any_of) {
    const Way way = look_at_way(patterns, findings);
    if (nearest == nullptr || way.against < best.against) {
      nearest = &patterns;
      best = way;
    }
  }
  for (std::size_t i = 0; i < findings.size(); ++i) {
    const bool in_clause = std::any_of(
        clause.any_of.begin(), clause.any_of.end(), [&](const std::vector<std::string>& patterns) {
          return matches_any(patterns, findings[i]);
        });
    if (in_clause && (best.holds || !matches_any(*nearest, findings[i]))) {
      excused[i] = excused[i] || !passes(findings[i]);
    }
  }
}

std::vector<Finding> without_excused(const std::vector<Finding>& findings, const Brief& brief) {
  std::vector<bool> excused(findings.size(), false);
  for (const Brief::Policy::Clause& clause : brief.policy.clauses) {
    excuse(clause, findings, excused);
  }
  std::vector<Finding> left;
  for (std::size_t i = 0; i < findings.size(); ++i) {
    if (!excused[i]) {
      left.push_back(findings[i]);
    }
  }
  return left;
}

Verdict judge_findings(const std::vector<Finding>& findings, const Brief& brief) {
  const Deciding fails = findings_with(findings, Outcome::fail);
  if (!fails.empty()) {
    return judge_fails(fails, brief);
  }
  const Deciding unchecked = findings_with(findings, Outcome::could_not_check);
  if (!unchecked.empty() && brief.policy.could_not_check_needs_review) {
    return decided(
        VerdictKind::flagged, "could_not_check_needs_review", "could not be checked", unchecked);
  }
  const Deciding warnings = findings_with(findings, Outcome::warn);
  if (!warnings.empty() && brief.policy.warnings_need_review) {
    return decided(VerdictKind::flagged, "warnings_need_review", "warned", warnings);
  }
  return no_objections(!findings_with(findings, Outcome::pass).empty(), brief);
}

}  // namespace

bool matches_rule(std::string_view pattern, std::string_view rule_id) {
  if (pattern.ends_with('*')) {
    return rule_id.starts_with(pattern.substr(0, pattern.size() - 1));
  }
  return pattern == rule_id;
}

Verdict judge(const std::vector<Finding>& findings,
              const Brief& brief,
              const Provenance& provenance) {
  Verdict verdict = judge_findings(
      brief.policy.clauses.empty() ? findings : without_excused(findings, brief), brief);
  verdict.provenance = provenance;
  return verdict;
}

}  // namespace muster
