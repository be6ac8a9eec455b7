#include "tests/storage/faulty_vfs.h"

#include <map>
#include <mutex>

#include <sqlite3.h>

namespace muster {
namespace {

// SQLite's file layer has no room for an object of ours, so what it needs is here, for the one
// FaultyVfs that lives.
struct Faults {
  std::mutex mutex;  // guards all of it
  int countdown = 0;
  bool for_ever = false;
  bool failed = false;
  std::map<const sqlite3_io_methods*, sqlite3_io_methods> patched;
  std::map<const sqlite3_io_methods*, const sqlite3_io_methods*> original;
};
Faults faults;
sqlite3_vfs vfs;
sqlite3_vfs* real_vfs = nullptr;

bool next_fails() {
  const std::lock_guard lock(faults.mutex);
  if (faults.failed && faults.for_ever) {
    return true;
  }
  if (faults.countdown == 0 || --faults.countdown > 0) {
    return false;
  }
  faults.failed = true;
  return true;
}

const sqlite3_io_methods& real(sqlite3_file* file) {
  const std::lock_guard lock(faults.mutex);
  return *faults.original.at(file->pMethods);
}

int write_file(sqlite3_file* file, const void* data, int size, sqlite3_int64 at) {
  if (next_fails()) {
    real(file).xWrite(file, data, size / 2, at);
    return SQLITE_FULL;
  }
  return real(file).xWrite(file, data, size, at);
}
int truncate_file(sqlite3_file* file, sqlite3_int64 size) {
  return next_fails() ? SQLITE_IOERR_TRUNCATE : real(file).xTruncate(file, size);
}
int sync_file(sqlite3_file* file, int flags) {
  return next_fails() ? SQLITE_IOERR_FSYNC : real(file).xSync(file, flags);
}

int open_file(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* out_flags) {
  const int code = real_vfs->xOpen(real_vfs, name, file, flags, out_flags);
  if (file->pMethods == nullptr) {
    return code;
  }
  const std::lock_guard lock(faults.mutex);
  const auto [entry, is_new] = faults.patched.try_emplace(file->pMethods, *file->pMethods);
  if (is_new) {
    entry->second.xWrite = write_file;
    entry->second.xTruncate = truncate_file;
    entry->second.xSync = sync_file;
    faults.original[&entry->second] = file->pMethods;
  }
  file->pMethods = &entry->second;
  return code;
}

}  // namespace

FaultyVfs::FaultyVfs() {
  real_vfs = sqlite3_vfs_find(nullptr);
  vfs = *real_vfs;
  vfs.zName = "muster-faulty";
  vfs.xOpen = open_file;
  sqlite3_vfs_register(&vfs, 1);
  heal();
}

FaultyVfs::~FaultyVfs() {
  heal();
  sqlite3_vfs_unregister(&vfs);
}

void FaultyVfs::fail(int nth, bool for_ever) {
  const std::lock_guard lock(faults.mutex);
  faults.countdown = nth;
  faults.for_ever = for_ever;
  faults.failed = false;
}

bool FaultyVfs::failed() const {
  const std::lock_guard lock(faults.mutex);
  return faults.failed;
}

}  // namespace muster
