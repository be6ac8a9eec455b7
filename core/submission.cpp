#include "core/submission.h"

#include <algorithm>

namespace muster {
namespace {

void add_list(Hasher& hasher, const std::vector<std::string>& values) {
  hasher.add_field(std::to_string(values.size()));
  for (const std::string& value : values) {
    hasher.add_field(value);
  }
}

void add_time(Hasher& hasher, const std::optional<Timestamp>& time) {
  hasher.add_field(time ? std::to_string(time->time_since_epoch().count()) : "-");
}

void add_rights(Hasher& hasher, const std::optional<Rights>& rights) {
  if (!rights) {
    hasher.add_field("no rights");
    return;
  }
  hasher.add_field("rights");
  add_list(hasher, rights->channels);
  add_list(hasher, rights->territories);
  std::vector<std::string> uses;
  for (const RightsUse use : rights->uses) {
    uses.emplace_back(to_string(use));
  }
  add_list(hasher, uses);
  add_time(hasher, rights->starts_at);
  add_time(hasher, rights->ends_at);
  hasher.add_field(rights->zone);
  hasher.add_field(rights->exclusive ? "exclusive" : "shared");
  hasher.add_field(rights->license);
  hasher.add_field(rights->credit);
  if (rights->starts_on != RightsStart::date) {
    hasher.add_field(to_string(rights->starts_on));
    hasher.add_field(std::to_string(rights->term_days));
  }
}

void add_transcripts(Hasher& hasher, const std::vector<std::optional<ContentHash>>& transcripts) {
  for (std::size_t i = 0; i < transcripts.size(); ++i) {
    if (transcripts[i]) {
      hasher.add_field("transcript");
      hasher.add_field(std::to_string(i));
      hasher.add(std::as_bytes(std::span(transcripts[i]->bytes)));
    }
  }
}

}  // namespace

Bucket bucket_of(SubmissionState state, bool filed) {
  switch (state) {
    case SubmissionState::received:
    case SubmissionState::checking:
      return Bucket::waiting;
    case SubmissionState::in_review:
      return Bucket::flagged;
    case SubmissionState::needs_work:
      return Bucket::returned;
    case SubmissionState::approved:
    case SubmissionState::approved_with_corrections:
      return filed ? Bucket::filed : Bucket::waiting;
    case SubmissionState::rejected:
    case SubmissionState::withdrawn:
    case SubmissionState::expired:
      return Bucket::rejected;
    case SubmissionState::quarantined:
      return Bucket::failed;
  }
  return Bucket::failed;
}

RightsState rights_state(const std::optional<Rights>& rights, Timestamp now) {
  if (!rights) {
    return RightsState::none;
  }
  if (rights->ends_at && now >= *rights->ends_at) {
    return RightsState::expired;
  }
  const bool waits = rights->starts_on != RightsStart::date && !rights->starts_at;
  if (waits || (rights->starts_at && now < *rights->starts_at)) {
    return RightsState::upcoming;
  }
  if (rights->ends_at && now >= *rights->ends_at - kRightsExpiringWindow) {
    return RightsState::expiring;
  }
  return RightsState::active;
}

ContentHash content_hash(const RevisionContent& content) {
  // The version of this encoding comes first: decisions are bound to its result.
  Hasher hasher;
  hasher.add_field("muster content 1");
  hasher.add_field(std::to_string(content.media.size()));
  for (const ContentHash& hash : content.media) {
    hasher.add(std::as_bytes(std::span(hash.bytes)));
  }
  const Manifest& manifest = content.manifest;
  hasher.add_field(manifest.creator);
  hasher.add_field(manifest.platform);
  hasher.add_field(manifest.placement);
  hasher.add_field(manifest.campaign);
  hasher.add_field(manifest.caption);
  add_list(hasher, manifest.tags);
  add_list(hasher, manifest.markets);
  if (manifest.platform_label != PlatformLabel::not_told) {
    hasher.add_field("platform label");
    hasher.add_field(to_string(manifest.platform_label));
  }
  add_rights(hasher, manifest.rights);
  add_transcripts(hasher, content.transcripts);
  return hasher.finish();
}

}  // namespace muster
