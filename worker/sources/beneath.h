#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace muster {

// Owns a file descriptor.
class FileDescriptor {
 public:
  FileDescriptor() = default;
  explicit FileDescriptor(int fd) : fd_(fd) {}
  FileDescriptor(FileDescriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept;
  ~FileDescriptor();

  int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }
  int release() { return std::exchange(fd_, -1); }

 private:
  int fd_ = -1;
};

// What tells one state of a file from another.
struct FileFacts {
  std::uint64_t size = 0;
  std::int64_t modified_ns = 0;  // since 1970, set by whoever wrote the file
  std::int64_t changed_ns =
      0;  // since 1970, set by the kernel at every change of bytes or metadata
  std::uint64_t inode = 0;
  std::uint64_t device = 0;

  bool operator==(const FileFacts&) const = default;
  // The same bytes as far as metadata tell: a rename or chmod in between does not count.
  bool same_content(const FileFacts& other) const {
    return size == other.size && modified_ns == other.modified_ns && inode == other.inode &&
           device == other.device;
  }
};

enum class EntryKind { file, directory, symlink, other };

struct Entry {
  EntryKind kind = EntryKind::other;
  std::uint64_t links = 0;
  FileFacts facts;
};

// The drop folder itself, by the path in the configuration (links in it are the operator's own
// business). Throws TransientError: a share that is not mounted comes back.
FileDescriptor open_drop_directory(const std::filesystem::path& path);

// Opens `path` below `directory`; no component may be a symbolic link or lead out of it, however
// the tree is changed meanwhile (openat2, Linux 5.6). `flags` as of open(2). Empty on failure, with
// the reason in errno.
FileDescriptor open_beneath(int directory, std::string_view path, int flags);

// nullopt with the reason in errno. Links are not followed.
std::optional<Entry> entry_at(int directory, std::string_view name);
std::optional<Entry> entry_of(int fd);

// "mia/IMG 1.jpg" -> "mia" and "IMG 1.jpg"; the folder is empty for a file at the top.
std::pair<std::string_view, std::string_view> split_path(std::string_view path);

// File names are bytes, ids are UTF-8 text. Bytes that are no text (and control characters) become
// %XX, and a '%' that would be read as one becomes %25; every other name stays as it is.
// decode_path takes back what encode_path did.
std::string encode_path(std::string_view bytes);
std::string decode_path(std::string_view text);

// A name for people: the last component as one printable line of at most 200 bytes.
std::string display_name(std::string_view path);

// "Permission denied" for the present errno.
std::string errno_text();

}  // namespace muster
