#include "worker/sources/submission_grouping.h"

#include "core/text.h"
#include "worker/sources/transcript_names.h"

#include <algorithm>
#include <map>
#include <set>

namespace muster {
namespace {

constexpr std::string_view kManifestEnding = ".json";

bool is_json(std::string_view name) {
  return name.size() > kManifestEnding.size() &&
         equals_ignoring_case_ascii(name.substr(name.size() - kManifestEnding.size()),
                                    kManifestEnding);
}

std::string_view without_json(std::string_view path) {
  return path.substr(0, path.size() - kManifestEnding.size());
}

// "mia/IMG_1.jpg" -> "mia/IMG_1".
std::string_view stem_of(std::string_view path) {
  const std::string_view name = split_path(path).second;
  const std::size_t dot = name.rfind('.');
  return dot == std::string_view::npos || dot == 0
             ? path
             : path.substr(0, path.size() - name.size() + dot);
}

using Folders = std::set<std::string_view>;

// The nearest folder around `path` that is a submission.
std::optional<std::string_view> submission_folder_of(std::string_view path,
                                                     const Folders& folders) {
  for (std::string_view folder = split_path(path).first; !folder.empty();
       folder = split_path(folder).first) {
    if (folders.contains(folder)) {
      return folder;
    }
  }
  return std::nullopt;
}

FolderItem folder_item(std::string_view folder,
                       std::span<const ScannedFile> files,
                       const std::vector<std::size_t>& members) {
  FolderItem item;
  item.path = folder;
  item.folder = folder;
  for (const std::size_t i : members) {
    const auto [parent, name] = split_path(files[i].path);
    if (parent == folder && name == kFolderManifest) {
      item.manifest = i;
    } else if (is_json(name)) {
      item.unused.push_back(i);
    } else if (is_transcript_name(name)) {
      item.transcripts.push_back(i);
    } else {
      item.media.push_back(i);
    }
  }
  return item;
}

// Gives each NAME.json and each transcript outside of submission folders to the media that it
// describes.
class Sidecars {
 public:
  Sidecars(std::span<const ScannedFile> files, const std::vector<std::size_t>& loose)
      : files_(files) {
    for (const std::size_t i : loose) {
      const std::string_view name = split_path(files[i].path).second;
      if (is_transcript_name(name)) {
        transcripts_.push_back(i);
      } else if (!is_json(name)) {
        by_path_.emplace(files[i].path, items_.size());
        by_stem_[stem_of(files[i].path)].push_back(items_.size());
        items_.push_back({.path = files[i].path, .media = {i}});
      }
    }
    for (const std::size_t i : loose) {
      if (is_json(split_path(files[i].path).second)) {
        const auto own = by_path_.find(without_json(files[i].path));
        if (own != by_path_.end()) {
          items_[own->second].manifest = i;
        } else {
          shared_.push_back(i);
        }
      }
    }
  }

  std::vector<FolderItem> finish() {
    for (const std::size_t i : shared_) {
      const auto found = by_stem_.find(without_json(files_[i].path));
      if (found == by_stem_.end()) {
        items_.push_back({.path = files_[i].path, .manifest = i});
      } else {
        give(i, found->second);
      }
    }
    for (const std::size_t i : transcripts_) {
      if (const auto item = item_of_transcript(files_[i].path)) {
        items_[*item].transcripts.push_back(i);
      } else {
        items_.push_back({.path = files_[i].path, .transcripts = {i}});
      }
    }
    return std::move(items_);
  }

 private:
  void give(std::size_t manifest, const std::vector<std::size_t>& candidates) {
    FolderItem& first = items_[candidates.front()];
    if (candidates.size() == 1 && !first.manifest) {
      first.manifest = manifest;
      return;
    }
    bool wanted = false;
    for (const std::size_t candidate : candidates) {
      FolderItem& item = items_[candidate];
      item.tie = files_[manifest].path;
      if (!item.manifest) {
        item.ambiguous_manifest = manifest;
        wanted = true;
      }
    }
    if (!wanted) {
      first.unused.push_back(manifest);
    }
  }

  std::optional<std::size_t> item_of_transcript(std::string_view path) const {
    for (const std::string_view name : names_of_transcribed(path)) {
      if (const auto own = by_path_.find(name); own != by_path_.end()) {
        return own->second;
      }
      const auto found = by_stem_.find(name);
      if (found == by_stem_.end()) {
        continue;
      }
      std::vector<std::size_t> fitting = found->second;
      if (fitting.size() > 1) {  // IMG_1.jpg beside IMG_1.mov: nothing is said in a picture
        std::erase_if(fitting, [&](std::size_t item) {
          return !is_video_name(files_[items_[item].media.front()].path);
        });
      }
      return fitting.size() == 1 ? std::optional(fitting.front()) : std::nullopt;
    }
    return std::nullopt;
  }

  std::span<const ScannedFile> files_;
  std::vector<FolderItem> items_;
  std::vector<std::size_t> shared_;  // NAME.json, not NAME.EXT.json
  std::vector<std::size_t> transcripts_;
  std::map<std::string_view, std::size_t> by_path_;
  std::map<std::string_view, std::vector<std::size_t>> by_stem_;
};

}  // namespace

std::vector<FolderItem> group_files(std::span<const ScannedFile> files) {
  Folders folders;
  for (const ScannedFile& file : files) {
    const auto [folder, name] = split_path(file.path);
    if (name == kFolderManifest && !folder.empty()) {
      folders.insert(folder);
    }
  }
  std::map<std::string_view, std::vector<std::size_t>> members;
  std::vector<std::size_t> loose;
  for (std::size_t i = 0; i < files.size(); ++i) {
    const auto folder = submission_folder_of(files[i].path, folders);
    (folder ? members[*folder] : loose).push_back(i);
  }
  std::vector<FolderItem> items = Sidecars(files, loose).finish();
  for (const auto& [folder, positions] : members) {
    items.push_back(folder_item(folder, files, positions));
  }
  std::ranges::sort(items, {}, &FolderItem::path);
  return items;
}

}  // namespace muster
