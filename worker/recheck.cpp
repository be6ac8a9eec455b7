#include "worker/recheck.h"

#include "core/error.h"
#include "storage/blob_store.h"
#include "storage/checks.h"
#include "worker/duplicates.h"

#include <fmt/format.h>

namespace muster {
namespace {

MediaToCheck stored_media(const AssetRow& asset, Store& store, BlobStore& blobs) {
  const auto quarantined = store.checks().quarantined(asset.blob);
  MediaToCheck media{
      asset.display_name,
      [&blobs, blob = asset.blob] {
        // shared_ptr: std::function must be copyable, and the copies read the same stream.
        const std::shared_ptr<BlobReader> reader = blobs.open(blob);
        if (reader == nullptr) {
          throw PermanentError(
              fmt::format("judge again: blob {} is missing; run muster verify", blob.short_hex()));
        }
        return MediaBytes{reader->size(),
                          [reader](std::span<std::byte> buffer) { return reader->read(buffer); }};
      },
      quarantined ? "it is in quarantine: " + quarantined->reason : ""};
  if (asset.transcript) {
    media.transcript_name = asset.transcript->display_name;
    media.transcript = [&blobs, blob = asset.transcript->blob] {
      const auto bytes = blobs.map(blob);
      if (!bytes) {
        throw PermanentError(
            fmt::format("judge again: blob {} is missing; run muster verify", blob.short_hex()));
      }
      return read_transcript(bytes->bytes());
    };
  }
  return media;
}

}  // namespace

CheckReport recheck(const CheckWork& work,
                    const std::vector<Finding>& recorded,
                    Rulebook& rules,
                    Store& store,
                    BlobStore& blobs,
                    Decoder& decoder) {
  std::vector<MediaToCheck> media;
  for (const AssetRow& asset : work.assets) {
    media.push_back(stored_media(asset, store, blobs));
  }
  return check_revision(
      work.manifest,
      work.content,
      media,
      work.intake_findings,
      rules,
      decoder,
      1,
      [](int, const std::string&) { return 1; },
      [&](const std::vector<SeenMedia>&) { return duplicate_findings(recorded); });
}

}  // namespace muster
