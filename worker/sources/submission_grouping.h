#pragma once

#include "worker/sources/folder_scanner.h"

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace muster {

// Files of a drop folder that make one submission, as positions in the scan.
//   FOLDER/submission.json   everything in FOLDER and its sub-folders is one submission (not at the
//   top of the drop folder) NAME.EXT                 a submission of its own, with NAME.EXT.json as
//   its manifest, else with NAME.json where NAME.EXT is
//                            the only file of that name
//   NAME.json                without such a file: a manifest whose media are missing
//   NAME.EXT.srt, .vtt       what is said in NAME.EXT; else NAME.srt, NAME.en.srt, NAME.EXT.en.srt
//                            where only one video, or else file, is called NAME; without such a
//                            file a transcript whose media are missing
struct FolderItem {
  std::string path;      // of the media file, the folder or the lone manifest: the submission's id
                         // where the manifest gives none
  std::string folder{};  // of a folder submission, else ""
  std::vector<std::size_t> media{};
  std::optional<std::size_t> manifest{};
  // A NAME.json that fits several files called NAME, so that nobody knows whose it is.
  std::optional<std::size_t> ambiguous_manifest{};
  std::vector<std::size_t> unused{};  // manifests that do not count beside the one that does
  // SRT and WebVTT files: of a folder submission all in it, of a single file those that its name
  // fits.
  std::vector<std::size_t> transcripts{};
  // Items with the same tie are put away together, because leaving one behind would change what the
  // others mean.
  std::string tie{};
};

// Every file is in exactly one item (an ambiguous manifest: in all that it may belong to). Ordered
// by path.
std::vector<FolderItem> group_files(std::span<const ScannedFile> files);

inline constexpr char kFolderManifest[] = "submission.json";

}  // namespace muster
