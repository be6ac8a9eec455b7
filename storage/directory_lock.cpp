#include "core/error.h"
#include "core/text.h"
#include "storage/file/files.h"
#include "storage/open.h"

#include <cerrno>
#include <fstream>
#include <iterator>
#include <string>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/vfs.h>
#include <unistd.h>

namespace muster {
namespace {

// Numbers from statfs(2). Locks and mapped memory on these do not hold what SQLite builds on.
std::string_view network_file_system(const std::filesystem::path& directory) {
  struct statfs status {};
  if (::statfs(directory.c_str(), &status) != 0) {
    raise_errno("look at folder", directory, errno);
  }
  switch (static_cast<unsigned long>(status.f_type) & 0xffffffffUL) {
    case 0x6969:
      return "NFS";
    case 0x517b:
    case 0xff534d42:
    case 0xfe534d42:
      return "SMB";
    case 0x65735546:
      return "FUSE";
    case 0x5346414f:
      return "AFS";
    case 0x00c36400:
      return "Ceph";
    default:
      return "";
  }
}

// "pid 812, muster run": the program and its command, never the arguments after it.
std::string describe_process() {
  std::ifstream file("/proc/self/cmdline", std::ios::binary);
  const std::string line{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  const std::vector<std::string> words = split(line, '\0');
  std::string program = words.empty() ? "" : std::filesystem::path(words[0]).filename().string();
  if (words.size() > 1 && !words[1].empty() && words[1].front() != '-') {
    program += " " + words[1];
  }
  return printable(fmt::format("pid {}, {}", ::getpid(), program));
}

bool lock(int fd) {
  // holder() takes the lock for a moment, so a refusal is not final at once.
  for (int attempt = 0; attempt < 5; ++attempt) {
    if (::flock(fd, LOCK_EX | LOCK_NB) == 0) {
      return true;
    }
    ::poll(nullptr, 0, 10);
  }
  return false;
}

}  // namespace

std::optional<DirectoryLock> DirectoryLock::try_acquire(const std::filesystem::path& directory) {
  std::error_code error;
  std::filesystem::create_directories(directory.parent_path(), error);
  make_directory(directory);
  if (const std::string_view kind = network_file_system(directory); !kind.empty()) {
    throw PermanentError(fmt::format(
        "lock {}: it is on {}, where locks are not to be trusted; use a folder on a local disk",
        directory.string(),
        kind));
  }
  const std::filesystem::path path = directory / "LOCK";
  OpenFile file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!file.is_open()) {
    raise_errno("open", path, errno);
  }
  if (!lock(file.fd())) {
    return std::nullopt;
  }
  const std::string holder = describe_process() + "\n";
  if (::ftruncate(file.fd(), 0) != 0) {
    raise_errno("write", path, errno);
  }
  write_all(file.fd(), std::as_bytes(std::span(holder)), path);
  return DirectoryLock(file.release());
}

std::string DirectoryLock::holder(const std::filesystem::path& directory) {
  const std::filesystem::path path = directory / "LOCK";
  const OpenFile file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!file.is_open() || ::flock(file.fd(), LOCK_SH | LOCK_NB) == 0) {
    return "";
  }
  std::string text(200, '\0');
  const ssize_t got = ::read(file.fd(), text.data(), text.size());
  text.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
  return printable(trim(text));
}

DirectoryLock::DirectoryLock(DirectoryLock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

DirectoryLock& DirectoryLock::operator=(DirectoryLock&& other) noexcept {
  std::swap(fd_, other.fd_);
  return *this;
}

DirectoryLock::~DirectoryLock() {
  if (fd_ >= 0) {
    ::close(fd_);
  }
}

}  // namespace muster
