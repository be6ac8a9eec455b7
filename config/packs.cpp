#include "config/packs.h"

#include "config/problems.h"
#include "config/text_file.h"
#include "core/text.h"
#include "muster_market_packs.h"
#include "muster_placement_packs.h"

#include <algorithm>

#include <fmt/format.h>

namespace muster {
namespace {

namespace fs = std::filesystem;

// Adds one pack under its id, which must be new and must be the name of its file.
template <typename Pack>
void add(std::map<std::string, Pack>& packs, Pack pack, const fs::path& file, Problems& problems) {
  if (pack.id != file.stem().string()) {
    problems.add(
        {file.string(),
         0,
         0,
         "id",
         fmt::format(
             "'{}' must be the name of its file, '{}'", pack.id, shown(file.stem().string()))});
    return;
  }
  std::string id = pack.id;
  packs.try_emplace(std::move(id), std::move(pack));
}

// The TOML files of a folder by name; none where there is no such folder.
std::vector<fs::path> toml_files(const fs::path& folder, Problems& problems) {
  std::vector<fs::path> files;
  std::error_code failure;
  if (!fs::exists(folder, failure)) {
    return files;
  }
  for (fs::directory_iterator at(folder, failure), end; !failure && at != end;
       at.increment(failure)) {
    if (at->path().extension() == ".toml" && !at->path().filename().native().starts_with('.')) {
      files.push_back(at->path());
    }
  }
  if (failure) {
    problems.add({folder.string(), 0, 0, "", "can't be listed: " + failure.message()});
  }
  std::ranges::sort(files);
  return files;
}

template <typename Pack, typename Parse>
void load_folder(const fs::path& folder,
                 Parse parse,
                 std::map<std::string, Pack>& packs,
                 Problems& problems) {
  for (const fs::path& file : toml_files(folder, problems)) {
    try {
      add(packs, parse(read_config_file(file, kMaxTomlFileBytes), file.string()), file, problems);
    } catch (const ConfigError& error) {
      problems.add(error);
    }
  }
}

template <typename Pack, typename Files, typename Parse>
void load_embedded(const Files& files,
                   Parse parse,
                   std::map<std::string, Pack>& packs,
                   Problems& problems) {
  for (const EmbeddedFile& file : files) {
    add(packs, parse(file.text, file.name), fs::path(file.name), problems);
  }
}

Packs parse_shipped_packs() {
  Packs packs;
  Problems problems;
  load_embedded(kPlacementPackFiles, parse_placement_pack, packs.placements, problems);
  load_embedded(kMarketPackFiles, parse_market_pack, packs.markets, problems);
  problems.throw_if_any();
  return packs;
}

}  // namespace

Packs load_packs(const fs::path& folder) {
  Packs packs;
  Problems problems;
  load_folder(folder / "placements", parse_placement_pack, packs.placements, problems);
  load_folder(folder / "markets", parse_market_pack, packs.markets, problems);
  if (problems.empty() && packs.placements.empty() && packs.markets.empty()) {
    problems.add({folder.string(),
                  0,
                  0,
                  "",
                  "has no packs; they are read from placements/*.toml and markets/*.toml"});
  }
  problems.throw_if_any();
  return packs;
}

const Packs& shipped_packs() {
  static const Packs kPacks = parse_shipped_packs();
  return kPacks;
}

}  // namespace muster
