#include "extractors/brand/learned_search.h"

#include "extractors/brand/stopwatch.h"
#include "extractors/brand/vector_products.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <opencv2/imgproc.hpp>

namespace muster {
namespace {

// Boxes of one kit that share so much (intersection over union) are one proposal.
constexpr double kSameProposal = 0.3;
// Rounds of comparing: the comparer says where the box lies better than the proposal does, and
// compares better where it lies well.
constexpr int kLearnedRounds = 2;

double shared(const cv::Rect2d& a, const cv::Rect2d& b) {
  const double common = (a & b).area();
  return common > 0 ? common / (a.area() + b.area() - common) : 0;
}

// One size of the picture, stretched so that logos of one aspect fill the embedder's square window.
struct Level {
  std::size_t aspect = 0;
  double sx = 1;  // px of the level a px of the picture
  double sy = 1;
};

std::vector<Level> levels_for(cv::Size picture,
                              const std::vector<LearnedView>& views,
                              const LearnedSearchOptions& options) {
  std::vector<Level> levels;
  for (std::size_t aspect = 0; aspect < kWindowAspects.size(); ++aspect) {
    if (std::none_of(views.begin(), views.end(), [&](const LearnedView& view) {
          return view.aspect == aspect;
        })) {
      continue;
    }
    const double root = std::sqrt(kWindowAspects[aspect]);
    // Enlarging shows nothing new, but lets the smallest logos fill a window.
    for (double scale = double(options.longest_side) / std::max(picture.width, picture.height);;
         scale /= options.level_step) {
      const Level level{aspect, scale / root, scale * root};
      if (picture.width * level.sx < kWindowSide || picture.height * level.sy < kWindowSide) {
        break;
      }
      levels.push_back(level);
    }
  }
  return levels;
}

class Proposals {
 public:
  Proposals(const std::vector<LearnedView>& views, const LearnedSearchOptions& options)
      : views_(views), options_(options) {
    for (std::size_t aspect = 0; aspect < kWindowAspects.size(); ++aspect) {
      std::vector<std::size_t>& members = by_aspect_[aspect];
      for (std::size_t i = 0; i < views.size(); ++i) {
        if (views[i].aspect == aspect && views[i].kit != options.except_kit) {
          members.push_back(i);
        }
      }
      cv::Mat& matrix = vectors_[aspect];
      matrix.create(static_cast<int>(members.size()), kVectorWidth, CV_32F);
      for (std::size_t i = 0; i < members.size(); ++i) {
        const std::vector<float>& vector = views[members[i]].vector;
        std::copy(vector.begin(), vector.end(), matrix.ptr<float>(static_cast<int>(i)));
      }
      for (const std::size_t i : members) {
        kits_ = std::max(kits_, views[i].kit + 1);
      }
    }
    places_.resize(kits_);
  }

  // The likeliest view of every kit at every window of a level.
  void take(const Level& level, const LearnedMatcher::Vectors& windows) {
    const std::vector<std::size_t>& members = by_aspect_[level.aspect];
    if (members.empty() || windows.rows_of_floats.empty()) {
      return;
    }
    const cv::Mat alike =
        products_of_rows(vectors_[level.aspect], windows.rows_of_floats);  // views x windows
    for (std::size_t m = 0; m < members.size(); ++m) {
      const float* row = alike.ptr<float>(static_cast<int>(m));
      for (int w = 0; w < alike.cols; ++w) {
        if (row[w] > kFloor && is_peak(row, w, windows)) {
          offer(members[m], level, w % windows.columns, w / windows.columns, row[w]);
        }
      }
    }
  }

  // The best of every kit, likeliest first.
  std::vector<LearnedPlace> best() {
    std::vector<LearnedPlace> result;
    for (std::vector<LearnedPlace>& places : places_) {
      result.insert(result.end(), places.begin(), places.end());
    }
    std::stable_sort(result.begin(), result.end(), [](const auto& a, const auto& b) {
      return a.alike > b.alike;
    });
    result.resize(std::min(result.size(), options_.compared));
    return result;
  }

 private:
  static constexpr float kFloor = 0.25f;  // a cosine under which no true match was proposed

  static bool is_peak(const float* row, int w, const LearnedMatcher::Vectors& windows) {
    const int x = w % windows.columns;
    const int y = w / windows.columns;
    for (int dy = -1; dy <= 1; ++dy) {
      for (int dx = -1; dx <= 1; ++dx) {
        const int nx = x + dx;
        const int ny = y + dy;
        if (nx >= 0 && ny >= 0 && nx < windows.columns && ny < windows.rows &&
            row[ny * windows.columns + nx] > row[w]) {
          return false;
        }
      }
    }
    return true;
  }

