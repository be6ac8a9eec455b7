#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace muster {

// Reads a regular file of at most `max_bytes`. Throws ConfigError saying what is wrong with it.
std::string read_config_file(const std::filesystem::path& file, std::uint64_t max_bytes);

// What TOML files may have.
inline constexpr std::uint64_t kMaxTomlFileBytes = 1'000'000;

}  // namespace muster
