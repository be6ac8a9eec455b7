#include "bench/brand_figures.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace muster {
namespace {

// A picture and a brand that is in it or was reported there.
struct Pair {
  std::string brand;
  double score = 0;  // the best claim's; 0 where there is none
  bool right = false;
};

bool holds(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::vector<Pair> pairs_of(const BrandResult& result) {
  std::map<std::string, Pair> pairs;
  for (const std::string& brand : result.brands) {
    pairs[brand] = {brand, 0, true};
  }
  for (const BrandClaim& claim : result.claims) {
    Pair& pair = pairs.try_emplace(claim.brand, Pair{claim.brand, 0, false}).first->second;
    pair.score = std::max(pair.score, claim.score);
  }
  std::vector<Pair> list;
  for (auto& [brand, pair] : pairs) {
    list.push_back(std::move(pair));
  }
  return list;
}

std::vector<Pair> pairs_of(const std::vector<BrandResult>& results) {
  std::vector<Pair> all;
  for (const BrandResult& result : results) {
    const std::vector<Pair> pairs = pairs_of(result);
    all.insert(all.end(), pairs.begin(), pairs.end());
  }
  std::stable_sort(
      all.begin(), all.end(), [](const Pair& a, const Pair& b) { return a.score > b.score; });
  return all;
}

std::vector<OperatingPoint> points_of(const std::vector<Pair>& sorted) {
  OperatingPoint point;
  for (const Pair& pair : sorted) {
    point.pairs.missed += pair.right;
  }
  std::vector<OperatingPoint> points;
  for (std::size_t i = 0; i < sorted.size() && sorted[i].score > 0; ++i) {
    point.threshold = sorted[i].score;
    if (sorted[i].right) {
      ++point.pairs.true_hits;
      --point.pairs.missed;
    } else {
      ++point.pairs.false_hits;
    }
    if (i + 1 == sorted.size() || sorted[i + 1].score < point.threshold) {
      points.push_back(point);
    }
  }
  return points;
}

double intersection_over_union(const cv::Rect2d& a, const cv::Rect2d& b) {
  const double common = (a & b).area();
  const double all = a.area() + b.area() - common;
  return all > 0 ? common / all : 0;
}

// Boxes of one brand in one picture against the claims that count.
void count_boxes(const BrandResult& result,
                 const std::string& brand,
                 double threshold,
                 bool found,
                 BrandFigures& figures) {
  double largest = 0;
  double best = 0;
  for (const BrandClaim& truth : result.boxes) {
    if (truth.brand != brand) {
      continue;
    }
    double overlap = 0;
    for (const BrandClaim& claim : result.claims) {
      if (claim.brand == brand && claim.score >= threshold) {
        overlap = std::max(overlap, intersection_over_union(truth.box, claim.box));
      }
    }
    best = std::max(best, overlap);
    largest = std::max(largest, truth.box.area() / std::max(1, result.size.area()));
    ++figures.instances.all;
    figures.instances.hits += overlap >= 0.5;
  }
  if (largest > 0) {
    const auto bucket = std::upper_bound(kLogoSizeLimits.begin(), kLogoSizeLimits.end(), largest) -
                        kLogoSizeLimits.begin();
    Share& share = figures.recall_by_size[static_cast<std::size_t>(bucket)];
    ++share.all;
    share.hits += found;
    figures.boxes.all += found;
    figures.boxes.hits += found && best >= 0.5;
  }
}

template <typename ThresholdOf>
BrandFigures figures(const std::vector<BrandResult>& results, ThresholdOf threshold_of) {
  BrandFigures figures;
  std::vector<std::pair<double, std::string>> wrong;
  for (const BrandResult& result : results) {
    bool alarm = false;
    for (const Pair& pair : pairs_of(result)) {
      const double threshold = threshold_of(pair.brand);
      const bool reported = pair.score > 0 && pair.score >= threshold;
      if (pair.right) {
        (reported ? figures.pairs.true_hits : figures.pairs.missed) += 1;
        Share& share = figures.recall_by_brand[pair.brand];
        ++share.all;
        share.hits += reported;
        count_boxes(result, pair.brand, threshold, reported, figures);
      } else if (reported) {
        ++figures.pairs.false_hits;
        ++figures.false_by_brand[pair.brand];
        wrong.emplace_back(pair.score,
                           fmt::format("{} in {} ({:.2f})", pair.brand, result.file, pair.score));
        alarm = true;
      }
    }
    Share& alarms = figures.false_alarms[result.set];
    ++alarms.all;
    alarms.hits += alarm;
  }
  std::stable_sort(
      wrong.begin(), wrong.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
  for (auto& [score, words] : wrong) {
    figures.false_hits.push_back(std::move(words));
  }
  return figures;
}

}  // namespace

double PairCount::precision() const {
  const int reported = true_hits + false_hits;
  return reported == 0 ? 1 : double(true_hits) / reported;
}

double PairCount::recall() const {
  const int all = true_hits + missed;
  return all == 0 ? 0 : double(true_hits) / all;
}

double PairCount::f1() const {
  const double sum = precision() + recall();
  return sum > 0 ? 2 * precision() * recall() / sum : 0;
}

std::vector<BrandResult> without_thin(std::vector<BrandResult> results) {
  for (BrandResult& result : results) {
    std::erase_if(result.claims, [](const BrandClaim& claim) { return claim.thin; });
  }
  return results;
}

std::vector<BrandResult> without_unlabelled(
    std::vector<BrandResult> results, const std::set<std::pair<std::string, std::string>>& pairs) {
  for (BrandResult& result : results) {
    std::erase_if(result.claims, [&](const BrandClaim& claim) {
      return pairs.count({result.file, claim.brand}) > 0;
    });
  }
  return results;
}

BrandFigures figures_at(const std::vector<BrandResult>& results, double threshold) {
  return figures(results, [&](const std::string&) { return threshold; });
}

BrandFigures figures_at(const std::vector<BrandResult>& results,
                        const std::map<std::string, double>& thresholds) {
  return figures(results, [&](const std::string& brand) { return thresholds.at(brand); });
}

std::map<std::string, double> cross_validated_thresholds(const std::vector<BrandResult>& results,
                                                         const std::vector<std::string>& brands,
                                                         double precision,
                                                         std::size_t folds) {
  const std::vector<Pair> all = pairs_of(results);
  std::map<std::string, double> thresholds;
  for (std::size_t fold = 0; fold < folds; ++fold) {
    std::vector<std::string> own;
    for (std::size_t i = fold; i < brands.size(); i += folds) {
      own.push_back(brands[i]);
    }
    std::vector<Pair> others;
    std::copy_if(all.begin(), all.end(), std::back_inserter(others), [&](const Pair& pair) {
      return !holds(own, pair.brand);
    });
    double threshold = 2;
    for (const OperatingPoint& point : points_of(others)) {
      if (point.pairs.precision() >= precision) {
        threshold = point.threshold;
      }
    }
    for (const std::string& brand : own) {
      thresholds[brand] = threshold;
    }
  }
  return thresholds;
}

Reliability reliability(const std::vector<BrandResult>& results, std::size_t bins) {
  Reliability result;
  result.bins.resize(bins);
  for (std::size_t i = 0; i < bins; ++i) {
    result.bins[i].from = double(i) / double(bins);
    result.bins[i].to = double(i + 1) / double(bins);
  }
  int pairs = 0;
  for (const Pair& pair : pairs_of(results)) {
    if (pair.score > 0) {
      const auto at = static_cast<std::size_t>(pair.score * double(bins));
      ReliabilityBin& bin = result.bins[std::min(at, bins - 1)];
      ++bin.pairs;
      bin.mean_score += pair.score;
      bin.share_right += pair.right;
      ++pairs;
    }
  }
  for (ReliabilityBin& bin : result.bins) {
    if (bin.pairs > 0) {
      bin.mean_score /= bin.pairs;
      bin.share_right /= bin.pairs;
      result.error += std::abs(bin.mean_score - bin.share_right) * bin.pairs / pairs;
    }
  }
  return result;
}

std::vector<OperatingPoint> operating_points(const std::vector<BrandResult>& results) {
  return points_of(pairs_of(results));
}

}  // namespace muster
