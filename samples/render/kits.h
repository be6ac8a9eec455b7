#pragma once

#include "samples/render/props.h"

#include <filesystem>

namespace muster {

// Writes the pictures of the four brand kits below `kits` (kit.toml comes from
// samples/campaign/kits): logos with transparency, packshots, and crops of them as they appear on
// products.
void write_kit_pictures(const std::filesystem::path& kits, const Artwork& art);

}  // namespace muster
