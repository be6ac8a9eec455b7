#include "extractors/brand/brand_index.h"

#include "extractors/brand/brand_measures.h"
#include "extractors/brand/brand_score.h"
#include "extractors/brand/candidates.h"
#include "extractors/brand/kit_catalogue.h"
#include "extractors/decode/decoder.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <numbers>
#include <utility>

#include <fmt/format.h>
#include <opencv2/imgproc.hpp>

namespace muster {
namespace {

// Pictures are searched at this longer side: a compromise between the cost of SIFT, which grows
// with the area, and small logos. Not tuned: 700 and 1000 were compared, and at the score in use
// both found as many of the logos (0.56) in photographs of 500 px.
constexpr int kSearchedSide = 900;
constexpr int kTinyLogo = 16;   // px: nothing can be learned from less
constexpr int kSmallLogo = 64;  // px: a logo should come with more
constexpr std::size_t kFewFeatures = 10;
constexpr std::size_t kNoFeatures = 3;
constexpr double kSameLook = 0.5;  // score from which two kits look alike

// One place holds one logo: how much of the smaller outline the larger may cover.
constexpr double kSameBrandOverlap = 0.4;
constexpr double kOtherBrandOverlap = 0.6;

struct ScoredCandidate {
  const Candidate* candidate = nullptr;
  double score = 0;
  std::vector<cv::Point2f> outline;
};

cv::Mat analysis_picture(const cv::Mat& picture, double& scale) {
  cv::Mat grey;
  cv::cvtColor(picture, grey, cv::COLOR_BGR2GRAY);
  const int side = std::max(grey.cols, grey.rows);
  scale = double{kSearchedSide} / side;
  const cv::Size size(std::max(1, cvRound(grey.cols * scale)),
                      std::max(1, cvRound(grey.rows * scale)));
  if (size != grey.size()) {
    cv::resize(grey, grey, size, 0, 0, scale < 1 ? cv::INTER_AREA : cv::INTER_CUBIC);
  }
  return grey;
}

// Sutherland and Hodgman's clipping of a convex polygon against 0..1 in both directions; order and
// start are kept.
std::vector<Point> clipped_to_frame(std::vector<Point> polygon) {
  for (int side = 0; side < 4; ++side) {
    // Positive inside.
    const auto inside = [side](const Point& p) {
      return side == 0 ? p.x : side == 1 ? 1 - p.x : side == 2 ? p.y : 1 - p.y;
    };
    std::vector<Point> kept;
    for (std::size_t i = 0; i < polygon.size(); ++i) {
      const Point& a = polygon[i];
      const Point& b = polygon[(i + 1) % polygon.size()];
      const double da = inside(a);
      const double db = inside(b);
      if (da >= 0) {
        kept.push_back(a);
      }
      if ((da > 0 && db < 0) || (da < 0 && db > 0)) {
        const double t = da / (da - db);
        kept.push_back({std::clamp(a.x + t * (b.x - a.x), 0.0, 1.0),
                        std::clamp(a.y + t * (b.y - a.y), 0.0, 1.0)});
      }
    }
    polygon = std::move(kept);
  }
  return polygon;
}

double area_of(const std::vector<Point>& polygon) {
  double twice = 0;
  for (std::size_t i = 0; i < polygon.size(); ++i) {
    const Point& a = polygon[i];
    const Point& b = polygon[(i + 1) % polygon.size()];
    twice += a.x * b.y - b.x * a.y;
  }
  return std::abs(twice) / 2;
}

Box box_around(const std::vector<Point>& polygon) {
  if (polygon.empty()) {
    return {};
  }
  const auto [left, right] = std::minmax_element(
      polygon.begin(), polygon.end(), [](const Point& a, const Point& b) { return a.x < b.x; });
  const auto [top, bottom] = std::minmax_element(
      polygon.begin(), polygon.end(), [](const Point& a, const Point& b) { return a.y < b.y; });
  return {left->x, top->y, right->x - left->x, bottom->y - top->y};
}

// Share of the smaller outline that both have in common.
double overlap_of_outlines(const std::vector<cv::Point2f>& a, const std::vector<cv::Point2f>& b) {
  std::vector<cv::Point2f> common;
  const double smaller = std::min(cv::contourArea(a), cv::contourArea(b));
  return smaller > 0 ? cv::intersectConvexConvex(a, b, common) / smaller : 1;
}

}  // namespace

struct BrandIndex::Impl {
  Options options;
  std::vector<std::string> ids;
  std::vector<IndexedKit> kits;
  KitCatalogue catalogue;

  SearchOptions search_options() const {
    SearchOptions result;
    result.max_features = options.max_features;
    result.ratio = options.ratio;
    result.max_reprojection = options.max_reprojection;
    return result;
  }

