#include "worker/rulebook.h"

#include "core/error.h"
#include "core/json.h"
#include "core/text.h"
#include "core/version.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace muster {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kMaxArtifactBytes = 64'000'000;

// The default brief asks for nothing of a campaign and lets no rule approve.
constexpr std::string_view kDefaultBrief = "id = \"default\"\nname = \"No campaign\"\n";

// The named files, and the *.toml of the named folders, in a stable order.
std::vector<fs::path> expand_files(const std::vector<fs::path>& entries) {
  std::vector<fs::path> files;
  for (const fs::path& entry : entries) {
    if (!fs::is_directory(entry)) {
      files.push_back(entry);
      continue;
    }
    std::vector<fs::path> found;
    for (const auto& child : fs::directory_iterator(entry)) {
      if (child.path().extension() == ".toml") {
        found.push_back(child.path());
      }
    }
    std::ranges::sort(found);
    files.insert(files.end(), found.begin(), found.end());
  }
  return files;
}

// The named kit folders, and the kit folders inside the named folders, in a stable order.
std::vector<fs::path> expand_kits(const std::vector<fs::path>& entries) {
  std::vector<fs::path> folders;
  for (const fs::path& entry : entries) {
    if (fs::exists(entry / "kit.toml") || !fs::is_directory(entry)) {
      folders.push_back(entry);
      continue;
    }
    std::vector<fs::path> found;
    for (const auto& child : fs::directory_iterator(entry)) {
      if (fs::exists(child.path() / "kit.toml")) {
        found.push_back(child.path());
      }
    }
    std::ranges::sort(found);
    folders.insert(folders.end(), found.begin(), found.end());
  }
  return folders;
}

// Runs `load` and collects its problems instead of letting the first end everything.
template <typename Load>
void collect(std::vector<Problem>& problems, Load load) {
  try {
    load();
  } catch (const ConfigError& error) {
    problems.insert(problems.end(), error.problems().begin(), error.problems().end());
  }
}

std::string kit_set_text(const std::vector<BrandKit>& kits) {
  Json list = Json::array();
  for (const BrandKit& kit : kits) {
    Json pictures = Json::array();
    for (const KitPicture& picture : kit.pictures) {
      pictures.push_back(
          Json{{"name", picture.name}, {"role", picture.role}, {"sha256", picture.hash.hex()}});
    }
    list.push_back(
        Json{{"id", kit.id}, {"text", sha256(kit.text).hex()}, {"pictures", std::move(pictures)}});
  }
  return dump(list);
}

template <typename Pack>
void take_over(const std::map<std::string, Pack>& changed, std::map<std::string, Pack>& packs) {
  for (auto& [id, pack] : packs) {
    if (const auto found = changed.find(id); found != changed.end()) {
      pack = found->second;
    }
  }
}

void take_over(const RuleChange& change, Brief& brief, Packs& packs) {
  if (change.brief && change.brief->id == brief.id) {
    brief = *change.brief;
  }
  take_over(change.packs.placements, packs.placements);
  take_over(change.packs.markets, packs.markets);
}

std::string required_blob(BlobStore& blobs, const ContentHash& hash, std::string_view what) {
  auto bytes = blobs.get(hash, kMaxArtifactBytes);
  if (!bytes) {
    throw PermanentError(fmt::format(
        "recall the rules: the {} {} is not in the blob store", what, hash.short_hex()));
  }
  return std::move(*bytes);
}

}  // namespace

std::string pack_set_text(const PlacementPack* placement,
                          const std::vector<const MarketPack*>& markets) {
  std::string text;
  if (placement != nullptr) {
    text += fmt::format("placement {} {}\n", placement->id, placement->hash.hex());
  }
  for (const MarketPack* market : markets) {
    text += fmt::format("market {} {}\n", market->id, market->hash.hex());
  }
  return text;
}

