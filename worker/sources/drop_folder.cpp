#include "worker/sources/drop_folder.h"

#include "core/error.h"
#include "core/log.h"
#include "core/text.h"

#include <cerrno>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

namespace muster {
namespace {

constexpr std::size_t kCopyBuffer = 262'144;

[[noreturn]] void throw_unopenable(const std::string& name) {
  switch (errno) {
    case ENOENT:
    case ENOTDIR:
      throw PermanentError(fmt::format("read {}: the file vanished from the drop folder", name));
    case ELOOP:
    case EXDEV:
      throw PermanentError(
          fmt::format("read {}: it was replaced by a link, and links are not followed", name));
    default:
      throw TransientError(fmt::format("read {}: {}", name, errno_text()));
  }
}

}  // namespace

DropFolder::DropFolder(const SourceConfig& config, std::uint64_t max_file_bytes)
    : source_(config.name),
      path_(config.directory),
      max_file_bytes_(max_file_bytes),
      mover_(config.directory, config.done_directory, config.error_directory, config.name) {}

FolderScan DropFolder::scan(int directory, std::stop_token stop) const {
  return scan_folder(directory, mover_.existing_targets(), std::move(stop));
}

void DropFolder::fetch(const MediaRef& media, BlobWriter& writer, std::stop_token stop) const {
  const FileDescriptor root = open();
  const std::string& name = media.display_name;
  const FileDescriptor file =
      open_beneath(root.get(), decode_path(media.locator), O_RDONLY | O_NONBLOCK);
  if (!file) {
    throw_unopenable(name);
  }
  const std::optional<Entry> before = entry_of(file.get());
  if (!before || before->kind != EntryKind::file) {
    throw PermanentError(fmt::format("read {}: it is no regular file any more", name));
  }
  if (before->facts.size > max_file_bytes_) {
    throw PermanentError(fmt::format("read {}: it has {}, more than the {} that are taken",
                                     name,
                                     format_bytes(before->facts.size),
                                     format_bytes(max_file_bytes_)));
  }
  if (before->links > 1 || (media.byte_size != 0 && before->facts.size != media.byte_size)) {
    throw TransientError(
        fmt::format("read {}: it was changed since it was seen; the next poll looks again", name));
  }
  std::vector<std::byte> buffer(kCopyBuffer);
  std::uint64_t copied = 0;
  while (copied <= before->facts.size) {
    if (stop.stop_requested()) {
      throw Interrupted();
    }
    const ssize_t got = ::read(file.get(), buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) {
      continue;
    }
    if (got < 0) {
      throw TransientError(fmt::format("read {}: {}", name, errno_text()));
    }
    if (got == 0) {
      break;
    }
    writer.append(std::span(buffer).first(static_cast<std::size_t>(got)));
    copied += static_cast<std::uint64_t>(got);
  }
  const std::optional<Entry> after = entry_of(file.get());
  if (!after || !after->facts.same_content(before->facts) || copied != before->facts.size) {
    throw TransientError(fmt::format("read {}: it changed while it was read", name));
  }
}

void DropFolder::put_away(std::span<const MoveGroup> groups) {
  for (std::size_t i = 0; i < groups.size(); i += kFolderBatch) {
    report(mover_.put_away(groups.subspan(i, std::min(kFolderBatch, groups.size() - i))));
  }
}

void DropFolder::recover() {
  report(mover_.recover());
}

void DropFolder::report(const MoveReport& report) const {
  if (report.problems.empty()) {
    return;
  }
  log::warn(
      "files.not_put_away",
      {{"source", source_}, {"files", report.problems.size()}, {"first", report.problems.front()}});
}

std::string why_busy(int directory, const ScannedFile& file) {
  const FileDescriptor opened = open_beneath(directory, file.path, O_RDONLY | O_NONBLOCK);
  if (!opened) {
    return "can't be opened: " + errno_text();
  }
  const std::optional<Entry> entry = entry_of(opened.get());
  if (!entry || entry->kind != EntryKind::file || !entry->facts.same_content(file.facts)) {
    return "changes at this moment";
  }
  return writer_of(opened.get());
}

Parsed<std::string> read_small_file(int directory,
                                    const ScannedFile& file,
                                    std::uint64_t max_bytes) {
  const FileDescriptor opened = open_beneath(directory, file.path, O_RDONLY | O_NONBLOCK);
  if (!opened) {
    return parse_error("", "can't be opened: " + errno_text());
  }
  const std::optional<Entry> before = entry_of(opened.get());
  if (!before || before->kind != EntryKind::file || !before->facts.same_content(file.facts)) {
    return parse_error("", "changes at this moment");
  }
  std::string text(std::min(before->facts.size, max_bytes), '\0');
  for (std::size_t filled = 0; filled < text.size();) {
    const ssize_t got = ::read(opened.get(), text.data() + filled, text.size() - filled);
    if (got < 0 && errno == EINTR) {
      continue;
    }
    if (got <= 0) {
      return parse_error("", got == 0 ? "changes at this moment" : "read: " + errno_text());
    }
    filled += static_cast<std::size_t>(got);
  }
  return text;
}

void add_facts(Hasher& hasher, const ScannedFile& file) {
  hasher.add_field(file.path);
  hasher.add_field(std::to_string(file.facts.size));
  hasher.add_field(std::to_string(file.facts.modified_ns));
}

}  // namespace muster
