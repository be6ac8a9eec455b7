#include "extractors/media/duplicates.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <vector>

#include <fmt/format.h>

namespace muster {
namespace {

// Of 150 photographs scaled to 40 % and saved with quality 40, nine in ten keep all three; of the
// same photographs moved by 2 % of their width, as the next shot of a burst is, none does (they
// differ in 14 bits at least, and in some part by 38 of 255).
constexpr int kCopyDistance = 12;      // bits that another encoding or size changes
constexpr int kCopyLightMean = 4;      // of 255
constexpr int kCopyLightMost = 26;     // of 255, of any part
constexpr double kCopyShare = 0.8;     // of the shorter video
constexpr double kSimilarShare = 0.5;  // likewise
constexpr std::int64_t kSimilarMs = 5000;
constexpr std::int64_t kStepMs = 100;  // of the offsets that are tried
constexpr std::int64_t kGapMs = 2000;  // a matched span goes on over less
constexpr int kMaxPieces = 4;          // of a video whose middle was cut out

struct ClipSpan {
  std::int64_t start = 0;
  std::int64_t end = 0;
};

ClipSpan clip_span_of(const HashedFrame& frame) {
  return {frame.time_ms, frame.time_ms + frame.duration_ms};
}

std::int64_t total_ms(const std::vector<HashedFrame>& frames) {
  std::int64_t total = 0;
  for (const HashedFrame& frame : frames) {
    total += frame.duration_ms;
  }
  return total;
}

// Two moments that look alike.
struct FramePair {
  std::size_t mine = 0;
  ClipSpan span;
  ClipSpan other;
  int distance = 0;

  // How long both show it where the other runs `offset` later.
  std::int64_t overlap(std::int64_t offset) const {
    return std::max<std::int64_t>(
        0, std::min(span.end, other.end - offset) - std::max(span.start, other.start - offset));
  }
};

struct Piece {
  std::int64_t offset = 0;
  std::int64_t matched_ms = 0;
  ClipSpan span;                                        // the longest part without a gap
  std::vector<std::pair<int, std::int64_t>> distances;  // and for how long
  std::vector<std::size_t> frames;
};

// Lays one video along the other, where most of both is the same.
class Alignment {
 public:
  Alignment(const std::vector<HashedFrame>& mine, const std::vector<HashedFrame>& other)
      : used_(mine.size(), false) {
    for (std::size_t i = 0; i < mine.size(); ++i) {
      for (const HashedFrame& there : other) {
        const int bits = distance(mine[i].hash, there.hash);
        if (bits <= kPictureRadius) {
          pairs_.push_back({i, clip_span_of(mine[i]), clip_span_of(there), bits});
        }
      }
    }
    if (!mine.empty() && !other.empty()) {
      first_ = -clip_span_of(mine.back()).end;
      steps_ = static_cast<std::size_t>((clip_span_of(other.back()).end - first_) / kStepMs) + 1;
    }
  }

  std::optional<Piece> next() {
    const std::optional<std::int64_t> offset = best_offset();
    if (!offset) {
      return std::nullopt;
    }
    Piece piece = piece_at(*offset);
    for (const std::size_t frame : piece.frames) {
      used_[frame] = true;
    }
    return piece;
  }

 private:
  std::optional<std::int64_t> best_offset() const {
    std::vector<std::int64_t> votes(steps_, 0);
    for (const FramePair& pair : pairs_) {
      if (used_[pair.mine]) {
        continue;
      }
      const std::int64_t from = (pair.other.start - pair.span.end - first_) / kStepMs;
      const std::int64_t to = (pair.other.end - pair.span.start - first_) / kStepMs;
      for (std::int64_t step = std::max<std::int64_t>(from, 0);
           step <= to && step < static_cast<std::int64_t>(steps_);
           ++step) {
        votes[static_cast<std::size_t>(step)] += pair.overlap(first_ + step * kStepMs);
      }
    }
    const auto best = std::max_element(votes.begin(), votes.end());
    if (best == votes.end() || *best == 0) {
      return std::nullopt;
    }
    // Pictures that stand still fit at many offsets: the middle one.
    const auto end =
        std::find_if(best, votes.end(), [&](std::int64_t vote) { return vote < *best; });
    const auto middle = best + (end - best - 1) / 2;
    return first_ + (middle - votes.begin()) * kStepMs;
  }

