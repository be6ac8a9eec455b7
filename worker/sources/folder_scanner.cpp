#include "worker/sources/folder_scanner.h"

#include "core/error.h"
#include "core/text.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>

namespace muster {
namespace {

constexpr std::array<std::string_view, 9> kIgnoredEndings = {
    ".part", ".partial", ".tmp", ".temp", ".filepart", ".crdownload", ".download", ".!ut", "~"};
constexpr std::array<std::string_view, 5> kIgnoredNames = {
    "thumbs.db", "ehthumbs.db", "desktop.ini", "__macosx", "lost+found"};

struct CloseDirectory {
  void operator()(DIR* directory) const { ::closedir(directory); }
};
using Directory = std::unique_ptr<DIR, CloseDirectory>;

class Walk {
 public:
  Walk(const std::vector<FileFacts>& except, std::stop_token stop)
      : except_(except), stop_(std::move(stop)) {}

  // `path` is where `directory` lies: "" or "mia/summer".
  void enter(FileDescriptor directory, const std::string& path, int depth) {
    if (stop_.stop_requested()) {
      throw Interrupted();
    }
    const int fd = directory.get();
    const Directory stream(::fdopendir(fd));
    if (!stream) {
      refuse(path, "the folder can't be read: " + errno_text());
      return;
    }
    directory.release();
    errno = 0;
    while (const dirent* entry = ::readdir(stream.get())) {
      const std::string_view name = entry->d_name;
      if (!is_ignored_name(name)) {
        look_at(fd, path.empty() ? std::string(name) : fmt::format("{}/{}", path, name), depth);
      }
      errno = 0;
    }
    if (errno != 0) {
      throw TransientError(fmt::format("read folder {}: {}", encode_path(path), errno_text()));
    }
  }

  FolderScan finish() {
    std::ranges::sort(scan_.files, {}, &ScannedFile::path);
    if (left_out_ > 0) {
      scan_.refused.push_back(
          {".",
           fmt::format("the folder holds {} files more than the {} that one poll looks at; they "
                       "come when those are put away",
                       left_out_,
                       kMaxScannedFiles)});
    }
    return std::move(scan_);
  }

 private:
  void look_at(int parent, const std::string& path, int depth) {
    const std::string_view name = split_path(path).second;
    const std::optional<Entry> entry = entry_at(parent, name);
    if (!entry) {
      if (errno != ENOENT) {  // gone since the listing: nothing to say
        refuse(path, "can't be looked at: " + errno_text());
      }
      return;
    }
    switch (entry->kind) {
      case EntryKind::directory:
        descend(parent, path, entry->facts, depth);
        return;
      case EntryKind::symlink:
        refuse(path, "is a symbolic link; put the file itself here");
        return;
      case EntryKind::other:
        refuse(path, "is no regular file but a pipe, socket or device; remove it");
        return;
      case EntryKind::file:
        break;
    }
    if (entry->links != 1) {
      refuse(
          path,
          fmt::format("has {} hard links; a copy of its own is needed, so that nobody changes it "
                      "from elsewhere",
                      entry->links));
    } else if (scan_.files.size() >= kMaxScannedFiles) {
      ++left_out_;
    } else {
      scan_.files.push_back({path, entry->facts});
    }
  }

  void descend(int parent, const std::string& path, const FileFacts& facts, int depth) {
    const bool excepted = std::ranges::any_of(except_, [&](const FileFacts& other) {
      return other.inode == facts.inode && other.device == facts.device;
    });
    if (excepted) {
      return;
    }
    if (depth >= kMaxFolderDepth) {
      refuse(path, fmt::format("lies more than {} folders deep", kMaxFolderDepth));
      return;
    }
    FileDescriptor directory =
        open_beneath(parent, split_path(path).second, O_RDONLY | O_DIRECTORY | O_NONBLOCK);
    if (directory) {
      enter(std::move(directory), path, depth + 1);
    } else if (errno != ENOENT) {
      refuse(path, "the folder can't be opened: " + errno_text());
    }
  }

  void refuse(const std::string& path, std::string why) {
    scan_.refused.push_back({encode_path(path), std::move(why)});
  }

  const std::vector<FileFacts>& except_;
  std::stop_token stop_;
  FolderScan scan_;
  std::size_t left_out_ = 0;
};

}  // namespace

bool is_ignored_name(std::string_view name) {
  if (name.starts_with('.') || name.starts_with("~$")) {
    return true;
  }
  const std::string lower = to_lower_ascii(name);
  return std::ranges::any_of(kIgnoredEndings,
                             [&](std::string_view ending) { return lower.ends_with(ending); }) ||
         std::ranges::find(kIgnoredNames, lower) != kIgnoredNames.end();
}

FolderScan scan_folder(int directory, const std::vector<FileFacts>& except, std::stop_token stop) {
  FileDescriptor top = open_beneath(directory, "", O_RDONLY | O_DIRECTORY);
  if (!top) {
    throw TransientError("read the drop folder: " + errno_text());
  }
  Walk walk(except, std::move(stop));
  walk.enter(std::move(top), "", 0);
  return walk.finish();
}

}  // namespace muster
