#include "extractors/decode/private_data.h"

#include "decode_fixture.h"
#include "extractors/decode/header_check.h"
#include "media_maker.h"
#include "metadata_maker.h"
#include "still_maker.h"

#include <string>

#include <catch2/catch.hpp>
#include <opencv2/core.hpp>

using namespace muster;
using namespace muster::test;
using namespace std::string_literals;

namespace {

std::span<const std::byte> as_file(const std::string& text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}

std::string cleaned(const std::string& file) {
  const auto pieces = without_private_data(as_file(file));
  if (!pieces) {
    FAIL(to_string(pieces.error()));
  }
  return joined(*pieces);
}

bool holds(const std::string& file, const std::string& text) {
  return file.find(text) != std::string::npos;
}

void check_same_pictures(const std::string& file, const std::string& clean) {
  const DecodedMedia before = decode(file);
  const DecodedMedia after = decode(clean);
  CHECK(after.facts.integrity == Integrity::whole);
  CHECK(after.facts.duration_ms == before.facts.duration_ms);
  REQUIRE(!before.frames.empty());
  REQUIRE(after.frames.size() == before.frames.size());
  for (std::size_t i = 0; i < before.frames.size(); ++i) {
    REQUIRE(after.frames[i].pixels.size() == before.frames[i].pixels.size());
    CHECK(cv::norm(before.frames[i].pixels, after.frames[i].pixels, cv::NORM_INF) == 0);
  }
  CHECK_FALSE(after.facts.has_gps);
}

std::string box(const std::string& type, const std::string& contents) {
  std::string size;
  for (int shift = 24; shift >= 0; shift -= 8) {
    size.push_back(static_cast<char>((contents.size() + 8) >> shift & 0xFF));
  }
  return size + type + contents;
}

}  // namespace

TEST_CASE("a photo leaves without camera, place and packets, and looks the same") {
  const std::string extension = GENERATE(".jpg", ".png", ".webp");
  CAPTURE(extension);
  const std::string file = with_metadata(encode_still(test_picture(200, 120), extension),
                                         extension,
                                         make_exif({}),
                                         "<x:xmpmeta>Dana's own words</x:xmpmeta>") +
                           (extension == ".webp" ? "" : "a film of home behind the end");
  REQUIRE(check_header(as_file(file), {}).has_gps);
  REQUIRE(holds(file, "Example Camera Co."));
  const std::string clean = cleaned(file);
  CHECK_FALSE(holds(clean, "Example Camera Co."));
  CHECK_FALSE(holds(clean, "Dana's own words"));
  CHECK_FALSE(holds(clean, "behind the end"));
  check_same_pictures(file, clean);
  // Nothing is left to go.
  CHECK(cleaned(clean) == clean);
}

TEST_CASE("a photo that lies on its side is upright without its EXIF too") {
  const int orientation = GENERATE(range(1, 9));
  CAPTURE(orientation);
  const cv::Mat stored = stored_for_exif(test_picture(200, 120), orientation);
  const std::string file = with_exif(encode_still(stored, ".jpg"), orientation, true);
  const std::string clean = cleaned(file);
  const HeaderFacts facts = check_header(as_file(clean), {});
  CHECK(facts.exif_orientation == orientation);
  CHECK_FALSE(facts.has_gps);
  check_same_pictures(file, clean);
  CHECK(quadrants(decode(clean).frames.at(0).pixels) == "red green blue white");
}

TEST_CASE("the turn of a PNG stays") {
  std::string file = encode_still(stored_for_exif(test_picture(200, 120), 6), ".png");
  file.insert(
      33, png_chunk("eXIf", "MM\0\x2A\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0"s));
  file.insert(33, png_chunk("tEXt", "Author\0Dana of Elm Street"s));
  const std::string clean = cleaned(file);
  CHECK_FALSE(holds(clean, "Elm Street"));
  CHECK(check_header(as_file(clean), {}).exif_orientation == 6);
  check_same_pictures(file, clean);
}

TEST_CASE("a color profile stays") {
  const std::string jpeg =
      jpeg_with_profile(encode_still(test_picture(200, 120), ".jpg"), swapped_profile());
  const std::string png =
      png_with_profile(encode_still(test_picture(200, 120), ".png"), swapped_profile());
  const std::string webp =
      webp_with_profile(encode_still(test_picture(200, 120), ".webp"), swapped_profile());
  for (const std::string& file : {jpeg, png, webp}) {
    CHECK(check_header(as_file(cleaned(file)), {}).has_icc_profile);
    check_same_pictures(file, cleaned(file));
  }
  const std::string ink = make_ink_jpeg(10, 60, 20, 5, InkForm::adobe_ycck);
  check_same_pictures(ink, cleaned(ink));
}

