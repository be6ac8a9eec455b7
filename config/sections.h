#pragma once

#include "config/config.h"
#include "config/toml_reader.h"

#include <filesystem>
#include <string_view>
#include <vector>

namespace muster {

// The parts of reading muster.toml; of config/ only. Problems go to the document's list.

// The whole file; also asks for every known key, so that document.known_keys() is complete where
// each kind of source occurs.
Config read_config(TomlDocument& document, const std::filesystem::path& file);

// The [[source]] tables, and what they may not be to each other and to the data directory.
std::vector<SourceConfig> read_sources(TomlTable& root,
                                       const std::filesystem::path& base,
                                       const std::filesystem::path& data_directory);

// A path, resolved against `base`.
void read_path(TomlTable& table,
               std::string_view key,
               const std::filesystem::path& base,
               std::filesystem::path& value);
std::filesystem::path resolve(const std::filesystem::path& base, std::string_view path);

}  // namespace muster
