#include "extractors/brand/placement.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <tuple>

#include <opencv2/calib3d.hpp>
#include <opencv2/imgproc.hpp>

namespace muster {
namespace {

// How far two matches may differ and still propose the same place. Wide, because a feature's own
// scale and angle are rough: Lowe uses 30 degrees, a factor of 2 and a quarter of the object.
constexpr double kAngleTolerance = 30 * std::numbers::pi / 180;
constexpr double kScaleTolerance = 0.8;    // octaves
constexpr double kCoarseTolerance = 0.12;  // of the logo's longer side as proposed
constexpr double kFineTolerance = 0.06;    // of the logo's longer side, after the fit
constexpr double kMinTolerance = 2;        // px
constexpr double kSamePoint = 1.5;         // px: SIFT gives one point several angles
constexpr int kFitRounds = 3;
// Of one view. The search is quadratic in them, and a picture full of one pattern must not stall
// it.
constexpr std::size_t kMaxMatches = 300;
constexpr std::size_t kAffineFrom = 4;       // fewer points only fix a similarity
constexpr std::size_t kHomographyFrom = 10;  // fewer points leave its perspective to noise

struct Similarity {
  double scale = 1;
  double angle = 0;
  cv::Matx23d matrix;
};

Similarity implied_by(const LocalFeature& from, const LocalFeature& to) {
  Similarity result;
  result.scale = to.size / from.size;
  result.angle = std::remainder(double(to.angle) - from.angle, 2 * std::numbers::pi);
  const double a = result.scale * std::cos(result.angle);
  const double b = result.scale * std::sin(result.angle);
  result.matrix = {a, -b, to.x - (a * from.x - b * from.y), b, a, to.y - (b * from.x + a * from.y)};
  return result;
}

cv::Point2d apply(const cv::Matx33d& m, cv::Point2d p) {
  const cv::Vec3d v = m * cv::Vec3d(p.x, p.y, 1);
  return {v[0] / v[2], v[1] / v[2]};
}

cv::Matx33d lifted(const cv::Matx23d& m) {
  return {m(0, 0), m(0, 1), m(0, 2), m(1, 0), m(1, 1), m(1, 2), 0, 0, 1};
}

// Looks for places of one view.
class Finder {
 public:
  Finder(const KitView& view,
         const LocalFeatures& picture,
         cv::Size picture_size,
         std::vector<FeatureMatch> matches,
         const PlacementOptions& options)
      : view_(view), picture_(picture), picture_size_(picture_size), matches_(std::move(matches)) {
    max_error_ =
        std::max(kMinTolerance,
                 options.max_reprojection * std::max(picture_size.width, picture_size.height));
    side_ = std::max(view.logo.width, view.logo.height);
    implied_.reserve(matches_.size());
    for (const FeatureMatch& match : matches_) {
      implied_.push_back(implied_by(from(match), to(match)));
    }
  }

  // The strongest place; its matches are taken out. False where none is left.
  bool next(Placement& placement) {
    std::vector<std::size_t> best;
    double best_strength = 0;
    for (std::size_t seed = 0; seed < matches_.size(); ++seed) {
      std::vector<std::size_t> agreeing = agreeing_with(seed);
      if (at_most(agreeing) <= best_strength) {
        continue;
      }
      const double strength = weigh(agreeing).strength;
      if (strength > best_strength) {
        best_strength = strength;
        best = std::move(agreeing);
      }
    }
    if (best.empty()) {
      return false;
    }
    placement = fitted(best);
    take_out(best, placement);
    return true;
  }

 private:
  struct Weight {
    int distinct = 0;
    double strength = 0;
  };

  const LocalFeature& from(const FeatureMatch& match) const {
    return view_.features.points[match.view_feature];
  }
  const LocalFeature& to(const FeatureMatch& match) const {
    return picture_.points[match.picture_feature];
  }
  static cv::Point2d at(const LocalFeature& feature) { return {feature.x, feature.y}; }

  double at_most(const std::vector<std::size_t>& chosen) const {
    double sum = 0;
    for (const std::size_t i : chosen) {
      sum += 1 - matches_[i].ratio;
    }
    return sum;
  }

