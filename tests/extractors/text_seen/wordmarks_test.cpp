#include "extractors/text_seen/wordmarks.h"

#include "extractors/media/seen_media.h"

#include <catch2/catch.hpp>

namespace muster {
namespace {

BrandKit kit_named(std::string id, std::string brand, std::vector<std::string> spellings = {}) {
  BrandKit kit;
  kit.id = std::move(id);
  kit.brand = std::move(brand);
  kit.spellings = std::move(spellings);
  return kit;
}

SeenText line_of(std::string text, double confidence = 0.9) {
  SeenText line;
  line.text = std::move(text);
  line.confidence = confidence;
  line.box = {0.1, 0.2, 0.4, 0.05};
  line.outline = {{0.1, 0.2}, {0.5, 0.2}, {0.5, 0.25}, {0.1, 0.25}};
  line.height = 0.05;
  line.contrast = 7;
  return line;
}

// The kits found in lines of text, best first.
std::vector<std::string> found(const std::vector<BrandKit>& kits,
                               const std::vector<std::string>& lines) {
  std::vector<SeenText> texts;
  for (const std::string& line : lines) {
    texts.push_back(line_of(line));
  }
  std::vector<std::string> ids;
  for (const WordmarkHit& hit : WordmarkIndex(kits).find(texts)) {
    ids.push_back(hit.kit);
  }
  return ids;
}

using Ids = std::vector<std::string>;

const std::vector<BrandKit> kFizzo = {kit_named("fizzo", "Fizzo", {"FIZZO", "Fizzo Lime"})};

}  // namespace

TEST_CASE("a wordmark is found in any case, with accents, and with letters set apart") {
  CHECK(found(kFizzo, {"FIZZO"}) == Ids{"fizzo"});
  CHECK(found(kFizzo, {"fizzo"}) == Ids{"fizzo"});
  CHECK(found(kFizzo, {"F I Z Z O"}) == Ids{"fizzo"});
  CHECK(found(kFizzo, {"the new FIZZO, ice cold"}) == Ids{"fizzo"});
  CHECK(found(kFizzo, {"#fizzo"}) == Ids{"fizzo"});
  CHECK(found(kFizzo, {"Fìzzô"}) == Ids{"fizzo"});
}

TEST_CASE("letters that readers of print confuse are forgiven, other ones are not in short names") {
  CHECK(found(kFizzo, {"F1ZZ0"}) == Ids{"fizzo"});
  CHECK(found(kFizzo, {"F!ZZO"}) == Ids{"fizzo"});
  CHECK(found(kFizzo, {"FIZZC"}) == Ids{"fizzo"});
  CHECK(found(kFizzo, {"FIZZA"}).empty());
  CHECK(found(kFizzo, {"PIZZA"}).empty());
  CHECK(found(kFizzo, {"FIZO"}).empty());

  const std::vector<BrandKit> quellino = {kit_named("quellino", "Quellino")};
  CHECK(found(quellino, {"Quelino"}) == Ids{"quellino"});
  CHECK(found(quellino, {"Quellxno"}) == Ids{"quellino"});
  CHECK(found(quellino, {"Qxellxno"}).empty());

  const std::vector<BrandKit> grannoka = {kit_named("morning", "Morning Oats")};
  CHECK(found(grannoka, {"Moming Oats"}) == Ids{"morning"});  // rn read as m
}

TEST_CASE("names of three letters must stand there as they are") {
  const std::vector<BrandKit> kits = {kit_named("oxo", "OXO")};
  CHECK(found(kits, {"oxo"}) == Ids{"oxo"});
  CHECK(found(kits, {"0X0"}).empty());
  CHECK(found(kits, {"OX"}).empty());
}

TEST_CASE("a spelling within a longer word is none") {
  const std::vector<BrandKit> fizzo = {kit_named("fizzo", "Fizzo")};
  CHECK(found(fizzo, {"fizzolino"}).empty());
  CHECK(found(fizzo, {"superfizzo"}).empty());
  CHECK(found(fizzo, {"fizzo-lino"}).empty());
}

TEST_CASE("where two kits fit the nearer one stands") {
  const std::vector<BrandKit> kits = {kit_named("quellino", "Quellino"),
                                      kit_named("quellina", "Quellina")};
  CHECK(found(kits, {"QUELLINO"}) == Ids{"quellino"});
  CHECK(found(kits, {"QUELLINA"}) == Ids{"quellina"});
  CHECK(found(kits, {"QUELLINX"}).size() == 2);
}

TEST_CASE("the longest spelling of a brand stands for the words within it") {
  const std::vector<SeenText> texts = {line_of("Fizzo Lime")};
  const std::vector<WordmarkHit> hits = WordmarkIndex(kFizzo).find(texts);
  REQUIRE(hits.size() == 1);
  CHECK(hits[0].spelling == "Fizzo Lime");
  CHECK(hits[0].read == "Fizzo Lime");
}

TEST_CASE("a name that is a word counts by itself only where the picture speaks of the brand") {
  std::vector<BrandKit> kits = {kit_named("always", "Always")};
  kits[0].is_common_word = true;
  kits[0].context = {"pads", "ultra thin"};
  const auto only_a_word = [&](const std::vector<SeenText>& texts) {
    const std::vector<WordmarkHit> hits = WordmarkIndex(kits).find(texts);
    REQUIRE(hits.size() == 1);
    return hits[0].only_a_word;
  };
  CHECK(only_a_word({line_of("always be yourself")}));
  CHECK_FALSE(only_a_word({line_of("Always"), line_of("Ultra Thin, 12 pieces")}));
  CHECK(only_a_word({line_of("Always"), line_of("pads", 0.3)}));
}

TEST_CASE("a hit says where in its line the word stands, and how sure it is") {
  const std::vector<SeenText> texts = {line_of("drink FIZZO", 0.8)};
  const std::vector<WordmarkHit> hits = WordmarkIndex(kFizzo).find(texts);
  REQUIRE(hits.size() == 1);
  CHECK(hits[0].score == Approx(0.8));
  CHECK(hits[0].distance == 0);
  CHECK(hits[0].read == "FIZZO");
  CHECK(hits[0].box.x == Approx(0.1 + 0.4 * 6 / 11));
  CHECK(hits[0].box.width == Approx(0.4 * 5 / 11));
  CHECK(hits[0].box.height == Approx(0.05));
  const std::vector<SeenText> misread = {line_of("FIZZ0", 0.8)};
  const std::vector<WordmarkHit> unsure = WordmarkIndex(kFizzo).find(misread);
  REQUIRE(unsure.size() == 1);
  CHECK(unsure[0].distance == Approx(0.25));
  CHECK(unsure[0].score < 0.8);
}

TEST_CASE("the distance of letters counts confusions a quarter and other letters whole") {
  CHECK(letter_distance(U"fizzo", U"fizzo") == 0);
  CHECK(letter_distance(U"fizz0", U"fizzo") == Approx(0.25));
  CHECK(letter_distance(U"modem", U"modern") == Approx(0.25));
  CHECK(letter_distance(U"abc", U"abd") == Approx(1));
  CHECK(letter_distance(U"", U"abc") == Approx(3));
}

}  // namespace muster