  void add_kit(const BrandKit& kit,
               Decoder& decoder,
               std::vector<std::pair<PreparedPicture, KitRemark>>& prepared);
  bool add_picture(std::size_t kit,
                   std::size_t picture,
                   const PreparedPicture& prepared,
                   const std::string& name);
  void remark_lookalikes(const std::vector<std::pair<PreparedPicture, KitRemark>>& prepared);
  std::vector<ScoredCandidate> scored(const std::vector<Candidate>& candidates, double scale) const;
  BrandHit hit_from(const ScoredCandidate& scored, cv::Size searched) const;
  void measure(const ScoredCandidate& scored, const MeasuredPicture& picture, BrandHit& hit) const;
};

void BrandIndex::Impl::add_kit(const BrandKit& kit,
                               Decoder& decoder,
                               std::vector<std::pair<PreparedPicture, KitRemark>>& prepared) {
  const std::size_t position = kits.size();
  ids.push_back(kit.id);
  kits.push_back({kit.id, kit.brand, kit.competitors, kit.colours, kit.min_logo_side, 0, 0, {}});
  for (std::size_t i = 0; i < kit.pictures.size(); ++i) {
    const KitPicture& picture = kit.pictures[i];
    std::string problem;
    const cv::Mat pixels = decoder.decode_picture(media_bytes(picture.bytes), problem);
    if (pixels.empty()) {
      kits.back().remarks.push_back({kit.id, picture.name, "cannot be read: " + problem, true});
      continue;
    }
    PreparedPicture ready = prepare_picture(pixels);
    if (add_picture(position, i, ready, picture.name)) {
      ++kits.back().usable_pictures;
      prepared.emplace_back(std::move(ready), KitRemark{kit.id, picture.name, "", false});
    }
  }
}

bool BrandIndex::Impl::add_picture(std::size_t kit,
                                   std::size_t picture,
                                   const PreparedPicture& prepared,
                                   const std::string& name) {
  const auto remark = [&](std::string what, bool unusable) {
    kits[kit].remarks.push_back({kits[kit].id, name, std::move(what), unusable});
  };
  if (prepared.logo_side < kTinyLogo) {
    remark(fmt::format("the logo is {} px; nothing can be learned from less than {} px",
                       prepared.logo_side,
                       kTinyLogo),
           true);
    return false;
  }
  const std::size_t features = catalogue.add(kit, picture, prepared);
  if (features < kNoFeatures) {
    remark(
        "an even surface or a plain shape without any feature that could be found again; add "
        "pictures of the logo in use",
        true);
    return false;
  }
  kits[kit].features += features;
  if (features < kFewFeatures) {
    remark(fmt::format("only {} features; it will often be missed; add pictures of the logo in use",
                       features),
           false);
  }
  if (prepared.logo_side < kSmallLogo) {
    remark(
        fmt::format("the logo is {} px; give one of {} px or more", prepared.logo_side, kSmallLogo),
        false);
  }
  return true;
}

void BrandIndex::Impl::remark_lookalikes(
    const std::vector<std::pair<PreparedPicture, KitRemark>>& prepared) {
  for (const auto& [picture, about] : prepared) {
    const auto own = std::find(ids.begin(), ids.end(), about.kit) - ids.begin();
    SearchOptions search = search_options();
    search.except_owner = KitCatalogue::owner_of_kit(static_cast<std::size_t>(own));
    const std::vector<Candidate> candidates =
        find_candidates(catalogue, picture.grey, search, nullptr);
    for (const ScoredCandidate& other : scored(candidates, 1)) {
      if (other.score >= kSameLook) {
        const IndexedKit& like = kits[catalogue.views()[other.candidate->placement.view].kit];
        KitRemark remark = about;
        remark.what =
            fmt::format("looks like kit '{}' ({}): finds of one may be taken for the other",
                        like.id,
                        like.brand);
        kits[static_cast<std::size_t>(own)].remarks.push_back(std::move(remark));
        break;
      }
    }
  }
}

// Best first; ties in the order of the candidates, which is fixed.
std::vector<ScoredCandidate> BrandIndex::Impl::scored(const std::vector<Candidate>& candidates,
                                                      double scale) const {
  std::vector<ScoredCandidate> result;
  for (const Candidate& candidate : candidates) {
    const KitView& view = catalogue.views()[candidate.placement.view];
    const double score = brand_score(view, candidate);
    if (candidate.placement.distinct < options.min_inliers || score < options.min_score) {
      continue;
    }
    const auto corners = logo_corners(view, candidate.placement.to_picture);
    const double side =
        std::max(cv::norm(corners[1] - corners[0]), cv::norm(corners[2] - corners[1]));
    if (side / scale < kits[view.kit].min_logo_side) {
      continue;
    }
    result.push_back({&candidate, score, {corners.begin(), corners.end()}});
  }
  std::stable_sort(
      result.begin(), result.end(), [](const ScoredCandidate& a, const ScoredCandidate& b) {
        return a.score > b.score;
      });
  return result;
}

BrandHit BrandIndex::Impl::hit_from(const ScoredCandidate& scored, cv::Size searched) const {
  const Placement& placement = scored.candidate->placement;
  const KitView& view = catalogue.views()[placement.view];
  BrandHit hit;
  hit.kit = kits[view.kit].id;
  hit.brand = kits[view.kit].brand;
  hit.score = scored.score;
  hit.inliers = placement.distinct;
  for (const cv::Point2f& corner : scored.outline) {
    hit.outline.push_back({double(corner.x) / searched.width, double(corner.y) / searched.height});
  }
  // The direction of reading, as the picture shows it: a mirrored logo reads from right to left.
  const cv::Point2f reading =
      (scored.outline[1] - scored.outline[0]) * (view.mirrored ? -1.0f : 1.0f);
  hit.rotation_degrees = std::atan2(reading.y, reading.x) * 180 / std::numbers::pi;
  hit.mirrored = view.mirrored;
  hit.outline = clipped_to_frame(std::move(hit.outline));
  hit.box = box_around(hit.outline);
  hit.share_of_frame = area_of(hit.outline);
  hit.likeness = scored.candidate->likeness.gradients;
  for (const cv::Point2f& point : placement.at_inliers) {
    hit.matched.push_back({double(point.x) / searched.width, double(point.y) / searched.height});
  }
  return hit;
}

void BrandIndex::Impl::measure(const ScoredCandidate& scored,
                               const MeasuredPicture& picture,
                               BrandHit& hit) const {
  const Placement& placement = scored.candidate->placement;
  const KitView& view = catalogue.views()[placement.view];
  hit.measures = measure_place(view, placement.to_picture, picture, kits[view.kit].colours);
  const double whole = cv::contourArea(scored.outline) / picture.searched.area();
  const double outside = whole > 0 ? std::clamp(1 - hit.share_of_frame / whole, 0.0, 1.0) : 0;
  hit.measures.hidden = std::max(scored.candidate->likeness.hidden, outside);
}

BrandIndex::BrandIndex(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
BrandIndex::~BrandIndex() = default;

std::unique_ptr<BrandIndex> BrandIndex::build(std::span<const BrandKit> kits,
                                              Decoder& decoder,
                                              const Options& options,
                                              std::vector<KitRemark>* remarks) {
  auto impl = std::make_unique<Impl>();
  impl->options = options;
  std::vector<std::pair<PreparedPicture, KitRemark>> prepared;
  for (const BrandKit& kit : kits) {
    impl->add_kit(kit, decoder, prepared);
  }
  impl->catalogue.finish();
  if (kits.size() > 1) {
    impl->remark_lookalikes(prepared);
  }
  if (remarks != nullptr) {
    for (const IndexedKit& kit : impl->kits) {
      remarks->insert(remarks->end(), kit.remarks.begin(), kit.remarks.end());
    }
  }
  return std::unique_ptr<BrandIndex>(new BrandIndex(std::move(impl)));
}

std::vector<BrandHit> BrandIndex::find(const cv::Mat& picture, SearchTimes* times) const {
  CV_Assert(picture.type() == CV_8UC3);
  if (picture.empty()) {
    return {};
  }
  double scale = 1;
  const cv::Mat grey = analysis_picture(picture, scale);
  const std::vector<Candidate> candidates =
      find_candidates(impl_->catalogue, grey, impl_->search_options(), times);
  const PicturePyramid pyramid(grey);
  std::vector<ScoredCandidate> kept;
  std::vector<BrandHit> hits;
  const auto kit_of = [&](const ScoredCandidate& s) {
    return impl_->catalogue.views()[s.candidate->placement.view].kit;
  };
  for (ScoredCandidate& next : impl_->scored(candidates, scale)) {
    const auto owner = std::find_if(kept.begin(), kept.end(), [&](const ScoredCandidate& other) {
      return overlap_of_outlines(next.outline, other.outline) >
             (kit_of(next) == kit_of(other) ? kSameBrandOverlap : kOtherBrandOverlap);
    });
    if (owner != kept.end()) {
      BrandHit& hit = hits[static_cast<std::size_t>(owner - kept.begin())];
      if (kit_of(next) != kit_of(*owner) && hit.rival.empty()) {
        hit.rival = impl_->kits[kit_of(next)].id;
        hit.rival_score = next.score;
      }
    } else {
      BrandHit hit = impl_->hit_from(next, grey.size());
      impl_->measure(next, {picture, pyramid, scale}, hit);
      hits.push_back(std::move(hit));
      kept.push_back(std::move(next));
    }
  }
  return hits;
}

const std::vector<std::string>& BrandIndex::kit_ids() const {
  return impl_->ids;
}

const IndexedKit* BrandIndex::kit(std::string_view id) const {
  const auto found = std::find_if(
      impl_->kits.begin(), impl_->kits.end(), [id](const IndexedKit& kit) { return kit.id == id; });
  return found == impl_->kits.end() ? nullptr : &*found;
}

std::size_t BrandIndex::byte_size() const {
  return impl_->catalogue.byte_size();
}

}  // namespace muster