  // Counts every point of the view and of the picture once.
  Weight weigh(const std::vector<std::size_t>& chosen) const {
    Weight result;
    std::vector<std::size_t> counted;
    for (const std::size_t i : chosen) {
      const bool repeated = std::any_of(counted.begin(), counted.end(), [&](std::size_t k) {
        return cv::norm(at(from(matches_[i])) - at(from(matches_[k]))) < kSamePoint ||
               cv::norm(at(to(matches_[i])) - at(to(matches_[k]))) < kSamePoint;
      });
      if (!repeated) {
        counted.push_back(i);
        ++result.distinct;
        result.strength += 1 - matches_[i].ratio;
      }
    }
    return result;
  }

  bool same_pose(const Similarity& pose, std::size_t i) const {
    return std::abs(std::log2(implied_[i].scale / pose.scale)) < kScaleTolerance &&
           std::abs(std::remainder(implied_[i].angle - pose.angle, 2 * std::numbers::pi)) <
               kAngleTolerance;
  }

  std::vector<std::size_t> agreeing_with(std::size_t seed) const {
    const Similarity& pose = implied_[seed];
    const double tolerance = std::max(kMinTolerance, kCoarseTolerance * side_ * pose.scale);
    std::vector<std::size_t> result;
    for (std::size_t i = 0; i < matches_.size(); ++i) {
      if (same_pose(pose, i) && cv::norm(apply(lifted(pose.matrix), at(from(matches_[i]))) -
                                         at(to(matches_[i]))) < tolerance) {
        result.push_back(i);
      }
    }
    return result;
  }

  // Least squares over the matches: a similarity, an affinity or a homography, as far as their
  // number carries.
  cv::Matx33d fit(const std::vector<std::size_t>& chosen) const {
    if (chosen.size() == 1) {
      return lifted(implied_[chosen[0]].matrix);
    }
    const bool affine = static_cast<std::size_t>(weigh(chosen).distinct) >= kAffineFrom;
    // Unknowns: a similarity (a, b, tx, ty) or an affinity (a, b, c, d, tx, ty).
    const int unknowns = affine ? 6 : 4;
    cv::Mat left(static_cast<int>(2 * chosen.size()), unknowns, CV_64F, cv::Scalar(0));
    cv::Mat right(left.rows, 1, CV_64F);
    for (std::size_t k = 0; k < chosen.size(); ++k) {
      const cv::Point2d p = at(from(matches_[chosen[k]]));
      const cv::Point2d q = at(to(matches_[chosen[k]]));
      const int row = static_cast<int>(2 * k);
      right.at<double>(row) = q.x;
      right.at<double>(row + 1) = q.y;
      const std::array<double, 6> first =
          affine ? std::array{p.x, p.y, 0., 0., 1., 0.} : std::array{p.x, -p.y, 1., 0., 0., 0.};
      const std::array<double, 6> second =
          affine ? std::array{0., 0., p.x, p.y, 0., 1.} : std::array{p.y, p.x, 0., 1., 0., 0.};
      for (int c = 0; c < unknowns; ++c) {
        left.at<double>(row, c) = first[static_cast<std::size_t>(c)];
        left.at<double>(row + 1, c) = second[static_cast<std::size_t>(c)];
      }
    }
    cv::Mat x;
    cv::solve(left, right, x, cv::DECOMP_SVD);
    const double* v = x.ptr<double>();
    return affine ? cv::Matx33d(v[0], v[1], v[4], v[2], v[3], v[5], 0, 0, 1)
                  : cv::Matx33d(v[0], -v[1], v[2], v[1], v[0], v[3], 0, 0, 1);
  }

  std::vector<std::size_t> near(const cv::Matx33d& to_picture,
                                const std::vector<std::size_t>& chosen) const {
    const double scale = std::sqrt(std::abs(cv::determinant(to_picture)));
    const double tolerance = std::clamp(kFineTolerance * side_ * scale, kMinTolerance, max_error_);
    Similarity pose;
    pose.scale = std::max(scale, 1e-6);
    pose.angle =
        std::atan2(to_picture(1, 0) - to_picture(0, 1), to_picture(0, 0) + to_picture(1, 1));
    std::vector<std::size_t> result;
    for (std::size_t i = 0; i < matches_.size(); ++i) {
      const bool known = std::find(chosen.begin(), chosen.end(), i) != chosen.end();
      if ((known || same_pose(pose, i)) &&
          cv::norm(apply(to_picture, at(from(matches_[i]))) - at(to(matches_[i]))) < tolerance) {
        result.push_back(i);
      }
    }
    return result;
  }

