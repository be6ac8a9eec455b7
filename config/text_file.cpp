#include "config/text_file.h"

#include "core/error.h"
#include "core/text.h"

#include <array>
#include <cerrno>
#include <fstream>

#include <fmt/format.h>
#include <system_error>

namespace muster {
namespace {

ConfigError error_about(const std::filesystem::path& file, std::string what) {
  return ConfigError(Problem{file.string(), 0, 0, "", std::move(what)});
}

}  // namespace

std::string read_config_file(const std::filesystem::path& file, std::uint64_t max_bytes) {
  std::error_code failure;
  const auto status = std::filesystem::status(file, failure);
  if (status.type() == std::filesystem::file_type::not_found) {
    throw error_about(file, "does not exist");
  }
  if (failure) {
    throw error_about(file, "can't be read: " + failure.message());
  }
  // A pipe or a device would block or never end.
  if (status.type() != std::filesystem::file_type::regular) {
    throw error_about(file, "is not a regular file");
  }
  errno = 0;
  std::ifstream in(file, std::ios::binary);
  if (!in) {
    throw error_about(file, "can't be opened: " + std::generic_category().message(errno));
  }
  std::string text;
  std::array<char, 65'536> chunk;
  // One byte more than allowed tells a file that is too long, also where it grows while it is read.
  while (in && text.size() <= max_bytes) {
    in.read(chunk.data(), chunk.size());
    text.append(chunk.data(), static_cast<std::size_t>(in.gcount()));
  }
  if (in.bad()) {
    throw error_about(file, "can't be read: " + std::generic_category().message(errno));
  }
  if (text.size() > max_bytes) {
    throw error_about(
        file, fmt::format("is longer than {}, the most that is read", format_bytes(max_bytes)));
  }
  return text;
}

}  // namespace muster