Rulebook::Rulebook(const Config& config, Decoder& decoder)
    : decoder_(decoder), reading_(config.models), wordmarks_(std::span<const BrandKit>()) {
  std::vector<Problem> problems;
  default_brief_ = parse_brief(kDefaultBrief, "default brief");
  // Whoever only looks makes no data directory.
  if (fs::is_directory(config.data_directory)) {
    index_folder_ = config.data_directory / "kits";
  }
  collect(problems, [&] {
    packs_ = config.packs_directory.empty() ? shipped_packs() : load_packs(config.packs_directory);
  });
  for (const fs::path& file : expand_files(config.briefs)) {
    collect(problems, [&] {
      Brief brief = load_brief(file);
      const std::string id = brief.id;
      if (!briefs_.emplace(id, std::move(brief)).second) {
        problems.push_back(
            {file.string(), 0, 0, "id", fmt::format("another brief has the id '{}' too", id)});
      }
    });
  }
  for (const fs::path& folder : expand_kits(config.kits)) {
    collect(problems, [&] { kits_.push_back(load_kit(folder)); });
  }
  std::vector<std::string> kit_ids;
  for (const BrandKit& kit : kits_) {
    if (std::ranges::find(kit_ids, kit.id) != kit_ids.end()) {
      problems.push_back(
          {"kit.toml", 0, 0, "id", fmt::format("two kits have the id '{}'", kit.id)});
    }
    kit_ids.push_back(kit.id);
  }
  for (const auto& [id, brief] : briefs_) {
    if (!brief.kit.empty() && std::ranges::find(kit_ids, brief.kit) == kit_ids.end()) {
      problems.push_back(
          {"brief " + id,
           0,
           0,
           "kit",
           fmt::format("there is no kit '{}'{}", brief.kit, did_you_mean(brief.kit, kit_ids))});
    }
  }
  if (!problems.empty()) {
    throw ConfigError(std::move(problems));
  }
  kit_set_ = kit_set_text(kits_);
  wordmarks_ = WordmarkIndex(kits_);
}

Rulebook::Rulebook(std::vector<Brief> briefs,
                   std::vector<BrandKit> kits,
                   Packs packs,
                   Decoder& decoder,
                   const ModelsConfig& models)
    : default_brief_(parse_brief(kDefaultBrief, "default brief")),
      kits_(std::move(kits)),
      packs_(std::move(packs)),
      decoder_(decoder),
      reading_(models),
      wordmarks_(kits_),
      kit_set_(kit_set_text(kits_)) {
  for (Brief& brief : briefs) {
    std::string id = brief.id;
    briefs_.emplace(std::move(id), std::move(brief));
  }
}

Rulebook::~Rulebook() = default;

const Brief& Rulebook::brief_for(const Manifest& manifest) const {
  const auto found = briefs_.find(manifest.campaign);
  return found == briefs_.end() ? default_brief_ : found->second;
}

Rules Rulebook::rules_for(const Manifest& manifest) {
  Rules rules = rules_without_brands(manifest);
  if (!rules.brief->kit.empty()) {
    rules.brands = brand_index();
  }
  return rules;
}

Rules Rulebook::rules_without_brands(const Manifest& manifest) const {
  Rules rules;
  rules.brief = &brief_for(manifest);
  if (const auto found = packs_.placements.find(manifest.placement);
      found != packs_.placements.end()) {
    rules.placement = &found->second;
  }
  for (const std::string& market :
       manifest.markets.empty() ? rules.brief->markets : manifest.markets) {
    if (const auto found = packs_.markets.find(market); found != packs_.markets.end()) {
      rules.markets.push_back(&found->second);
    }
  }
  rules.provenance.brief = rules.brief->hash;
  rules.provenance.packs = sha256(pack_set_text(rules.placement, rules.markets));
  rules.provenance.engine = kEngineVersion;
  rules.reading = &reading_;
  if (const std::string version = reading_.version(); !version.empty()) {
    rules.provenance.engine += "+reading." + version;
  }
  if (!rules.brief->kit.empty()) {
    rules.wordmarks = &wordmarks_;
    rules.provenance.kit = sha256(kit_set_);
  }
  return rules;
}

void Rulebook::look_for(const std::string& kit) {
  default_brief_ = parse_brief(
      fmt::format("{}kit = \"{}\"\n[visibility]\nrequired = true\n", kDefaultBrief, kit),
      "default brief");
  if (std::ranges::find(kits_, kit, &BrandKit::id) == kits_.end()) {
    throw ConfigError(std::vector<Problem>{
        {"default brief", 0, 0, "kit", fmt::format("there is no kit '{}'", kit)}});
  }
}

Manifest Rulebook::completed(Manifest manifest) const {
  const Brief& brief = brief_for(manifest);
  if (manifest.placement.empty()) {
    manifest.placement = brief.default_placement;
  }
  if (manifest.markets.empty()) {
    manifest.markets = brief.markets;
  }
  if (!manifest.rights) {
    manifest.rights = brief.rights;
  }
  return manifest;
}

Manifest Rulebook::completed_strictly(Manifest manifest) const {
  if (!manifest.campaign.empty() && !briefs_.contains(manifest.campaign)) {
    std::vector<std::string> known;
    for (const auto& [id, brief] : briefs_) {
      known.push_back(id);
    }
    throw PermanentError(fmt::format("there is no campaign '{}'{}",
                                     printable(manifest.campaign),
                                     did_you_mean(manifest.campaign, known)));
  }
  return completed(std::move(manifest));
}

