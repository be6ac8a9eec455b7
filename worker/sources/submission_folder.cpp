#include "worker/sources/submission_folder.h"

#include "core/error.h"
#include "core/text.h"
#include "worker/sources/drop_folder.h"
#include "worker/sources/found_item.h"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

namespace muster {
namespace {

// A manifest waits this many quiet periods for its media, and a file for its neighbors.
constexpr int kPatience = 10;

class SubmissionFolder final : public Source {
 public:
  SubmissionFolder(const SourceConfig& config, const SourceContext& context)
      : config_(config),
        max_media_bytes_(context.max_media_bytes),
        folder_(config, context.max_media_bytes),
        quiet_(context.clock, config.quiet_period) {}

  const std::string& name() const override { return config_.name; }

  PollReport poll(Intake& intake, std::stop_token stop) override {
    const FileDescriptor root = folder_.open();
    const FolderScan scan = folder_.scan(root.get(), stop);
    const std::vector<FolderItem> items = group_files(scan.files);
    Poll poll{root.get(), scan.files, young_folders(scan.files), {}, scan.refused, {}};
    quiet_.begin_poll();
    for (std::size_t i = 0; i < items.size(); i += kFolderBatch) {
      if (stop.stop_requested()) {
        throw Interrupted();
      }
      const std::span batch(items.data() + i, std::min(kFolderBatch, items.size() - i));
      take_batch(poll, batch, intake);
    }
    quiet_.end_poll();
    intake.end_poll(name(), poll.waiting, "");
    poll.report.waiting = static_cast<int>(poll.waiting.size());
    return poll.report;
  }

  void fetch(const MediaRef& media, BlobWriter& writer, std::stop_token stop) override {
    folder_.fetch(media, writer, stop);
  }

  void settle(Intake& intake) override {
    folder_.recover();
    const FileDescriptor root = folder_.open();
    const FolderScan scan = folder_.scan(root.get(), {});
    const std::vector<FolderItem> items = group_files(scan.files);
    std::vector<MoveGroup> groups;
    std::map<std::string, Tied> tied;
    for (std::size_t i = 0; i < items.size(); i += kFolderBatch) {
      const std::span batch(items.data() + i, std::min(kFolderBatch, items.size() - i));
      collect_taken(root.get(), scan.files, batch, intake, groups, tied);
    }
    for (auto& [tie, group] : tied) {
      if (group.all_taken) {
        groups.push_back(std::move(group.group));
      }
    }
    folder_.put_away(groups);
  }

 private:
  struct Poll {
    int root;
    const std::vector<ScannedFile>& files;
    std::set<std::string_view> young_folders;
    std::set<std::string> ids;  // seen in this poll
    std::vector<WaitingItem> waiting;
    PollReport report;
  };
  struct Tied {
    MoveGroup group;
    bool all_taken = true;
  };

  // Sub-folders in which something was written just now: more of the same submission may be on its
  // way.
  std::set<std::string_view> young_folders(const std::vector<ScannedFile>& files) const {
    std::set<std::string_view> folders;
    for (const ScannedFile& file : files) {
      const std::string_view folder = split_path(file.path).first;
      if (!folder.empty() && quiet_.is_young(file.facts)) {
        folders.insert(folder);
      }
    }
    return folders;
  }

  static std::map<std::string, KnownItem> known_among(const std::vector<FoundItem>& items,
                                                      const std::string& source,
                                                      Intake& intake) {
    std::vector<std::string> ids;
    ids.reserve(items.size());
    for (const FoundItem& item : items) {
      ids.push_back(item.submission.external_id);
    }
    return intake.known(source, ids);
  }

  std::vector<FoundItem> read_items(int root,
                                    const std::vector<ScannedFile>& files,
                                    std::span<const FolderItem> batch) const {
    std::vector<FoundItem> items;
    items.reserve(batch.size());
    for (const FolderItem& item : batch) {
      items.push_back(read_item(root, files, item, config_));
    }
    return items;
  }

