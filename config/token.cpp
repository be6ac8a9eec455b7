#include "config/config.h"
#include "core/text.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace muster {
namespace {

// No bearer token in use is longer.
constexpr std::size_t kMaxTokenBytes = 16'384;

class FileDescriptor {
 public:
  explicit FileDescriptor(int fd) : fd_(fd) {}
  ~FileDescriptor() {
    if (fd_ >= 0) {
      close(fd_);
    }
  }
  FileDescriptor(const FileDescriptor&) = delete;
  FileDescriptor& operator=(const FileDescriptor&) = delete;
  int get() const { return fd_; }

 private:
  int fd_;
};

ConfigError token_error(const SourceConfig& source, std::string what) {
  return ConfigError(
      Problem{"", 0, 0, fmt::format("source '{}'", printable(source.name)), std::move(what)});
}

std::string read_token_file(const SourceConfig& source) {
  const std::string path = source.token_file.string();
  const auto error = [&](std::string_view what) {
    return token_error(source, fmt::format("token_file {}: {}", path, what));
  };
  // Without O_NONBLOCK a named pipe would hang here for ever. Mode and owner are those of the file
  // that was opened.
  const FileDescriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  struct stat facts {};
  if (file.get() < 0 || fstat(file.get(), &facts) != 0) {
    throw error("can't be opened: " + std::generic_category().message(errno));
  }
  if (!S_ISREG(facts.st_mode)) {
    throw error("is not a regular file");
  }
  if ((facts.st_mode & S_IRWXO) != 0) {
    throw error(fmt::format("is open to every user of this machine; run: chmod 600 {}", path));
  }
  std::string text(kMaxTokenBytes + 1, '\0');
  std::size_t size = 0;
  while (size < text.size()) {
    const ssize_t count = read(file.get(), text.data() + size, text.size() - size);
    if (count < 0 && errno == EINTR) {
      continue;
    }
    if (count < 0) {
      throw error("can't be read: " + std::generic_category().message(errno));
    }
    if (count == 0) {
      break;
    }
    size += static_cast<std::size_t>(count);
  }
  text.resize(size);
  return text;
}

}  // namespace

std::string read_token(const SourceConfig& source) {
  std::string place;
  std::string text;
  if (!source.token_env.empty()) {
    place = "the variable " + source.token_env + " (token_env)";
    const char* value = std::getenv(source.token_env.c_str());
    if (value == nullptr) {
      throw token_error(source, place + " is not set");
    }
    text = value;
  } else if (!source.token_file.empty()) {
    place = "token_file " + source.token_file.string();
    text = read_token_file(source);
  } else {
    return "";
  }
  const std::string token(trim(text));
  if (token.empty()) {
    throw token_error(source, place + " is empty");
  }
  // It goes into an HTTP header: a line break in it would be another header. The token itself is
  // never shown.
  if (token.size() > kMaxTokenBytes ||
      std::ranges::any_of(token, [](unsigned char c) { return c <= 0x20 || c >= 0x7F; })) {
    throw token_error(
        source,
        fmt::format("{} does not hold one token: at most {} characters of printable ASCII "
                    "without spaces or line breaks",
                    place,
                    kMaxTokenBytes));
  }
  return token;
}

}  // namespace muster
