#include "worker/sources/file_mover.h"

#include "core/error.h"
#include "core/hash.h"
#include "core/text.h"
#include "worker/sources/move_file.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <set>

#include <fcntl.h>
#include <fmt/format.h>
#include <system_error>
#include <unistd.h>

namespace muster {
namespace {

constexpr char kDoneName[] = ".done";
constexpr char kErrorName[] = ".error";
constexpr std::size_t kMaxListBytes = 64'000'000;

FileDescriptor open_target(int root, const std::filesystem::path& path, const char* usual_name) {
  if (path.empty()) {
    // Created by us in a folder that others write to: never followed elsewhere.
    FileDescriptor folder = make_folders(root, usual_name);
    if (!folder) {
      throw TransientError(fmt::format("open {} in the drop folder: {}", usual_name, errno_text()));
    }
    return folder;
  }
  std::error_code error;
  std::filesystem::create_directories(path, error);
  return open_drop_directory(path);
}

void write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t put = ::write(fd, text.data(), text.size());
    if (put < 0 && errno != EINTR) {
      throw TransientError("write the list of files to put away: " + errno_text());
    }
    text.remove_prefix(static_cast<std::size_t>(std::max<ssize_t>(put, 0)));
  }
}

std::string read_all(int fd) {
  std::string text;
  std::array<char, 65'536> buffer;
  for (;;) {
    const ssize_t got = ::read(fd, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) {
      continue;
    }
    if (got < 0 || text.size() > kMaxListBytes) {
      throw TransientError("read the list of files to put away: " + errno_text());
    }
    if (got == 0) {
      return text;
    }
    text.append(buffer.data(), static_cast<std::size_t>(got));
  }
}

template <typename T>
bool parse_number(const std::string& text, T& value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size();
}

// A line is "done|error TAB path TAB size TAB modified TAB inode TAB device"; encoded paths hold no
// tabs and line breaks. A last line that was cut off by a crash is left out: its group was not
// begun.
std::vector<MoveGroup> parse_list(std::string_view text) {
  std::vector<MoveGroup> groups;
  while (true) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) {
      return groups;
    }
    const std::vector<std::string> fields = split(text.substr(0, end), '\t');
    text.remove_prefix(end + 1);
    MoveGroup group;
    MoveGroup::File file;
    if (fields.size() != 6 || !parse_number(fields[2], file.facts.size) ||
        !parse_number(fields[3], file.facts.modified_ns) ||
        !parse_number(fields[4], file.facts.inode) || !parse_number(fields[5], file.facts.device)) {
      continue;
    }
    file.path = decode_path(fields[1]);
    group.where = fields[0] == "error" ? PutAway::error : PutAway::done;
    group.files.push_back(std::move(file));
    groups.push_back(std::move(group));
  }
}

// Removes the folder and those in it that held files of the group, where they are empty by now.
void remove_empty_folders(int root, const MoveGroup& group) {
  std::set<std::string, std::greater<>> folders = {group.folder};  // deeper ones first
  for (const MoveGroup::File& file : group.files) {
    for (std::string_view folder = split_path(file.path).first; folder.size() > group.folder.size();
         folder = split_path(folder).first) {
      folders.emplace(folder);
    }
  }
  for (const std::string& folder : folders) {
    const auto [parent, name] = split_path(folder);
    const FileDescriptor directory = open_beneath(root, parent, O_RDONLY | O_DIRECTORY);
    if (directory) {
      ::unlinkat(directory.get(), std::string(name).c_str(), AT_REMOVEDIR);  // fails when not empty
    }
  }
}

}  // namespace

FileMover::FileMover(std::filesystem::path directory,
                     std::filesystem::path done,
                     std::filesystem::path error,
                     const std::string& source)
    : directory_(std::move(directory)),
      done_(std::move(done)),
      error_(std::move(error)),
      list_name_(".putting-away-" + sha256(std::string_view(source)).short_hex()) {}

