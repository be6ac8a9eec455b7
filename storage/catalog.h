#pragma once

#include "core/creator.h"
#include "core/decision.h"
#include "core/job.h"
#include "core/rights.h"
#include "core/submission.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace muster {

struct AssetQuery {
  std::string text;  // words and "quoted phrases", all of them must occur; empty: everything
  std::string campaign;
  std::string creator;
  std::string tag;
  std::string placement;
  std::string brand;  // with a passed brand finding for it
  std::optional<RightsState> rights;
  bool usable = false;     // only what may be used now: active or expiring
  RightsQuestion purpose;  // only what the rights cover
  std::optional<MediaKind> kind;
  bool filed_only = true;
  std::optional<AssetId> after;  // for the next page, where `text` is empty
  int limit = 50;
};

struct AssetHit {
  AssetId id{};
  SubmissionId submission{};
  int position = 0;
  ContentHash blob;
  std::uint64_t byte_size = 0;
  std::optional<MediaFacts> facts;
  Manifest manifest;
  Tier tier = Tier::unknown;
  SubmissionState state = SubmissionState::received;
  std::optional<Timestamp> filed_at;
  std::string decided_by;  // actor of the approval
  std::string stale;       // as SubmissionRow::stale
  std::string snippet;     // the matching text, hits in [brackets]
};

struct FilingWork {
  SubmissionId submission{};
  RevisionId revision{};
  ContentHash content;
};

struct Filing {
  std::string sidecar;  // JSON, written beside every exported asset
};

// When and where the current revision of a submission was published, as somebody says.
struct Publication {
  Timestamp at{};
  std::string address;  // of the post; may be empty
  Actor actor;
};

// Approved assets, filed and searchable.
class Catalog {
 public:
  virtual ~Catalog() = default;

  // nullopt when the revision is not approved any more: there is nothing to file.
  virtual std::optional<FilingWork> work(RevisionId revision) = 0;
  virtual void finish(const Claim& claim, RevisionId revision, const Filing& filing) = 0;

  virtual std::vector<AssetHit> search(const AssetQuery& query) = 0;
  virtual std::optional<AssetHit> get(AssetId id) = 0;
  // The sidecar of a filed asset; nullopt when it is not filed.
  virtual std::optional<std::string> sidecar(AssetId id) = 0;
  // Writes down that an asset left although its rights did not allow it.
  virtual void log_override(AssetId id, std::string_view actor, std::string_view reason) = 0;
  // Writes down that the current revision of a submission was published, which is what rights may
  // start with; again where it was written down wrongly before. PermanentError where there is no
  // such submission.
  virtual void publish(SubmissionId id, const Publication& publication) = 0;
  // Every blob that some row needs, for `verify`.
  virtual std::vector<ContentHash> needed_blobs() = 0;
};

}  // namespace muster
