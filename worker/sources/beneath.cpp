#include "worker/sources/beneath.h"

#include "core/error.h"
#include "core/text.h"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <system_error>
#include <unistd.h>

namespace muster {
namespace {

Entry entry_from(const struct stat& status) {
  constexpr std::int64_t kNanoseconds = 1'000'000'000;
  Entry entry;
  entry.kind = S_ISREG(status.st_mode)   ? EntryKind::file
               : S_ISDIR(status.st_mode) ? EntryKind::directory
               : S_ISLNK(status.st_mode) ? EntryKind::symlink
                                         : EntryKind::other;
  entry.links = status.st_nlink;
  entry.facts.size = static_cast<std::uint64_t>(status.st_size);
  entry.facts.modified_ns = status.st_mtim.tv_sec * kNanoseconds + status.st_mtim.tv_nsec;
  entry.facts.changed_ns = status.st_ctim.tv_sec * kNanoseconds + status.st_ctim.tv_nsec;
  entry.facts.inode = status.st_ino;
  entry.facts.device = status.st_dev;
  return entry;
}

std::optional<unsigned char> escaped_byte(std::string_view text, std::size_t at) {
  const auto digit = [](char c) {
    return c >= '0' && c <= '9' ? c - '0' : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
  };
  if (at + 2 >= text.size() || text[at] != '%') {
    return std::nullopt;
  }
  const int high = digit(text[at + 1]);
  const int low = digit(text[at + 2]);
  if (high < 0 || low < 0) {
    return std::nullopt;
  }
  return static_cast<unsigned char>(high * 16 + low);
}

// Length of the valid UTF-8 sequence at the start of `text`, 0 where there is none.
std::size_t sequence_length(std::string_view text) {
  for (std::size_t length = 1; length <= 4 && length <= text.size(); ++length) {
    if (!find_invalid_utf8(text.substr(0, length))) {
      return length;
    }
  }
  return 0;
}

}  // namespace

FileDescriptor& FileDescriptor::operator=(FileDescriptor&& other) noexcept {
  std::swap(fd_, other.fd_);
  return *this;
}

FileDescriptor::~FileDescriptor() {
  if (fd_ >= 0) {
    ::close(fd_);
  }
}

FileDescriptor open_drop_directory(const std::filesystem::path& path) {
  FileDescriptor directory(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory) {
    throw TransientError(fmt::format("open folder {}: {}", path.string(), errno_text()));
  }
  return directory;
}

FileDescriptor open_beneath(int directory, std::string_view path, int flags) {
  if (path.find('\0') != std::string_view::npos) {
    errno = EINVAL;
    return {};
  }
  open_how how{};
  how.flags = static_cast<std::uint64_t>(flags | O_CLOEXEC | O_NOFOLLOW);
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS;
  const std::string name(path.empty() ? "." : path);
  return FileDescriptor(
      static_cast<int>(::syscall(SYS_openat2, directory, name.c_str(), &how, sizeof how)));
}

std::optional<Entry> entry_at(int directory, std::string_view name) {
  struct stat status {};
  if (::fstatat(directory, std::string(name).c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) {
    return std::nullopt;
  }
  return entry_from(status);
}

std::optional<Entry> entry_of(int fd) {
  struct stat status {};
  if (::fstat(fd, &status) != 0) {
    return std::nullopt;
  }
  return entry_from(status);
}

std::pair<std::string_view, std::string_view> split_path(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string_view::npos) {
    return {std::string_view(), path};
  }
  return {path.substr(0, slash), path.substr(slash + 1)};
}

std::string encode_path(std::string_view bytes) {
  std::string text;
  text.reserve(bytes.size());
  while (!bytes.empty()) {
    const std::size_t length = sequence_length(bytes);
    const auto byte = static_cast<unsigned char>(bytes.front());
    const bool control = byte < 0x20 || byte == 0x7f;
    if (length == 0 || control || escaped_byte(bytes, 0)) {
      text += fmt::format("%{:02X}", byte);
      bytes.remove_prefix(1);
    } else {
      text += bytes.substr(0, length);
      bytes.remove_prefix(length);
    }
  }
  return text;
}

std::string decode_path(std::string_view text) {
  std::string bytes;
  bytes.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (const auto byte = escaped_byte(text, i)) {
      bytes += static_cast<char>(*byte);
      i += 2;
    } else {
      bytes += text[i];
    }
  }
  return bytes;
}

std::string display_name(std::string_view path) {
  constexpr std::size_t kMaxBytes = 200;
  std::string name = printable(sanitize_utf8(split_path(path).second));
  if (name.size() > kMaxBytes) {
    std::size_t end = kMaxBytes;
    while (end > 0 && (static_cast<unsigned char>(name[end]) & 0xc0) == 0x80) {
      --end;  // not in the middle of a character
    }
    name.resize(end);
  }
  return name;
}

std::string errno_text() {
  return std::generic_category().message(errno);
}

}  // namespace muster
