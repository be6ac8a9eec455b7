#pragma once

#include "core/enum_names.h"
#include "core/hash.h"
#include "core/ids.h"
#include "core/media.h"
#include "core/time.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace muster {

enum class SubmissionState {
  received,    // recorded; its bytes are being fetched
  checking,    // bytes are here; checks are due or running
  in_review,   // flagged: waits for a person
  needs_work,  // returned to the creator with reasons
  approved,
  approved_with_corrections,  // approved, with corrections that the creator was told of
  rejected,
  withdrawn,    // taken back by the creator
  expired,      // its deadline passed
  quarantined,  // failed for good; see the reason
};
template <>
inline constexpr auto kEnumNames<SubmissionState> = enum_names<SubmissionState>(
    {{SubmissionState::received, "received"},
     {SubmissionState::checking, "checking"},
     {SubmissionState::in_review, "in_review"},
     {SubmissionState::needs_work, "needs_work"},
     {SubmissionState::approved, "approved"},
     {SubmissionState::approved_with_corrections, "approved_with_corrections"},
     {SubmissionState::rejected, "rejected"},
     {SubmissionState::withdrawn, "withdrawn"},
     {SubmissionState::expired, "expired"},
     {SubmissionState::quarantined, "quarantined"}});

// The terms of the identity that every run prints:
// seen = filed + flagged + returned + rejected + failed + waiting.
enum class Bucket { filed, flagged, returned, rejected, failed, waiting };
template <>
inline constexpr auto kEnumNames<Bucket> = enum_names<Bucket>({{Bucket::filed, "filed"},
                                                               {Bucket::flagged, "flagged"},
                                                               {Bucket::returned, "returned"},
                                                               {Bucket::rejected, "rejected"},
                                                               {Bucket::failed, "failed"},
                                                               {Bucket::waiting, "waiting"}});

// Approved counts as waiting until it is filed; withdrawn and expired count as rejected.
Bucket bucket_of(SubmissionState state, bool filed);

enum class RightsUse { organic, paid, whitelist };
template <>
inline constexpr auto kEnumNames<RightsUse> =
    enum_names<RightsUse>({{RightsUse::organic, "organic"},
                           {RightsUse::paid, "paid"},
                           {RightsUse::whitelist, "whitelist"}});

// What rights begin with: on a day that is known beforehand, or with something that happens later.
enum class RightsStart { date, approval, publication };
template <>
inline constexpr auto kEnumNames<RightsStart> =
    enum_names<RightsStart>({{RightsStart::date, "date"},
                             {RightsStart::approval, "approval"},
                             {RightsStart::publication, "publication"}});

// What we may do with an asset, and until when.
struct Rights {
  std::vector<std::string> channels;     // "instagram", "website"; empty: any
  std::vector<std::string> territories;  // ISO 3166-1 codes; empty: worldwide
  std::vector<RightsUse> uses;           // empty: organic only
  // nullopt: at once, or, where they start with something that happens, not yet.
  std::optional<Timestamp> starts_at;
  std::optional<Timestamp> ends_at;  // exclusive; nullopt: no end
  std::string zone = "UTC";          // the contract's zone, in which the dates were given
  bool exclusive = false;
  std::string license;  // free text: contract number, "CC BY 4.0"
  std::string credit;   // how the creator is to be named
  RightsStart starts_on = RightsStart::date;
  // How long they run from what they start with, by the calendar of the zone; 0: until ends_at.
  // Only where that is no date.
  int term_days = 0;

  bool operator==(const Rights&) const = default;
};

enum class RightsState { none, upcoming, active, expiring, expired };
template <>
inline constexpr auto kEnumNames<RightsState> =
    enum_names<RightsState>({{RightsState::none, "none"},
                             {RightsState::upcoming, "upcoming"},
                             {RightsState::active, "active"},
                             {RightsState::expiring, "expiring"},
                             {RightsState::expired, "expired"}});

inline constexpr Milliseconds kRightsExpiringWindow = std::chrono::hours(24 * 45);

// `none` for nullopt. `upcoming` where what they start with has not happened. `expiring` within
// kRightsExpiringWindow before the end.
RightsState rights_state(const std::optional<Rights>& rights, Timestamp now);

// The platform's own label for advertising ("Paid partnership"), as the sender says.
enum class PlatformLabel { not_told, on, off };
template <>
inline constexpr auto kEnumNames<PlatformLabel> =
    enum_names<PlatformLabel>({{PlatformLabel::not_told, "not_told"},
                               {PlatformLabel::on, "on"},
                               {PlatformLabel::off, "off"}});

// What a submission says about itself: read from a manifest or a feed, written by a creator, so
// untrusted text (valid UTF-8, no NUL, lengths capped by the reader).
struct Manifest {
  std::string external_id;  // the sender's own id; empty: the source makes one
  std::string creator;      // normalized handle
  std::string platform;     // "instagram"
  std::string placement;    // id of a placement pack: "instagram-reel"
  std::string campaign;     // id of a campaign
  std::string caption;
  std::string language;  // BCP 47 or ""
  std::vector<std::string> tags;
  std::vector<std::string> markets;  // "us", "uk", ...; empty: the brief's
  PlatformLabel platform_label = PlatformLabel::not_told;
  std::optional<Rights> rights;

  bool operator==(const Manifest&) const = default;
};

// What is said in a file, as a text with times beside it (SRT or WebVTT), before it was fetched.
struct TranscriptRef {
  std::string locator;  // as MediaRef
  std::string display_name;
  std::uint64_t byte_size = 0;

  bool operator==(const TranscriptRef&) const = default;
};

// One file of a submission before it was fetched.
struct MediaRef {
  std::string locator;       // relative path within a drop folder, or URL; only its source reads it
  std::string display_name;  // for people only; sanitized, never a path
  std::uint64_t byte_size = 0;                   // 0: not told
  std::optional<TranscriptRef> transcript = {};  // nullopt: none was sent with it

  bool operator==(const MediaRef&) const = default;
};

// The same once it was fetched.
struct TranscriptFile {
  ContentHash blob;
  std::uint64_t byte_size = 0;
  std::string display_name;

  bool operator==(const TranscriptFile&) const = default;
};

// The bound content of a revision: a decision holds for exactly this.
struct RevisionContent {
  std::vector<ContentHash> media;  // in order
  Manifest manifest;
  // The transcripts of the media, by position; shorter than `media` where the last have none.
  std::vector<std::optional<ContentHash>> transcripts = {};
};

// Hash over media, their transcripts, caption, tags, placement, markets and rights (and creator and
// campaign). Ids, languages and file names do not count.
ContentHash content_hash(const RevisionContent& content);

}  // namespace muster
