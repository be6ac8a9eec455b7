#include "extractors/media/run_checks.h"

#include "core/error.h"
#include "extractors/registry.h"
#include "tests/extractors/checks/check_bench.h"

#include <catch2/catch.hpp>

namespace muster {
namespace {

template <typename Error>
class ThrowingCheck : public Check {
 public:
  std::string_view name() const override { return "throwing"; }
  std::vector<Finding> run(const CheckInput&) const override { throw Error("out of order"); }
};

class PassingCheck : public Check {
 public:
  std::string_view name() const override { return "passing"; }
  std::vector<Finding> run(const CheckInput&) const override {
    Finding finding;
    finding.check = "passing";
    finding.rule_id = "passing.rule";
    finding.outcome = Outcome::pass;
    return {finding};
  }
};

template <typename... Checks>
std::vector<std::unique_ptr<Check>> checks_of() {
  std::vector<std::unique_ptr<Check>> checks;
  (checks.push_back(std::make_unique<Checks>()), ...);
  return checks;
}

TEST_CASE("a check that throws could not check, and the others run on") {
  const CheckBench bench;
  const CheckRun run =
      run_checks(bench.input(), checks_of<ThrowingCheck<std::runtime_error>, PassingCheck>());
  REQUIRE(run.findings.size() == 2);
  CHECK(run.findings[0].check == "throwing");
  CHECK(run.findings[0].outcome == Outcome::could_not_check);
  CHECK(contains(run.findings[0].message, "out of order"));
  CHECK(run.findings[1].outcome == Outcome::pass);
  CHECK(run.defects == std::vector<std::string>{"throwing: out of order"});
}

TEST_CASE("errors that say nothing about the submission pass through") {
  const CheckBench bench;
  CHECK_THROWS_AS(run_checks(bench.input(), checks_of<ThrowingCheck<TransientError>>()),
                  TransientError);
  CHECK_THROWS_AS(run_checks(bench.input(), checks_of<ThrowingCheck<LeaseLost>>()), LeaseLost);
}

TEST_CASE("the checks run in the order of the list, and each has a name of its own") {
  std::vector<std::string> names;
  for (const std::unique_ptr<Check>& check : all_checks()) {
    names.emplace_back(check->name());
  }
  const std::vector<std::string> first = {
      "intake", "media_integrity", "format", "caption", "disclosure"};
  for (const std::string& name : first) {
    CHECK(std::count(names.begin(), names.end(), name) == 1);
  }
  CHECK(std::is_sorted(first.begin(), first.end(), [&](const std::string& a, const std::string& b) {
    return std::find(names.begin(), names.end(), a) < std::find(names.begin(), names.end(), b);
  }));
}

TEST_CASE("an empty submission and a hostile one get an answer from every check") {
  CheckBench bench;
  for (const bool hostile : {false, true}) {
    if (hostile) {
      bench.media.assign(3, decoded(MediaFacts()));
      bench.media[1].facts = mp4_facts(0, 0, -5);
      bench.media[2].facts.integrity = Integrity::crashed;
      bench.media[0].transcript_problem = "it is empty";
      bench.media[1].transcript = Transcript{{{{5, 1}, "#ad \u202E", 1}}, {{"line 2", "x"}}, 2};
      for (int i = 0; i < 2'000; ++i) {
        bench.manifest.caption += "#ad \u202E😀\u0301ad \n";
      }
      bench.brief.caption.banned_phrases = {"ad", "", "#", "😀"};
      bench.brief.caption.required_phrases = {"", "#"};
      bench.markets.emplace_back().wordings = {{"ad", "ad", false, WordingVerdict::accept, {}}};
      bench.markets.back().max_hashtag_run = 1;
      bench.markets.back().first_hashtags = 1;
    }
    const CheckRun run = run_checks(bench.input());
    CHECK(run.defects.empty());
    for (const Finding& finding : run.findings) {
      CAPTURE(finding.rule_id);
      CHECK_FALSE(finding.rule_id.empty());
      CHECK_FALSE(finding.message.empty());
      CHECK_FALSE(finding.check.empty());
    }
    for (const std::unique_ptr<Check>& check : all_checks()) {
      const bool about_files = check->name() == "media_integrity" || check->name() == "picture" ||
                               check->name() == "transcript";
      const bool expected = hostile || !about_files;
      CHECK(std::any_of(run.findings.begin(), run.findings.end(), [&](const Finding& finding) {
              return finding.check == check->name();
            }) == expected);
    }
  }
}

TEST_CASE("the same input gives the same findings") {
  CheckBench bench;
  bench.manifest.caption = "Ad: hello #fizzo";
  bench.media = {decoded(jpeg_facts(100, 100))};
  CHECK(run_checks(bench.input()).findings == run_checks(bench.input()).findings);
}

}  // namespace
}  // namespace muster
