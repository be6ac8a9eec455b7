#include "extractors/brand/index_file.h"

#include "extractors/brand/brand_index.h"
#include "tests/extractors/brand/drawn_brands.h"
#include "tests/support/temporary_folder.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

#include <catch2/catch.hpp>
#include <opencv2/imgproc.hpp>

namespace muster {
namespace {

namespace fs = std::filesystem;

// Counts how often a picture is decoded: a kept index needs none.
class CountingDecoder : public InProcessDecoder {
 public:
  cv::Mat decode_picture(const MediaBytes& bytes, std::string& problem) override {
    ++decoded;
    return InProcessDecoder::decode_picture(bytes, problem);
  }
  int decoded = 0;
};

std::vector<fs::path> files_in(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
    files.push_back(entry.path());
  }
  return files;
}

std::string content_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

void put(const fs::path& file, const std::string& content) {
  std::ofstream(file, std::ios::binary) << content;
}

std::vector<BrandKit> two_kits() {
  return {kit_of("fizzo", {draw_fizzo()}), kit_of("kwalli", {draw_kwalli()})};
}

bool same_hits(const std::vector<BrandHit>& a, const std::vector<BrandHit>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const auto& x, const auto& y) {
    return x.kit == y.kit && x.score == y.score && x.inliers == y.inliers &&
           x.learned == y.learned && x.box.x == y.box.x && x.measures.clarity == y.measures.clarity;
  });
}

TEST_CASE("an index is computed once, then taken from its file, and finds the same") {
  const TemporaryFolder folder;
  BrandIndex::Options options;
  options.cache = folder.path() / "kits";
  CountingDecoder decoder;
  std::vector<KitRemark> remarks;
  const auto made = BrandIndex::build(two_kits(), decoder, options, &remarks);
  CHECK(decoder.decoded == 2);
  CHECK(files_in(options.cache).size() == 1);
  std::vector<KitRemark> again;
  const auto kept = BrandIndex::build(two_kits(), decoder, options, &again);
  CHECK(decoder.decoded == 2);
  CHECK(kept->kit_ids() == made->kit_ids());
  CHECK(kept->kit("kwalli")->features == made->kit("kwalli")->features);
  CHECK(kept->byte_size() == made->byte_size());
  CHECK(again.size() == remarks.size());

  cv::Mat scene = draw_scene({800, 600}, 11);
  cv::rectangle(scene, cv::Rect(270, 170, 320, 260), cv::Scalar(110, 130, 90), cv::FILLED);
  paste(scene, draw_fizzo(), turned(cv::Rect2f(290, 180, 280, 180), 10));
  const std::vector<BrandHit> hits = made->find(scene);
  REQUIRE_FALSE(hits.empty());
  CHECK(same_hits(hits, kept->find(scene)));
}

TEST_CASE("other kits, or a damaged file, are computed anew") {
  const TemporaryFolder folder;
  BrandIndex::Options options;
  options.cache = folder.path() / "kits";
  CountingDecoder decoder;
  BrandIndex::build(two_kits(), decoder, options, nullptr);
  REQUIRE(decoder.decoded == 2);
  SECTION("another picture") {
    BrandIndex::build(
        std::vector{kit_of("fizzo", {draw_fizzo()}), kit_of("kwalli", {draw_ombra()})},
        decoder,
        options,
        nullptr);
    CHECK(decoder.decoded == 4);
    CHECK(files_in(options.cache).size() == 2);
  }
  const fs::path file = files_in(options.cache).front();
  const std::string content = content_of(file);
  SECTION("cut short") {
    put(file, content.substr(0, content.size() / 2));
    BrandIndex::build(two_kits(), decoder, options, nullptr);
    CHECK(decoder.decoded == 4);
    CHECK(content_of(file) == content);
  }
  SECTION("one bit turned") {
    std::string damaged = content;
    damaged[content.size() / 2] ^= 1;
    put(file, damaged);
    BrandIndex::build(two_kits(), decoder, options, nullptr);
    CHECK(decoder.decoded == 4);
  }
  SECTION("empty") {
    put(file, "");
    BrandIndex::build(two_kits(), decoder, options, nullptr);
    CHECK(decoder.decoded == 4);
  }
}

TEST_CASE("a folder that cannot be written costs time and nothing else") {
  const TemporaryFolder folder;
  put(folder.path() / "kits", "a file where the folder should be");
  BrandIndex::Options options;
  options.cache = folder.path() / "kits";
  CountingDecoder decoder;
  const auto index = BrandIndex::build(two_kits(), decoder, options, nullptr);
  CHECK(index->kit("fizzo")->usable_pictures == 1);
}

TEST_CASE("only the newest index files are kept") {
  const TemporaryFolder folder;
  for (int i = 0; i < 7; ++i) {
    const ContentHash key = sha256(std::to_string(i));
    REQUIRE(write_index_file(folder.path(), key, "content " + std::to_string(i)));
    const auto now = fs::file_time_type::clock::now();
    for (const fs::path& file : files_in(folder.path())) {
      if (content_of(file).ends_with("content " + std::to_string(i))) {
        fs::last_write_time(file, now - std::chrono::hours(10 - i));
      }
    }
  }
  CHECK(files_in(folder.path()).size() == 4);
  CHECK(read_index_file(folder.path(), sha256("6")) == "content 6");
  CHECK(read_index_file(folder.path(), sha256("3")) == "content 3");
  CHECK_FALSE(read_index_file(folder.path(), sha256("2")));
}

}  // namespace
}  // namespace muster
