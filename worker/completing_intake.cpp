#include "worker/completing_intake.h"

namespace muster {

RecordCounts CompletingIntake::record(std::string_view source,
                                      std::span<const FoundSubmission> found,
                                      const std::optional<Cursor>& cursor) {
  std::vector<FoundSubmission> completed(found.begin(), found.end());
  for (FoundSubmission& submission : completed) {
    submission.manifest = rulebook_.completed(std::move(submission.manifest));
  }
  return inner_.record(source, completed, cursor);
}

RecordCounts CompletingIntake::record_exports(std::string_view source,
                                              std::span<const FoundExport> found,
                                              const std::optional<Cursor>& cursor) {
  return inner_.record_exports(source, found, cursor);
}

void CompletingIntake::end_poll(std::string_view source,
                                std::span<const WaitingItem> waiting,
                                std::string_view error) {
  inner_.end_poll(source, waiting, error);
}

std::optional<Cursor> CompletingIntake::cursor(std::string_view source) {
  return inner_.cursor(source);
}

std::map<std::string, KnownItem> CompletingIntake::known(
    std::string_view source, std::span<const std::string> external_ids) {
  return inner_.known(source, external_ids);
}

std::vector<SourceStatus> CompletingIntake::sources() {
  return inner_.sources();
}

std::optional<FetchWork> CompletingIntake::fetch_work(RevisionId revision) {
  return inner_.fetch_work(revision);
}

void CompletingIntake::finish_fetch(const Claim& claim,
                                    RevisionId revision,
                                    const FetchOutcome& outcome) {
  inner_.finish_fetch(claim, revision, outcome);
}

Identity CompletingIntake::submissions_identity() {
  return inner_.submissions_identity();
}
Identity CompletingIntake::exports_identity() {
  return inner_.exports_identity();
}

}  // namespace muster
