#include "storage/picture_index.h"

#include <algorithm>
#include <random>

#include <catch2/catch.hpp>

using namespace muster;

namespace {

PictureHash random_hash(std::mt19937_64& random) {
  return {{random(), random(), random(), random()}};
}

PictureHash with_errors(PictureHash hash, int errors, std::mt19937_64& random) {
  std::vector<int> bits(256);
  for (int i = 0; i < 256; ++i) {
    bits[static_cast<std::size_t>(i)] = i;
  }
  std::shuffle(bits.begin(), bits.end(), random);
  for (int i = 0; i < errors; ++i) {
    const auto bit = static_cast<std::size_t>(bits[static_cast<std::size_t>(i)]);
    hash.words[bit / 64] ^= std::uint64_t{1} << (bit % 64);
  }
  return hash;
}

std::vector<std::uint32_t> found(const PictureIndex& index, const PictureHash& hash) {
  std::vector<PictureIndex::Hit> hits;
  index.find(hash, hits);
  std::vector<std::uint32_t> owners;
  for (const PictureIndex::Hit& hit : hits) {
    CHECK(hit.distance <= kPictureRadius);
    owners.push_back(hit.owner);
  }
  std::sort(owners.begin(), owners.end());
  return owners;
}

}  // namespace

TEST_CASE("the index of pictures finds what a linear scan finds") {
  std::mt19937_64 random(20261129);
  std::vector<PictureHash> hashes;
  PictureIndex index;
  const auto add = [&](const PictureHash& hash) {
    index.add(hash, static_cast<std::uint32_t>(hashes.size()));
    hashes.push_back(hash);
  };
  // Families of near hashes, so that there is something to find at every distance.
  for (int i = 0; i < 2000; ++i) {
    const PictureHash first = random_hash(random);
    for (const int errors : {0, 5, 16, 31, 32, 40}) {
      add(with_errors(first, errors, random));
    }
    if (i == 900) {
      index.settle();
    }
  }
  const bool settled = GENERATE(false, true);
  if (settled) {
    index.settle();
  }
  std::size_t hits = 0;
  for (std::size_t i = 0; i < hashes.size(); i += 7) {
    const PictureHash asked = with_errors(hashes[i], static_cast<int>(i % 34), random);
    std::vector<std::uint32_t> expected;
    for (std::size_t other = 0; other < hashes.size(); ++other) {
      if (distance(hashes[other], asked) <= kPictureRadius) {
        expected.push_back(static_cast<std::uint32_t>(other));
      }
    }
    hits += expected.size();
    REQUIRE(found(index, asked) == expected);
  }
  CHECK(hits > 2000);
}

TEST_CASE("31 bits apart is found, 32 is not") {
  std::mt19937_64 random(5);
  PictureIndex index;
  const PictureHash hash = random_hash(random);
  index.add(hash, 9);
  for (std::uint32_t i = 0; i < 5000; ++i) {
    index.add(random_hash(random), 100 + i);
  }
  index.settle();
  for (int i = 0; i < 200; ++i) {
    CHECK(found(index, with_errors(hash, 31, random)) == std::vector<std::uint32_t>{9});
    CHECK(found(index, with_errors(hash, 32, random)).empty());
  }
  CHECK(index.size() == 5001);
  CHECK(index.memory_bytes() > 5001 * 100);
}
