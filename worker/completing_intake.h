#pragma once

#include "storage/intake.h"
#include "worker/rulebook.h"

namespace muster {

// The store's intake as the sources see it: what a submission leaves open (placement, markets,
// rights) is filled from its brief before it is recorded, so that a decision binds what it rested
// on. Thread-safe like the intake behind it.
class CompletingIntake final : public Intake {
 public:
  // Both must outlive this.
  CompletingIntake(Intake& inner, const Rulebook& rulebook) : inner_(inner), rulebook_(rulebook) {}

  RecordCounts record(std::string_view source,
                      std::span<const FoundSubmission> found,
                      const std::optional<Cursor>& cursor) override;
  RecordCounts record_exports(std::string_view source,
                              std::span<const FoundExport> found,
                              const std::optional<Cursor>& cursor) override;
  void end_poll(std::string_view source,
                std::span<const WaitingItem> waiting,
                std::string_view error) override;
  std::optional<Cursor> cursor(std::string_view source) override;
  std::map<std::string, KnownItem> known(std::string_view source,
                                         std::span<const std::string> external_ids) override;
  std::vector<SourceStatus> sources() override;
  std::optional<FetchWork> fetch_work(RevisionId revision) override;
  void finish_fetch(const Claim& claim, RevisionId revision, const FetchOutcome& outcome) override;
  Identity submissions_identity() override;
  Identity exports_identity() override;

 private:
  Intake& inner_;
  const Rulebook& rulebook_;
};

}  // namespace muster
