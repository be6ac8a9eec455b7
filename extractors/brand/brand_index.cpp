#include "extractors/brand/brand_index.h"

#include "extractors/brand/brand_measures.h"
#include "extractors/brand/brand_score.h"
#include "extractors/brand/candidates.h"
#include "extractors/brand/index_archive.h"
#include "extractors/brand/index_file.h"
#include "extractors/brand/kit_catalogue.h"
#include "extractors/brand/outlines.h"
#include "extractors/brand/search_trace.h"
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
constexpr double kEven = 8;        // grey levels of standard deviation
constexpr double kSameLook = 0.5;  // score from which two kits look alike

// Counts up with every change to what an index holds or how it is computed: kept indexes of other
// versions are not used.
constexpr int kIndexVersion = 1;

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

// Whether the logo has no shape that even the learned matcher could tell from a wall.
bool is_even(const PreparedPicture& prepared) {
  cv::Scalar mean;
  cv::Scalar deviation;
  const cv::Rect frame(0, 0, prepared.grey.cols, prepared.grey.rows);
  cv::meanStdDev(prepared.grey(cv::Rect(prepared.logo) & frame), mean, deviation);
  return deviation[0] < kEven;
}

}  // namespace

struct BrandIndex::Impl {
  Options options;
  std::vector<std::string> ids;
  std::vector<IndexedKit> kits;
  KitCatalogue catalogue{nullptr};

  SearchOptions search_options() const {
    SearchOptions result;
    result.max_features = options.max_features;
    result.ratio = options.ratio;
    result.max_reprojection = options.max_reprojection;
    return result;
  }

  template <typename Archive>
  friend void fields(Impl& impl, Archive& archive) {
    archive(impl.ids, impl.kits, impl.catalogue);
  }
  // Of all that the index depends on.
  ContentHash key_of(std::span<const BrandKit> given) const;
  // From what was kept; false where that is nothing, or not all.
  bool take(const std::optional<std::string>& kept);
  void tell(std::vector<KitRemark>* remarks) const;
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
  void note(const std::vector<Candidate>& candidates, cv::Size searched, SearchTrace& trace) const;
  void measure(const ScoredCandidate& scored, const MeasuredPicture& picture, BrandHit& hit) const;
};

ContentHash BrandIndex::Impl::key_of(std::span<const BrandKit> given) const {
  Hasher hasher;
  hasher.add_field(std::to_string(kIndexVersion));
  hasher.add_field(catalogue.matcher() == nullptr ? "" : catalogue.matcher()->version());
  for (const BrandKit& kit : given) {
    hasher.add_field(kit.id);
    hasher.add_field(kit.hash.hex());
    for (const KitPicture& picture : kit.pictures) {
      hasher.add_field(picture.hash.hex());
    }
  }
  return hasher.finish();
}

bool BrandIndex::Impl::take(const std::optional<std::string>& kept) {
  if (!kept) {
    return false;
  }
  IndexReader reader(*kept);
  fields(*this, reader);
  if (reader.complete()) {
    return true;
  }
  ids.clear();
  kits.clear();
  catalogue = KitCatalogue(options.matcher);
  return false;
}