const BrandIndex* Rulebook::brand_index() {
  std::lock_guard lock(mutex_);
  if (!index_built_) {
    BrandIndex::Options options;
    options.cache = index_folder_;
    index_ = BrandIndex::build(kits_, decoder_, options, &kit_remarks_);
    index_built_ = true;
  }
  return index_.get();
}

const std::vector<KitRemark>& Rulebook::kit_remarks() {
  brand_index();
  return kit_remarks_;
}

StaleMarks Rulebook::mark_stale(Checks& checks) {
  Hasher digest;
  digest.add_field(kEngineVersion);
  digest.add_field(reading_.version());
  digest.add_field(default_brief_.hash.hex());
  for (const auto& [id, brief] : briefs_) {
    digest.add_field(brief.hash.hex());
  }
  for (const auto& [id, pack] : packs_.placements) {
    digest.add_field(pack.hash.hex());
  }
  for (const auto& [id, pack] : packs_.markets) {
    digest.add_field(pack.hash.hex());
  }
  digest.add_field(kit_set_);
  return checks.mark_stale(digest.finish(), [this](const Manifest& manifest) {
    return rules_without_brands(completed(manifest)).provenance;
  });
}

void Rulebook::remember(Checks& checks, BlobStore& blobs) {
  const std::lock_guard lock(remember_mutex_);
  if (remembered_) {
    return;
  }
  std::vector<Artifact> artifacts;
  const auto keep = [&](std::string kind, std::string name, std::string_view text) {
    const ContentHash hash = sha256(text);
    if (!checks.artifact(kind, hash)) {
      blobs.put(text);
      artifacts.push_back({std::move(kind), std::move(name), hash});
    }
  };
  keep("brief", default_brief_.id, default_brief_.text);
  for (const auto& [id, brief] : briefs_) {
    keep("brief", id, brief.text);
  }
  for (const auto& [id, pack] : packs_.placements) {
    keep("placement_pack", id, pack.text);
  }
  for (const auto& [id, pack] : packs_.markets) {
    keep("market_pack", id, pack.text);
  }
  for (const BrandKit& kit : kits_) {
    keep("kit", kit.id, kit.text);
    for (const KitPicture& picture : kit.pictures) {
      keep("kit_picture", kit.id + "/" + picture.name, picture.bytes);
    }
  }
  keep("kit_set", "kits", kit_set_);
  checks.remember(artifacts);
  remembered_ = true;
}

std::unique_ptr<Rulebook> Rulebook::recall(const Provenance& provenance,
                                           BlobStore& blobs,
                                           Decoder& decoder,
                                           const RuleChange& change,
                                           const ModelsConfig& models) {
  std::vector<Brief> briefs;
  briefs.push_back(parse_brief(required_blob(blobs, provenance.brief, "brief"), "recalled brief"));

  Packs packs;
  for (const std::string& line :
       split(required_blob(blobs, provenance.packs, "list of packs"), '\n')) {
    const auto words = split(line, ' ');
    if (words.size() != 3) {
      continue;
    }
    const auto hash = ContentHash::from_hex(words[2]);
    if (!hash) {
      throw PermanentError(
          fmt::format("recall the rules: '{}' in the list of packs has no hash", printable(line)));
    }
    if (words[0] == "placement") {
      packs.placements.emplace(
          words[1], parse_placement_pack(required_blob(blobs, *hash, "placement pack"), words[1]));
    } else {
      packs.markets.emplace(
          words[1], parse_market_pack(required_blob(blobs, *hash, "market pack"), words[1]));
    }
  }

  take_over(change, briefs.front(), packs);
  std::vector<BrandKit> kits;
  if (provenance.kit != ContentHash{}) {
    const Json list = Json::parse(required_blob(blobs, provenance.kit, "list of kits"));
    for (const Json& entry : list) {
      std::vector<KitPicture> pictures;
      for (const Json& picture : entry.at("pictures")) {
        const auto hash = picture.at("sha256").get<ContentHash>();
        pictures.push_back({picture.at("name"),
                            picture.at("role"),
                            required_blob(blobs, hash, "kit picture"),
                            hash});
      }
      const std::string text = required_blob(blobs, entry.at("text").get<ContentHash>(), "kit");
      kits.push_back(parse_kit(text, entry.at("id").get<std::string>(), std::move(pictures)));
    }
  }
  return std::make_unique<Rulebook>(
      std::move(briefs), std::move(kits), std::move(packs), decoder, models);
}

}  // namespace muster
