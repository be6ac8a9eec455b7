#pragma once

#include "core/decision.h"
#include "core/duplicate.h"
#include "core/fingerprint.h"
#include "core/ids.h"
#include "core/submission.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace muster {

// A file of another submission, or an earlier one of the same, that may show the same.
struct OtherMedia {
  AssetId asset{};
  SubmissionId submission{};
  int position = 0;
  bool same_submission = false;
  bool same_bytes = false;
  std::string creator;
  std::string campaign;
  std::string placement;
  SubmissionState state = SubmissionState::received;
  Timestamp received_at{};
  std::optional<MediaFingerprint> fingerprint;  // nullopt: it was not looked at yet
};

// As it stands in the store: two files that show the same.
struct DuplicateRow {
  std::int64_t id = 0;
  AssetId asset{};
  SubmissionId submission{};
  int position = 0;
  std::string creator;
  std::string campaign;
  AssetId other_asset{};
  SubmissionId other_submission{};
  int other_position = 0;
  std::string other_creator;
  std::string other_campaign;
  SubmissionState other_state = SubmissionState::received;
  DuplicateMatch match;
  Timestamp found_at{};
  // A person said that they are not the same, or that it does not matter.
  std::string dismissed_by;  // empty: nobody did
  std::string dismissed_why;
};

struct DuplicateFilter {
  std::optional<SubmissionId> submission = {};  // on either side
  std::string campaign = {};                    // of the later one
  bool dismissed = false;                       // those too
  std::optional<std::int64_t> after = {};
  int limit = 50;
};

// What files show, and which show the same. Hashes of pictures are kept in the store and searched
// in memory; a process reads what others added before it searches, so that all give the same
// answer.
class Fingerprints {
 public:
  virtual ~Fingerprints() = default;

  // Replaces what was known of the asset.
  virtual void put(AssetId asset, const MediaFingerprint& fingerprint) = 0;
  virtual std::optional<MediaFingerprint> get(AssetId asset) = 0;

  // Current files of other submissions, and earlier files of the same one, with the same bytes, the
  // same decoded content or a picture within kPictureRadius of one of this asset's; not those that
  // a person dismissed. The likeliest first, at most `limit`. Put the asset's own fingerprint
  // before: then of two that are checked at the same time at least one finds the other.
  virtual std::vector<OtherMedia> candidates(AssetId asset,
                                             const std::optional<MediaFingerprint>& fingerprint,
                                             int limit) = 0;

  // What was found for an asset; replaces what was found before, but for what was dismissed.
  virtual void record(AssetId asset,
                      const std::vector<std::pair<AssetId, DuplicateMatch>>& matches) = 0;
  virtual std::vector<DuplicateRow> list(const DuplicateFilter& filter) = 0;
  // Logged under `actor` with the reason; the submission is checked again where it waits for a
  // person. nullopt: there is no such row. ConflictError where it was dismissed already.
  virtual std::optional<DuplicateRow> dismiss(std::int64_t id,
                                              const Actor& actor,
                                              std::string_view reason) = 0;

  // Bytes that the hashes take in this process, and how many they are; for `muster status`.
  struct Size {
    std::size_t hashes = 0;
    std::size_t bytes = 0;
  };
  virtual Size index_size() = 0;
};

}  // namespace muster
