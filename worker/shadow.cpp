#include "worker/shadow.h"

#include "core/error.h"
#include "storage/blob_store.h"
#include "storage/checks.h"

#include <algorithm>
#include <atomic>
#include <set>
#include <thread>

namespace muster {
namespace {

std::set<std::string> failing_rules(const std::vector<Finding>& findings) {
  std::set<std::string> rules;
  for (const Finding& finding : findings) {
    if (finding.outcome == Outcome::fail) {
      rules.insert(finding.rule_id);
    }
  }
  return rules;
}

std::vector<std::string> only_in(const std::set<std::string>& one,
                                 const std::set<std::string>& other) {
  std::vector<std::string> rules;
  std::set_difference(
      one.begin(), one.end(), other.begin(), other.end(), std::back_inserter(rules));
  return rules;
}

// The latest decision of a person that still stands on this content.
const Decision* standing_decision(const SubmissionDetail& detail) {
  const Decision* standing = nullptr;
  for (const Decision& decision : detail.decisions) {
    if (decision.actor.kind == ActorKind::person && !decision.undone &&
        decision.kind != DecisionKind::undo && decision.content == detail.row.content) {
      standing = &decision;
    }
  }
  return standing;
}

bool speaks_against(const ShadowResult& result, const Decision& decision) {
  switch (decision.kind) {
    case DecisionKind::approve:
    case DecisionKind::approve_with_corrections:
      return !result.newly_failing.empty();
    case DecisionKind::reject:
    case DecisionKind::request_changes:
      return result.now == VerdictKind::clear && result.then != VerdictKind::clear;
    case DecisionKind::withdraw:
    case DecisionKind::undo:
      break;
  }
  return false;
}

bool is_affected(const RuleChange& change, const Manifest& manifest) {
  const auto names = [&](const auto& pack) {
    return std::find(manifest.markets.begin(), manifest.markets.end(), pack.first) !=
           manifest.markets.end();
  };
  return (change.brief && change.brief->id == manifest.campaign) ||
         change.packs.placements.contains(manifest.placement) ||
         std::any_of(change.packs.markets.begin(), change.packs.markets.end(), names);
}

}  // namespace

Shadow::Shadow(
    RuleChange change, const Config& config, Store& store, BlobStore& blobs, Decoder& decoder)
    : change_(std::move(change)),
      config_(config),
      store_(store),
      blobs_(blobs),
      decoder_(decoder) {}

std::vector<SubmissionId> Shadow::affected(const std::string& campaign, std::int64_t& untouched) {
  std::vector<SubmissionId> ids;
  untouched = 0;
  SubmissionFilter filter;
  filter.campaign = campaign;
  filter.limit = 500;
  while (true) {
    const std::vector<SubmissionRow> page = store_.reviews().list(filter);
    for (const SubmissionRow& row : page) {
      if (row.verdict && is_affected(change_, row.manifest)) {
        ids.push_back(row.id);
      } else {
        ++untouched;
      }
    }
    if (static_cast<int>(page.size()) < filter.limit) {
      return ids;
    }
    filter.after = page.back().id;
  }
}

Rulebook& Shadow::rules_of(const Provenance& provenance, bool changed) {
  const std::lock_guard lock(mutex_);
  std::unique_ptr<Rulebook>& rules = rulebooks_[provenance.brief.hex() + provenance.packs.hex() +
                                                provenance.kit.hex() + (changed ? "+" : "-")];
  if (rules == nullptr) {
    rules = Rulebook::recall(
        provenance, blobs_, decoder_, changed ? change_ : RuleChange{}, config_.models);
  }
  return *rules;
}

CheckReport Shadow::judge_by(const SubmissionDetail& detail, const CheckWork& work, bool changed) {
  return recheck(work,
                 detail.findings,
                 rules_of(detail.verdict->provenance, changed),
                 store_,
                 blobs_,
                 decoder_);
}

ShadowResult Shadow::judge(SubmissionId submission) {
  ShadowResult result;
  result.submission = submission;
  try {
    const auto detail = store_.reviews().detail(submission);
    const auto work = detail ? store_.checks().history(detail->row.revision) : std::nullopt;
    if (!work || !detail->verdict) {
      result.problem = "it has no verdict any more";
      return result;
    }
    Verdict then = *detail->verdict;
    std::vector<Finding> findings_then = detail->findings;
    const CheckReport report = judge_by(*detail, *work, true);
    if (then.provenance.engine != report.verdict.provenance.engine) {
      // What another engine found is not the fault of the changed rules.
      CheckReport before = judge_by(*detail, *work, false);
      then = std::move(before.verdict);
      findings_then = std::move(before.findings);
      result.other_engine = true;
    }
    result.then = then.kind;
    result.why_then = then.why;
    result.now = report.verdict.kind;
    result.why_now = report.verdict.why;
    const auto failing_then = failing_rules(findings_then);
    const auto failing_now = failing_rules(report.findings);
    result.newly_failing = only_in(failing_now, failing_then);
    result.no_longer_failing = only_in(failing_then, failing_now);
    if (const Decision* decision = standing_decision(*detail);
        decision != nullptr && speaks_against(result, *decision)) {
      result.contradicted = *decision;
    }
  } catch (const PermanentError& error) {
    result.problem = error.what();
  }
  return result;
}

std::vector<ShadowResult> judge_all(Shadow& shadow,
                                    const std::vector<SubmissionId>& submissions,
                                    const std::function<void(std::size_t)>& progress) {
  std::vector<ShadowResult> results(submissions.size());
  std::atomic<std::size_t> next = 0;
  std::mutex mutex;  // guards done, failure and the call of progress
  std::size_t done = 0;
  std::exception_ptr failure;
  const auto work = [&] {
    try {
      for (std::size_t i = next++; i < submissions.size(); i = next++) {
        results[i] = shadow.judge(submissions[i]);
        const std::lock_guard lock(mutex);
        progress(++done);
      }
    } catch (...) {
      const std::lock_guard lock(mutex);
      failure = std::current_exception();
      next = submissions.size();
    }
  };
  {
    std::vector<std::jthread> threads;
    const std::size_t count = std::max(1U, std::thread::hardware_concurrency());
    for (std::size_t i = 0; i < std::min(count, submissions.size()); ++i) {
      threads.emplace_back(work);
    }
  }
  if (failure) {
    std::rethrow_exception(failure);
  }
  return results;
}

}  // namespace muster
