#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string_view>
#include <utility>

namespace muster {

// An open file or folder. Closes with the scope.
class OpenFile {
 public:
  OpenFile() = default;
  explicit OpenFile(int fd) : fd_(fd) {}
  OpenFile(OpenFile&& other) noexcept;
  OpenFile& operator=(OpenFile&& other) noexcept;
  ~OpenFile();

  int fd() const { return fd_; }
  bool is_open() const { return fd_ >= 0; }
  void close();
  // Gives the descriptor away: the caller closes it.
  int release() { return std::exchange(fd_, -1); }

 private:
  int fd_ = -1;
};

// Each throws TransientError "doing PATH: reason" for what may go away (disk full, I/O, too many
// files) and PermanentError for the rest. `doing` is a verb: "write blob".
[[noreturn]] void raise_errno(std::string_view doing, const std::filesystem::path& path, int error);

// Opens a folder, for fsync and for names within it.
OpenFile open_directory(const std::filesystem::path& path);
// Creates a folder (0700) unless it is there; its parents must be.
void make_directory(const std::filesystem::path& path);
void write_all(int fd, std::span<const std::byte> bytes, const std::filesystem::path& path);
// Never call it again after it threw: the kernel may have dropped what it could not write and
// report success.
void sync_file(int fd, const std::filesystem::path& path);

}  // namespace muster
