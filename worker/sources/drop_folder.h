#pragma once

#include "config/config.h"
#include "core/result.h"
#include "storage/blob_store.h"
#include "worker/sources/file_mover.h"
#include "worker/sources/folder_scanner.h"
#include "worker/sources/quiet_period.h"

#include <cstdint>
#include <filesystem>
#include <stop_token>
#include <string>

namespace muster {

inline constexpr std::size_t kFolderBatch = 500;  // items a transaction

// What the drop folders for submissions and for survey exports share. Everything below the folder
// is opened by descriptor (see beneath.h). scan() and settling are for one thread, fetch() for any.
class DropFolder {
 public:
  DropFolder(const SourceConfig& config, std::uint64_t max_file_bytes);

  const std::filesystem::path& path() const { return path_; }
  FileDescriptor open() const { return open_drop_directory(path_); }
  FolderScan scan(int directory, std::stop_token stop) const;

  // Source::fetch for a locator made by encode_path. Reads exactly the file that was there when the
  // copy began.
  void fetch(const MediaRef& media, BlobWriter& writer, std::stop_token stop) const;

  // Finishes interrupted moves, then puts away the groups. Says in the log what could not be moved.
  void put_away(std::span<const MoveGroup> groups);
  void recover();

 private:
  void report(const MoveReport& report) const;

  std::string source_;
  std::filesystem::path path_;
  std::uint64_t max_file_bytes_;
  FileMover mover_;
};

// Why the file can't be taken at this moment: another program writes to it, it can't be opened.
// Empty where it can.
std::string why_busy(int directory, const ScannedFile& file);

// The whole of a small text file. An error says why it can't be read now; `where` is empty.
Parsed<std::string> read_small_file(int directory,
                                    const ScannedFile& file,
                                    std::uint64_t max_bytes);

// Part of a fingerprint: size and modification time, but no inode number, which some file systems
// make up anew at each mount.
void add_facts(Hasher& hasher, const ScannedFile& file);

}  // namespace muster
