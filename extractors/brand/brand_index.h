#pragma once

#include "config/kit.h"
#include "core/finding.h"

#include <cmath>
#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <opencv2/core/mat.hpp>

namespace muster {

class Decoder;

// How well a viewer can see a logo that was found.
struct BrandMeasures {
  double clarity = 0;   // 0..1: detail of the place against that of the kit's picture at its size
  double contrast = 0;  // 0..1: between the darkest and the lightest twentieth of the place
  double hidden = 0;    // 0..1: share of the logo's structure that is covered or out of the frame
  // CIE 1976 difference to the kit's colors: under 10 hardly another color; colored light alone
  // makes 40. nullopt where the kit names none.
  std::optional<double> colour_difference;
};

// Fewer agreeing features prove nothing by themselves: of 100 photographed storefronts without a
// brand, 33 show 6 that agree by chance, 9 show 7, 2 show 8.
inline constexpr int kFewestSureFeatures = 8;
// Nor does a word that was read less surely...
inline constexpr double kSureWord = 0.9;
// ...nor a look of which the score, learned matcher and all, is less sure.
inline constexpr double kSureLook = 0.9;

// The brand's word, read at a place.
struct BrandWord {
  std::string spelling;  // of the kit
  std::string read;      // what was read there, untrusted
  double score = 0;      // 0..1: how sure the word alone is
  bool operator==(const BrandWord&) const = default;
};

// One place where a brand was found in a picture.
struct BrandHit {
  std::string kit;  // BrandKit::id
  std::string brand;
  double score = 0;  // 0..1; what 0.5 stands for: brand_score.h
  int inliers = 0;   // feature matches that agree on the place
  // The logo's own rectangle as it lies in the picture: from its top left corner over its top right
  // one (clockwise; of a mirrored logo counterclockwise). Clipped to the frame, so a quadrilateral
  // where the logo is wholly inside and 3 to 8 points otherwise.
  std::vector<Point> outline;
  Box box;                    // around the outline
  double share_of_frame = 0;  // area of the clipped outline
  bool mirrored = false;
  double rotation_degrees = 0;  // clockwise, -180..180
  double likeness = 0;          // -1..1: how far the place as a whole has the logo's structure
  // 0..1: how sure the learned matcher alone is of the place; nullopt where it did not look.
  std::optional<double> learned;
  std::optional<BrandWord> word;  // nullopt where the brand's word was not read, or not looked for
  std::vector<Point> matched;     // where the agreeing features lie
  BrandMeasures measures;
  // The brand that fits this place next best, and how well; empty where none does.
  std::string rival;
  double rival_score = 0;

  // Carried by so little that it never counts without a person: fewer than kFewestSureFeatures, no
  // word that was read surely, and no score of kSureLook that the learned matcher had its say in.
  bool is_thin() const;
  // 1 in the middle of the frame, 0 at its corners.
  double centrality() const {
    return 1 -
           std::hypot(box.x + box.width / 2 - 0.5, box.y + box.height / 2 - 0.5) / std::sqrt(0.5);
  }
};

// What is weak about a kit picture, in words for the kit's author.
struct KitRemark {
  std::string kit;
  std::string picture;
  std::string what;
  bool unusable = false;
};

// What the index knows of a kit.
struct IndexedKit {
  std::string id;
  std::string brand;
  std::vector<std::string> competitors;  // ids of other kits
  std::vector<std::string> colours;      // "#rrggbb"
  int min_logo_side = 0;                 // px in the analysed picture, of the longer side
  int usable_pictures = 0;
  std::size_t features = 0;  // of all usable pictures
  std::vector<KitRemark> remarks;

  // With so few features "not found" says little: plain shapes and short words are often missed.
  bool weak() const { return features < 60; }
};

template <typename Archive>
void fields(KitRemark& remark, Archive& archive) {
  archive(remark.kit, remark.picture, remark.what, remark.unusable);
}
template <typename Archive>
void fields(IndexedKit& kit, Archive& archive) {
  archive(kit.id,
          kit.brand,
          kit.competitors,
          kit.colours,
          kit.min_logo_side,
          kit.usable_pictures,
          kit.features,
          kit.remarks);
}

struct SearchTrace;
class LearnedMatcher;

// LearnedMatcher::shipped().
const LearnedMatcher* shipped_matcher();

// All kits in one index over local features, so that the cost of a picture hardly depends on the
// number of brands. Built once, then constant: find() may be called from any thread.
class BrandIndex {
 public:
  struct Options {
    int max_features = 2500;  // a picture
    double ratio =
        0.85;  // to the best match of any *other* brand (Lowe 2004, section 7.1, across brands)
    int min_inliers = 3;  // fewer agreeing matches are no hit, whatever the place looks like
    double max_reprojection = 0.02;  // of the picture's longer side
    double min_score = 0.2;          // hits below are not reported
    // Folder where the index is kept and taken from when the same kits come again; empty: neither.
    std::filesystem::path cache = {};
    // Outlives the index; nullptr: local features alone.
    const LearnedMatcher* matcher = shipped_matcher();
  };

  // Decodes the kits' pictures through the sandbox and indexes them, or takes the index from
  // `options.cache`. `remarks` may be null.
  static std::unique_ptr<BrandIndex> build(std::span<const BrandKit> kits,
                                           Decoder& decoder,
                                           const Options& options,
                                           std::vector<KitRemark>* remarks);
  ~BrandIndex();

  // `picture`: rows x cols x 3, 8 bit BGR. Best score first; several instances of a brand are
  // several hits. `trace` (extractors/brand/search_trace.h) is for benchmarks and may be null.
  std::vector<BrandHit> find(const cv::Mat& picture, SearchTrace* trace = nullptr) const;
  const std::vector<std::string>& kit_ids() const;
  const IndexedKit* kit(std::string_view id) const;  // nullptr: not in the index
  // Whether the learned matcher looks too; without it plain shapes and small logos are missed.
  bool is_learned() const;
  std::size_t byte_size() const;

 private:
  struct Impl;
  explicit BrandIndex(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace muster
