#pragma once

#include "config/brief.h"
#include "extractors/media/seen_media.h"

#include <cstdint>
#include <optional>

namespace muster {

// When the campaign's brand first shows in a video, as a logo or as its word; nullopt where it was
// not seen.
std::optional<std::int64_t> first_brand_ms(const SeenMedia& media, const Brief& brief);

}  // namespace muster
