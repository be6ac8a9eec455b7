#pragma once

#include <array>
#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <opencv2/core/types.hpp>

namespace muster {

// One place where a brand was reported, in pixels of the picture as it is on disk.
struct BrandClaim {
  std::string brand;
  double score = 0;
  cv::Rect2d box;
  bool thin = false;  // BrandHit::is_thin: comes before a person, whatever its score
};

// A picture of a data set: what is in it, and what was reported of it.
struct BrandResult {
  std::string set;
  std::string file;
  cv::Size size;
  std::vector<std::string> brands;  // true ones; none: a negative
  std::vector<BrandClaim> boxes;    // true ones, score unused; may be empty where the set has none
  std::vector<BrandClaim> claims;
};

struct Share {
  int hits = 0;
  int all = 0;
  double value() const { return all == 0 ? 0 : double(hits) / all; }
};

inline constexpr std::array<double, 3> kLogoSizeLimits{0.01, 0.05, 0.2};  // of the picture
inline constexpr std::array<const char*, 4> kLogoSizeNames{"< 1 %", "1-5 %", "5-20 %", "> 20 %"};

// A pair is a picture and a brand. It is reported where any claim of the brand reaches the
// threshold.
struct PairCount {
  int true_hits = 0;
  int false_hits = 0;
  int missed = 0;

  double precision() const;  // 1 where nothing was reported
  double recall() const;
  double f1() const;
};

struct BrandFigures {
  PairCount pairs;
  std::map<std::string, Share> recall_by_brand;
  std::map<std::string, int> false_by_brand;
  std::array<Share, 4> recall_by_size;  // by the largest logo of the brand in the picture
  Share boxes;      // of the true hits with a known box: IoU of 0.5 and more with any of them
  Share instances;  // of the true boxes: covered by a claim with such an IoU
  std::map<std::string, Share> false_alarms;  // by set: pictures with any false hit
  std::vector<std::string> false_hits;        // "brand in file (score)", surest first
};

// The results without the claims that are carried by so little that a person must look at them.
std::vector<BrandResult> without_thin(std::vector<BrandResult> results);

// The results without the claims of such pairs of file and brand: they count neither way.
std::vector<BrandResult> without_unlabelled(
    std::vector<BrandResult> results, const std::set<std::pair<std::string, std::string>>& pairs);

// What is reported at one threshold for all brands, or at one of its own for each.
BrandFigures figures_at(const std::vector<BrandResult>& results, double threshold);
BrandFigures figures_at(const std::vector<BrandResult>& results,
                        const std::map<std::string, double>& thresholds);

// Brands are dealt into folds; the threshold for a fold is the lowest at which the pairs of all
// other brands reach `precision` (2 where none does: nothing is reported). So no brand has a say in
// its own threshold.
std::map<std::string, double> cross_validated_thresholds(const std::vector<BrandResult>& results,
                                                         const std::vector<std::string>& brands,
                                                         double precision,
                                                         std::size_t folds);

// How far scores can be taken at their word: of the pairs with a best score within a bin, how many
// are right.
struct ReliabilityBin {
  double from = 0;
  double to = 0;
  int pairs = 0;
  double mean_score = 0;
  double share_right = 0;
};
struct Reliability {
  std::vector<ReliabilityBin> bins;
  // Expected calibration error (Naeini et al. 2015): mean of |score - share right| over the bins,
  // weighted by their pairs.
  double error = 0;
};
Reliability reliability(const std::vector<BrandResult>& results, std::size_t bins);

// Precision and recall at every threshold where they change, highest threshold first.
struct OperatingPoint {
  double threshold = 0;
  PairCount pairs;
};
std::vector<OperatingPoint> operating_points(const std::vector<BrandResult>& results);

}  // namespace muster
