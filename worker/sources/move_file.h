#pragma once

#include "worker/sources/beneath.h"

#include <string>
#include <string_view>

namespace muster {

enum class MoveResult { moved, changed_or_gone, failed };

// Opens (and creates where needed) the folder `path` below `directory`. Empty on failure, with
// errno.
FileDescriptor make_folders(int directory, std::string_view path);

// Moves the file `name` of folder `from` into folder `to`, under that name or one with a number. It
// never replaces anything and moves only the file that `facts` describe. Across file systems it
// copies, syncs and then removes. `failed` leaves errno.
MoveResult move_file(int from, std::string_view name, const FileFacts& facts, int to);

// "clip.mp4", 2 -> "clip (2).mp4", shortened where the file system could not hold it.
std::string numbered_name(std::string_view name, int number);

}  // namespace muster
