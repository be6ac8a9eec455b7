#pragma once

#include "storage/catalog.h"
#include "storage/checks.h"
#include "storage/creators.h"
#include "storage/decision_log.h"
#include "storage/intake.h"
#include "storage/job_queue.h"
#include "storage/metrics.h"
#include "storage/open.h"
#include "storage/previews.h"
#include "storage/review_queue.h"
#include "storage/store.h"
#include "storage/surveys.h"
#include "tests/support/fake_clock.h"
#include "tests/support/temporary_folder.h"

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace muster {

// THE list of backends that every contract test runs on.
struct StoreBackend {
  const char* name;
  const char* url;
};
inline constexpr std::array kStoreBackends{
    StoreBackend{"sqlite", "sqlite:muster.db"},
};

inline constexpr Milliseconds kLease = std::chrono::seconds(30);
inline constexpr JobKind kAllKinds[] = {
    JobKind::fetch, JobKind::check, JobKind::file, JobKind::parse, JobKind::insight};

inline Actor dana() {
  return {ActorKind::person, "dana@agency.example"};
}

// A store in a folder of its own, with the steps that tests take through it.
class World {
 public:
  explicit World(const StoreBackend& backend = kStoreBackends[0]) : backend_(backend) { open(); }

  void open() { store = open_store(backend_.url, directory.path(), OpenMode::owner, clock); }
  void reopen() {
    store.reset();
    open();
  }

  JobQueue& jobs() { return store->jobs(); }
  Intake& intake() { return store->intake(); }
  Checks& checks() { return store->checks(); }
  ReviewQueue& reviews() { return store->reviews(); }
  Catalog& catalog() { return store->catalog(); }
  Surveys& surveys() { return store->surveys(); }
  Metrics& metrics() { return store->metrics(); }
  DecisionLog& log() { return store->log(); }

  static FoundSubmission found(const std::string& id, const std::string& fingerprint = "v1");
  // Records it and returns its id.
  SubmissionId submit(const std::string& id, const std::string& fingerprint = "v1");
  RevisionId revision(SubmissionId id) { return row(id).revision; }
  SubmissionRow row(SubmissionId id) { return store->reviews().detail(id)->row; }

  // Claims the next job, which must be of this kind.
  Claim claim(JobKind kind, const std::string& owner = "runner-1");
  // The fetch, check and file jobs of one submission, each claimed and finished. The submission
  // must wait for it.
  void fetch(SubmissionId id);
  void check(SubmissionId id,
             VerdictKind verdict,
             bool approve_by_rule = false,
             std::vector<Finding> findings = {});
  void file(SubmissionId id);
  SubmissionId in_review(const std::string& id);
  SubmissionId filed(const std::string& id);

  Decision decide(SubmissionId id, DecisionKind kind, const Actor& actor = dana());
  CheckOutcome outcome(SubmissionId id, VerdictKind verdict, bool approve_by_rule = false);

  TemporaryFolder directory;
  FakeClock clock;
  std::unique_ptr<Store> store;

 private:
  Claim claim_for(JobKind kind, SubmissionId id);
  StoreBackend backend_;
};

Finding finding(const std::string& rule, Outcome outcome, const std::string& message = "");

}  // namespace muster
