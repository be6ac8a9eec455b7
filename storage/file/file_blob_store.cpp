#include "storage/file/file_blob_store.h"

#include "core/error.h"
#include "storage/file/files.h"

#include <array>
#include <atomic>
#include <bitset>
#include <cerrno>
#include <mutex>
#include <string>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

namespace muster {
namespace {

namespace fs = std::filesystem;

// What every writer of one store shares.
class Shards {
 public:
  explicit Shards(fs::path root) : root_(std::move(root)) {}

  const fs::path& root() const { return root_; }
  // Named files of writers, where the file system has no unnamed ones.
  fs::path unfinished() const { return root_ / "tmp"; }
  fs::path folder(const ContentHash& hash) const {
    const std::string hex = hash.hex();
    return root_ / hex.substr(0, 2) / hex.substr(2, 2);
  }
  fs::path file(const ContentHash& hash) const { return folder(hash) / hash.hex(); }

  // Makes the folder of a blob, so that it is still there after a power loss. A folder that exists
  // may have been made a moment ago by somebody who did not bring it to disk yet; so this process
  // does so itself once.
  void prepare(const ContentHash& hash) {
    const std::size_t shard = hash.bytes[0] * 256u + hash.bytes[1];
    const std::lock_guard lock(mutex_);
    if (durable_[shard]) {
      return;
    }
    const fs::path inner = folder(hash);
    make_directory(inner.parent_path());
    make_directory(inner);
    sync_directory(inner.parent_path());
    sync_directory(root_);
    durable_[shard] = true;
  }

  void sync_directory(const fs::path& path) { sync(open_directory(path).fd(), path); }

  void sync(int fd, const fs::path& path) {
    try {
      sync_file(fd, path);
    } catch (const Error&) {
      broken_ = true;
      throw;
    }
  }

  void refuse_when_broken() const {
    if (broken_) {
      throw Error(
          fmt::format("write to blob store {}: an earlier write could not be brought to disk; "
                      "start the program again",
                      root_.string()));
    }
  }

