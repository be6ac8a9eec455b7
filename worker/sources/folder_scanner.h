#pragma once

#include "storage/intake.h"
#include "worker/sources/beneath.h"

#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

namespace muster {

struct ScannedFile {
  std::string path;  // bytes as the file system has them, relative, with '/'
  FileFacts facts;
};

// A drop folder as it stood during one walk: names and stats, no contents.
struct FolderScan {
  std::vector<ScannedFile> files;    // sorted by path
  std::vector<WaitingItem> refused;  // what can't be taken as it is, and why
};

inline constexpr int kMaxFolderDepth = 8;                 // sub-folders within sub-folders
inline constexpr std::size_t kMaxScannedFiles = 200'000;  // the rest waits for a later poll

// Left alone without a note, by name and regardless of case:
//   names that begin with '.'                          hidden, and the usual form of unfinished
//   uploads
//   *.part *.partial *.tmp *.temp *.filepart *.crdownload *.download *.!ut   unfinished transfers
//   *~ ~$*                                             backups and locks of editors
//   Thumbs.db ehthumbs.db desktop.ini __MACOSX lost+found   litter of operating systems
bool is_ignored_name(std::string_view name);

// Walks the folder. Follows no links and opens no files; links, devices, pipes, sockets and files
// with several hard links are refused with the reason. Folders listed in `except` (where taken
// files go) are not entered. Throws TransientError when the top folder can't be read, Interrupted.
FolderScan scan_folder(int directory, const std::vector<FileFacts>& except, std::stop_token stop);

}  // namespace muster
