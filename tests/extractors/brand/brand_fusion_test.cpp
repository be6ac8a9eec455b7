#include "extractors/media/brand_fusion.h"

#include "extractors/media/brand_timeline.h"

#include <string>
#include <vector>

#include <catch2/catch.hpp>

namespace muster {
namespace {

WordmarkHit word(const std::string& kit, Box box, double score) {
  WordmarkHit hit;
  hit.kit = kit;
  hit.brand = kit;
  hit.spelling = kit;
  hit.read = kit;
  hit.score = score;
  hit.contrast = 9;
  hit.box = box;
  hit.outline = {{box.x, box.y},
                 {box.x + box.width, box.y},
                 {box.x + box.width, box.y + box.height},
                 {box.x, box.y + box.height}};
  return hit;
}

BrandHit seen(const std::string& kit, Box box, double score) {
  BrandHit hit;
  hit.kit = kit;
  hit.score = score;
  hit.inliers = 5;
  hit.box = box;
  return hit;
}

std::vector<BrandsInFrame> still(std::vector<BrandHit> hits) {
  return {{0, 0, std::move(hits)}};
}

constexpr Box kPlace{0.4, 0.4, 0.2, 0.1};
constexpr Box kFarAway{0.05, 0.8, 0.2, 0.1};

TEST_CASE("a word where nothing else was found is a hit of its own") {
  std::vector<BrandsInFrame> frames = still({});
  const WordmarkHit read = word("fizzo", kPlace, 0.95);
  weigh_words(std::vector{read}, frames);
  REQUIRE(frames[0].hits.size() == 1);
  const BrandHit& hit = frames[0].hits[0];
  CHECK(hit.kit == "fizzo");
  CHECK(hit.score == word_score(read));
  REQUIRE(hit.word);
  CHECK(hit.word->read == "fizzo");
  CHECK(hit.outline == read.outline);
  CHECK(hit.share_of_frame == Approx(0.02));
  CHECK(hit.measures.contrast == Approx(0.8));
  CHECK(hit.inliers == 0);
}

TEST_CASE("a word at a hit of its brand makes it surer, elsewhere it stands alone") {
  std::vector<BrandsInFrame> frames = still({seen("fizzo", kPlace, 0.3)});
  weigh_words(std::vector{word("fizzo", kPlace, 0.8)}, frames);
  REQUIRE(frames[0].hits.size() == 1);
  CHECK(frames[0].hits[0].score > 0.3);
  CHECK(frames[0].hits[0].score >= word_score(word("fizzo", kPlace, 0.8)));
  CHECK(frames[0].hits[0].inliers == 5);

  frames = still({seen("fizzo", kPlace, 0.3)});
  weigh_words(std::vector{word("fizzo", kFarAway, 0.8)}, frames);
  REQUIRE(frames[0].hits.size() == 2);
  CHECK(frames[0].hits[0].score >= frames[0].hits[1].score);
}

TEST_CASE("another brand's word makes nothing surer") {
  std::vector<BrandsInFrame> frames = still({seen("fizzo", kPlace, 0.3)});
  weigh_words(std::vector{word("kwalli", kPlace, 0.95)}, frames);
  REQUIRE(frames[0].hits.size() == 2);
  CHECK(frames[0].hits[0].kit == "kwalli");
  CHECK(frames[0].hits[1].score == 0.3);
  CHECK_FALSE(frames[0].hits[1].word);
}

TEST_CASE("one place is weighed once, however often its word is read") {
  std::vector<BrandsInFrame> once = still({seen("fizzo", kPlace, 0.3)});
  weigh_words(std::vector{word("fizzo", kPlace, 0.8)}, once);
  std::vector<BrandsInFrame> twice = still({seen("fizzo", kPlace, 0.3)});
  weigh_words(std::vector{word("fizzo", kPlace, 0.8), word("fizzo", kPlace, 0.8)}, twice);
  CHECK(twice[0].hits.size() == 1);
  CHECK(twice[0].hits[0].score == once[0].hits[0].score);
}

TEST_CASE("what is only a word of the language is never sure") {
  WordmarkHit read = word("always", kPlace, 0.99);
  read.only_a_word = true;
  CHECK(word_score(read) <= kMostOfAWord);
  std::vector<BrandsInFrame> frames = still({});
  weigh_words(std::vector{read}, frames);
  REQUIRE(frames[0].hits.size() == 1);
  CHECK_FALSE(counts_as_seen(frames[0].hits[0], 0.5));
}

TEST_CASE("a word that was hardly read is no hit") {
  std::vector<BrandsInFrame> frames = still({});
  weigh_words(std::vector{word("fizzo", kPlace, 0.02)}, frames);
  CHECK(frames[0].hits.empty());
}

TEST_CASE("in a video a word counts in the frames that show it") {
  std::vector<BrandsInFrame> frames{{0, 500, {}}, {500, 500, {}}, {1000, 500, {}}};
  WordmarkHit read = word("fizzo", kPlace, 0.95);
  read.time = {500, 1000};
  weigh_words(std::vector{read}, frames);
  CHECK(frames[0].hits.empty());
  CHECK(frames[1].hits.size() == 1);
  CHECK(frames[2].hits.empty());
}

}  // namespace
}  // namespace muster
