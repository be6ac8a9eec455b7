#include "core/error.h"
#include "extractors/policy.h"

#include <catch2/catch.hpp>

namespace muster {
namespace {

Finding finding(std::string rule_id, Outcome outcome) {
  Finding found;
  found.check = "test";
  found.message = "about " + rule_id;
  found.rule_id = std::move(rule_id);
  found.outcome = outcome;
  found.reason_code = "off_brief";
  return found;
}

// The label may stand at the beginning of the caption, or in the picture.
Brief label_anywhere() {
  return parse_brief(
      "id = \"b\"\n[[policy.clause]]\nname = \"a label somewhere\"\n"
      "any_of = [\"caption.label + caption.fold\", \"picture.label\"]\n",
      "b.toml");
}

Verdict judged_clauses(const std::vector<Finding>& findings) {
  return judge(findings, label_anywhere(), Provenance());
}

TEST_CASE("where one way of a clause holds, the failures of the others stand against nothing") {
  CHECK(judged_clauses({finding("caption.label", Outcome::fail),
                        finding("caption.fold", Outcome::could_not_check),
                        finding("picture.label", Outcome::pass)})
            .kind == VerdictKind::clear);
  CHECK(judged_clauses({finding("caption.label", Outcome::pass),
                        finding("caption.fold", Outcome::pass),
                        finding("picture.label", Outcome::warn)})
            .kind == VerdictKind::clear);
}

TEST_CASE("a way of several rules holds only where all of them pass") {
  const Verdict verdict = judged_clauses({finding("caption.label", Outcome::pass),
                                          finding("caption.fold", Outcome::fail),
                                          finding("picture.label", Outcome::fail),
                                          finding("other", Outcome::pass)});
  CHECK(verdict.kind == VerdictKind::flagged);
}

TEST_CASE("T16: of a clause that does not hold only the reasons that decide are shown") {
  const Verdict verdict = judged_clauses({finding("caption.label", Outcome::fail),
                                          finding("caption.fold", Outcome::fail),
                                          finding("picture.label", Outcome::fail)});
  CHECK(verdict.kind == VerdictKind::flagged);
  CHECK(verdict.why.find("picture.label") != std::string::npos);
  CHECK(verdict.why.find("caption.label") == std::string::npos);
  CHECK(verdict.why.find("caption.fold") == std::string::npos);
}

TEST_CASE("a clause excuses nothing outside of it, and a way without findings does not hold") {
  const Verdict verdict = judged_clauses({finding("picture.label", Outcome::pass),
                                          finding("caption.label", Outcome::fail),
                                          finding("format.size", Outcome::fail)});
  CHECK(verdict.kind == VerdictKind::flagged);
  CHECK(verdict.why.find("format.size") != std::string::npos);
  CHECK(verdict.why.find("caption.label") == std::string::npos);
  // Nobody looked into the picture: that way says nothing.
  CHECK(judged_clauses(
            {finding("caption.label", Outcome::fail), finding("caption.fold", Outcome::pass)})
            .kind == VerdictKind::flagged);
  CHECK(judged_clauses({finding("picture.label", Outcome::could_not_check),
                        finding("caption.label", Outcome::fail),
                        finding("caption.fold", Outcome::fail)})
            .why.find("could not be checked") != std::string::npos);
}

TEST_CASE("T13: nothing applicable is not green") {
  CHECK(judged_clauses({finding("a", Outcome::not_applicable)}).kind == VerdictKind::flagged);
  CHECK(judged_clauses({}).kind == VerdictKind::flagged);
  CHECK(worst({finding("a", Outcome::not_applicable)}) == Outcome::not_applicable);
}

TEST_CASE("a clause is refused where it could not be followed") {
  const auto refused = [](const std::string& clause) {
    try {
      parse_brief("id = \"b\"\n[[policy.clause]]\n" + clause, "b.toml");
    } catch (const ConfigError&) {
      return true;
    }
    return false;
  };
  CHECK(refused("name = \"x\"\n"));
  CHECK(refused("name = \"x\"\nany_of = [\"a\"]\n"));
  CHECK(refused("name = \"x\"\nany_of = [\"a\", \"b*c\"]\n"));
  CHECK(refused("name = \"x\"\nany_of = [\"a\", \"b + \"]\n"));
  CHECK_FALSE(refused("name = \"x\"\nany_of = [\"a.*\", \"b + c\"]\n"));
}

}  // namespace
}  // namespace muster
