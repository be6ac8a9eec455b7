#pragma once

#include "samples/render/props.h"

#include <filesystem>
#include <functional>
#include <vector>

namespace muster {

// The pictures of the four brand kits below `kits` (kit.toml comes from samples/campaign/kits):
// logos with transparency, packshots, and crops of them as they appear on products. One task a
// product, which may run at the same time; `art` must outlive them.
std::vector<std::function<void()>> kit_tasks(const std::filesystem::path& kits, const Artwork& art);

}  // namespace muster