TEST_CASE("comments of a GIF go, its repetition stays") {
  std::string file = make_gif({{0, 0, 20, 20, 1}, {5, 5, 10, 10, 2}}, 20, 20);
  const std::string comment =
      "\x21\xFE\x0F"
      "shot at home 42"s +
      "\0"s;
  const std::string packet = "\x21\xFF\x0BXMP DataXMP"s +
                             "\x05"
                             "words"s +
                             "\0"s;
  const std::string repeat = "\x21\xFF\x0BNETSCAPE2.0\x03\x01\0\0\0"s;
  const std::size_t behind_tables = 13 + (std::size_t{3} << ((file[10] & 7) + 1));
  file.insert(behind_tables, comment + packet + repeat);
  const std::string clean = cleaned(file);
  CHECK_FALSE(holds(clean, "shot at home"));
  CHECK_FALSE(holds(clean, "XMP"));
  CHECK(holds(clean, "NETSCAPE2.0"));
  check_same_pictures(file, clean);
}

TEST_CASE("a video leaves without place and tags, and shows the same frames at the same times") {
  VideoSpec spec;
  spec.times_ms = steady_times(12, 100);
  spec.tags = {{"location", "-33.8568+151.2153/"}, {"comment", "filmed at my home"}};
  spec.extension = GENERATE(".mp4", ".mov", ".mkv");
  spec.audio = spec.extension != ".mp4";  // plain samples, which MP4 doesn't take
  spec.faststart = GENERATE(false, true);
  spec.rotation = 90;
  CAPTURE(spec.extension, spec.faststart);
  const std::string file = make_video(spec);
  REQUIRE((holds(file, "filmed at my home") || holds(file, "151.2153")));
  const std::string clean = cleaned(file);
  CHECK(clean.size() == file.size());
  CHECK_FALSE(holds(clean, "filmed at my home"));
  CHECK_FALSE(holds(clean, "151.2153"));
  check_same_pictures(file, clean);
  CHECK(cleaned(clean) == clean);
}

TEST_CASE("positions that an action camera wrote beside the pictures go") {
  const auto number = [](std::uint32_t value) {
    std::string bytes;
    for (int shift = 24; shift >= 0; shift -= 8) {
      bytes.push_back(static_cast<char>(value >> shift & 0xFF));
    }
    return bytes;
  };
  const std::string nothing(4, '\0');
  const auto track = [&](const std::string& handler,
                         const std::string& sizes,
                         const std::string& runs,
                         const std::string& places) {
    return box("trak",
               box("tkhd", nothing + std::string(8, 'T') + nothing) +
                   box("mdia",
                       box("mdhd", nothing + std::string(8, 'T') + nothing) +
                           box("hdlr", nothing + nothing + handler + nothing) +
                           box("minf",
                               box("stbl",
                                   box("stsz", nothing + sizes) + box("stsc", nothing + runs) +
                                       box("stco", nothing + places)))));
  };
  const std::string type = box("ftyp", "isom" + nothing);
  const std::string data = box("mdat", "PICTURE1position1PICTURE2pos2position3");
  const auto at = [&](const std::string& text) {
    return static_cast<std::uint32_t>(type.size() + data.find(text));
  };
  // Two chunks: one sample, then two.
  const std::string metadata =
      track("meta",
            number(0) + number(3) + number(9) + number(4) + number(9),
            number(2) + number(1) + number(1) + number(1) + number(2) + number(2) + number(1),
            number(2) + number(at("position1")) + number(at("pos2")));
  const std::string pictures = track("vide",
                                     number(8) + number(2),
                                     number(1) + number(1) + number(1) + number(1),
                                     number(2) + number(at("PICTURE1")) + number(at("PICTURE2")));
  const std::string header = box("mvhd", nothing + std::string(8, 'T') + nothing);
  const std::string file = type + data + box("moov", header + pictures + metadata);
  const std::string clean = cleaned(file);
  CHECK(clean.size() == file.size());
  CHECK_FALSE(holds(clean, "pos"));
  CHECK(holds(clean, "PICTURE1"));
  CHECK(holds(clean, "PICTURE2"));
  CHECK_FALSE(holds(clean, "meta"));
  CHECK_FALSE(holds(clean, "TTTT"));
  // In fragments they lie where no table of the track says.
  const auto fragmented = without_private_data(
      as_file(type + data + box("moov", header + pictures + metadata) + box("moof", "")));
  REQUIRE_FALSE(fragmented);
  CHECK(fragmented.error().what == "a track in fragments holds data of its own");
}

TEST_CASE("what can't be followed to its end is not called clean") {
  const std::string photo = encode_still(test_picture(200, 120), ".jpg");
  CHECK_FALSE(without_private_data(as_file(photo.substr(0, photo.size() - 20))));
  CHECK_FALSE(without_private_data(as_file("GIF89a")));
  CHECK_FALSE(without_private_data(as_file("plain words")));
  CHECK_FALSE(without_private_data(as_file("")));
  const std::string png = encode_still(test_picture(200, 120), ".png");
  const auto cut = without_private_data(as_file(png.substr(0, png.size() / 2)));
  REQUIRE_FALSE(cut);
  CHECK(to_string(cut.error()).find("a chunk is longer than the file") != std::string::npos);
}