  void take_batch(Poll& poll, std::span<const FolderItem> batch, Intake& intake) {
    std::vector<FoundItem> items = read_items(poll.root, poll.files, batch);
    const auto known = known_among(items, name(), intake);
    std::vector<FoundSubmission> found;
    for (std::size_t i = 0; i < items.size(); ++i) {
      FoundSubmission& submission = items[i].submission;
      if (!poll.ids.insert(submission.external_id).second) {
        poll.waiting.push_back(
            {encode_path(batch[i].path),
             fmt::format(
                 "has the id \"{}\" of another submission in the folder; it is taken as its "
                 "next revision when that one is put away",
                 printable(submission.external_id))});
        continue;
      }
      const auto before = known.find(submission.external_id);
      if (before != known.end() && before->second.fingerprint == submission.fingerprint) {
        ++poll.report.counts.unchanged;
        continue;
      }
      if (std::string why = why_not_yet(poll, batch[i], items[i]); !why.empty()) {
        poll.waiting.push_back({submission.external_id, std::move(why)});
      } else {
        found.push_back(std::move(submission));
      }
    }
    if (found.empty()) {
      return;
    }
    const RecordCounts counts = intake.record(name(), found, std::nullopt);
    poll.report.counts.added += counts.added;
    poll.report.counts.revised += counts.revised;
    poll.report.counts.unchanged += counts.unchanged;
  }

  // Empty when the item is whole and nobody touches it.
  std::string why_not_yet(const Poll& poll, const FolderItem& item, const FoundItem& found) {
    bool quiet = true;
    bool quiet_for_long = true;
    for (const std::size_t position : found.files) {  // each is looked at, so that it is remembered
      quiet &= quiet_.is_over(poll.files[position]);
      quiet_for_long &= quiet_.is_over(poll.files[position], kPatience);
    }
    if (!found.not_yet.empty()) {
      return found.not_yet;
    }
    if (!quiet) {
      return fmt::format("is left alone until it is unchanged for {}", to_string(quiet_.period()));
    }
    if (!found.missing.empty() && !quiet_for_long) {
      return found.missing + "; waits for it";
    }
    const std::string_view folder = split_path(item.path).first;
    if (item.folder.empty() && !item.manifest && !quiet_for_long &&
        poll.young_folders.contains(folder)) {
      return fmt::format("waits until its folder is quiet for {}, a manifest may follow",
                         to_string(quiet_.period()));
    }
    for (const std::size_t position : found.files) {
      if (std::string why = why_busy(poll.root, poll.files[position]); !why.empty()) {
        return fmt::format("{} {}", display_name(poll.files[position].path), why);
      }
    }
    return {};
  }

  // Adds to `groups` what is in the blob store as it lies here.
  void collect_taken(int root,
                     const std::vector<ScannedFile>& files,
                     std::span<const FolderItem> batch,
                     Intake& intake,
                     std::vector<MoveGroup>& groups,
                     std::map<std::string, Tied>& tied) const {
    const std::vector<FoundItem> items = read_items(root, files, batch);
    const auto known = known_among(items, name(), intake);
    for (std::size_t i = 0; i < items.size(); ++i) {
      const auto entry = known.find(items[i].submission.external_id);
      const bool taken = entry != known.end() && entry->second.fetched &&
                         items[i].not_yet.empty() &&
                         entry->second.fingerprint == items[i].submission.fingerprint;
      if (batch[i].tie.empty()) {
        if (taken) {
          groups.push_back(move_group(files, batch[i], items[i]));
        }
        continue;
      }
      Tied& tie = tied[batch[i].tie];
      tie.all_taken &= taken;
      MoveGroup group = move_group(files, batch[i], items[i]);
      if (group.where == PutAway::error) {
        tie.group.where = PutAway::error;
      }
      for (MoveGroup::File& file : group.files) {
        const bool listed = std::ranges::any_of(
            tie.group.files, [&](const auto& other) { return other.path == file.path; });
        if (!listed) {  // an ambiguous manifest is part of several items
          tie.group.files.push_back(std::move(file));
        }
      }
    }
  }

  MoveGroup move_group(const std::vector<ScannedFile>& files,
                       const FolderItem& item,
                       const FoundItem& found) const {
    MoveGroup group;
    group.folder = item.folder;
    bool failed = has_failed(found.submission);
    for (const std::size_t position : found.files) {
      group.files.push_back({files[position].path, files[position].facts});
      failed |= files[position].facts.size > max_media_bytes_;
    }
    group.where = failed ? PutAway::error : PutAway::done;
    return group;
  }

  SourceConfig config_;
  std::uint64_t max_media_bytes_;
  DropFolder folder_;
  QuietPeriod quiet_;
};

}  // namespace

std::unique_ptr<Source> make_submission_folder(const SourceConfig& config,
                                               const SourceContext& context) {
  return std::make_unique<SubmissionFolder>(config, context);
}

}  // namespace muster