 private:
  fs::path root_;
  std::atomic<bool> broken_ = false;
  std::mutex mutex_;  // guards durable_
  std::bitset<65536> durable_;
};

// Without a name until it is whole, so that a crash leaves nothing; a name within tmp/ where that
// can't be had.
class FileBlobWriter final : public BlobWriter {
 public:
  explicit FileBlobWriter(Shards& shards) : shards_(shards), path_(shards.root() / "(new blob)") {
    shards_.refuse_when_broken();
    file_ = OpenFile(::open(shards.root().c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
    if (!file_.is_open()) {
      open_named();
    }
  }

  ~FileBlobWriter() override { drop_name(); }

  void append(std::span<const std::byte> bytes) override {
    write_all(file_.fd(), bytes, path_);
    hasher_.add(bytes);
    size_ += bytes.size();
  }

  std::uint64_t size() const override { return size_; }

  ContentHash commit() override {
    shards_.refuse_when_broken();
    const ContentHash hash = hasher_.finish();
    shards_.sync(file_.fd(), path_);
    shards_.prepare(hash);
    const fs::path target = shards_.file(hash);
    if (!link_to(target)) {
      keep_present(target);
    }
    drop_name();
    shards_.sync_directory(target.parent_path());
    file_.close();
    return hash;
  }

 private:
  void open_named() {
    make_directory(shards_.unfinished());
    std::string name = (shards_.unfinished() / "blob.XXXXXX").string();
    file_ = OpenFile(::mkostemp(name.data(), O_CLOEXEC));
    if (!file_.is_open()) {
      raise_errno("create a file in", shards_.unfinished(), errno);
    }
    name_ = name;
    path_ = name;
  }

  // False when there is something of this name.
  bool link_to(const fs::path& target) {
    const int linked = name_.empty() ? ::linkat(AT_FDCWD,
                                                fmt::format("/proc/self/fd/{}", file_.fd()).c_str(),
                                                AT_FDCWD,
                                                target.c_str(),
                                                AT_SYMLINK_FOLLOW)
                                     : ::link(name_.c_str(), target.c_str());
    if (linked != 0 && errno != EEXIST) {
      raise_errno("link blob", target, errno);
    }
    return linked == 0;
  }

  // The bytes are known. Whoever wrote them may not have brought them to disk yet, so that is done
  // here too.
  void keep_present(const fs::path& target) {
    OpenFile present(::open(target.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
    struct stat status {};
    if (!present.is_open() || ::fstat(present.fd(), &status) != 0) {
      raise_errno("open blob", target, errno);
    }
    if (static_cast<std::uint64_t>(status.st_size) != size_) {
      replace(target);  // a file system that lost its end: our copy is whole
      return;
    }
    shards_.sync(present.fd(), target);
  }

  void replace(const fs::path& target) {
    make_directory(shards_.unfinished());
    const fs::path whole = shards_.unfinished() / target.filename();
    if (::unlink(whole.c_str()) != 0 && errno != ENOENT) {
      raise_errno("remove", whole, errno);
    }
    if (!link_to(whole) || ::rename(whole.c_str(), target.c_str()) != 0) {
      raise_errno("replace blob", target, errno);
    }
  }

  void drop_name() {
    if (!name_.empty()) {
      ::unlink(name_.c_str());  // where that fails, sweep() does it at the next start
      name_.clear();
    }
  }

  Shards& shards_;
  OpenFile file_;
  fs::path path_;     // for messages
  std::string name_;  // empty: it has none
  Hasher hasher_;
  std::uint64_t size_ = 0;
};

class FileBlobReader final : public BlobReader {
 public:
  FileBlobReader(OpenFile file, fs::path path, std::uint64_t size)
      : file_(std::move(file)), path_(std::move(path)), size_(size) {}

  std::uint64_t size() const override { return size_; }

  std::size_t read(std::span<std::byte> buffer) override {
    std::size_t filled = 0;
    while (filled < buffer.size()) {
      const ssize_t got = ::read(file_.fd(), buffer.data() + filled, buffer.size() - filled);
      if (got < 0 && errno == EINTR) {
        continue;
      }
      if (got < 0) {
        raise_errno("read blob", path_, errno);
      }
      if (got == 0) {
        break;
      }
      filled += static_cast<std::size_t>(got);
    }
    return filled;
  }

 private:
  OpenFile file_;
  fs::path path_;
  std::uint64_t size_;
};

class FileBlobStore final : public BlobStore {
 public:
  explicit FileBlobStore(const fs::path& root) : shards_(root) {
    std::error_code error;
    fs::create_directories(root.parent_path(), error);
    make_directory(root);
    if (root.has_parent_path()) {
      shards_.sync_directory(root.parent_path());
    }
  }

  std::unique_ptr<BlobWriter> create() override {
    return std::make_unique<FileBlobWriter>(shards_);
  }

  std::unique_ptr<BlobReader> open(const ContentHash& hash) override {
    OpenFile file = open_file(hash);
    if (!file.is_open()) {
      return nullptr;
    }
    struct stat status {};
    if (::fstat(file.fd(), &status) != 0) {
      raise_errno("open blob", shards_.file(hash), errno);
    }
    return std::make_unique<FileBlobReader>(
        std::move(file), shards_.file(hash), static_cast<std::uint64_t>(status.st_size));
  }

  std::optional<MappedFile> map(const ContentHash& hash) override {
    const OpenFile file = open_file(hash);
    return file.is_open() ? std::optional<MappedFile>(std::in_place, file.fd()) : std::nullopt;
  }

  bool contains(const ContentHash& hash) override {
    return ::access(shards_.file(hash).c_str(), F_OK) == 0;
  }

  bool remove(const ContentHash& hash) override {
    const fs::path path = shards_.file(hash);
    if (::unlink(path.c_str()) != 0) {
      if (errno == ENOENT || errno == ENOTDIR) {
        return false;
      }
      raise_errno("remove blob", path, errno);
    }
    shards_.sync_directory(path.parent_path());
    return true;
  }

  void for_each(const std::function<void(const ContentHash&, std::uint64_t)>& visit) override {
    for (const auto& entry : fs::recursive_directory_iterator(shards_.root())) {
      const auto hash = ContentHash::from_hex(entry.path().filename().string());
      // Anything else in the folder is not ours.
      if (hash && entry.is_regular_file() && entry.path() == shards_.file(*hash)) {
        visit(*hash, entry.file_size());
      }
    }
  }

  void sweep() override {
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(shards_.unfinished(), error)) {
      fs::remove(entry.path());
    }
  }

 private:
  // Not open when there is none.
  OpenFile open_file(const ContentHash& hash) const {
    const fs::path path = shards_.file(hash);
    OpenFile file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
    if (!file.is_open() && errno != ENOENT && errno != ENOTDIR) {
      raise_errno("open blob", path, errno);
    }
    return file;
  }

  Shards shards_;
};

}  // namespace

std::unique_ptr<BlobStore> make_file_blob_store(const std::filesystem::path& root) {
  return std::make_unique<FileBlobStore>(root);
}

}  // namespace muster