  void offer(std::size_t view, const Level& level, int column, int row, float alike) {
    const LearnedView& seen = views_[view];
    const double middle_x = column * kWindowStride + kWindowSide / 2.0;
    const double middle_y = row * kWindowStride + kWindowSide / 2.0;
    const double width = seen.extent.width * kWindowSide / level.sx;
    const double height = seen.extent.height * kWindowSide / level.sy;
    const cv::Rect2d box(
        middle_x / level.sx - width / 2, middle_y / level.sy - height / 2, width, height);
    std::vector<LearnedPlace>& places = places_[seen.kit];
    for (LearnedPlace& other : places) {
      if (shared(other.box, box) > kSameProposal) {
        if (alike > other.alike) {
          other = {view, box, alike, 0};
          sort(places);
        }
        return;
      }
    }
    places.push_back({view, box, alike, 0});
    sort(places);
    places.resize(std::min(places.size(), options_.per_kit));
  }

  static void sort(std::vector<LearnedPlace>& places) {
    std::stable_sort(places.begin(), places.end(), [](const auto& a, const auto& b) {
      return a.alike > b.alike;
    });
  }

  const std::vector<LearnedView>& views_;
  const LearnedSearchOptions& options_;
  std::array<std::vector<std::size_t>, kWindowAspects.size()> by_aspect_;
  std::array<cv::Mat, kWindowAspects.size()> vectors_;
  std::size_t kits_ = 0;
  std::vector<std::vector<LearnedPlace>> places_;  // by kit
};

// Compares the places with their views, and moves them to where the comparer sees the box.
void compare_places(const LearnedMatcher& matcher,
                    const std::vector<LearnedView>& views,
                    const cv::Mat& picture,
                    std::vector<LearnedPlace>& places) {
  std::vector<cv::Rect2d> boxes;
  for (LearnedPlace& place : places) {
    place.logit = -1e9;
    boxes.push_back(place.box);
  }
  for (int round = 0; round < kLearnedRounds; ++round) {
    std::vector<cv::Mat> windows;
    for (const cv::Rect2d& box : boxes) {
      windows.push_back(compared_window(picture, box));
    }
    const std::vector<EmbeddedWindow> seen = matcher.look(windows);
    std::vector<WindowPair> pairs;
    for (std::size_t i = 0; i < places.size(); ++i) {
      pairs.push_back({&views[places[i].view].embedded, &seen[i]});
    }
    const std::vector<Comparison> answers = matcher.compare(pairs);
    for (std::size_t i = 0; i < places.size(); ++i) {
      const cv::Rect2d& box = boxes[i];
      // Of the window around the box, in the picture's pixels.
      const double width = box.width / kWindowFill;
      const double height = box.height / kWindowFill;
      const double left = box.x + box.width / 2 - width / 2;
      const double top = box.y + box.height / 2 - height / 2;
      const cv::Rect2f& mark = answers[i].box;
      const cv::Rect2d moved(
          left + mark.x * width, top + mark.y * height, mark.width * width, mark.height * height);
      if (answers[i].logit > places[i].logit) {
        places[i].logit = answers[i].logit;
        places[i].box = moved;
      }
      boxes[i] = moved;
    }
  }
}

}  // namespace

std::vector<LearnedPlace> find_learned(const LearnedMatcher& matcher,
                                       const std::vector<LearnedView>& views,
                                       const cv::Mat& picture,
                                       const LearnedSearchOptions& options,
                                       LearnedTimes* times) {
  LearnedTimes unused;
  LearnedTimes& time = times != nullptr ? *times : unused;
  Proposals proposals(views, options);
  Stopwatch watch;
  for (const Level& level : levels_for(picture.size(), views, options)) {
    cv::Mat drawn;
    cv::resize(picture,
               drawn,
               cv::Size(cvRound(picture.cols * level.sx), cvRound(picture.rows * level.sy)),
               0,
               0,
               level.sx < 1 && level.sy < 1 ? cv::INTER_AREA : cv::INTER_LINEAR);
    const LearnedMatcher::Vectors windows = matcher.embed(drawn);
    time.embedding += watch.lap();
    proposals.take(level, windows);
    time.matching += watch.lap();
  }
  std::vector<LearnedPlace> places = proposals.best();
  compare_places(matcher, views, picture, places);
  std::stable_sort(
      places.begin(), places.end(), [](const auto& a, const auto& b) { return a.logit > b.logit; });
  time.comparing += watch.lap();
  return places;
}

}  // namespace muster