  Placement fitted(const std::vector<std::size_t>& start) const {
    std::vector<std::size_t> chosen = start;
    cv::Matx33d matrix = fit(chosen);
    for (int round = 0; round < kFitRounds; ++round) {
      const std::vector<std::size_t> closer = near(matrix, chosen);
      if (closer.empty() || closer == chosen) {
        break;
      }
      chosen = closer;
      matrix = fit(chosen);
    }
    Placement result;
    if (weigh(chosen).distinct >= static_cast<int>(kHomographyFrom)) {
      with_perspective(chosen, matrix);
    }
    const Weight weight = weigh(chosen);
    result.to_picture = matrix;
    result.distinct = weight.distinct;
    result.strength = weight.strength;
    result.spread = spread_of(chosen);
    for (const std::size_t i : chosen) {
      result.inliers.push_back(matches_[i]);
      result.at_inliers.emplace_back(at(to(matches_[i])));
    }
    return result;
  }

  // Replaces the affinity by a homography where that agrees with at least as many matches and stays
  // plausible. RANSAC in OpenCV 4.6 draws from a generator of its own with a fixed seed, so the
  // answer is the same every time.
  void with_perspective(std::vector<std::size_t>& chosen, cv::Matx33d& matrix) const {
    std::vector<cv::Point2d> source;
    std::vector<cv::Point2d> target;
    for (const std::size_t i : chosen) {
      source.push_back(at(from(matches_[i])));
      target.push_back(at(to(matches_[i])));
    }
    const cv::Mat found =
        cv::findHomography(source, target, cv::RANSAC, std::max(kMinTolerance, max_error_ / 2));
    if (found.empty()) {
      return;
    }
    const cv::Matx33d homography = found;
    const std::vector<std::size_t> agreeing = near(homography, chosen);
    if (agreeing.size() >= chosen.size() && is_plausible(view_, homography, picture_size_)) {
      matrix = homography;
      chosen = agreeing;
    }
  }

  double spread_of(const std::vector<std::size_t>& chosen) const {
    std::vector<cv::Point2f> points;
    for (const std::size_t i : chosen) {
      points.emplace_back(at(from(matches_[i])));
    }
    std::vector<cv::Point2f> hull;
    cv::convexHull(points, hull);
    return hull.size() < 3 ? 0 : std::min(1.0, cv::contourArea(hull) / double(view_.logo.area()));
  }

  // The seed's matches, the inliers, and whatever else lies on the place found (a point of one
  // instance is no evidence for another).
  void take_out(const std::vector<std::size_t>& seed, const Placement& placement) {
    std::vector<bool> gone(matches_.size());
    for (const std::size_t i : seed) {
      gone[i] = true;
    }
    for (std::size_t i = 0; i < matches_.size(); ++i) {
      for (const FeatureMatch& inlier : placement.inliers) {
        if (inlier.picture_feature == matches_[i].picture_feature) {
          gone[i] = true;
        }
      }
    }
    std::size_t kept = 0;
    for (std::size_t i = 0; i < matches_.size(); ++i) {
      if (!gone[i]) {
        matches_[kept] = matches_[i];
        implied_[kept++] = implied_[i];
      }
    }
    matches_.resize(kept);
    implied_.resize(kept);
  }

