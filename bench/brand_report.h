#pragma once

#include "bench/brand_figures.h"
#include "core/json.h"

#include <map>
#include <string>
#include <vector>

namespace muster {

// What one run of the brand bench found, ready to be shown.
struct BrandReport {
  std::string kit;  // kind of kit
  std::size_t kits = 0;
  std::size_t remarks = 0;
  std::size_t pictures = 0;
  double min_score = 0;  // the shipped threshold
  double wanted_precision = 0;
  std::size_t folds = 0;
  BrandFigures shipped;    // at min_score and not thin: what counts
  BrandFigures all;        // at min_score alone: what counts or comes before a person
  BrandFigures validated;  // at thresholds cross-validated over brands
  std::map<std::string, double> thresholds;
  Reliability calibration;
  std::vector<OperatingPoint> curve;
  // Milliseconds a picture by stage, in the order in which they run; "decode" is the limit beside
  // them. Empty where results were read from a file.
  std::vector<std::pair<std::string, double>> ms;
  double build_s = 0;
  double index_megabytes = 0;
  double peak_megabytes = 0;
};

Json report_json(const BrandReport& report);
std::string report_table(const BrandReport& report);
// Precision over recall, and share right over score, as one SVG picture.
std::string report_svg(const BrandReport& report);

Json results_json(const std::vector<BrandResult>& results);
// Throws PermanentError for anything that results_json did not write.
std::vector<BrandResult> read_results(const std::string& text);

}  // namespace muster
