#pragma once

#include "worker/sources/beneath.h"

#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace muster {

enum class PutAway { done, error };

// Files that are put away together: the media of a submission and its manifest.
struct MoveGroup {
  struct File {
    std::string path;  // below the drop folder, as the file system has it
    FileFacts facts;   // it is left alone when it is another by now
  };
  std::vector<File> files;
  PutAway where = PutAway::done;
  std::string folder;  // removed afterwards when it is empty; "" for none
};

struct MoveReport {
  int moved = 0;
  int left = 0;                       // changed or gone meanwhile; no harm
  std::vector<std::string> problems;  // could not be moved, and why
};

// Moves files from a drop folder to where taken files go, keeping their relative paths; a name that
// is taken there gets " (2)". A group that was begun is finished after a crash (a list of it is on
// disk first), because media without their manifest would be taken for another submission. For one
// thread.
class FileMover {
 public:
  // Empty paths stand for .done and .error in the drop folder.
  FileMover(std::filesystem::path directory,
            std::filesystem::path done,
            std::filesystem::path error,
            const std::string& source);

  // Finishes what a crash interrupted. Cheap when there is nothing.
  MoveReport recover();
  MoveReport put_away(std::span<const MoveGroup> groups);

  // The folders that exist by now, so that a scan can leave them out.
  std::vector<FileFacts> existing_targets() const;

 private:
  struct Targets {
    FileDescriptor root;
    FileDescriptor done;
    FileDescriptor error;
  };
  Targets open_targets() const;
  void write_list(int done, std::span<const MoveGroup> groups) const;
  MoveReport move_all(const Targets& targets, std::span<const MoveGroup> groups) const;

  std::filesystem::path directory_;
  std::filesystem::path done_;
  std::filesystem::path error_;
  std::string list_name_;
};

}  // namespace muster
