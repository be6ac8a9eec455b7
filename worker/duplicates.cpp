#include "worker/duplicates.h"

#include "extractors/media/duplicates.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace muster {
namespace {

constexpr int kMaxCandidates = 50;
constexpr std::size_t kMaxFindings = 5;  // of one file

std::optional<DuplicateMatch> match(const std::optional<MediaFingerprint>& mine,
                                    const OtherMedia& other) {
  std::optional<DuplicateMatch> found;
  if (mine && other.fingerprint) {
    found = compare(*mine, *other.fingerprint);
  }
  if (other.same_bytes) {
    found = found.value_or(DuplicateMatch{});
    found->tier = DuplicateTier::same_bytes;
    found->share = 1;
  }
  return found;
}

SeenElsewhere seen_elsewhere(const CheckWork& work,
                             const OtherMedia& other,
                             const DuplicateMatch& match) {
  return {.submission = other.submission,
          .position = other.position,
          .same_submission = other.same_submission,
          .same_creator = other.creator == work.manifest.creator,
          .same_campaign = other.campaign == work.manifest.campaign,
          .same_placement = other.placement == work.manifest.placement,
          .state = other.state,
          .match = match};
}

}  // namespace

std::vector<Finding> find_duplicates(const CheckWork& work,
                                     const std::vector<SeenMedia>& media,
                                     Fingerprints& fingerprints) {
  for (std::size_t i = 0; i < work.assets.size(); ++i) {
    if (media[i].fingerprint) {
      fingerprints.put(work.assets[i].id, *media[i].fingerprint);
    }
  }
  std::vector<Finding> findings;
  for (std::size_t i = 0; i < work.assets.size(); ++i) {
    const AssetRow& asset = work.assets[i];
    std::vector<std::pair<OtherMedia, DuplicateMatch>> found;
    for (OtherMedia& other :
         fingerprints.candidates(asset.id, media[i].fingerprint, kMaxCandidates)) {
      if (const auto alike = match(media[i].fingerprint, other)) {
        found.emplace_back(std::move(other), *alike);
      }
    }
    // The surest first, then the longest part.
    std::stable_sort(found.begin(), found.end(), [](const auto& a, const auto& b) {
      return a.second.tier != b.second.tier ? a.second.tier < b.second.tier
                                            : a.second.share > b.second.share;
    });
    std::vector<std::pair<AssetId, DuplicateMatch>> matches;
    for (const auto& [other, alike] : found) {
      matches.emplace_back(other.asset, alike);
      if (matches.size() <= kMaxFindings) {
        findings.push_back(
            duplicate_finding(static_cast<int>(i), seen_elsewhere(work, other, alike)));
      }
    }
    fingerprints.record(asset.id, matches);
  }
  return findings;
}

std::vector<Finding> duplicate_findings(const std::vector<Finding>& findings) {
  std::vector<Finding> found;
  std::copy_if(
      findings.begin(), findings.end(), std::back_inserter(found), [](const Finding& finding) {
        return finding.check == "duplicates";
      });
  return found;
}

}  // namespace muster
