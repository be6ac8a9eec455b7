#include "worker/commands/manifest_options.h"

#include "core/creator.h"
#include "core/error.h"
#include "core/text.h"
#include "extractors/text/manifest_reader.h"
#include "worker/cli/read_file.h"
#include "worker/sources/transcript_names.h"

#include <filesystem>
#include <optional>

#include <fmt/format.h>

namespace muster {
std::vector<CommandSpec::Option> manifest_options() {
  return {
      {"manifest,m", "FILE", "submission.json with what the other options would say"},
      {"id", "ID", "your own id of the submission"},
      {"creator", "HANDLE", "who made it"},
      {"platform", "NAME", "instagram, tiktok, ..."},
      {"placement", "PACK", "where it is to run: instagram-reel, tiktok-video, ..."},
      {"campaign", "ID", "the campaign, as its brief is named"},
      {"caption", "TEXT", "the caption of the post"},
      {"caption-file", "FILE", "the caption from a file"},
      {"tag", "TAG", "a tag; may be repeated", true},
      {"transcript",
       "FILE",
       "what is said in a video, as SRT or WebVTT; belongs to the file of its name (reel.srt to "
       "reel.mp4), or to the only one; may be repeated",
       true},
      {"platform-label",
       "on|off",
       "whether the platform's own label (\"Paid partnership\") is switched on"},
      {"market", "ID", "a market where it will be seen: us, uk, ...; may be repeated", true}};
}

Manifest read_manifest_options(const CommandLine& line) {
  Manifest manifest;
  if (line.has("manifest")) {
    const std::string file = line.get("manifest");
    auto read = read_manifest(read_file(file, kMaxManifestBytes));
    if (!read) {
      throw UsageError(fmt::format("{}: {}", file, to_string(read.error())));
    }
    for (const std::string& warning : read->warnings) {
      fmt::print(stderr, "{}: {}\n", file, printable(warning));
    }
    manifest = std::move(read->manifest);
  }
  const auto set = [&](const char* option, std::string& value) {
    if (line.has(option)) {
      value = line.get(option);
    }
  };
  set("id", manifest.external_id);
  set("creator", manifest.creator);
  set("platform", manifest.platform);
  set("placement", manifest.placement);
  set("campaign", manifest.campaign);
  set("caption", manifest.caption);
  if (line.has("caption-file")) {
    manifest.caption = read_file(line.get("caption-file"), kMaxManifestBytes);
  }
  if (line.has("tag")) {
    manifest.tags = line.get_all("tag");
  }
  if (line.has("market")) {
    manifest.markets = line.get_all("market");
  }
  if (line.has("platform-label")) {
    const auto label = parse_enum<PlatformLabel>(line.get("platform-label"));
    if (!label || *label == PlatformLabel::not_told) {
      throw UsageError(
          fmt::format("--platform-label {}: say on or off", line.get("platform-label")));
    }
    manifest.platform_label = *label;
  }
  if (const auto bad = find_invalid_utf8(manifest.caption)) {
    throw UsageError(
        fmt::format("the caption is not UTF-8 text (byte {}); save it as UTF-8", *bad + 1));
  }
  manifest.creator = normalize_handle(manifest.creator);
  return manifest;
}

std::map<std::size_t, std::string> read_transcript_options(const CommandLine& line,
                                                           const std::vector<std::string>& files) {
  std::vector<std::string_view> media(files.begin(), files.end());
  std::map<std::size_t, std::string> transcripts;
  for (const std::string& name : line.get_all("transcript")) {
    // The folder that it lies in does not matter where somebody names it.
    const auto in_folder_of = [&](std::string_view file) {
      return (std::filesystem::path(file).parent_path() / std::filesystem::path(name).filename())
          .string();
    };
    std::optional<std::size_t> best =
        files.size() == 1 ? std::optional<std::size_t>(0) : best_transcribed(name, media);
    for (std::size_t i = 0; i < media.size() && !best; ++i) {
      best = best_transcribed(in_folder_of(media[i]), media);
    }
    if (!best) {
      throw UsageError(fmt::format(
          "{}: nobody can tell which file it belongs to; name it after its video, such as "
          "reel.mp4.srt",
          name));
    }
    if (!transcripts.emplace(*best, name).second) {
      throw UsageError(
          fmt::format("{} and {} both belong to {}", transcripts[*best], name, files[*best]));
    }
  }
  return transcripts;
}

}  // namespace muster
