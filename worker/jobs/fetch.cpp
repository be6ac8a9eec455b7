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

// Without its transcript nobody knows what is said; the pictures are checked all the same.
Finding missing_transcript(int position, const TranscriptRef& transcript, std::string_view why) {
  Finding finding = missing_file(position, {"", transcript.display_name, 0}, why);
  finding.rule_id = "intake.transcript_missing";
  finding.outcome = Outcome::could_not_check;
  return finding;
}

// Brings one file into the store. `source` is nullptr for what was uploaded through the API before
// and only has to be looked up.
FetchedAsset take_over(const MediaRef& media,
                       Source* source,
                       BlobStore& blobs,
                       std::stop_token stop) {
  if (source == nullptr) {
    const auto hash =
        ContentHash::from_hex(std::string_view(media.locator).substr(kBlobLocator.size()));
    const auto reader = hash ? blobs.open(*hash) : nullptr;
    if (reader == nullptr) {
      throw PermanentError("its uploaded bytes are not in the store");
    }
    return {*hash, reader->size(), media.display_name};
  }
  const auto writer = blobs.create();
  source->fetch(media, *writer, stop);
  const std::uint64_t size = writer->size();
  return {writer->commit(), size, media.display_name};
}

std::optional<TranscriptFile> take_transcript(int position,
                                              const TranscriptRef& transcript,
                                              Source* source,
                                              BlobStore& blobs,
                                              std::stop_token stop,
                                              std::vector<Finding>& findings) {
  try {
    const FetchedAsset file = take_over(
        {transcript.locator, transcript.display_name, transcript.byte_size}, source, blobs, stop);
    return TranscriptFile{file.blob, file.byte_size, file.display_name};
  } catch (const PermanentError& error) {
    findings.push_back(missing_transcript(position, transcript, error.what()));
    return std::nullopt;
  }
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
      FetchedAsset asset = take_over(media, source, context.blobs, stop);
      if (media.transcript) {
        asset.transcript = take_transcript(static_cast<int>(outcome.assets.size()),
                                           *media.transcript,
                                           source,
                                           context.blobs,
                                           stop,
                                           outcome.findings);
      }
      outcome.assets.push_back(std::move(asset));
    } catch (const PermanentError& error) {
      // One file of several: the others are checked, and the submission says what is missing.
      outcome.findings.push_back(missing_file(static_cast<int>(i), media, error.what()));
    }
  }
  context.store.intake().finish_fetch(claim, revision, outcome);
  return JobEnd::committed;
}

}  // namespace muster