  Piece piece_at(std::int64_t offset) const {
    Piece piece;
    piece.offset = offset;
    ClipSpan run;
    for (const FramePair& pair : pairs_) {  // in order of `mine`
      const std::int64_t ms = used_[pair.mine] ? 0 : pair.overlap(offset);
      if (ms == 0) {
        continue;
      }
      piece.matched_ms += ms;
      piece.distances.emplace_back(pair.distance, ms);
      piece.frames.push_back(pair.mine);
      const ClipSpan both{std::max(pair.span.start, pair.other.start - offset),
                          std::min(pair.span.end, pair.other.end - offset)};
      if (run.end == 0 || both.start > run.end + kGapMs) {
        run = both;
      }
      run.end = std::max(run.end, both.end);
      if (run.end - run.start > piece.span.end - piece.span.start) {
        piece.span = run;
      }
    }
    return piece;
  }

  std::vector<FramePair> pairs_;
  std::vector<bool> used_;
  std::int64_t first_ = 0;  // the lowest offset
  std::size_t steps_ = 0;
};

// Half of the time was this near or nearer.
int median_distance(std::vector<std::pair<int, std::int64_t>> distances) {
  std::sort(distances.begin(), distances.end());
  std::int64_t total = 0;
  for (const auto& [bits, ms] : distances) {
    total += ms;
  }
  std::int64_t sum = 0;
  for (const auto& [bits, ms] : distances) {
    sum += ms;
    if (2 * sum >= total) {
      return bits;
    }
  }
  return kPictureRadius;
}

std::optional<DuplicateMatch> compare_videos(const MediaFingerprint& mine,
                                             const MediaFingerprint& other) {
  const std::int64_t shorter = std::min(total_ms(mine.frames), total_ms(other.frames));
  Alignment alignment(mine.frames, other.frames);
  std::int64_t matched_ms = 0;
  Piece longest;
  std::vector<std::pair<int, std::int64_t>> distances;
  for (int i = 0; i < kMaxPieces; ++i) {
    const auto piece = alignment.next();
    if (!piece || piece->matched_ms < std::min<std::int64_t>(1000, shorter)) {
      break;
    }
    matched_ms += piece->matched_ms;
    distances.insert(distances.end(), piece->distances.begin(), piece->distances.end());
    if (piece->matched_ms > longest.matched_ms) {
      longest = *piece;
    }
  }
  if (matched_ms == 0 || shorter == 0) {
    return std::nullopt;
  }
  DuplicateMatch match;
  match.share = std::min(1.0, static_cast<double>(matched_ms) / static_cast<double>(shorter));
  match.span = TimeSpan{longest.span.start, longest.span.end};
  match.other_span = TimeSpan{std::max<std::int64_t>(0, longest.span.start + longest.offset),
                              longest.span.end + longest.offset};
  if (match.share >= kCopyShare && median_distance(distances) <= kCopyDistance) {
    match.tier = DuplicateTier::reencoded;
  } else if (match.share >= kSimilarShare || matched_ms >= kSimilarMs) {
    match.tier = DuplicateTier::similar;
  } else {
    return std::nullopt;
  }
  return match;
}

bool same_light(const std::vector<std::uint8_t>& a, const std::vector<std::uint8_t>& b) {
  if (a.empty() || a.size() != b.size()) {
    return false;
  }
  int sum = 0;
  int most = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const int difference = std::abs(static_cast<int>(a[i]) - static_cast<int>(b[i]));
    sum += difference;
    most = std::max(most, difference);
  }
  return sum <= kCopyLightMean * static_cast<int>(a.size()) && most <= kCopyLightMost;
}

bool is_still(const MediaFingerprint& fingerprint) {
  return !fingerprint.light.empty();
}

std::optional<DuplicateMatch> compare_stills(const MediaFingerprint& mine,
                                             const MediaFingerprint& other) {
  const int bits = distance(mine.frames.front().hash, other.frames.front().hash);
  if (bits > kPictureRadius) {
    return std::nullopt;
  }
  const bool copy = bits <= kCopyDistance && same_light(mine.light, other.light);
  return DuplicateMatch{copy ? DuplicateTier::reencoded : DuplicateTier::similar};
}

// A still that looks like a moment of a video.
std::optional<DuplicateMatch> compare_still(const MediaFingerprint& still,
                                            const MediaFingerprint& video,
                                            bool video_is_mine) {
  const auto nearest = std::min_element(
      video.frames.begin(), video.frames.end(), [&](const HashedFrame& a, const HashedFrame& b) {
        return distance(a.hash, still.frames.front().hash) <
               distance(b.hash, still.frames.front().hash);
      });
  if (distance(nearest->hash, still.frames.front().hash) > kCopyDistance) {
    return std::nullopt;
  }
  DuplicateMatch match;
  const ClipSpan span = clip_span_of(*nearest);
  (video_is_mine ? match.span : match.other_span) = TimeSpan{span.start, span.end};
  return match;
}

std::optional<TimeSpan> whole_span(const MediaFingerprint& fingerprint) {
  if (is_still(fingerprint) || fingerprint.frames.empty()) {
    return std::nullopt;
  }
  return TimeSpan{0, clip_span_of(fingerprint.frames.back()).end};
}

}  // namespace

