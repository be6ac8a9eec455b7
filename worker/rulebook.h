#pragma once

#include "config/brief.h"
#include "config/config.h"
#include "config/kit.h"
#include "config/packs.h"
#include "core/finding.h"
#include "core/submission.h"
#include "extractors/brand/brand_index.h"
#include "extractors/decode/decoder.h"
#include "extractors/text_seen/reading.h"
#include "extractors/text_seen/wordmarks.h"
#include "storage/blob_store.h"
#include "storage/checks.h"

#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace muster {

// The rules that one revision is checked against.
struct Rules {
  const Brief* brief = nullptr;
  const PlacementPack* placement = nullptr;  // nullptr: none named, or unknown
  std::vector<const MarketPack*> markets;
  const BrandIndex* brands = nullptr;
  const Reading* reading = nullptr;          // not null
  const WordmarkIndex* wordmarks = nullptr;  // nullptr: the brief has no kit
  Provenance provenance;                     // all but the content hash
};

// Rules that take the place of those of the same id.
struct RuleChange {
  std::optional<Brief> brief;
  Packs packs;
};

// The briefs, kits and packs of one point in time. Constant but for the brand index, which is built
// when it is first needed; safe from any thread.
class Rulebook {
 public:
  // Loads everything that the configuration names. Throws ConfigError with every problem at once.
  Rulebook(const Config& config, Decoder& decoder);
  // From given parts: for `muster check --brief`, for tests, and for replay.
  Rulebook(std::vector<Brief> briefs,
           std::vector<BrandKit> kits,
           Packs packs,
           Decoder& decoder,
           const ModelsConfig& models = {});
  ~Rulebook();

  // The rules for a submission of this campaign; a campaign that is unknown or not named gets the
  // default brief, which approves nothing.
  Rules rules_for(const Manifest& manifest);

  // Submissions without a campaign are to show this brand: what `muster check --kit` asks for.
  // Throws ConfigError for a kit that is not there. Call before anything else.
  void look_for(const std::string& kit);

  // Fills what a submission leaves open from its brief: placement, markets, rights.
  Manifest completed(Manifest manifest) const;

  // The same for a submission that was made by hand: PermanentError for a campaign that is unknown,
  // with the nearest name.
  Manifest completed_strictly(Manifest manifest) const;

  const std::map<std::string, Brief>& briefs() const { return briefs_; }
  const std::vector<BrandKit>& kits() const { return kits_; }
  const Packs& packs() const { return packs_; }
  // What is weak about the kits; builds the index.
  const std::vector<KitRemark>& kit_remarks();

  // Marks the verdicts that were given by other rules than these.
  StaleMarks mark_stale(Checks& checks);

  // Puts every text and picture that a verdict may depend on into the blob store, for replay; before
  // the first verdict, since a daemon that waits for the disk so often starts late. Once: later calls
  // do nothing, calls at the same time wait.
  void remember(Checks& checks, BlobStore& blobs);

  // The rules as they were: rebuilt from what remember() kept. Throws PermanentError naming what is
  // missing. What `change` has of the same id takes their place.
  // Text is read with what is there now.
  static std::unique_ptr<Rulebook> recall(const Provenance& provenance,
                                          BlobStore& blobs,
                                          Decoder& decoder,
                                          const RuleChange& change = {},
                                          const ModelsConfig& models = {});

 private:
  const Brief& brief_for(const Manifest& manifest) const;
  // All but the brands, whose index takes long to build.
  Rules rules_without_brands(const Manifest& manifest) const;
  const BrandIndex* brand_index();

  std::map<std::string, Brief> briefs_;
  Brief default_brief_;
  std::vector<BrandKit> kits_;
  Packs packs_;
  Decoder& decoder_;
  Reading reading_;
  WordmarkIndex wordmarks_;
  std::filesystem::path index_folder_;  // where the brand index is kept; empty: nowhere
  std::string kit_set_;                 // the list of kits as text; its hash is Provenance::kit

  std::mutex remember_mutex_;
  bool remembered_ = false;  // guarded by remember_mutex_

  std::mutex mutex_;
  bool index_built_ = false;            // guarded by mutex_
  std::unique_ptr<BrandIndex> index_;   // guarded by mutex_ until built, constant afterwards
  std::vector<KitRemark> kit_remarks_;  // likewise
};

// The packs that a submission is checked with as text: one line a pack. Its hash is
// Provenance::packs.
std::string pack_set_text(const PlacementPack* placement,
                          const std::vector<const MarketPack*>& markets);

}  // namespace muster
