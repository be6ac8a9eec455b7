#pragma once

#include "extractors/decode/decoder.h"
#include "storage/blob_store.h"
#include "storage/checks.h"
#include "storage/previews.h"

#include <functional>

namespace muster {

// Makes the previews that a revision lacks: of each of its files, and the contact sheet of several.
// One that can't be made is remembered with the reason, and never fails the check that asks for it;
// what may be better later (no room on the disk, no helper) is a TransientError.
//
// `facts`: what the check knows of each asset, by position. `open` reads an asset's bytes again.
void make_missing_previews(const CheckWork& work,
                           const std::vector<MediaFacts>& facts,
                           const std::function<MediaBytes(const AssetRow&)>& open,
                           Decoder& decoder,
                           Previews& previews,
                           BlobStore& blobs);

}  // namespace muster
