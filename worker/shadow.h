#pragma once

#include "config/brief.h"
#include "config/config.h"
#include "config/packs.h"
#include "storage/review_queue.h"
#include "worker/recheck.h"
#include "worker/rulebook.h"

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace muster {

class BlobStore;

// One submission of the history under changed rules, beside what was found then.
struct ShadowResult {
  SubmissionId submission{};
  VerdictKind then = VerdictKind::flagged;
  VerdictKind now = VerdictKind::flagged;
  std::string why_then;
  std::string why_now;
  std::vector<std::string> newly_failing;      // ids of rules
  std::vector<std::string> no_longer_failing;  // likewise
  // The standing decision of a person that the new verdict speaks against: an approval of what now
  // fails, or a refusal of what is clear now.
  std::optional<Decision> contradicted;
  bool other_engine = false;  // `then` was found anew, by this engine with the rules of that time
  std::string problem;        // why it could not be judged; empty when it was
};

// Runs changed rules over the filed history without changing it: each submission keeps the rules of
// its own verdict but for those that changed. Thread-safe.
class Shadow {
 public:
  // `config` says what reads text in pictures; it must outlive the shadow, as all others must.
  Shadow(RuleChange change, const Config& config, Store& store, BlobStore& blobs, Decoder& decoder);

  // Checked submissions that the change is about, in order of id; `untouched` counts the others.
  // `campaign` empty: of all.
  std::vector<SubmissionId> affected(const std::string& campaign, std::int64_t& untouched);

  ShadowResult judge(SubmissionId submission);

 private:
  Rulebook& rules_of(const Provenance& provenance, bool changed);
  CheckReport judge_by(const SubmissionDetail& detail, const CheckWork& work, bool changed);

  RuleChange change_;
  const Config& config_;
  Store& store_;
  BlobStore& blobs_;
  Decoder& decoder_;
  std::mutex mutex_;
  // By the rules' hashes; few, because most of the history was judged by the same. Guarded by
  // mutex_, the rulebooks themselves are safe from any thread.
  std::map<std::string, std::unique_ptr<Rulebook>> rulebooks_;
};

// All of them, on as many threads as there are processors; in the same order. `progress` is called
// with how many are done, from one thread at a time.
std::vector<ShadowResult> judge_all(Shadow& shadow,
                                    const std::vector<SubmissionId>& submissions,
                                    const std::function<void(std::size_t)>& progress);

}  // namespace muster