  const KitView& view_;
  const LocalFeatures& picture_;
  cv::Size picture_size_;
  std::vector<FeatureMatch> matches_;
  std::vector<Similarity> implied_;
  double max_error_ = 0;
  double side_ = 1;
};

}  // namespace

std::array<cv::Point2d, 4> logo_corners(const KitView& view, const cv::Matx33d& to_picture) {
  const double left = view.logo.x;
  const double top = view.logo.y;
  const double right = left + double(view.logo.width);
  const double bottom = top + double(view.logo.height);
  std::array<cv::Point2d, 4> corners{cv::Point2d{left, top},
                                     cv::Point2d{right, top},
                                     cv::Point2d{right, bottom},
                                     cv::Point2d{left, bottom}};
  for (cv::Point2d& corner : corners) {
    corner = apply(to_picture, corner);
  }
  if (view.mirrored) {
    std::swap(corners[0], corners[1]);
    std::swap(corners[2], corners[3]);
  }
  return corners;
}

bool is_plausible(const KitView& view, const cv::Matx33d& to_picture, cv::Size picture_size) {
  constexpr double kMaxStretch = 4;      // of the aspect
  constexpr double kMaxPerspective = 3;  // between opposite sides
  constexpr double kMaxSide = 3;         // of the picture's longer side
  constexpr double kMinVisible = 0.3;    // of the logo within the picture
  // The plane must not pass through the camera within the logo.
  const std::array<cv::Point2d, 4> source{
      cv::Point2d(view.logo.x, view.logo.y),
      cv::Point2d(double(view.logo.x) + view.logo.width, view.logo.y),
      cv::Point2d(double(view.logo.x) + view.logo.width, double(view.logo.y) + view.logo.height),
      cv::Point2d(view.logo.x, double(view.logo.y) + view.logo.height)};
  for (const cv::Point2d& p : source) {
    if ((to_picture * cv::Vec3d(p.x, p.y, 1))[2] <= 1e-6) {
      return false;
    }
  }
  std::array<cv::Point2d, 4> corners;
  std::transform(source.begin(), source.end(), corners.begin(), [&](cv::Point2d p) {
    return apply(to_picture, p);
  });
  std::array<double, 4> sides{};
  for (std::size_t i = 0; i < 4; ++i) {
    const cv::Point2d a = corners[(i + 1) % 4] - corners[i];
    const cv::Point2d b = corners[(i + 2) % 4] - corners[(i + 1) % 4];
    sides[i] = cv::norm(a);
    // Convex and turning the same way as the view: sin of the angle at the corner.
    if (sides[i] < 3 || a.cross(b) < 0.2 * cv::norm(a) * cv::norm(b)) {
      return false;
    }
  }
  const double longest = *std::max_element(sides.begin(), sides.end());
  if (longest > kMaxSide * std::max(picture_size.width, picture_size.height)) {
    return false;
  }
  const auto within = [](double ratio, double limit) { return ratio < limit && ratio > 1 / limit; };
  if (!within(sides[0] / sides[2], kMaxPerspective) ||
      !within(sides[1] / sides[3], kMaxPerspective) ||
      !within((sides[0] + sides[2]) / (sides[1] + sides[3]) /
                  (double(view.logo.width) / view.logo.height),
              kMaxStretch)) {
    return false;
  }
  const std::vector<cv::Point2f> quad(corners.begin(), corners.end());
  const std::vector<cv::Point2f> frame{{0, 0},
                                       {float(picture_size.width), 0},
                                       {float(picture_size.width), float(picture_size.height)},
                                       {0, float(picture_size.height)}};
  std::vector<cv::Point2f> common;
  return cv::intersectConvexConvex(quad, frame, common) > kMinVisible * cv::contourArea(quad);
}

std::vector<Placement> find_placements(const KitView& view,
                                       const LocalFeatures& picture,
                                       cv::Size picture_size,
                                       std::vector<FeatureMatch> matches,
                                       const PlacementOptions& options) {
  if (matches.size() > kMaxMatches) {
    std::stable_sort(
        matches.begin(), matches.end(), [](const FeatureMatch& a, const FeatureMatch& b) {
          return a.ratio < b.ratio;
        });
    matches.resize(kMaxMatches);
  }
  Finder finder(view, picture, picture_size, std::move(matches), options);
  std::vector<Placement> result;
  Placement placement;
  for (std::size_t tries = 0; tries < options.max_per_view && finder.next(placement); ++tries) {
    if (is_plausible(view, placement.to_picture, picture_size)) {
      result.push_back(placement);
    }
  }
  return result;
}

}  // namespace muster
