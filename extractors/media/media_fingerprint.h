#pragma once

#include "core/fingerprint.h"
#include "extractors/decode/decoded_media.h"

#include <optional>

namespace muster {

// What the file shows, to find it again elsewhere. nullopt where nothing of it could be decoded.
std::optional<MediaFingerprint> fingerprint_of(const DecodedMedia& media);

}  // namespace muster
