#include "core/text.h"
#include "decode_fixture.h"
#include "extractors/decode/private_data.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <set>

#include <catch2/catch.hpp>
#include <opencv2/core.hpp>

using namespace muster;
using namespace muster::test;

namespace {

std::vector<std::filesystem::path> hostile_files() {
  const char* root = std::getenv("MUSTER_TEST_DATA");
  std::vector<std::filesystem::path> files;
  if (root == nullptr || !std::filesystem::is_directory(std::filesystem::path(root) / "hostile")) {
    return files;
  }
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(std::filesystem::path(root) / "hostile")) {
    if (entry.is_regular_file()) {
      files.push_back(entry.path());
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::string read(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::uint64_t resident_bytes() {
  std::ifstream file("/proc/self/statm");
  std::uint64_t size = 0;
  std::uint64_t resident = 0;
  file >> size >> resident;
  return resident * 4096;
}

}  // namespace

TEST_CASE("every hostile file gets a verdict, and the client is as before") {
  const auto files = hostile_files();
  if (files.empty()) {
    WARN("MUSTER_TEST_DATA has no folder `hostile`; nothing was tried");
    return;
  }
  // Start the helpers.
  decode("\x89PNG\r\n\x1A\n");
  decode(
      std::string_view("\0\0\0\x10"
                       "ftypisom\0\0\0\0",
                       16));
  const std::size_t descriptors = open_descriptors();
  const std::uint64_t memory = resident_bytes();
  for (const auto& path : files) {
    const DecodedMedia media = decode(read(path));
    CAPTURE(path, media.facts.integrity_detail);
    // A crash is a verdict too, but none of these should get so far.
    CHECK(media.facts.integrity != Integrity::crashed);
    CHECK((media.facts.integrity == Integrity::whole) == media.remedy.empty());
    CHECK((media.facts.integrity == Integrity::whole) == media.facts.integrity_detail.empty());
    CHECK_FALSE(find_invalid_utf8(media.facts.integrity_detail));
  }
  CHECK(open_descriptors() == descriptors);
  CHECK(zombies() == 0);
#if defined(__SANITIZE_ADDRESS__)
  (void)memory;  // what was freed is held back, to catch its use
#else
  CHECK(resident_bytes() < memory + (64 << 20));
#endif
}

TEST_CASE("good files of the test suites are not refused, bad ones not taken") {
  for (const auto& path : hostile_files()) {
    const std::string folder = path.parent_path().filename();
    const std::string name = path.filename();
    const DecodedMedia media = folder == "pngsuite" || folder == "gps" || folder == "orientation"
                                   ? decode(read(path))
                                   : DecodedMedia();
    CAPTURE(path, media.facts.integrity_detail);
    if (folder == "pngsuite" && path.extension() == ".png") {
      CHECK((media.facts.integrity == Integrity::whole) == (name[0] != 'x'));
    } else if (path.extension() == ".jpg" && (folder == "gps" || folder == "orientation")) {
      CHECK(media.facts.integrity == Integrity::whole);
      CHECK(media.facts.has_gps == (folder == "gps"));
    }
  }
}

TEST_CASE("whatever is whole leaves without its place, and looks the same") {
  std::size_t placed = 0;
  for (const auto& path : hostile_files()) {
    const std::string file = read(path);
    const DecodedMedia before = decode(file);
    if (before.facts.integrity != Integrity::whole || before.frames.empty()) {
      continue;
    }
    CAPTURE(path);
    const auto pieces = without_private_data(std::as_bytes(std::span(file)));
    if (!pieces) {
      FAIL_CHECK(to_string(pieces.error()));
      continue;
    }
    const std::string clean = joined(*pieces);
    const DecodedMedia after = decode(clean);
    placed += before.facts.has_gps ? 1 : 0;
    CHECK(after.facts.integrity == Integrity::whole);
    CHECK_FALSE(after.facts.has_gps);
    REQUIRE(after.frames.size() == before.frames.size());
    CHECK(cv::norm(before.frames[0].pixels, after.frames[0].pixels, cv::NORM_INF) == 0);
  }
  CHECK((placed >= 10 || hostile_files().empty()));
}
