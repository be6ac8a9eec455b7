#pragma once

#include "core/error.h"
#include "core/hash.h"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace muster {

// One picture of a kit: a logo, a crop of it in the wild, or a packshot. PNG, JPEG or WebP bytes,
// still encoded.
struct KitPicture {
  std::string name;  // file name within the kit folder
  std::string role;  // "logo", "crop", "packshot"
  std::string bytes;
  ContentHash hash;
};

// What a brand looks like: a folder with kit.toml and pictures.
struct BrandKit {
  std::string id;                      // "fizzo"
  std::string brand;                   // "Fizzo"
  std::vector<std::string> spellings;  // how the word mark may be written
  // The name is a word as well ("Always"): read in a picture it counts with one of `context` there.
  bool is_common_word = false;
  std::vector<std::string> context;
  std::vector<std::string> competitors;  // ids of other kits
  std::vector<std::string> colours;      // "#rrggbb"
  int min_logo_side = 24;  // px in the analysed picture; smaller finds are not claimed
  std::vector<KitPicture> pictures;

  std::string text;  // kit.toml as read
  ContentHash hash;  // over text and the pictures' hashes
};

// Reads a kit folder. Pictures come from the [[picture]] entries, or where there are none from the
// folder: logo*.{png,jpg,webp} and the folders logos/, crops/, packshots/. Throws ConfigError with
// every problem at once (no usable picture is one).
BrandKit load_kit(const std::filesystem::path& folder);
// From stored parts, for replay; `pictures` carry name and bytes.
BrandKit parse_kit(std::string_view text, std::string_view file, std::vector<KitPicture> pictures);

}  // namespace muster
