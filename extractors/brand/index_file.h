#pragma once

#include "core/hash.h"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace muster {

// Files that keep what was computed from kits, one a set of kits: FOLDER/<key>.kits. A file that is
// cut short, of another program's version or otherwise damaged is as good as none. The newest few
// are kept.

// nullopt: there is none that can be used.
std::optional<std::string> read_index_file(const std::filesystem::path& folder,
                                           const ContentHash& key);
// Whole or not at all. A disk that is full or read-only costs the next start some time and nothing
// else, so failing is no error: false.
bool write_index_file(const std::filesystem::path& folder,
                      const ContentHash& key,
                      std::string_view content);

}  // namespace muster
