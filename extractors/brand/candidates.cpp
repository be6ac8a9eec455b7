#include "extractors/brand/candidates.h"

#include "extractors/brand/learned_evidence.h"
#include "extractors/brand/stopwatch.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>

#include <opencv2/core.hpp>

namespace muster {
namespace {

// Matches that a picture's feature may have with different views of one brand.
constexpr std::size_t kNeighbours = 8;
// Places that are compared as a whole, and those refined after that. In the bench's photographs a
// right place with a good likeness was never below the 11th of its picture by strength.
constexpr std::size_t kCompared = 40;
constexpr std::size_t kRefined = 8;

// Candidates whose place the comparer looks at.
constexpr std::size_t kComparedByLearning = 64;

std::map<std::size_t, std::vector<FeatureMatch>> match_features(const KitCatalogue& catalogue,
                                                                const LocalFeatures& features,
                                                                const SearchOptions& options) {
  std::map<std::size_t, std::vector<FeatureMatch>> by_view;
  DescriptorIndex::Scratch scratch;
  DescriptorIndex::Answer answer;
  for (std::size_t i = 0; i < features.count(); ++i) {
    catalogue.index().search(
        features.descriptor(i), kNeighbours, options.except_owner, scratch, answer);
    if (answer.nearest.empty() || answer.owner == KitCatalogue::kGenericOwner) {
      continue;
    }
    for (const Neighbour& neighbour : answer.nearest) {
      const double ratio = std::sqrt(double(neighbour.distance) / std::max(answer.other, 1u));
      if (ratio > options.ratio) {
        break;
      }
      const KitCatalogue::Entry& entry = catalogue.entry(neighbour.entry);
      by_view[entry.view].push_back({entry.view, entry.feature, i, ratio});
    }
  }
  return by_view;
}

double total(const Likeness& likeness) {
  return likeness.gradients + likeness.grey;
}

// Climbs to the nearby affinity under which the place looks most like the logo. The fit to a few
// features is good to a few pixels; the comparison wants better.
void refine(const PicturePyramid& pyramid, const KitView& view, Candidate& candidate) {
  const cv::Point2d middle(view.logo.x + view.logo.width / 2.0,
                           view.logo.y + view.logo.height / 2.0);
  const cv::Matx33d to_middle(1, 0, -middle.x, 0, 1, -middle.y, 0, 0, 1);
  const cv::Matx33d from_middle(1, 0, middle.x, 0, 1, middle.y, 0, 0, 1);
  double step = 0.06;
  for (int round = 0; round < 3; ++round, step /= 2) {
    const double dx = step * view.logo.width;
    const double dy = step * view.logo.height;
    const std::array<cv::Matx33d, 6> moves{cv::Matx33d(1, 0, dx, 0, 1, 0, 0, 0, 1),
                                           cv::Matx33d(1, 0, 0, 0, 1, dy, 0, 0, 1),
                                           cv::Matx33d(1 + step, 0, 0, 0, 1 + step, 0, 0, 0, 1),
                                           cv::Matx33d(1, -step, 0, step, 1, 0, 0, 0, 1),
                                           cv::Matx33d(1 + step, 0, 0, 0, 1, 0, 0, 0, 1),
                                           cv::Matx33d(1, step, 0, 0, 1, 0, 0, 0, 1)};
    for (const cv::Matx33d& move : moves) {
      for (const cv::Matx33d& way : {move, move.inv()}) {
        const cv::Matx33d moved = candidate.placement.to_picture * from_middle * way * to_middle;
        const Likeness likeness = pyramid.compare(view.appearance, view.logo, moved);
        if (total(likeness) > total(candidate.likeness)) {
          candidate.likeness = likeness;
          candidate.placement.to_picture = moved;
          break;
        }
      }
    }
  }
}

}  // namespace

std::vector<Candidate> find_candidates(const KitCatalogue& catalogue,
                                       const SearchedPicture& searched,
                                       const SearchOptions& options,
                                       SearchTimes* times) {
  SearchTimes unused;
  SearchTimes& time = times != nullptr ? *times : unused;
  Stopwatch watch;
  const LocalFeatures features = extract_features(searched.grey, options.max_features);
  time.features += watch.lap();
  const auto by_view = match_features(catalogue, features, options);
  time.matching += watch.lap();

  std::vector<Candidate> candidates;
  const PlacementOptions placing{options.max_reprojection, 4};
  for (const auto& [index, matches] : by_view) {
    for (Placement& placement : find_placements(
             catalogue.views()[index], features, searched.grey.size(), matches, placing)) {
      placement.view = index;
      candidates.push_back({std::move(placement), {}, {}});
    }
  }
  std::stable_sort(
      candidates.begin(), candidates.end(), [](const Candidate& a, const Candidate& b) {
        return a.placement.strength > b.placement.strength;
      });
  candidates.resize(std::min(candidates.size(), kCompared));
  time.placing += watch.lap();

  if (options.by_learning) {
    std::vector<Candidate> proposed =
        learned_candidates(catalogue, searched, features, by_view, options, &time.learned);
    std::move(proposed.begin(), proposed.end(), std::back_inserter(candidates));
  }
  watch.lap();

  const PicturePyramid pyramid(searched.grey);
  for (Candidate& candidate : candidates) {
    const KitView& view = catalogue.views()[candidate.placement.view];
    candidate.likeness =
        pyramid.compare(view.appearance, view.logo, candidate.placement.to_picture);
  }
  std::stable_sort(
      candidates.begin(), candidates.end(), [](const Candidate& a, const Candidate& b) {
        return a.placement.distinct * 0.2 + total(a.likeness) >
               b.placement.distinct * 0.2 + total(b.likeness);
      });
  for (std::size_t i = 0; i < std::min(candidates.size(), kRefined); ++i) {
    refine(pyramid, catalogue.views()[candidates[i].placement.view], candidates[i]);
  }
  time.comparing += watch.lap();
  if (options.by_learning) {
    compare_by_learning(catalogue, searched, candidates, kComparedByLearning);
  }
  time.learned.comparing += watch.lap();
  return candidates;
}

}  // namespace muster
