#include "worker/preview_maker.h"

#include "core/error.h"
#include "extractors/decode/protocol.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace muster {
namespace {

// Thumbnails are far smaller.
constexpr std::uint64_t kMaxThumbnailBytes = 1'000'000;

Preview missing(PreviewKind kind, std::string why) {
  Preview preview;
  preview.kind = kind;
  preview.why = std::move(why);
  return preview;
}

Preview put(const MadePreview& made, BlobStore& blobs) {
  if (!made.why.empty()) {
    return missing(made.kind, made.why);
  }
  Preview preview;
  preview.kind = made.kind;
  preview.blob = blobs.put(made.bytes);
  preview.type = made.type;
  preview.byte_size = made.bytes.size();
  preview.width = made.width;
  preview.height = made.height;
  preview.duration_ms = made.duration_ms;
  return preview;
}

// Files that nobody could decode are not decoded once more.
bool has_pictures(const MediaFacts& facts) {
  return facts.integrity == Integrity::whole || facts.integrity == Integrity::truncated ||
         facts.integrity == Integrity::damaged;
}

std::vector<Preview> preview_file(const AssetRow& asset,
                                  const MediaFacts& facts,
                                  const std::function<MediaBytes(const AssetRow&)>& open,
                                  Decoder& decoder,
                                  BlobStore& blobs) {
  if (!has_pictures(facts)) {
    return {missing(PreviewKind::thumbnail,
                    fmt::format("the file can't be shown: {}", facts.integrity_detail))};
  }
  std::vector<Preview> previews;
  for (const MadePreview& made : decoder.make_previews(open(asset))) {
    previews.push_back(put(made, blobs));
  }
  if (previews.empty()) {
    previews.push_back(missing(PreviewKind::thumbnail, "this decoder makes no previews"));
  }
  return previews;
}

std::string thumbnail_of(const AssetRow& asset, Previews& previews, BlobStore& blobs) {
  for (const Preview& preview : previews.of(asset.blob)) {
    if (preview.kind == PreviewKind::thumbnail && preview.blob) {
      return blobs.get(*preview.blob, kMaxThumbnailBytes).value_or("");
    }
  }
  return {};
}

void make_sheet(const CheckWork& work, Decoder& decoder, Previews& previews, BlobStore& blobs) {
  std::vector<std::string> thumbnails;
  for (const AssetRow& asset : work.assets) {
    if (thumbnails.size() < kMaxThumbnails) {
      thumbnails.push_back(thumbnail_of(asset, previews, blobs));
    }
  }
  const bool any = std::any_of(
      thumbnails.begin(), thumbnails.end(), [](const std::string& one) { return !one.empty(); });
  previews.keep(work.content,
                {any ? put(decoder.make_sheet(thumbnails), blobs)
                     : missing(PreviewKind::contact_sheet, "none of its files can be shown")});
}

}  // namespace

void make_missing_previews(const CheckWork& work,
                           const std::vector<MediaFacts>& facts,
                           const std::function<MediaBytes(const AssetRow&)>& open,
                           Decoder& decoder,
                           Previews& previews,
                           BlobStore& blobs) {
  for (std::size_t i = 0; i < work.assets.size(); ++i) {
    const AssetRow& asset = work.assets[i];
    if (previews.of(asset.blob).empty()) {
      previews.keep(asset.blob, preview_file(asset, facts[i], open, decoder, blobs));
    }
  }
  if (work.assets.size() > 1 && previews.of(work.content).empty()) {
    make_sheet(work, decoder, previews, blobs);
  }
}

}  // namespace muster
