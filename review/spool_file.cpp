#include "review/spool_file.h"

#include "core/error.h"

#include <cerrno>
#include <cstdlib>
#include <string>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <system_error>
#include <unistd.h>

namespace muster {
namespace {

constexpr std::size_t kSpoolBuffer = 1 << 20;

[[noreturn]] void raise_spool_error(std::string_view what) {
  throw TransientError(fmt::format(
      "{} a temporary file: {}", what, std::error_code(errno, std::generic_category()).message()));
}

class SpoolReader final : public BlobReader {
 public:
  SpoolReader(int fd, std::uint64_t size) : fd_(fd), size_(size) {}
  ~SpoolReader() override { ::close(fd_); }
  SpoolReader(const SpoolReader&) = delete;
  SpoolReader& operator=(const SpoolReader&) = delete;

  std::uint64_t size() const override { return size_; }
  std::size_t read(std::span<std::byte> buffer) override {
    std::size_t got = 0;
    while (got < buffer.size()) {
      const ssize_t piece =
          ::pread(fd_, buffer.data() + got, buffer.size() - got, static_cast<off_t>(offset_));
      if (piece < 0 && errno != EINTR) {
        raise_spool_error("read");
      }
      if (piece == 0) {
        break;
      }
      got += piece > 0 ? static_cast<std::size_t>(piece) : 0;
      offset_ += piece > 0 ? static_cast<std::uint64_t>(piece) : 0;
    }
    return got;
  }

 private:
  int fd_;
  std::uint64_t size_;
  std::uint64_t offset_ = 0;
};

}  // namespace

SpoolFile::SpoolFile() {
  const char* folder = std::getenv("TMPDIR");
  std::string name =
      std::string(folder != nullptr && *folder != '\0' ? folder : "/tmp") + "/muster-XXXXXX";
  fd_ = ::mkostemp(name.data(), O_CLOEXEC);
  if (fd_ < 0) {
    raise_spool_error("create");
  }
  ::unlink(name.c_str());
}

SpoolFile::~SpoolFile() {
  if (fd_ >= 0) {
    ::close(fd_);
  }
}

void SpoolFile::append(std::string_view bytes) {
  buffer_ += bytes;
  if (buffer_.size() >= kSpoolBuffer) {
    flush();
  }
}

void SpoolFile::flush() {
  std::string_view rest = buffer_;
  while (!rest.empty()) {
    const ssize_t written = ::write(fd_, rest.data(), rest.size());
    if (written < 0 && errno != EINTR) {
      raise_spool_error("write");
    }
    rest.remove_prefix(written > 0 ? static_cast<std::size_t>(written) : 0);
  }
  size_ += buffer_.size();
  buffer_.clear();
}

std::unique_ptr<BlobReader> SpoolFile::finish() {
  flush();
  return std::make_unique<SpoolReader>(std::exchange(fd_, -1), size_);
}

}  // namespace muster
