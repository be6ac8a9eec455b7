#include "extractors/brand/learned_evidence.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <opencv2/imgproc.hpp>

namespace muster {
namespace {

// A match agrees with a learned place where it lies within this share of the place's sides from
// where the view's feature belongs, and is as large within this factor.
constexpr double kAgreeing = 0.12;
constexpr double kSameSize = 1.8;
constexpr int kColourCells = 8;

// Maps the view's logo onto `box` of the searched picture.
cv::Matx33d onto(const KitView& view, const cv::Rect2d& box) {
  const double sx = box.width / view.logo.width;
  const double sy = box.height / view.logo.height;
  return {sx, 0, box.x - sx * view.logo.x, 0, sy, box.y - sy * view.logo.y, 0, 0, 1};
}

// Takes the matches that agree with `placement.to_picture`; at most one a point of either side.
void take_agreeing(const KitView& view,
                   const LocalFeatures& features,
                   const std::vector<FeatureMatch>& matches,
                   const cv::Rect2d& box,
                   Placement& placement) {
  const double scale = std::sqrt(box.area() / view.logo.area());
  std::vector<cv::Point2f> hull;
  for (const FeatureMatch& match : matches) {
    const LocalFeature& own = view.features.points[match.view_feature];
    const LocalFeature& seen = features.points[match.picture_feature];
    const cv::Vec3d at = placement.to_picture * cv::Vec3d(own.x, own.y, 1);
    const double size = seen.size / (own.size * scale);
    const bool known = std::any_of(
        placement.inliers.begin(), placement.inliers.end(), [&](const FeatureMatch& other) {
          return other.view_feature == match.view_feature ||
                 other.picture_feature == match.picture_feature;
        });
    if (known || std::abs(at[0] - seen.x) > kAgreeing * box.width ||
        std::abs(at[1] - seen.y) > kAgreeing * box.height || size > kSameSize ||
        size < 1 / kSameSize) {
      continue;
    }
    placement.inliers.push_back(match);
    placement.at_inliers.emplace_back(seen.x, seen.y);
    placement.strength += 1 - match.ratio;
    hull.emplace_back(own.x, own.y);
  }
  placement.distinct = static_cast<int>(placement.inliers.size());
  if (hull.size() > 2) {
    std::vector<cv::Point2f> around;
    cv::convexHull(hull, around);
    placement.spread = std::min(1.0, cv::contourArea(around) / view.logo.area());
  }
}

// The logo with the comparer's margin around it.
cv::Rect2f with_compared_margin(const cv::Rect2f& logo) {
  const float width = logo.width / float(kWindowFill);
  const float height = logo.height / float(kWindowFill);
  return {logo.x - (width - logo.width) / 2, logo.y - (height - logo.height) / 2, width, height};
}

// Hue and chroma of the window's middle, coarse: a and b of CIE L*a*b*.
cv::Mat coarse_colours(const cv::Mat& window) {
  const int margin = cvRound(kWindowSide * (1 - kWindowFill) / 2);
  const cv::Rect middle(margin, margin, kWindowSide - 2 * margin, kWindowSide - 2 * margin);
  cv::Mat cells;
  cv::resize(window(middle), cells, {kColourCells, kColourCells}, 0, 0, cv::INTER_AREA);
  cells.convertTo(cells, CV_32F, 1 / 255.0);
  cv::cvtColor(cells, cells, cv::COLOR_BGR2Lab);
  return cells;
}

double cosine(const std::vector<float>& a, const std::vector<float>& b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

double colour_difference(const cv::Mat& a, const cv::Mat& b) {
  const cv::Mat one = coarse_colours(a);
  const cv::Mat other = coarse_colours(b);
  double sum = 0;
  for (int y = 0; y < kColourCells; ++y) {
    for (int x = 0; x < kColourCells; ++x) {
      const cv::Vec3f difference = one.at<cv::Vec3f>(y, x) - other.at<cv::Vec3f>(y, x);
      sum += std::hypot(difference[1], difference[2]);
    }
  }
  return sum / (kColourCells * kColourCells);
}

}  // namespace

std::vector<Candidate> learned_candidates(
    const KitCatalogue& catalogue,
    const SearchedPicture& searched,
    const LocalFeatures& features,
    const std::map<std::size_t, std::vector<FeatureMatch>>& by_view,
    const SearchOptions& options,
    LearnedTimes* times) {
  std::vector<Candidate> candidates;
  if (catalogue.matcher() == nullptr || catalogue.learned().empty()) {
    return candidates;
  }
  LearnedSearchOptions search = options.learned;
  if (options.except_owner != DescriptorIndex::kNone) {
    search.except_kit = options.except_owner - KitCatalogue::owner_of_kit(0);
  }
  for (const LearnedPlace& place :
       find_learned(*catalogue.matcher(), catalogue.learned(), searched.picture, search, times)) {
    const std::size_t index = catalogue.view_of(catalogue.learned()[place.view]);
    const KitView& view = catalogue.views()[index];
    const cv::Rect2d box(place.box.x * searched.scale,
                         place.box.y * searched.scale,
                         place.box.width * searched.scale,
                         place.box.height * searched.scale);
    Candidate candidate;
    candidate.placement.view = index;
    candidate.placement.to_picture = onto(view, box);
    if (!is_plausible(view, candidate.placement.to_picture, searched.grey.size())) {
      continue;
    }
    if (const auto matches = by_view.find(index); matches != by_view.end()) {
      take_agreeing(view, features, matches->second, box, candidate.placement);
    }
    candidate.learned.alike = place.alike;
    candidates.push_back(std::move(candidate));
  }
  return candidates;
}

void compare_by_learning(const KitCatalogue& catalogue,
                         const SearchedPicture& searched,
                         std::vector<Candidate>& candidates,
                         std::size_t most) {
  if (catalogue.matcher() == nullptr) {
    return;
  }
  const PicturePyramid pyramid(searched.picture);
  const cv::Matx33d to_original = cv::Matx33d::diag({1 / searched.scale, 1 / searched.scale, 1});
  std::vector<cv::Mat> windows;
  std::vector<const LearnedView*> kits;
  std::vector<Candidate*> looked;
  for (Candidate& candidate : candidates) {
    const KitView& view = catalogue.views()[candidate.placement.view];
    const LearnedView* learned = catalogue.learned_of(view);
    if (learned == nullptr || windows.size() >= most) {
      continue;
    }
    cv::Mat window = pyramid.window(with_compared_margin(view.logo),
                                    to_original * candidate.placement.to_picture,
                                    {kWindowSide, kWindowSide});
    if (view.mirrored) {
      cv::flip(window, window, 1);
    }
    windows.push_back(std::move(window));
    kits.push_back(learned);
    looked.push_back(&candidate);
  }
  const std::vector<EmbeddedWindow> seen = catalogue.matcher()->look(windows);
  std::vector<WindowPair> pairs;
  for (std::size_t i = 0; i < seen.size(); ++i) {
    pairs.push_back({&kits[i]->embedded, &seen[i]});
  }
  const std::vector<Comparison> answers = catalogue.matcher()->compare(pairs);
  for (std::size_t i = 0; i < looked.size(); ++i) {
    LearnedEvidence& evidence = looked[i]->learned;
    evidence.looked = true;
    evidence.logit = answers[i].logit;
    evidence.aligned = cosine(kits[i]->embedded.vector, seen[i].vector);
    evidence.colour_difference = colour_difference(kits[i]->window, windows[i]);
  }
}

}  // namespace muster