FileMover::Targets FileMover::open_targets() const {
  Targets targets;
  targets.root = open_drop_directory(directory_);
  targets.done = open_target(targets.root.get(), done_, kDoneName);
  targets.error = open_target(targets.root.get(), error_, kErrorName);
  return targets;
}

std::vector<FileFacts> FileMover::existing_targets() const {
  std::vector<FileFacts> facts;
  for (const auto& path : {done_, error_}) {  // the usual ones are hidden anyway
    const auto entry = path.empty() ? std::nullopt : entry_at(AT_FDCWD, path.string());
    if (entry && entry->kind == EntryKind::directory) {
      facts.push_back(entry->facts);
    }
  }
  return facts;
}

void FileMover::write_list(int done, std::span<const MoveGroup> groups) const {
  std::string text;
  for (const MoveGroup& group : groups) {
    if (group.files.size() < 2) {
      continue;  // one rename is whole by itself
    }
    for (const MoveGroup::File& file : group.files) {
      text += fmt::format("{}\t{}\t{}\t{}\t{}\t{}\n",
                          group.where == PutAway::error ? "error" : "done",
                          encode_path(file.path),
                          file.facts.size,
                          file.facts.modified_ns,
                          file.facts.inode,
                          file.facts.device);
    }
  }
  if (text.empty()) {
    return;
  }
  ::unlinkat(done, list_name_.c_str(), 0);
  const FileDescriptor list(::openat(
      done, list_name_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!list) {
    throw TransientError("write the list of files to put away: " + errno_text());
  }
  write_all(list.get(), text);
  if (::fsync(list.get()) != 0 || ::fsync(done) != 0) {
    throw TransientError("sync the list of files to put away: " + errno_text());
  }
}

MoveReport FileMover::recover() {
  const FileDescriptor root = open_drop_directory(directory_);
  const FileDescriptor done =
      done_.empty() ? open_beneath(root.get(), kDoneName, O_RDONLY | O_DIRECTORY)
                    : FileDescriptor(::open(done_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!done) {
    return {};
  }
  const FileDescriptor list = open_beneath(done.get(), list_name_, O_RDONLY | O_NONBLOCK);
  if (!list) {
    return {};
  }
  const Targets targets = open_targets();
  MoveReport report = move_all(targets, parse_list(read_all(list.get())));
  if (report.problems.empty()) {
    ::unlinkat(done.get(), list_name_.c_str(), 0);
  }
  return report;
}

MoveReport FileMover::put_away(std::span<const MoveGroup> groups) {
  if (groups.empty()) {
    return {};
  }
  const Targets targets = open_targets();
  write_list(targets.done.get(), groups);
  MoveReport report = move_all(targets, groups);
  if (report.problems.empty()) {
    ::unlinkat(targets.done.get(), list_name_.c_str(), 0);
  }
  return report;
}

MoveReport FileMover::move_all(const Targets& targets, std::span<const MoveGroup> groups) const {
  MoveReport report;
  for (const MoveGroup& group : groups) {
    const int target = (group.where == PutAway::error ? targets.error : targets.done).get();
    for (const MoveGroup::File& file : group.files) {
      const auto [folder, name] = split_path(file.path);
      const FileDescriptor from = open_beneath(targets.root.get(), folder, O_RDONLY | O_DIRECTORY);
      const FileDescriptor to = from ? make_folders(target, folder) : FileDescriptor();
      const MoveResult result = !from ? MoveResult::changed_or_gone
                                : !to ? MoveResult::failed
                                      : move_file(from.get(), name, file.facts, to.get());
      report.moved += result == MoveResult::moved ? 1 : 0;
      report.left += result == MoveResult::changed_or_gone ? 1 : 0;
      if (result == MoveResult::failed) {
        report.problems.push_back(encode_path(file.path) + ": " + errno_text());
        break;  // the rest of the group stays beside it
      }
    }
    if (!group.folder.empty()) {
      remove_empty_folders(targets.root.get(), group);
    }
  }
  return report;
}

}  // namespace muster
