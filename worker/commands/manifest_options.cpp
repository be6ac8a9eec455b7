#include "worker/commands/manifest_options.h"

#include "core/creator.h"
#include "core/error.h"
#include "core/text.h"
#include "extractors/text/manifest_reader.h"
#include "worker/cli/read_file.h"

#include <fmt/format.h>

namespace muster {
std::vector<CommandSpec::Option> manifest_options() {
  return {{"manifest,m", "FILE", "submission.json with what the other options would say"},
          {"id", "ID", "your own id of the submission"},
          {"creator", "HANDLE", "who made it"},
          {"platform", "NAME", "instagram, tiktok, ..."},
          {"placement", "PACK", "where it is to run: instagram-reel, tiktok-video, ..."},
          {"campaign", "ID", "the campaign, as its brief is named"},
          {"caption", "TEXT", "the caption of the post"},
          {"caption-file", "FILE", "the caption from a file"},
          {"tag", "TAG", "a tag; may be repeated", true},
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
  if (const auto bad = find_invalid_utf8(manifest.caption)) {
    throw UsageError(
        fmt::format("the caption is not UTF-8 text (byte {}); save it as UTF-8", *bad + 1));
  }
  manifest.creator = normalize_handle(manifest.creator);
  return manifest;
}

}  // namespace muster
