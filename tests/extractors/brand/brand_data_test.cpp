// Looks at a few real photographs where MUSTER_TEST_DATA names a folder with them; passes without.
#include "extractors/brand/brand_index.h"
#include "tests/extractors/brand/drawn_brands.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <catch2/catch.hpp>
#include <opencv2/imgcodecs.hpp>

namespace muster {
namespace {

namespace fs = std::filesystem;

fs::path data_folder() {
  const char* folder = std::getenv("MUSTER_TEST_DATA");
  return folder == nullptr || *folder == 0 ? fs::path() : fs::path(folder) / "brand";
}

std::vector<fs::path> files_in(const fs::path& folder) {
  std::vector<fs::path> files{fs::directory_iterator(folder), fs::directory_iterator()};
  std::sort(files.begin(), files.end());
  return files;
}

BrandKit kit_from(const fs::path& folder) {
  BrandKit kit;
  kit.id = kit.brand = folder.filename().string();
  for (const fs::path& file : files_in(folder / "crops")) {
    std::ifstream in(file, std::ios::binary);
    KitPicture picture;
    picture.name = file.filename().string();
    picture.bytes.assign(std::istreambuf_iterator<char>(in), {});
    kit.pictures.push_back(std::move(picture));
  }
  return kit;
}

int found_in(const BrandIndex& index, const std::vector<fs::path>& photos, const std::string& kit) {
  int found = 0;
  for (const fs::path& photo : photos) {
    const std::vector<BrandHit> hits = index.find(cv::imread(photo.string()));
    found += std::any_of(hits.begin(), hits.end(), [&](const BrandHit& hit) {
      return hit.score >= 0.5 && (kit.empty() || hit.kit == kit);
    });
  }
  return found;
}

TEST_CASE("real photographs: brands are found, and not where there are none") {
  const fs::path data = data_folder();
  if (!fs::exists(data / "kits")) {
    WARN("MUSTER_TEST_DATA has no brand photographs: nothing was looked at");
    return;
  }
  std::vector<BrandKit> kits;
  for (const char* brand : {"Google", "Heineken", "Starbucks", "Texaco", "Yahoo"}) {
    kits.push_back(kit_from(data / "kits" / brand));
  }
  InProcessDecoder decoder;
  const auto index = BrandIndex::build(kits, decoder, {}, nullptr);

  std::ifstream manifest(data / "fl27.csv");
  std::vector<fs::path> photos;
  for (std::string line; std::getline(manifest, line);) {
    const fs::path photo = data / line.substr(0, line.find(','));
    if (line.find(",Heineken,") != std::string::npos &&
        std::find(photos.begin(), photos.end(), photo) == photos.end()) {
      photos.push_back(photo);
    }
  }
  REQUIRE(photos.size() >= 10);
  CHECK(found_in(*index, photos, "Heineken") >= 6);

  std::vector<fs::path> negatives = files_in(data / "negatives");
  negatives.resize(20);
  CHECK(found_in(*index, negatives, "") <= 1);
}

}  // namespace
}  // namespace muster