void BrandIndex::Impl::tell(std::vector<KitRemark>* remarks) const {
  if (remarks != nullptr) {
    for (const IndexedKit& kit : kits) {
      remarks->insert(remarks->end(), kit.remarks.begin(), kit.remarks.end());
    }
  }
}

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
  if (features < kNoFeatures && (catalogue.matcher() == nullptr || is_even(prepared))) {
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
    search.by_learning = false;
    const std::vector<Candidate> candidates =
        find_candidates(catalogue, {picture.colour, picture.grey, 1}, search, nullptr);
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
    const bool seen = candidate.placement.distinct >= options.min_inliers ||
                      (candidate.learned.looked && candidate.learned.logit > 0);
    if (!seen || score < options.min_score) {
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
  if (scored.candidate->learned.looked) {
    hit.learned = 1 / (1 + std::exp(-scored.candidate->learned.logit));
  }
  for (const cv::Point2f& point : placement.at_inliers) {
    hit.matched.push_back({double(point.x) / searched.width, double(point.y) / searched.height});
  }
  return hit;
}

void BrandIndex::Impl::note(const std::vector<Candidate>& candidates,
                            cv::Size searched,
                            SearchTrace& trace) const {
  for (const Candidate& candidate : candidates) {
    const KitView& view = catalogue.views()[candidate.placement.view];
    std::vector<Point> corners;
    for (const cv::Point2d& corner : logo_corners(view, candidate.placement.to_picture)) {
      corners.push_back({corner.x / searched.width, corner.y / searched.height});
    }
    trace.candidates.push_back({kits[view.kit].id,
                                box_around(corners),
                                evidence_of(view, candidate),
                                brand_score(view, candidate)});
  }
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

bool BrandHit::is_thin() const {
  return inliers < kFewestSureFeatures && !(word && word->score >= kSureWord) &&
         !(learned && score >= kSureLook);
}

const LearnedMatcher* shipped_matcher() {
  return LearnedMatcher::shipped();
}

BrandIndex::BrandIndex(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
BrandIndex::~BrandIndex() = default;

std::unique_ptr<BrandIndex> BrandIndex::build(std::span<const BrandKit> kits,
                                              Decoder& decoder,
                                              const Options& options,
                                              std::vector<KitRemark>* remarks) {
  auto impl = std::make_unique<Impl>();
  impl->options = options;
  impl->catalogue = KitCatalogue(options.matcher);
  const ContentHash key = impl->key_of(kits);
  if (!options.cache.empty() && impl->take(read_index_file(options.cache, key))) {
    impl->tell(remarks);
    return std::unique_ptr<BrandIndex>(new BrandIndex(std::move(impl)));
  }
  std::vector<std::pair<PreparedPicture, KitRemark>> prepared;
  for (const BrandKit& kit : kits) {
    impl->add_kit(kit, decoder, prepared);
  }
  impl->catalogue.finish();
  if (kits.size() > 1) {
    impl->remark_lookalikes(prepared);
  }
  if (!options.cache.empty()) {
    IndexWriter writer;
    fields(*impl, writer);
    write_index_file(options.cache, key, writer.bytes());
  }
  impl->tell(remarks);
  return std::unique_ptr<BrandIndex>(new BrandIndex(std::move(impl)));
}

std::vector<BrandHit> BrandIndex::find(const cv::Mat& picture, SearchTrace* trace) const {
  CV_Assert(picture.type() == CV_8UC3);
  if (picture.empty()) {
    return {};
  }
  double scale = 1;
  const cv::Mat grey = analysis_picture(picture, scale);
  const std::vector<Candidate> candidates =
      find_candidates(impl_->catalogue,
                      {picture, grey, scale},
                      impl_->search_options(),
                      trace != nullptr ? &trace->times : nullptr);
  if (trace != nullptr) {
    impl_->note(candidates, grey.size(), *trace);
  }
  const PicturePyramid pyramid(grey);
  std::vector<ScoredCandidate> kept;
  std::vector<BrandHit> hits;
  const auto kit_of = [&](const ScoredCandidate& s) {
    return impl_->catalogue.views()[s.candidate->placement.view].kit;
  };
  for (ScoredCandidate& next : impl_->scored(candidates, scale)) {
    const auto owner = std::find_if(kept.begin(), kept.end(), [&](const ScoredCandidate& other) {
      return overlap(next.outline, other.outline) >
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

bool BrandIndex::is_learned() const {
  return impl_->catalogue.matcher() != nullptr;
}

std::size_t BrandIndex::byte_size() const {
  return impl_->catalogue.byte_size();
}

}  // namespace muster
