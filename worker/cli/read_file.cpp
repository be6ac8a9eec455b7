#include "worker/cli/read_file.h"

#include "core/error.h"
#include "core/text.h"

#include <cerrno>
#include <fstream>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace muster {

std::string read_file(const std::filesystem::path& file, std::uint64_t limit) {
  if (std::filesystem::is_directory(file)) {
    throw PermanentError(fmt::format("read {}: it is a folder", file.native()));
  }
  std::ifstream stream(file, std::ios::binary);
  if (!stream) {
    throw PermanentError(fmt::format(
        "read {}: {}", file.native(), std::error_code(errno, std::generic_category()).message()));
  }
  std::string bytes;
  char piece[65536];
  while (stream.read(piece, sizeof(piece)), stream.gcount() > 0) {
    bytes.append(piece, static_cast<std::size_t>(stream.gcount()));
    if (bytes.size() > limit) {
      throw PermanentError(
          fmt::format("read {}: it is larger than {}", file.native(), format_bytes(limit)));
    }
  }
  return bytes;
}

MappedFile map_file(const std::filesystem::path& file) {
  const int fd = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  struct stat status {};
  if (fd < 0 || ::fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) {
    const int error = errno;
    const bool other = fd >= 0;
    if (fd >= 0) {
      ::close(fd);
    }
    throw PermanentError(
        fmt::format("read {}: {}",
                    file.native(),
                    other ? std::string("it is no file")
                          : std::error_code(error, std::generic_category()).message()));
  }
  MappedFile mapped(fd);
  ::close(fd);
  return mapped;
}

}  // namespace muster
