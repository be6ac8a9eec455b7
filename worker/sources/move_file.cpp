#include "worker/sources/move_file.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

namespace muster {
namespace {

constexpr int kMaxNumber = 10'000;
constexpr std::size_t kMaxName = 255;
constexpr char kCopyName[] = ".copying";  // at most one a folder: a mover copies one file at a time

bool is_same_file(int directory, std::string_view name, const FileFacts& facts) {
  const auto entry = entry_at(directory, name);
  return entry && entry->kind == EntryKind::file && entry->facts.same_content(facts);
}

// False with EEXIST when the name is taken.
bool rename_without_replacing(int from, const char* name, int to, const char* new_name) {
  if (::renameat2(from, name, to, new_name, RENAME_NOREPLACE) == 0) {
    return true;
  }
  if (errno != EINVAL && errno != ENOSYS) {
    return false;
  }
  // A file system without RENAME_NOREPLACE.
  return ::linkat(from, name, to, new_name, 0) == 0 && ::unlinkat(from, name, 0) == 0;
}

bool copy_bytes(int from, int to) {
  std::array<char, 65'536> buffer;
  for (;;) {
    const ssize_t got = ::read(from, buffer.data(), buffer.size());
    if (got == 0) {
      return true;
    }
    if (got < 0) {
      if (errno == EINTR) {
        continue;
      }
      return false;
    }
    for (ssize_t done = 0; done < got;) {
      const ssize_t put = ::write(to, buffer.data() + done, static_cast<std::size_t>(got - done));
      if (put < 0 && errno != EINTR) {
        return false;
      }
      done += std::max<ssize_t>(put, 0);
    }
  }
}

// Copies into a hidden name first, so that a half copy never stands under a real one.
bool copy_to_hidden(int from, std::string_view name, const FileFacts& facts, int to) {
  const FileDescriptor source = open_beneath(from, name, O_RDONLY | O_NONBLOCK);
  const auto entry = source ? entry_of(source.get()) : std::nullopt;
  if (!entry || entry->kind != EntryKind::file || !entry->facts.same_content(facts)) {
    errno = ESTALE;
    return false;
  }
  ::unlinkat(to, kCopyName, 0);
  const FileDescriptor copy(
      ::openat(to, kCopyName, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0640));
  if (!copy || !copy_bytes(source.get(), copy.get())) {
    return false;
  }
  struct stat status {};
  if (::fstat(source.get(), &status) == 0) {
    const std::array<timespec, 2> times = {status.st_atim, status.st_mtim};
    ::futimens(copy.get(), times.data());
  }
  return ::fsync(copy.get()) == 0;
}

MoveResult move_across(int from, const std::string& name, const FileFacts& facts, int to) {
  if (!copy_to_hidden(from, name, facts, to)) {
    const int reason = errno;
    ::unlinkat(to, kCopyName, 0);
    errno = reason;
    return reason == ESTALE ? MoveResult::changed_or_gone : MoveResult::failed;
  }
  for (int number = 1; number < kMaxNumber; ++number) {
    const std::string target = numbered_name(name, number);
    if (rename_without_replacing(to, kCopyName, to, target.c_str())) {
      if (::fsync(to) != 0) {
        return MoveResult::failed;
      }
      if (!is_same_file(from, name, facts)) {
        ::unlinkat(to, target.c_str(), 0);
        return MoveResult::changed_or_gone;
      }
      return ::unlinkat(from, name.c_str(), 0) == 0 ? MoveResult::moved : MoveResult::failed;
    }
    if (errno != EEXIST) {
      return MoveResult::failed;
    }
  }
  return MoveResult::failed;
}

}  // namespace

FileDescriptor make_folders(int directory, std::string_view path) {
  FileDescriptor folder = open_beneath(directory, "", O_RDONLY | O_DIRECTORY);
  while (folder && !path.empty()) {
    const std::size_t slash = path.find('/');
    const std::string name(path.substr(0, slash));
    path = slash == std::string_view::npos ? std::string_view() : path.substr(slash + 1);
    if (::mkdirat(folder.get(), name.c_str(), 0750) != 0 && errno != EEXIST) {
      return {};
    }
    folder = open_beneath(folder.get(), name, O_RDONLY | O_DIRECTORY);
  }
  return folder;
}

MoveResult move_file(int from, std::string_view name, const FileFacts& facts, int to) {
  if (!is_same_file(from, name, facts)) {
    return MoveResult::changed_or_gone;
  }
  const std::string source(name);
  for (int number = 1; number < kMaxNumber; ++number) {
    const std::string target = numbered_name(name, number);
    if (rename_without_replacing(from, source.c_str(), to, target.c_str())) {
      // Between the look and the move somebody may have put another file there: give it back.
      if (!is_same_file(to, target, facts)) {
        rename_without_replacing(to, target.c_str(), from, source.c_str());
        return MoveResult::changed_or_gone;
      }
      return MoveResult::moved;
    }
    if (errno == EXDEV) {
      return move_across(from, source, facts, to);
    }
    if (errno == ENOENT) {
      return MoveResult::changed_or_gone;
    }
    if (errno != EEXIST) {
      return MoveResult::failed;
    }
  }
  return MoveResult::failed;
}

std::string numbered_name(std::string_view name, int number) {
  if (number == 1) {
    return std::string(name);
  }
  const std::size_t dot = name.rfind('.');
  const bool has_ending = dot != std::string_view::npos && dot > 0 && name.size() - dot <= 16;
  std::string_view stem = has_ending ? name.substr(0, dot) : name;
  const std::string tail =
      fmt::format(" ({}){}", number, has_ending ? name.substr(dot) : std::string_view());
  stem = stem.substr(0, kMaxName - tail.size());
  return std::string(stem) + tail;
}

}  // namespace muster
