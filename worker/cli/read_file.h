#pragma once

#include "core/mapped_file.h"

#include <cstdint>
#include <filesystem>
#include <string>

namespace muster {

// The bytes of a file that a user named. Throws PermanentError: not there, a folder, unreadable,
// larger than `limit` bytes.
std::string read_file(const std::filesystem::path& file, std::uint64_t limit);

// The same file as memory that comes in when it is looked at, for files of any size.
MappedFile map_file(const std::filesystem::path& file);

}  // namespace muster
