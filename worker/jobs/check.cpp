#include "core/error.h"
#include "core/log.h"
#include "core/text.h"
#include "storage/checks.h"
#include "worker/checker.h"
#include "worker/duplicates.h"
#include "worker/jobs/jobs.h"
#include "worker/preview_maker.h"

#include <fmt/format.h>

namespace muster {
namespace {

MediaBytes open_media(const ContentHash& blob, BlobStore& blobs) {
  // shared_ptr: std::function must be copyable, and the copies read the same stream.
  const std::shared_ptr<BlobReader> reader = blobs.open(blob);
  if (reader == nullptr) {
    throw TransientError(
        fmt::format("check: blob {} is missing; run muster verify", blob.short_hex()));
  }
  return {reader->size(), [reader](std::span<std::byte> buffer) { return reader->read(buffer); }};
}

MediaToCheck to_check(const AssetRow& asset, JobContext& context) {
  MediaToCheck media;
  media.name = asset.display_name;
  if (const auto entry = context.store.checks().quarantined(asset.blob)) {
    media.refused = fmt::format("it is in quarantine: {}", entry->reason);
  }
  if (asset.transcript) {
    media.transcript_name = asset.transcript->display_name;
    media.transcript = [blob = asset.transcript->blob, &blobs = context.blobs] {
      const auto bytes = blobs.map(blob);
      if (!bytes) {
        throw TransientError(
            fmt::format("check: blob {} is missing; run muster verify", blob.short_hex()));
      }
      return read_transcript(bytes->bytes());
    };
  }
  media.open = [blob = asset.blob, &blobs = context.blobs] { return open_media(blob, blobs); };
  return media;
}

// What was read in the pictures of a file, a line each, for the search index.
std::string searchable_text(const SeenMedia& seen) {
  // Beyond it a wall of text fills the index and says nothing of the asset.
  constexpr std::size_t kMaxBytes = 20'000;
  std::string text;
  for (const SeenText& line : seen.texts) {
    if (text.size() + line.text.size() > kMaxBytes) {
      break;
    }
    text += sanitize_utf8(line.text) + "\n";
  }
  return text;
}

// For those who review; the verdict does not depend on them.
void make_previews(const CheckWork& work, const CheckReport& report, JobContext& context) {
  if (!context.config.decode.previews) {
    return;
  }
  std::vector<MediaFacts> facts;
  for (const SeenMedia& seen : report.media) {
    facts.push_back(seen.facts);
  }
  make_missing_previews(
      work,
      facts,
      [&](const AssetRow& asset) { return open_media(asset.blob, context.blobs); },
      context.decoder,
      context.store.previews(),
      context.blobs);
}

}  // namespace

JobEnd run_check(const Claim& claim, JobContext& context, std::stop_token) {
  Checks& checks = context.store.checks();
  const RevisionId revision{subject_of(claim, "revision")};
  const auto work = checks.work(revision);
  if (!work) {
    return JobEnd::nothing_to_do;
  }
  std::vector<MediaToCheck> media;
  for (const AssetRow& asset : work->assets) {
    media.push_back(to_check(asset, context));
  }
  const auto died = [&](int position, const std::string& evidence) {
    return checks.record_death(work->assets[static_cast<std::size_t>(position)].blob, evidence);
  };
  CheckReport report =
      check_revision(work->manifest,
                     work->content,
                     media,
                     work->intake_findings,
                     context.rulebook,
                     context.decoder,
                     context.config.decode.deaths_to_quarantine,
                     died,
                     [&](const std::vector<SeenMedia>& seen) {
                       return find_duplicates(*work, seen, context.store.fingerprints());
                     });
  for (const std::string& defect : report.defects) {
    log::error("check.failed",
               {{"job", raw(claim.id)}, {"subject", claim.subject}, {"error", defect}});
  }
  for (const auto& [position, evidence] : report.quarantined) {
    checks.quarantine(work->assets[static_cast<std::size_t>(position)].blob, evidence);
  }

  context.rulebook.remember(checks, context.blobs);
  const Rules rules = context.rulebook.rules_for(context.rulebook.completed(work->manifest));
  if (!context.blobs.contains(rules.provenance.packs)) {
    context.blobs.put(pack_set_text(rules.placement, rules.markets));
  }
  checks.remember({{"pack_set", "", rules.provenance.packs}});
  make_previews(*work, report, context);

  CheckOutcome outcome;
  for (std::size_t i = 0; i < work->assets.size(); ++i) {
    const SeenMedia& seen = report.media[i];
    outcome.assets.push_back(
        {work->assets[i].id, seen.facts, searchable_text(seen), seen.origin, seen.place});
  }
  outcome.findings = std::move(report.findings);
  outcome.verdict = std::move(report.verdict);
  checks.finish(claim, revision, outcome);
  return JobEnd::committed;
}

}  // namespace muster
