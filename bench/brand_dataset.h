#pragma once

#include "config/kit.h"

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <opencv2/core/types.hpp>

namespace muster {

// A picture with what is to be found in it.
struct BrandSample {
  std::filesystem::path file;
  std::string
      set;  // "fl27", "negatives/storefront": name of the manifest, and its kind where it has one
  std::vector<std::string> brands;  // none: a negative
  struct Truth {
    std::string brand;
    cv::Rect2d box;  // px
  };
  std::vector<Truth> boxes;  // may be empty where the manifest has none
};

// Reads a manifest: CSV with a header and at least `path` (relative to the manifest), and either a
// label column or `kind` (negatives); x1, y1, x2, y2 are optional. Several lines of one path make
// one sample. No quoting. Throws PermanentError.
std::vector<BrandSample> read_brand_manifest(const std::filesystem::path& file,
                                             const std::string& label_column);

// Pairs of a picture's file name and a brand that is in it though the data set's labels leave it
// out. CSV with a header and `path`, `brand`. Throws PermanentError.
std::set<std::pair<std::string, std::string>> read_unlabelled(const std::filesystem::path& file);

// The brand of a packshot, by a manifest that names the packshot too: from the values of columns
// that are neither paths, numbers nor labels ("sku") to the label of their line.
std::map<std::string, std::string> read_packshot_brands(const std::filesystem::path& manifest,
                                                        const std::string& label_column);

// Kits of a folder. Kinds: "crops" (FOLDER/BRAND/crops/*), "crop" (the first of them), "vector"
// (FOLDER/BRAND/vector/*, the one with alpha where there are both), "flat" (FOLDER/BRAND.*, one
// picture each; those with one brand in `packshot_brands`, by their stems, make one kit).
std::vector<BrandKit> read_bench_kits(
    const std::filesystem::path& folder,
    const std::string& kind,
    const std::map<std::string, std::string>& packshot_brands = {});

}  // namespace muster
