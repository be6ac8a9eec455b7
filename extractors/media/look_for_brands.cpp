#include "extractors/media/look_for_brands.h"

#include "extractors/media/visible_time.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

namespace muster {
namespace {

// Frames nearer to each other than this are not searched both: a search costs far more than a
// frame, and what shows for less than this is nothing that a viewer takes in.
constexpr std::int64_t kSearchedEveryMs = 250;
// Frames more than this apart don't prove what lies between (visible_time.h); so many more are
// searched in one video where a brand shows on both sides.
constexpr std::int64_t kFillEveryMs = 600;
static_assert(kFillEveryMs < kMaxGapMs);
constexpr std::int64_t kMaxFillFrames = 64;
// Changes that are followed to the frame in one video; each costs a few searches. Others stay
// known to the frames that were searched.
constexpr std::size_t kMaxFollowedChanges = 24;
constexpr int kMaxRounds = 3;

class Search {
 public:
  Search(const LookInput& input, const IndexedKit& kit) : input_(input) {
    wanted_ = kit.competitors;
    wanted_.push_back(kit.id);
  }

  std::vector<BrandsInFrame> run() {
    for (const Frame& frame : input_.media.frames) {
      if (searched_.empty() || frame.time_ms - searched_.back().time_ms >= kSearchedEveryMs) {
        searched_.push_back(search(frame));
      }
    }
    if (input_.again && input_.media.facts.kind() == MediaKind::video) {
      fill_gaps();
      // Where many frames lie between, the first round leads only nearer.
      for (int round = 0; round < kMaxRounds && follow_changes(); ++round) {
      }
    }
    return std::move(searched_);
  }

 private:
  BrandsInFrame search(const Frame& frame) const {
    return {frame.time_ms, frame.duration_ms, input_.brands->find(frame.pixels)};
  }

  bool shows(const BrandsInFrame& frame, const std::string& kit) const {
    return std::any_of(frame.hits.begin(), frame.hits.end(), [&](const BrandHit& hit) {
      return hit.kit == kit && hit.score >= input_.brief.visibility.min_score;
    });
  }

  bool differ(const BrandsInFrame& a, const BrandsInFrame& b) const {
    return std::any_of(wanted_.begin(), wanted_.end(), [&](const std::string& kit) {
      return shows(a, kit) != shows(b, kit);
    });
  }

  bool both_show(const BrandsInFrame& a, const BrandsInFrame& b) const {
    return std::any_of(wanted_.begin(), wanted_.end(), [&](const std::string& kit) {
      return shows(a, kit) && shows(b, kit);
    });
  }

  void add(std::vector<BrandsInFrame> found) {
    searched_.insert(searched_.end(),
                     std::make_move_iterator(found.begin()),
                     std::make_move_iterator(found.end()));
    std::sort(searched_.begin(),
              searched_.end(),
              [](const BrandsInFrame& a, const BrandsInFrame& b) { return a.time_ms < b.time_ms; });
  }

  // Looks into gaps so long that the brand may have been away in between.
  void fill_gaps() {
    FrameQuery query;
    query.every_ms = kFillEveryMs;
    std::int64_t frames = 0;
    for (std::size_t i = 0; i + 1 < searched_.size() && frames < kMaxFillFrames; ++i) {
      const std::int64_t end = searched_[i].time_ms + searched_[i].duration_ms;
      const TimeSpan gap{searched_[i].time_ms + kFillEveryMs, searched_[i + 1].time_ms};
      if (gap.end_ms - searched_[i].time_ms <= kMaxGapMs || end >= gap.end_ms ||
          !both_show(searched_[i], searched_[i + 1])) {
        continue;
      }
      frames += (gap.end_ms - gap.start_ms) / kFillEveryMs + 1;
      if (query.windows.size() < kMaxFollowedChanges) {
        query.windows.push_back(gap);
      }
    }
    if (query.windows.empty()) {
      return;
    }
    std::vector<BrandsInFrame> found;
    for (const Frame& frame : input_.again(query).frames) {
      found.push_back(search(frame));
    }
    add(std::move(found));
  }

  // Between two searched frames of which one shows a brand and the other doesn't, finds the frame
  // where that changes. False where there is none, or nothing more to find.
  bool follow_changes() {
    FrameQuery query;
    for (std::size_t i = 0; i + 1 < searched_.size(); ++i) {
      const std::int64_t start = searched_[i].time_ms + 1;
      const bool frames_between =
          searched_[i].time_ms + searched_[i].duration_ms < searched_[i + 1].time_ms;
      if (frames_between && differ(searched_[i], searched_[i + 1]) &&
          query.windows.size() < kMaxFollowedChanges) {
        query.windows.push_back({start, searched_[i + 1].time_ms});
      }
    }
    if (query.windows.empty()) {
      return false;
    }
    const DecodedMedia between = input_.again(query);
    std::vector<BrandsInFrame> found;
    for (const TimeSpan& window : query.windows) {
      const auto first =
          std::find_if(between.frames.begin(), between.frames.end(), [&](const Frame& frame) {
            return frame.time_ms >= window.start_ms;
          });
      const auto last = std::find_if(first, between.frames.end(), [&](const Frame& frame) {
        return frame.time_ms >= window.end_ms;
      });
      follow({first, last}, window, found);
    }
    const bool any = !found.empty();
    add(std::move(found));
    return any;
  }

  // Halves the way between the two ends until they are neighbors; once for each brand that
  // changes.
  void follow(const std::vector<Frame>& frames,
              TimeSpan window,
              std::vector<BrandsInFrame>& found) const {
    const auto at = [&](std::int64_t time_ms) {
      return std::find_if(searched_.begin(), searched_.end(), [&](const BrandsInFrame& frame) {
        return frame.time_ms == time_ms;
      });
    };
    const BrandsInFrame& before = *at(window.start_ms - 1);
    const BrandsInFrame& after = *at(window.end_ms);
    std::vector<const BrandsInFrame*> known(frames.size());
    std::vector<BrandsInFrame> searched;
    searched.reserve(frames.size());  // `known` points into it
    for (const std::string& kit : wanted_) {
      const bool start_shows = shows(before, kit);
      if (start_shows == shows(after, kit)) {
        continue;
      }
      std::size_t low = 0;
      std::size_t high = frames.size();
      while (low < high) {  // the first frame that is no longer as at the start
        const std::size_t middle = low + (high - low) / 2;
        if (known[middle] == nullptr) {
          searched.push_back(search(frames[middle]));
          known[middle] = &searched.back();
        }
        if (shows(*known[middle], kit) == start_shows) {
          low = middle + 1;
        } else {
          high = middle;
        }
      }
    }
    std::move(searched.begin(), searched.end(), std::back_inserter(found));
  }

  const LookInput& input_;
  std::vector<std::string> wanted_;
  std::vector<BrandsInFrame> searched_;
};

}  // namespace

std::vector<BrandsInFrame> look_for_brands(const LookInput& input) {
  const IndexedKit* kit = input.brands == nullptr || input.brief.kit.empty()
                              ? nullptr
                              : input.brands->kit(input.brief.kit);
  if (kit == nullptr || kit->usable_pictures == 0) {
    return {};
  }
  return Search(input, *kit).run();
}

}  // namespace muster
