#include "core/error.h"
#include "core/text.h"
#include "review/api.h"
#include "worker/jobs/jobs.h"

#include <fmt/format.h>

namespace muster {
namespace {

Finding missing_file(int position, const MediaRef& media, std::string_view why) {
  Finding finding;
  finding.check = "intake";
  finding.rule_id = "intake.file_missing";
  finding.outcome = Outcome::fail;
  finding.message = fmt::format("'{}' could not be taken over: {}", media.display_name, why);
  finding.remedy = "send the file again";
  finding.reason_code = "file_missing";
  finding.place.item = position;
  return finding;
}

// Media of an API submission were uploaded before and only have to be looked up.
FetchedAsset uploaded(const MediaRef& media, BlobStore& blobs) {
  const auto hash =
      ContentHash::from_hex(std::string_view(media.locator).substr(kBlobLocator.size()));
  const auto reader = hash ? blobs.open(*hash) : nullptr;
  if (reader == nullptr) {
    throw PermanentError("its uploaded bytes are not in the store");
  }
  return {*hash, reader->size(), media.display_name};
}

FetchedAsset fetched(const MediaRef& media,
                     Source& source,
                     BlobStore& blobs,
                     std::stop_token stop) {
  const auto writer = blobs.create();
  source.fetch(media, *writer, stop);
  const std::uint64_t size = writer->size();
  return {writer->commit(), size, media.display_name};
}

}  // namespace

JobEnd run_fetch(const Claim& claim, JobContext& context, std::stop_token stop) {
  const RevisionId revision{subject_of(claim, "revision")};
  const auto work = context.store.intake().fetch_work(revision);
  if (!work) {
    return JobEnd::nothing_to_do;
  }
  Source* source = context.source(work->source);
  if (source == nullptr && work->source != kApiSource) {
    throw TransientError(
        fmt::format("fetch submission {}: its source '{}' is not configured any more",
                    raw(work->submission),
                    printable(work->source)));
  }
  FetchOutcome outcome;
  for (std::size_t i = 0; i < work->media.size(); ++i) {
    const MediaRef& media = work->media[i];
    try {
      const bool was_uploaded = media.locator.starts_with(kBlobLocator) && source == nullptr;
      outcome.assets.push_back(was_uploaded ? uploaded(media, context.blobs)
                                            : fetched(media, *source, context.blobs, stop));
    } catch (const PermanentError& error) {
      // One file of several: the others are checked, and the submission says what is missing.
      outcome.findings.push_back(missing_file(static_cast<int>(i), media, error.what()));
    }
  }
  context.store.intake().finish_fetch(claim, revision, outcome);
  return JobEnd::committed;
}

}  // namespace muster
