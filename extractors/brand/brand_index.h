#pragma once

#include "config/kit.h"
#include "core/finding.h"

#include <memory>
#include <span>
#include <string>
#include <vector>

#include <opencv2/core/mat.hpp>

namespace muster {

class Decoder;

// One place where a brand was found in a picture.
struct BrandHit {
  std::string kit;  // BrandKit::id
  std::string brand;
  double score = 0;            // 0..1
  int inliers = 0;             // feature matches that agree on the place
  std::vector<Point> outline;  // quadrilateral, clockwise from the logo's own top left corner,
                               // clipped to the frame
  Box box;                     // around the outline
  double share_of_frame = 0;   // area of the clipped outline
  bool mirrored = false;
  double rotation_degrees = 0;  // clockwise, -180..180
};

// What is weak about a kit picture, in words for the kit's author.
struct KitRemark {
  std::string kit;
  std::string picture;
  std::string what;
  bool unusable = false;
};

// All kits in one index over local features, so that the cost of a picture hardly depends on the
// number of brands. Built once, then constant: find() may be called from any thread.
class BrandIndex {
 public:
  struct Options {
    int max_features = 2500;  // a picture
    double ratio =
        0.8;  // to the best match of any *other* brand (Lowe 2004, section 7.1, across brands)
    int min_inliers = 10;            // fewer agreeing matches are no hit
    double max_reprojection = 0.02;  // of the picture's longer side
  };

  // Decodes the kits' pictures through the sandbox and indexes them. `remarks` may be null.
  static std::unique_ptr<BrandIndex> build(std::span<const BrandKit> kits,
                                           Decoder& decoder,
                                           const Options& options,
                                           std::vector<KitRemark>* remarks);
  ~BrandIndex();

  // `picture`: rows x cols x 3, 8 bit BGR. Best score first; several instances of a brand are
  // several hits.
  std::vector<BrandHit> find(const cv::Mat& picture) const;
  const std::vector<std::string>& kit_ids() const;

 private:
  struct Impl;
  explicit BrandIndex(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace muster
