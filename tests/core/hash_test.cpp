#include "core/hash.h"

#include <catch2/catch.hpp>

using namespace muster;

TEST_CASE("SHA-256 agrees with the examples of FIPS 180-4") {
  CHECK(sha256("").hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(sha256("abc").hex() == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST_CASE("hashing in pieces is hashing the whole") {
  Hasher hasher;
  hasher.add("ab");
  hasher.add("c");
  CHECK(hasher.finish() == sha256("abc"));
}

TEST_CASE("fields can't flow into each other") {
  Hasher first;
  first.add_field("ab");
  first.add_field("c");
  Hasher second;
  second.add_field("a");
  second.add_field("bc");
  CHECK(first.finish() != second.finish());
}

TEST_CASE("a hash is read back from its digits only") {
  const ContentHash hash = sha256("abc");
  CHECK(ContentHash::from_hex(hash.hex()) == hash);
  CHECK_FALSE(ContentHash::from_hex("abc"));
  CHECK_FALSE(ContentHash::from_hex(std::string(64, 'g')));
  CHECK_FALSE(ContentHash::from_hex(std::string(64, 'A')));
}
