#include "extractors/policy.h"

#include <algorithm>
#include <random>

#include <catch2/catch.hpp>

namespace muster {
namespace {

Finding finding_of(Outcome outcome, std::string rule_id, std::string reason_code = "") {
  Finding finding;
  finding.check = "format";
  finding.rule_id = std::move(rule_id);
  finding.outcome = outcome;
  finding.message = "about " + finding.rule_id;
  finding.reason_code = std::move(reason_code);
  return finding;
}

Verdict judged(const std::vector<Finding>& findings, const Brief& brief) {
  return judge(findings, brief, Provenance());
}

const Finding kPass = finding_of(Outcome::pass, "reel.width");
const Finding kWarn = finding_of(Outcome::warn, "reel.aspect-advised", "media_aspect");
const Finding kUnknown = finding_of(Outcome::could_not_check, "reel.frame-rate");
const Finding kFail = finding_of(Outcome::fail, "reel.byte-size", "media_size");

TEST_CASE("patterns match a rule exactly, or with a trailing star any rest") {
  CHECK(matches_rule("reel.width", "reel.width"));
  CHECK_FALSE(matches_rule("reel.width", "reel.width-min"));
  CHECK(matches_rule("reel.*", "reel.width"));
  CHECK(matches_rule("*", "anything"));
  CHECK_FALSE(matches_rule("reel.*", "feed.width"));
  CHECK_FALSE(matches_rule("", "reel.width"));
}

TEST_CASE("nothing is approved without a person unless the brief allows it in so many words") {
  Brief brief;
  Verdict verdict = judged({kPass}, brief);
  CHECK(verdict.kind == VerdictKind::clear);
  CHECK_FALSE(verdict.approve_by_rule);
  CHECK(verdict.rule == "no_objections");
  brief.policy.approve_by_rule = true;
  verdict = judged({kPass}, brief);
  CHECK(verdict.approve_by_rule);
  CHECK(verdict.rule == "approve_by_rule");
}

TEST_CASE("without anything that passed nothing is clear") {
  Brief brief;
  brief.policy.approve_by_rule = true;
  for (const std::vector<Finding>& findings :
       {std::vector<Finding>(), {finding_of(Outcome::not_applicable, "format.none")}}) {
    const Verdict verdict = judged(findings, brief);
    CHECK(verdict.kind == VerdictKind::flagged);
    CHECK(verdict.rule == "nothing_passed");
    CHECK_FALSE(verdict.approve_by_rule);
  }
}

TEST_CASE("warnings and what could not be checked go to a person where the brief wants it") {
  Brief brief;
  CHECK(judged({kPass, kWarn}, brief).kind == VerdictKind::flagged);
  CHECK(judged({kPass, kUnknown}, brief).kind == VerdictKind::flagged);
  brief.policy.warnings_need_review = false;
  CHECK(judged({kPass, kWarn}, brief).kind == VerdictKind::clear);
  CHECK(judged({kPass, kUnknown}, brief).rule == "could_not_check_needs_review");
  brief.policy.could_not_check_needs_review = false;
  CHECK(judged({kPass, kUnknown}, brief).kind == VerdictKind::clear);
  CHECK(judged({kUnknown}, brief).kind == VerdictKind::flagged);
}

TEST_CASE("a fail goes back by rule only where the brief lists it and a new version can mend it") {
  Brief brief;
  CHECK(judged({kPass, kFail}, brief).kind == VerdictKind::flagged);
  brief.policy.return_by_rule = {"reel.byte-size"};
  Verdict verdict = judged({kPass, kFail}, brief);
  CHECK(verdict.kind == VerdictKind::returned);
  CHECK(verdict.rule == "return_by_rule:reel.byte-size");
  CHECK(verdict.reason_codes == std::vector<std::string>{"media_size"});
  // By the name of the check.
  brief.policy.return_by_rule = {"format.*"};
  CHECK(judged({kFail}, brief).rule == "return_by_rule:format.*");
  // A reason that cannot be mended, one that nobody knows, none at all.
  for (const char* code : {"rights_expired", "no_such_code", ""}) {
    CAPTURE(code);
    CHECK(judged({finding_of(Outcome::fail, "reel.x", code)}, brief).kind == VerdictKind::flagged);
  }
  // One fail outside the list, and a person must look at the whole.
  CHECK(judged({kFail, finding_of(Outcome::fail, "reel.x", "")}, brief).kind ==
        VerdictKind::flagged);
}

TEST_CASE("only the findings that decided are named") {
  Brief brief;
  brief.policy.return_by_rule = {"reel.byte-size"};
  const Finding other = finding_of(Outcome::fail, "us.wording", "disclosure_missing");
  Verdict verdict = judged({kPass, kWarn, kUnknown, kFail, other, other}, brief);
  CHECK(verdict.kind == VerdictKind::flagged);
  CHECK(verdict.reason_codes == std::vector<std::string>{"disclosure_missing"});
  CHECK(verdict.why.find("us.wording") != std::string::npos);
  for (const char* silent :
       {"reel.width", "reel.aspect-advised", "reel.frame-rate", "reel.byte-size"}) {
    CAPTURE(silent);
    CHECK(verdict.why.find(silent) == std::string::npos);
  }
  verdict = judged({kPass, kWarn}, brief);
  CHECK(verdict.reason_codes == std::vector<std::string>{"media_aspect"});
  CHECK(judged({kPass}, brief).reason_codes.empty());
}

TEST_CASE("the verdict carries what it depends on") {
  Provenance provenance;
  provenance.content = sha256(std::string_view("content"));
  provenance.engine = "7";
  CHECK(judge({kPass}, Brief(), provenance).provenance == provenance);
}

// The policy written down a second time, the slow way.
VerdictKind expected_kind(const std::vector<Finding>& findings, const Brief& brief) {
  const auto any = [&](Outcome outcome) {
    return std::any_of(findings.begin(), findings.end(), [&](const Finding& finding) {
      return finding.outcome == outcome;
    });
  };
  const bool all_returnable =
      std::all_of(findings.begin(), findings.end(), [&](const Finding& finding) {
        const bool listed =
            std::any_of(brief.policy.return_by_rule.begin(),
                        brief.policy.return_by_rule.end(),
                        [&](const std::string& pattern) {
                          return matches_rule(pattern, finding.rule_id) ||
                                 matches_rule(pattern, finding.check + "." + finding.rule_id);
                        });
        const bool editable =
            finding.reason_code == "media_size" || finding.reason_code == "disclosure_missing";
        return finding.outcome != Outcome::fail || (listed && editable);
      });
  if (any(Outcome::fail)) {
    return all_returnable ? VerdictKind::returned : VerdictKind::flagged;
  }
  if ((any(Outcome::could_not_check) && brief.policy.could_not_check_needs_review) ||
      (any(Outcome::warn) && brief.policy.warnings_need_review) || !any(Outcome::pass)) {
    return VerdictKind::flagged;
  }
  return VerdictKind::clear;
}

TEST_CASE("T14: the summary agrees with the details over 10,000 random lists of findings") {
  std::mt19937 random(20261122);
  const auto pick = [&](auto&& choices) { return choices[random() % std::size(choices)]; };
  const std::vector<std::string> rules = {"reel.byte-size", "reel.width", "us.wording"};
  const std::vector<std::string> codes = {
      "media_size", "disclosure_missing", "rights_expired", "", "unknown"};
  const std::vector<Outcome> outcomes = {Outcome::pass,
                                         Outcome::pass,
                                         Outcome::pass,
                                         Outcome::warn,
                                         Outcome::fail,
                                         Outcome::could_not_check,
                                         Outcome::not_applicable};
  const std::vector<std::vector<std::string>> patterns = {
      {}, {"*"}, {"reel.*"}, {"format.us.*", "reel.width"}};
  for (int i = 0; i < 10'000; ++i) {
    Brief brief;
    brief.policy.approve_by_rule = random() % 2 == 0;
    brief.policy.warnings_need_review = random() % 2 == 0;
    brief.policy.could_not_check_needs_review = random() % 2 == 0;
    brief.policy.return_by_rule = pick(patterns);
    std::vector<Finding> findings(random() % 6);
    for (Finding& finding : findings) {
      finding = finding_of(pick(outcomes), pick(rules), pick(codes));
    }
    const Verdict verdict = judged(findings, brief);
    REQUIRE(verdict.kind == expected_kind(findings, brief));
    REQUIRE(verdict.approve_by_rule ==
            (verdict.kind == VerdictKind::clear && brief.policy.approve_by_rule));
    REQUIRE_FALSE(verdict.why.empty());
    // The order of the findings decides nothing.
    std::shuffle(findings.begin(), findings.end(), random);
    REQUIRE(judged(findings, brief).kind == verdict.kind);
  }
}

}  // namespace
}  // namespace muster
