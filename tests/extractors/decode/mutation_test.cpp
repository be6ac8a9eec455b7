#include "core/text.h"
#include "decode_fixture.h"
#include "media_maker.h"
#include "metadata_maker.h"
#include "mutator.h"
#include "still_maker.h"

#include <iostream>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <catch2/catch.hpp>
#include <fmt/format.h>
#include <opencv2/core.hpp>

using namespace muster;
using namespace muster::test;

namespace {

struct Drawn {
  std::string name;
  std::string bytes;
};

cv::Mat noisy(int width, int height) {
  cv::Mat picture(height, width, CV_8UC3);
  cv::RNG(7).fill(picture, cv::RNG::UNIFORM, 0, 255);  // so that the data is long
  return picture;
}

std::vector<Drawn> draw_stills() {
  std::vector<Drawn> drawn;
  for (const char* extension : {".jpg", ".png", ".webp"}) {
    const std::string plain = encode_still(noisy(90, 60), extension);
    drawn.push_back({extension, plain});
    drawn.push_back({std::string("profile") + extension,
                     extension[1] == 'j'   ? jpeg_with_profile(plain, swapped_profile())
                     : extension[1] == 'p' ? png_with_profile(plain, swapped_profile())
                                           : webp_with_profile(plain, swapped_profile())});
  }
  drawn.push_back({"metadata.jpg",
                   with_metadata(encode_still(noisy(64, 64), ".jpg"),
                                 ".jpg",
                                 make_exif({}),
                                 "<rdf:RDF xmp:CreatorTool=\"x\"/>")});
  drawn.push_back({"ink.jpg", make_ink_jpeg(10, 60, 30, 20, InkForm::adobe_ycck)});
  drawn.push_back({"still.gif", make_gif({{0, 0, 60, 40, 1}}, 60, 40)});
  drawn.push_back(
      {"moving.gif", make_gif({{0, 0, 60, 40, 1}, {5, 5, 20, 20, 2, 1, true}}, 60, 40)});
  drawn.push_back({"moving.webp", make_animated_webp(noisy(40, 30), 3, 50)});
  return drawn;
}

std::vector<Drawn> draw_videos() {
  std::vector<Drawn> drawn;
  for (const char* extension : {".mp4", ".mov", ".mkv", ".webm"}) {
    VideoSpec spec;
    spec.extension = extension;
    spec.encoder = std::string_view(extension) == ".webm" ? "libvpx" : "libx264";
    spec.times_ms = steady_times(8, 100);
    spec.faststart = std::string_view(extension) == ".mov";
    drawn.push_back({extension, make_video(spec)});
  }
  return drawn;
}

// The codecs and forms that draw_videos() leaves out.
std::vector<Drawn> draw_other_videos() {
  std::vector<Drawn> drawn;
  for (const auto& [encoder, extension] : {std::pair{"libx265", ".mp4"},
                                           {"libvpx-vp9", ".webm"},
                                           {"libaom-av1", ".mkv"},
                                           {"mjpeg", ".mov"}}) {
    VideoSpec spec;
    spec.encoder = encoder;
    spec.extension = extension;
    spec.times_ms = steady_times(8, 100);
    drawn.push_back({std::string(encoder) + extension, make_video(spec)});
  }
  VideoSpec pieces;
  pieces.times_ms = steady_times(24, 100);
  pieces.fragmented = true;
  drawn.push_back({"fragmented.mp4", make_video(pieces)});
  VideoSpec sounding;
  sounding.extension = ".mov";
  sounding.times_ms = steady_times(8, 100);
  sounding.audio = true;
  drawn.push_back({"sound.mov", make_video(sounding)});
  return drawn;
}

// Decodes `count` mutants of each; every one has a verdict that can be shown.
void decode_mutants(const std::vector<Drawn>& all, int count, std::uint64_t seed) {
  std::map<Integrity, int> verdicts;
  for (const Drawn& drawn : all) {
    FileMutator mutator(seed);
    for (int i = 0; i < count; ++i) {
      const DecodedMedia media = decode(mutator.mutate(drawn.bytes));
      CAPTURE(drawn.name, seed, i, media.facts.integrity_detail);
      // Stopped at a limit of memory or time is a verdict; a crash of a library is a find.
      CHECK((media.facts.integrity != Integrity::crashed ||
             media.facts.integrity_detail.starts_with("decoding ")));
      CHECK((media.facts.integrity == Integrity::whole) == media.remedy.empty());
      CHECK_FALSE(find_invalid_utf8(media.facts.integrity_detail + media.origin.software));
      ++verdicts[media.facts.integrity];
    }
  }
  for (const auto& [integrity, number] : verdicts) {
    std::cout << fmt::format("{} {}  ", number, to_string(integrity));
  }
  std::cout << '\n';
}

}  // namespace

TEST_CASE("each accepted type is told whole, and cut from whole") {
  std::vector<Drawn> all = draw_stills();
  for (std::vector<Drawn>& videos : std::vector{draw_videos(), draw_other_videos()}) {
    for (Drawn& video : videos) {
      all.push_back(std::move(video));
    }
  }
  for (const Drawn& drawn : all) {
    CAPTURE(drawn.name);
    CHECK(decode(drawn.bytes).facts.integrity == Integrity::whole);
    const std::size_t size = drawn.bytes.size();
    for (const std::size_t left : {size / 2, size * 95 / 100, size - 1}) {
      CAPTURE(left, size);
      const DecodedMedia media = decode(drawn.bytes.substr(0, left));
      const bool flagged = media.facts.integrity == Integrity::truncated ||
                           media.facts.integrity == Integrity::damaged;
      CHECK(flagged);
      CHECK(media.remedy == "export it again and upload the whole file");
    }
  }
}

TEST_CASE("mutants of photos and videos all get a verdict") {
  decode(
      std::string_view("\0\0\0\x10"
                       "ftypisom\0\0\0\0",
                       16));  // starts the helper for videos
  decode(make_gif({{0, 0, 8, 8, 1}}, 8, 8));
  const std::size_t descriptors = open_descriptors();
  decode_mutants(draw_stills(), 12, 1);
  decode_mutants(draw_videos(), 10, 2);
  CHECK(open_descriptors() == descriptors);
  CHECK(zombies() == 0);
}

TEST_CASE("six thousand mutants", "[.][long]") {
  decode_mutants(draw_stills(), 200, 3);
  decode_mutants(draw_videos(), 1000, 4);
  CHECK(zombies() == 0);
}
