#include "tests/storage/world.h"

#include <stdexcept>

#include <fmt/format.h>

namespace muster {

Finding finding(const std::string& rule, Outcome outcome, const std::string& message) {
  Finding finding;
  finding.check = "format";
  finding.rule_id = rule;
  finding.outcome = outcome;
  finding.message = message.empty() ? "found by " + rule : message;
  finding.measured = "95.0";
  finding.measured_value = 95.0;
  finding.threshold = "3 to 90";
  finding.unit = "s";
  finding.place.item = 0;
  finding.place.box = Box{0.25, 0.5, 0.125, 0.0625};
  finding.place.time = TimeSpan{1000, 2500};
  finding.source = {"house policy", "2026-01-01", "2026-02-01", "house"};
  return finding;
}

FoundSubmission World::found(const std::string& id, const std::string& fingerprint) {
  FoundSubmission found;
  found.external_id = id;
  found.fingerprint = fingerprint;
  found.manifest.external_id = id;
  found.manifest.creator = "mia.cooks";
  found.manifest.platform = "instagram";
  found.manifest.placement = "instagram-reel";
  found.manifest.campaign = "spring";
  found.manifest.caption = "Fresh noodles " + id + " " + fingerprint;
  found.manifest.tags = {"#ad", "#noodles"};
  found.manifest.markets = {"us", "de"};
  found.media = {{id + ".jpg", id + ".jpg", 4096}};
  return found;
}

SubmissionId World::submit(const std::string& id, const std::string& fingerprint) {
  const std::vector<FoundSubmission> items{found(id, fingerprint)};
  intake().record("drop", items, std::nullopt);
  return reviews().find("drop", id).value();
}

Claim World::claim(JobKind kind, const std::string& owner) {
  const auto claim = jobs().claim(owner, std::span(&kind, 1), kLease);
  if (!claim) {
    throw std::runtime_error(fmt::format("no {} job is due", to_string(kind)));
  }
  return *claim;
}

// Jobs of other submissions that come first are given back.
Claim World::claim_for(JobKind kind, SubmissionId id) {
  const std::string subject = fmt::format("revision/{}", raw(revision(id)));
  std::vector<Claim> others;
  std::optional<Claim> wanted;
  while (!wanted) {
    const auto next = jobs().claim("runner-1", std::span(&kind, 1), kLease);
    if (!next) {
      throw std::runtime_error(fmt::format("no {} job for {} is due", to_string(kind), subject));
    }
    if (next->subject == subject) {
      wanted = next;
    } else {
      others.push_back(*next);
    }
  }
  for (const Claim& other : others) {
    jobs().release(other);
  }
  return *wanted;
}

void World::fetch(SubmissionId id) {
  const Claim claim = claim_for(JobKind::fetch, id);
  const SubmissionRow present = row(id);
  FetchOutcome fetched;
  fetched.assets = {{sha256(present.external_id + std::to_string(present.revision_number)),
                     4096,
                     present.external_id + ".jpg"}};
  intake().finish_fetch(claim, present.revision, fetched);
}

CheckOutcome World::outcome(SubmissionId id, VerdictKind verdict, bool approve_by_rule) {
  const auto work = checks().work(revision(id)).value();
  CheckOutcome outcome;
  for (const AssetRow& asset : work.assets) {
    MediaFacts facts;
    facts.type = MediaType::jpeg;
    facts.integrity = Integrity::whole;
    facts.byte_size = asset.byte_size;
    facts.width = 1080;
    facts.height = 1920;
    outcome.assets.push_back({asset.id, facts, "Grand Opening"});
  }
  outcome.verdict.kind = verdict;
  outcome.verdict.rule = verdict == VerdictKind::clear ? "approve_by_rule" : "policy";
  outcome.verdict.why = "because of the rules";
  outcome.verdict.approve_by_rule = approve_by_rule;
  if (verdict == VerdictKind::returned) {
    outcome.verdict.reason_codes = {"too_long"};
  }
  outcome.verdict.provenance = {work.content, sha256("brief"), sha256("packs"), sha256("kit"), "1"};
  return outcome;
}

void World::check(SubmissionId id,
                  VerdictKind verdict,
                  bool approve_by_rule,
                  std::vector<Finding> findings) {
  const Claim claim = claim_for(JobKind::check, id);
  CheckOutcome checked = outcome(id, verdict, approve_by_rule);
  checked.findings = std::move(findings);
  checks().finish(claim, revision(id), checked);
}

void World::file(SubmissionId id) {
  const Claim claim = claim_for(JobKind::file, id);
  catalog().finish(claim, revision(id), {"{\"credit\":\"mia\"}"});
}

SubmissionId World::in_review(const std::string& id) {
  const SubmissionId submission = submit(id);
  fetch(submission);
  check(submission, VerdictKind::flagged);
  return submission;
}

SubmissionId World::filed(const std::string& id) {
  const SubmissionId submission = in_review(id);
  decide(submission, DecisionKind::approve);
  file(submission);
  return submission;
}

Decision World::decide(SubmissionId id, DecisionKind kind, const Actor& actor) {
  return reviews().decide({id,
                           kind,
                           actor,
                           kind == DecisionKind::approve ? "" : "house_rule",
                           "as agreed",
                           row(id).content});
}

}  // namespace muster
