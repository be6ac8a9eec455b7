#pragma once

#include "core/creator.h"
#include "core/decision.h"
#include "core/finding.h"
#include "core/submission.h"
#include "storage/checks.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace muster {

struct SubmissionFilter {
  std::vector<SubmissionState> states = {};  // empty: all
  std::string campaign = {};
  std::string creator = {};
  std::string source = {};
  bool stale = false;     // only verdicts of other rules than today's
  std::string rule = {};  // has a failed or warned finding whose rule id starts with this
  std::optional<SubmissionId> after = {};  // for the next page: the last id of the one before
  int limit = 50;
};

struct ReviewLease {
  std::string reviewer;
  Timestamp until{};
};

struct SubmissionRow {
  SubmissionId id{};
  RevisionId revision{};
  int revision_number = 1;
  std::string source;
  std::string external_id;
  SubmissionState state = SubmissionState::received;
  bool filed = false;
  Manifest manifest;
  Tier tier = Tier::unknown;
  ContentHash content;
  Timestamp received_at{};
  Timestamp updated_at{};
  std::optional<VerdictKind> verdict;
  std::string why;  // of the verdict, or of the quarantine
  int fails = 0;
  int warns = 0;
  int could_not_check = 0;
  std::string stale;  // which rules of the verdict are other ones today: "brief,packs"; or empty
  std::optional<ReviewLease> lease;
};

struct RevisionRow {
  RevisionId id{};
  int number = 1;
  Timestamp received_at{};
  ContentHash content;
};

struct SubmissionDetail {
  SubmissionRow row;
  std::vector<AssetRow> assets;
  std::vector<Finding> findings;
  std::optional<Verdict> verdict;
  std::vector<Decision> decisions;  // oldest first, undone ones too
  std::vector<RevisionRow> revisions;
};

struct NewDecision {
  SubmissionId submission{};
  DecisionKind kind = DecisionKind::approve;
  Actor actor;
  std::string reason_code;  // required but for approve
  std::string note;
  // What the reviewer looked at: the decision is refused when the submission holds something else
  // by now.
  ContentHash content;
};

// Flagged submissions and the people who decide on them.
class ReviewQueue {
 public:
  virtual ~ReviewQueue() = default;

  // In order of id; where only in_review is asked for, in the order that claim() takes them.
  virtual std::vector<SubmissionRow> list(const SubmissionFilter& filter) = 0;
  virtual std::optional<SubmissionDetail> detail(SubmissionId id) = 0;
  virtual std::optional<SubmissionId> find(std::string_view source,
                                           std::string_view external_id) = 0;

  // Leases one submission in_review that nobody else holds, most severe findings first, then the
  // oldest; the reviewer's own lease is extended instead when there is one. nullopt: nothing is
  // left to review.
  virtual std::optional<SubmissionId> claim(std::string_view reviewer,
                                            const SubmissionFilter& filter,
                                            Milliseconds lease) = 0;
  virtual bool release(SubmissionId id, std::string_view reviewer) = 0;

  // Enters the decision into the log, moves the state, ends the lease (a withdrawal is its
  // creator's right, whoever holds it); an approval enqueues the file job. ConflictError when the
  // content is another, the state does not allow it, or somebody else holds the lease.
  virtual Decision decide(const NewDecision& decision) = 0;
  // Takes back a decision as a new log entry; the submission is in_review again and, where it was
  // filed, is taken out of the catalog. ConflictError when it was undone already or is not the
  // latest.
  virtual Decision undo(DecisionId id, const Actor& actor, std::string_view note) = 0;
};

}  // namespace muster