std::optional<DuplicateMatch> compare(const MediaFingerprint& mine, const MediaFingerprint& other) {
  if (mine.content == other.content) {
    return DuplicateMatch{DuplicateTier::same_content, 1, whole_span(mine), whole_span(other)};
  }
  if (mine.frames.empty() || other.frames.empty()) {
    return std::nullopt;
  }
  if (is_still(mine) && is_still(other)) {
    return compare_stills(mine, other);
  }
  if (is_still(mine) || is_still(other)) {
    return is_still(mine) ? compare_still(mine, other, false) : compare_still(other, mine, true);
  }
  return compare_videos(mine, other);
}

namespace {

std::string as_time(std::int64_t ms) {
  return fmt::format("{}:{:04.1f}", ms / 60'000, static_cast<double>(ms % 60'000) / 1000);
}

std::string as_span(const TimeSpan& span) {
  return as_time(span.start_ms) + " to " + as_time(span.end_ms);
}

std::string_view how_alike(DuplicateTier tier) {
  switch (tier) {
    case DuplicateTier::same_bytes:
      return "is the same file as";
    case DuplicateTier::same_content:
      return "has the same pictures and sound, with other metadata, as";
    case DuplicateTier::reencoded:
      return "shows the same, encoded again, scaled or cut, as";
    case DuplicateTier::similar:
      break;
  }
  return "looks like";
}

bool is_over(SubmissionState state) {
  return state == SubmissionState::rejected || state == SubmissionState::withdrawn ||
         state == SubmissionState::expired || state == SubmissionState::needs_work ||
         state == SubmissionState::quarantined;
}

std::string other_file(const SeenElsewhere& seen) {
  if (seen.same_submission) {
    return fmt::format("file {} of this submission", seen.position + 1);
  }
  std::string text =
      fmt::format("file {} of submission {}", seen.position + 1, raw(seen.submission));
  if (!seen.same_creator) {
    text += ", by another creator";
  }
  if (!seen.same_campaign) {
    text += ", for another campaign";
  }
  if (is_over(seen.state)) {
    text += fmt::format(" ({})", to_string(seen.state));
  }
  return text;
}

// The same creator may well post one clip on two platforms.
bool for_another_placement(const SeenElsewhere& seen) {
  return !seen.same_submission && seen.same_creator && seen.same_campaign && !seen.same_placement;
}

}  // namespace

Finding duplicate_finding(int item, const SeenElsewhere& seen) {
  const DuplicateMatch& match = seen.match;
  Finding finding;
  finding.check = "duplicates";
  finding.rule_id = fmt::format("duplicates.{}", to_string(match.tier));
  finding.message = fmt::format("it {} {}", how_alike(match.tier), other_file(seen));
  if (match.span && match.other_span) {
    finding.message +=
        fmt::format(": {} here is {} there", as_span(*match.span), as_span(*match.other_span));
  }
  const bool surely = match.tier != DuplicateTier::similar;
  finding.outcome = surely && !is_over(seen.state) && !for_another_placement(seen) ? Outcome::fail
                                                                                   : Outcome::warn;
  finding.remedy = for_another_placement(seen)
                       ? "Nothing, if both placements were agreed."
                       : "Send a picture or clip that was not delivered before.";
  finding.measured = fmt::format("{:.0f} %", match.share * 100);
  finding.measured_value = match.share;
  finding.unit = "share";
  finding.place.item = item;
  finding.place.time = match.span;
  finding.reason_code = "duplicate_content";
  finding.source = {"house policy on duplicates", "", "", "house"};
  return finding;
}

}  // namespace muster
